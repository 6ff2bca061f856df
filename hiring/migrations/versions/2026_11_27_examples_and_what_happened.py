"""examples, what happened, and how long

Revision ID: 5d0c4b7e9a13
Revises: 76be22e63ea6
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c4b7e9a13"
down_revision = "76be22e63ea6"
branch_labels = None
depends_on = None

TEXTS = ("situation", "action", "result")
LINES = ("free_follow_up", "free_reason", "happened_note")
NUMBERS = ("happened", "seconds")


# Columns one by one and not in a batch: SQLite then need not copy the tables.
def upgrade() -> None:
    for table in ("rating", "saved_answer"):
        for names, kind, default in (
            (TEXTS, sa.Text(), ""),
            (LINES, sa.String(), ""),
            (NUMBERS, sa.Integer(), "0"),
        ):
            for name in names:
                op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    op.create_index(
        "ix_saved_answer_history",
        "saved_answer",
        ["scorecard_id", "item_id", "version"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("ix_saved_answer_history", "saved_answer")
    for table in ("saved_answer", "rating"):
        for name in (*TEXTS, *LINES, *NUMBERS):
            op.drop_column(table, name)
