"""mail, guests and reminders

Revision ID: 4c1b0f5a9d27
Revises: 76be22e63ea6
"""

import sqlalchemy as sa
from alembic import op

revision = "4c1b0f5a9d27"
down_revision = "76be22e63ea6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_key", "attempt", ["key", "at"])
    op.create_index("ix_attempt_at", "attempt", ["at"])
    op.create_index("ix_mail_due_at", "mail", ["due_at"])
    op.create_index("ix_mail_about", "mail", ["about"])


def downgrade() -> None:
    op.drop_index("ix_mail_about", table_name="mail")
    op.drop_index("ix_mail_due_at", table_name="mail")
    op.drop_table("mail")
    op.drop_index("ix_attempt_at", table_name="attempt")
    op.drop_index("ix_attempt_key", table_name="attempt")
    op.drop_table("attempt")
