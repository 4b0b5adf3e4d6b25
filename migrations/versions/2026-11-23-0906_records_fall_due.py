"""Records fall due."""

import sqlalchemy as sa
from alembic import op

revision: str = "8b1d5f0a27c4"
down_revision: str | None = "7582df421d18"

LOOKED_AT_ONCE = """
UPDATE shift SET record_review_at = now(), next_due = least(next_due, now()) WHERE state = 'ended'"""


def upgrade() -> None:
    op.add_column("shift", sa.Column("record_state", sa.Text(), nullable=False, server_default="due"))
    op.alter_column("shift", "record_state", server_default=None)
    op.add_column("shift", sa.Column("record_review_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shift", sa.Column("record_recount_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "known_record_state", "shift", "record_state IN ('due', 'reminded', 'overdue', 'recorded')"
    )
    op.create_index(
        "shifts_unrecorded",
        "shift",
        ["record_state", "record_due"],
        postgresql_where=sa.text("record_state IN ('overdue', 'reminded')"),
    )
    op.execute(LOOKED_AT_ONCE)
