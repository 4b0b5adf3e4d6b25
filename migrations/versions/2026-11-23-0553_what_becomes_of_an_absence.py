"""What becomes of an absence."""

import sqlalchemy as sa
from alembic import op

revision: str = "ced6aaea8b74"
down_revision: str | None = "e9d6e0711e83"

STATES = (
    "'expected', 'checked_in', 'on_break', 'checked_out', 'missing_check_out', 'no_show_provisional', "
    "'excused', 'no_show', 'corrected_present', 'service_cancelled'"
)
CALLED_ALREADY = "UPDATE shift SET roll_called_at = ends_at WHERE state = 'ended'"
TO_BE_EXPLAINED = """
UPDATE attendance SET objection_until = now() + interval '72 hours', next_due = now() + interval '72 hours'
WHERE state = 'no_show_provisional'"""


def upgrade() -> None:
    op.add_column("attendance", sa.Column("objection_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance", sa.Column("excuse", sa.Text(), nullable=True))
    op.add_column("attendance", sa.Column("excuse_says", sa.String(), nullable=True))
    op.add_column("attendance", sa.Column("reason", sa.String(), nullable=True))
    op.create_check_constraint(
        "known_excuse", "attendance", "excuse IN ('illness', 'family', 'transport', 'weather', 'organizer', 'other')"
    )
    op.add_column("shift", sa.Column("roll_called_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("attendance_state", "attendance")
    op.create_check_constraint("attendance_state", "attendance", f"state IN ({STATES})")
    op.execute(CALLED_ALREADY)
    op.execute(TO_BE_EXPLAINED)
