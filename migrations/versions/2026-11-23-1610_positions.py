"""What some do at an opportunity, and not all, with shifts of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "5c1e7d20b9a6"
down_revision: str | None = "b7d05a3e91f4"


def upgrade() -> None:
    op.create_table(
        "position",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("tasks", postgresql.JSONB(), nullable=False),
        sa.Column("place", postgresql.JSONB(), nullable=True),
        sa.Column("skills", postgresql.JSONB(), nullable=False),
        sa.Column("languages", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('wanted', 'retired')", name="position_state"),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("positions_of_an_opportunity", "position", ["opportunity_id", "id"])
    for table, index, columns in (
        ("shift", "shifts_of_a_position", ["position_id", "id"]),
        ("series", "series_of_a_position", ["position_id"]),
    ):
        op.add_column(table, sa.Column("position_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(None, table, "position", ["position_id"], ["id"])
        op.create_index(index, table, columns, postgresql_where=sa.text("position_id IS NOT NULL"))
