"""mail, guests and reminders

Revision ID: 4c1b0f5a9d27
Revises: 8b1f6a2c94d7
"""

import sqlalchemy as sa
from alembic import op

revision = "4c1b0f5a9d27"
down_revision = "8b1f6a2c94d7"
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
    op.create_table(
        "guest_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_guest_link_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_guest_link_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_guest_link_digest")),
        sa.UniqueConstraint("nonce", name=op.f("uq_guest_link_nonce")),
    )
    op.create_index("ix_guest_link_person_id", "guest_link", ["person_id"])
    op.create_table(
        "guest_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("statement", sa.String(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("no_conflict_at", sa.DateTime(), nullable=True),
        sa.Column("conflict", sa.String(), nullable=True),
        sa.Column("conflict_at", sa.DateTime(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(), nullable=True),
        sa.Column("cleared_by_id", sa.Integer(), nullable=True),
        sa.Column("clear_reason", sa.String(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("left_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cleared_by_id"], ["person.id"], name=op.f("fk_guest_seat_cleared_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_guest_seat_interview_id_interview")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_guest_seat_invited_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["left_by_id"], ["person.id"], name=op.f("fk_guest_seat_left_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_guest_seat_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_seat")),
    )
    op.create_index("ix_guest_seat_interview_id", "guest_seat", ["interview_id"])
    op.create_index("ix_guest_seat_person_id", "guest_seat", ["person_id"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_reminder_interview_id_interview")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "interview_id",
            "person_id",
            "number",
            name=op.f("uq_reminder_interview_id_person_id_number"),
        ),
    )
    op.create_index("ix_reminder_person_id", "reminder", ["person_id"])
    op.create_table(
        "completion",
        sa.Column("interview_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_completion_interview_id_interview")
        ),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_completion")),
    )
    # In place, as SQLite can: a batch would copy the table.
    op.add_column(
        "scorecard",
        sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_mail_due_at", "mail", ["due_at"])
    op.create_index("ix_mail_about", "mail", ["about"])


def downgrade() -> None:
    op.drop_column("scorecard", "is_held")
    op.drop_table("completion")
    op.drop_index("ix_reminder_person_id", table_name="reminder")
    op.drop_table("reminder")
    op.drop_index("ix_guest_seat_person_id", table_name="guest_seat")
    op.drop_index("ix_guest_seat_interview_id", table_name="guest_seat")
    op.drop_table("guest_seat")
    op.drop_index("ix_guest_link_person_id", table_name="guest_link")
    op.drop_table("guest_link")
    op.drop_index("ix_mail_about", table_name="mail")
    op.drop_index("ix_mail_due_at", table_name="mail")
    op.drop_table("mail")
    op.drop_index("ix_attempt_at", table_name="attempt")
    op.drop_index("ix_attempt_key", table_name="attempt")
    op.drop_table("attempt")
