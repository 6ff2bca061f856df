"""Alembic on our metadata. The engine comes in through the config's attributes."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from hiring.db import metadata

ENGINE: sa.Engine = context.config.attributes["engine"]


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain ones below them: migrations never import us."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False


with ENGINE.connect() as connection, connection.begin():
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
    )
    context.run_migrations()
