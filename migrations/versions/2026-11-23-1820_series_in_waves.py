"""The shifts of a series open to some before others."""

import sqlalchemy as sa
from alembic import op

revision: str = "e07f3b28c1d6"
down_revision: str | None = "d94b6e15a8f2"


def upgrade() -> None:
    for who in ("everyone", "neighbours", "regulars", "newcomers"):
        op.add_column("series", sa.Column(f"{who}_after", sa.Integer(), nullable=True))
