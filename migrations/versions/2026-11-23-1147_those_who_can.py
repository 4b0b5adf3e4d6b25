"""Whoever has proof of a skill or a language is found by it."""

from alembic import op

revision: str = "a6f0c2d91b37"
down_revision: str | None = "8c2f41d9e6a7"


def upgrade() -> None:
    op.create_index(
        "those_who_can", "competence", ["skill", "language", "volunteer_id"], postgresql_where="state = 'current'"
    )
