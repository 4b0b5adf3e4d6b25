"""Who came without a seat."""

import sqlalchemy as sa
from alembic import op

revision: str = "f0d77d5924b7"
down_revision: str | None = "d65d9f145de0"

STATES = (
    "'expected', 'checked_in', 'on_break', 'checked_out', 'missing_check_out', 'no_show_provisional', "
    "'excused', 'no_show', 'corrected_present', 'service_cancelled', 'void'"
)


def upgrade() -> None:
    op.add_column("attendance", sa.Column("walk_in", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("attendance", "walk_in", server_default=None)
    op.add_column("attendance", sa.Column("identity_by", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("attendance_state", "attendance")
    op.create_check_constraint("attendance_state", "attendance", f"state IN ({STATES})")
