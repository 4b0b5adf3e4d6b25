"""Breaks, and what is done when nobody checked out."""

import sqlalchemy as sa
from alembic import op

revision: str = "e9d6e0711e83"
down_revision: str | None = "a83d5c1f60b7"

STATES = "'expected', 'checked_in', 'on_break', 'checked_out', 'missing_check_out', 'no_show_provisional'"
LEFT = """
UPDATE attendance SET minutes = floor(extract(epoch FROM checked_out_at - checked_in_at) / 60)
WHERE state = 'checked_out'"""
STILL_THERE = """
UPDATE attendance a SET check_out_by = h.ends_at + interval '60 minutes', next_due = h.ends_at + interval '60 minutes'
FROM signup s JOIN shift h ON h.id = s.shift_id WHERE s.id = a.signup_id AND a.state = 'checked_in'"""


def upgrade() -> None:
    op.create_table(
        "break",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("attendance_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("began_at <= ended_at", name="a_break_begins_before_it_ends"),
        sa.ForeignKeyConstraint(["attendance_id"], ["attendance.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_break_attendance_id", "break", ["attendance_id"])
    op.create_index(
        "one_break_at_a_time", "break", ["attendance_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.add_column("attendance", sa.Column("next_due", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance", sa.Column("check_out_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column("attendance", sa.Column("proposed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance", sa.Column("proposed_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance", sa.Column("decided_by_id", sa.Uuid(), nullable=True))
    op.create_index("attendances_due", "attendance", ["next_due"], postgresql_where=sa.text("next_due IS NOT NULL"))
    op.create_foreign_key(None, "attendance", "person", ["decided_by_id"], ["id"])
    op.drop_constraint("attendance_state", "attendance")
    op.create_check_constraint("attendance_state", "attendance", f"state IN ({STATES})")
    op.execute(LEFT)
    op.execute(STILL_THERE)
