"""Those who have a seat in a shift can be reminded of it."""

import sqlalchemy as sa
from alembic import op

revision: str = "a4c07d2e91f6"
down_revision: str | None = "f41c7d2ea906"


def upgrade() -> None:
    op.add_column("shift", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
