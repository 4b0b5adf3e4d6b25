"""Who is related to whom, as they say themselves."""

import sqlalchemy as sa
from alembic import op

revision: str = "48772016fd02"
down_revision: str | None = "ced6aaea8b74"


def upgrade() -> None:
    op.create_table(
        "kinship",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("relative_id", sa.Uuid(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('spouse', 'parent_or_child', 'sibling', 'grandparent_or_grandchild', 'other')",
            name="known_relation",
        ),
        sa.CheckConstraint("state IN ('declared', 'ended')", name="kinship_state"),
        sa.CheckConstraint("person_id <> relative_id", name="relatives_are_two"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["relative_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kinships_of_a_person", "kinship", ["person_id"], unique=False)
    op.create_index("kinships_of_a_relative", "kinship", ["relative_id"], unique=False)
    op.create_index(
        "one_kinship_each",
        "kinship",
        [sa.literal_column("least(person_id, relative_id)"), sa.literal_column("greatest(person_id, relative_id)")],
        unique=True,
        postgresql_where=sa.text("state IN ('declared')"),
    )
