"""links of guests that were shown to who made them

Revision ID: c27e5b90d1f4
Revises: 9a41c7d2e605
"""

import sqlalchemy as sa
from alembic import op

revision = "c27e5b90d1f4"
down_revision = "9a41c7d2e605"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "guest_link",
        sa.Column("is_shown", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # Until now every link that a recruiter made was.
    op.execute("UPDATE guest_link SET is_shown = true WHERE made_by_id IS NOT NULL")


def downgrade() -> None:
    op.drop_column("guest_link", "is_shown")
