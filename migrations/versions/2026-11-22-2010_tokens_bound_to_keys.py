"""Tokens are bound to keys."""

import sqlalchemy as sa
from alembic import op

revision: str = "e7b25f9c4a10"
down_revision: str | None = "d7a05e3c9b18"


def upgrade() -> None:
    op.add_column("client", sa.Column("require_dpop", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("client", "require_dpop", server_default=None)
    for table in ("authorization_code", "token_family"):
        op.add_column(table, sa.Column("jkt", sa.String(), nullable=True))
