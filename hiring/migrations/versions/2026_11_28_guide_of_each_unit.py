"""each file of an export has a guide of its own, and may have a remark

Revision ID: c7e2d9b04f18
Revises: c27e5b90d1f4
"""

import sqlalchemy as sa
from alembic import op

revision = "c7e2d9b04f18"
down_revision = "c27e5b90d1f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("export_unit") as batch:
        batch.add_column(sa.Column("guide_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("remark", sa.String(), nullable=False, server_default=""))
        batch.create_foreign_key("fk_export_unit_guide_id_guide", "guide", ["guide_id"], ["id"])
    # All files of an export had the same one.
    op.execute(
        "UPDATE export_unit SET guide_id = "
        "(SELECT guide_id FROM export WHERE export.id = export_unit.export_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("export_unit") as batch:
        batch.drop_constraint("fk_export_unit_guide_id_guide", type_="foreignkey")
        batch.drop_column("remark")
        batch.drop_column("guide_id")
