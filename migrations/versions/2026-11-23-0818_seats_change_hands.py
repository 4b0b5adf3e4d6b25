"""A volunteer's seat is offered to a named one, who stands in or gives a seat for it."""

import sqlalchemy as sa
from alembic import op

revision: str = "5689663dd7d2"
down_revision: str | None = "fc17cf057092"


def upgrade() -> None:
    op.drop_constraint("signup_state", "signup")
    op.create_check_constraint(
        "signup_state",
        "signup",
        "state IN ('waitlisted', 'offered', 'confirmed', 'withdrawn', 'declined', 'offer_expired', 'handed_over', "
        "'cancelled_by_org', 'closed')",
    )
    op.create_table(
        "swap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("taker_id", sa.Uuid(), nullable=False),
        sa.Column("return_shift_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'declined', 'cancelled', 'expired')", name="swap_state"),
        sa.ForeignKeyConstraint(
            ["giver_id"],
            ["volunteer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["return_shift_id"],
            ["shift.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"],
            ["shift.id"],
        ),
        sa.ForeignKeyConstraint(
            ["taker_id"],
            ["volunteer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_swap_giver_id"), "swap", ["giver_id"], unique=False)
    op.create_index(op.f("ix_swap_shift_id"), "swap", ["shift_id"], unique=False)
    op.create_index(op.f("ix_swap_taker_id"), "swap", ["taker_id"], unique=False)
    op.create_index(
        "one_swap_at_a_time",
        "swap",
        ["shift_id", "giver_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed')"),
    )
    op.create_index("swaps_due", "swap", ["next_due"], unique=False, postgresql_where=sa.text("next_due IS NOT NULL"))
    op.create_index("swaps_in_order", "swap", ["proposed_at", "id"], unique=False)
