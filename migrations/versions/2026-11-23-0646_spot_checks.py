"""Spot checks."""

import sqlalchemy as sa
from alembic import op

revision: str = "fc17cf057092"
down_revision: str | None = "5c1a9e7d3b60"


def upgrade() -> None:
    op.create_table(
        "audit_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("population", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'drawn') = (seed IS NOT NULL)", name="seed_of_what_is_drawn"),
        sa.CheckConstraint("state IN ('announced', 'drawn')", name="audit_draw_state"),
        sa.CheckConstraint("since <= until", name="audit_begins_before_it_ends"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_audit_each", "audit_draw", ["street_id", "since"], unique=True)
    op.create_table(
        "audit_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("audit_draw_id", sa.Uuid(), nullable=False),
        sa.Column("hour_entry_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_draw_id"],
            ["audit_draw.id"],
        ),
        sa.ForeignKeyConstraint(
            ["hour_entry_id"],
            ["hour_entry.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("items_of_an_audit", "audit_item", ["audit_draw_id", "rank"], unique=True)
