"""People choose how they are told."""

import sqlalchemy as sa
from alembic import op

revision: str = "3f9d61b7c8e2"
down_revision: str | None = "7b1e5c9a2d64"


def upgrade() -> None:
    op.create_table(
        "message_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.CheckConstraint("way IN ('none', 'inbox', 'email')", name="known_way"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_choice_each", "message_choice", ["person_id", "verb"], unique=True)
