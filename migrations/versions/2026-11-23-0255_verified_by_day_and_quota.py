"""Who verifies time is told by the day and the quota; what is verified is in public notice and then final."""

import sqlalchemy as sa
from alembic import op

revision: str = "e3b9a1706d2c"
down_revision: str | None = "3f9d61b7c8e2"

STANDING = "state IN ('final', 'logged', 'pending_second', 'verified')"
TIERS = "('organization', 'community', 'street')"


def upgrade() -> None:
    op.add_column("hour_entry", sa.Column("tier", sa.Text(), nullable=False, server_default="organization"))
    op.alter_column("hour_entry", "tier", server_default=None)
    op.create_check_constraint("known_tier", "hour_entry", f"tier IN {TIERS}")
    op.add_column("hour_entry", sa.Column("first_verified_at", sa.DateTime(timezone=True)))
    op.add_column("hour_entry", sa.Column("first_verified_by_id", sa.Uuid()))
    op.create_foreign_key(None, "hour_entry", "person", ["first_verified_by_id"], ["id"])
    op.add_column("hour_entry", sa.Column("first_verified_for", sa.Text()))
    op.create_check_constraint("known_first_verified_for", "hour_entry", f"first_verified_for IN {TIERS}")
    op.add_column("hour_entry", sa.Column("notice_until", sa.DateTime(timezone=True)))
    op.add_column("hour_entry", sa.Column("next_due", sa.DateTime(timezone=True)))
    op.drop_constraint("hour_entry_state", "hour_entry")
    op.create_check_constraint(
        "hour_entry_state",
        "hour_entry",
        "state IN ('logged', 'pending_second', 'verified', 'final', 'rejected', 'superseded', 'voided')",
    )
    # What was verified before has not been in public notice yet: it is for a week from now on.
    op.execute(
        "UPDATE hour_entry SET notice_until = now() + interval '7 days', next_due = now() + interval '7 days'"
        " WHERE state = 'verified'"
    )
    op.drop_index("one_entry_each", "hour_entry")
    op.create_index("one_entry_each", "hour_entry", ["signup_id"], unique=True, postgresql_where=sa.text(STANDING))
    op.create_index(
        "hours_by_hand",
        "hour_entry",
        ["organization_id", "logged_at"],
        postgresql_where=sa.text(f"{STANDING} AND source IN ('supervisor', 'volunteer')"),
    )
    op.create_index("hours_due", "hour_entry", ["next_due"], postgresql_where=sa.text("next_due IS NOT NULL"))
