"""What volunteers are told can change, and whoever leads a shift can take somebody off it."""

import sqlalchemy as sa
from alembic import op

revision: str = "b3d91f60c5aa"
down_revision: str | None = "a6f0c2d91b37"


def upgrade() -> None:
    op.add_column("opportunity", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("signup_state", "signup")
    op.create_check_constraint(
        "signup_state",
        "signup",
        "state IN ('waitlisted', 'offered', 'confirmed', 'needs_action', 'withdrawn', 'declined', 'offer_expired', "
        "'lapsed', 'handed_over', 'removed', 'cancelled_by_org', 'closed')",
    )
