"""first ninety days

Revision ID: 8b1f6a2c94d7
Revises: 5d0c4b7e9a13
"""

import sqlalchemy as sa
from alembic import op

revision = "8b1f6a2c94d7"
down_revision = "5d0c4b7e9a13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "export",
        sa.Column("first_ninety_days", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("export", "first_ninety_days")
