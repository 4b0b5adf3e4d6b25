"""Where whoever leads a service decides on each signup, the seat is held until then."""

import sqlalchemy as sa
from alembic import op

revision: str = "d7a04c51be93"
down_revision: str | None = "b3d91f60c5aa"


def upgrade() -> None:
    op.add_column("opportunity", sa.Column("reviews_signups", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("opportunity", "reviews_signups", server_default=None)
    op.add_column("shift", sa.Column("reviewed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("shift", "reviewed", server_default=None)
    op.drop_constraint("signup_state", "signup")
    op.create_check_constraint(
        "signup_state",
        "signup",
        "state IN ('waitlisted', 'offered', 'confirmed', 'pending_review', 'needs_action', 'withdrawn', 'declined', "
        "'offer_expired', 'lapsed', 'review_lapsed', 'refused', 'handed_over', 'removed', 'cancelled_by_org', 'closed')",
    )
    op.drop_index("one_signup_each", "signup")
    op.create_index(
        "one_signup_each",
        "signup",
        ["shift_id", "volunteer_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('confirmed', 'needs_action', 'offered', 'pending_review', 'waitlisted')"),
    )
