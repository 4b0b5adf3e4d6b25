"""A seat is held until what is missing is mended; shifts move."""

import sqlalchemy as sa
from alembic import op

revision: str = "918b0fb23f4b"
down_revision: str | None = "3f7c0d9a51be"


def upgrade() -> None:
    op.add_column("shift", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("signup", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("signup_state", "signup")
    op.create_check_constraint(
        "signup_state",
        "signup",
        "state IN ('waitlisted', 'offered', 'confirmed', 'needs_action', 'withdrawn', 'declined', 'offer_expired', "
        "'lapsed', 'handed_over', 'cancelled_by_org', 'closed')",
    )
    op.drop_index("one_signup_each", "signup")
    op.create_index(
        "one_signup_each",
        "signup",
        ["shift_id", "volunteer_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('confirmed', 'needs_action', 'offered', 'waitlisted')"),
    )
