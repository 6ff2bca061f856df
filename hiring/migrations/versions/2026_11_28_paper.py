"""forms that are made, and papers that come back

Revision ID: 9a41c7d2e605
Revises: 5d0c1f0a7e42
"""

import sqlalchemy as sa
from alembic import op

revision = "9a41c7d2e605"
down_revision = "5d0c1f0a7e42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_paper_by_id_person"),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecard.id"], name="fk_paper_scorecard_id_scorecard"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paper"),
    )
    op.create_index("ix_paper_scorecard_id", "paper", ["scorecard_id"])
    op.create_table(
        "paper_entry",
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_paper_entry_by_id_person"),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name="fk_paper_entry_paper_id_paper"),
        sa.ForeignKeyConstraint(
            ["scorecard_id", "item_id", "version"],
            ["saved_answer.scorecard_id", "saved_answer.item_id", "saved_answer.version"],
            name="fk_paper_entry_scorecard_id_saved_answer",
        ),
        sa.PrimaryKeyConstraint("scorecard_id", "item_id", "version", name="pk_paper_entry"),
    )
    op.create_index("ix_paper_entry_paper_id", "paper_entry", ["paper_id"])
    with op.batch_alter_table("export_unit") as batch:
        batch.add_column(sa.Column("scorecard_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_export_unit_scorecard_id_scorecard",
            "scorecard",
            ["scorecard_id"],
            ["id"],
            ondelete="SET NULL",
        )
    # The copies there are summaries, and guides those that are about nobody.
    op.add_column(
        "record_copy", sa.Column("kind", sa.String(), nullable=False, server_default="summary")
    )
    op.execute("UPDATE record_copy SET kind = 'guide' WHERE candidate_id IS NULL")


def downgrade() -> None:
    op.execute(
        "DELETE FROM export_unit WHERE export_id IN (SELECT id FROM export WHERE kind LIKE '%form')"
    )
    op.execute("DELETE FROM export WHERE kind LIKE '%form'")
    op.execute("DELETE FROM record_copy WHERE kind LIKE '%form'")
    op.drop_column("record_copy", "kind")
    with op.batch_alter_table("export_unit") as batch:
        batch.drop_constraint("fk_export_unit_scorecard_id_scorecard", type_="foreignkey")
        batch.drop_column("scorecard_id")
    op.drop_index("ix_paper_entry_paper_id", "paper_entry")
    op.drop_table("paper_entry")
    op.drop_index("ix_paper_scorecard_id", "paper")
    op.drop_table("paper")
