"""narrower index

Revision ID: 5d0c1f0a7e42
Revises: 4c1b0f5a9d27
"""

from alembic import op

revision = "5d0c1f0a7e42"
down_revision = "4c1b0f5a9d27"
branch_labels = None
depends_on = None

INDEX = "ix_rating_comparison"


def upgrade() -> None:
    op.drop_index(INDEX, "rating")
    op.create_index(INDEX, "rating", ["guide_id", "scorecard_id", "item_id", "level", "warnings"])


def downgrade() -> None:
    op.drop_index(INDEX, "rating")
    columns = ["guide_id", "candidate_id", "scorecard_id", "item_id"]
    op.create_index(INDEX, "rating", [*columns, "level", "warnings", "not_observed"])
