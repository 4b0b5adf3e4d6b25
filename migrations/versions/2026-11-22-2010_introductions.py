"""Introductions."""

import sqlalchemy as sa
from alembic import op

revision: str = "e61d3f85a0c9"
down_revision: str | None = "e7b25f9c4a10"


def upgrade() -> None:
    op.create_table(
        "introduction",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index("ix_introduction_expires_at", "introduction", ["expires_at"])
    op.create_index("ix_introduction_person_id", "introduction", ["person_id"])
