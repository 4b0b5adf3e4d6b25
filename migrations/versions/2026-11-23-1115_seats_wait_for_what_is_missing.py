"""A seat remembers what was missing when it began to be held."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "5e1a7c0b3d42"
down_revision: str | None = "797bc5ffd8d5"


def upgrade() -> None:
    op.add_column("signup", sa.Column("missing", postgresql.JSONB(), nullable=True))
