"""Cases about hours; entries that are sent back or in doubt."""

import sqlalchemy as sa
from alembic import op

revision: str = "7c90ad98c22e"
down_revision: str | None = "a4c07d2e91f6"

STATES = "'logged', 'pending_second', 'verified', 'final', 'returned', 'suspect', 'rejected', 'superseded', 'voided'"
STANDING = "state IN ('final', 'logged', 'pending_second', 'returned', 'suspect', 'verified')"


def upgrade() -> None:
    op.create_table(
        "hour_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("signup_id", sa.Uuid(), nullable=False),
        sa.Column("hour_entry_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("answer_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("first_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("instance IN ('first', 'second')", name="known_instance"),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'open', 'overdue', 'upheld', 'corrected')", name="hour_case_state"
        ),
        sa.CheckConstraint("minutes >= 0", name="hours_are_not_owed"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["hour_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["hour_entry_id"],
            ["hour_entry.id"],
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"],
            ["signup.id"],
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("first_id"),
    )
    op.create_index(
        "cases_due", "hour_case", ["next_due"], unique=False, postgresql_where=sa.text("next_due IS NOT NULL")
    )
    op.create_index("cases_of_a_signup", "hour_case", ["signup_id", "opened_at"], unique=False)
    op.create_index("cases_of_a_volunteer", "hour_case", ["volunteer_id", "opened_at"], unique=False)
    op.create_index(op.f("ix_hour_case_hour_entry_id"), "hour_case", ["hour_entry_id"], unique=False)
    op.create_index(
        "one_case_each",
        "hour_case",
        ["signup_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'overdue', 'proposed')"),
    )
    op.drop_constraint("hour_entry_state", "hour_entry")
    op.create_check_constraint("hour_entry_state", "hour_entry", f"state IN ({STATES})")
    op.drop_index("one_entry_each", "hour_entry")
    op.create_index("one_entry_each", "hour_entry", ["signup_id"], unique=True, postgresql_where=sa.text(STANDING))
    op.drop_index("hours_by_hand", "hour_entry")
    op.create_index(
        "hours_by_hand",
        "hour_entry",
        ["organization_id", "logged_at"],
        postgresql_where=sa.text(f"{STANDING} AND source IN ('supervisor', 'volunteer')"),
    )
