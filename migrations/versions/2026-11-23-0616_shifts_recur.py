"""Shifts recur: a series opens them by a rule."""

import sqlalchemy as sa
from alembic import op

revision: str = "d65d9f145de0"
down_revision: str | None = "48772016fd02"


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("rrule", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("skips_holidays", sa.Boolean(), nullable=False),
        sa.Column("opens_ahead", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("opened_until", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'ended')", name="series_state"),
        sa.CheckConstraint("capacity > 0", name="series_has_seats"),
        sa.CheckConstraint("starts_at < ends_at", name="series_starts_before_it_ends"),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_series_opportunity_id", "series", ["opportunity_id"], unique=False)
    op.create_index(
        "series_due", "series", ["next_due"], unique=False, postgresql_where=sa.text("next_due IS NOT NULL")
    )
    op.add_column("shift", sa.Column("series_id", sa.Uuid(), nullable=True))
    op.add_column("shift", sa.Column("occurrence", sa.Date(), nullable=True))
    op.create_index("shifts_of_a_series", "shift", ["series_id", "occurrence"], unique=True)
    op.create_foreign_key("shift_series_id_fkey", "shift", "series", ["series_id"], ["id"])
    op.create_check_constraint("series_and_occurrence", "shift", "(series_id IS NULL) = (occurrence IS NULL)")
