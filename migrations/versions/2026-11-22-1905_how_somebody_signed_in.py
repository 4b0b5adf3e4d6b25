"""How somebody signed in, and where."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "8c41d0b7e2a6"
down_revision: str | None = "1016f2dcb93c"

#: What is signed in already did so by password.
BEFORE = sa.text("'[\"pwd\"]'")


def upgrade() -> None:
    for table in ("login_session", "authorization_code", "token_family"):
        op.add_column(table, sa.Column("amr", JSONB, nullable=False, server_default=BEFORE))
        op.alter_column(table, "amr", server_default=None)
    for column in ("address", "agent"):
        op.add_column("login_session", sa.Column(column, sa.String(), nullable=False, server_default=""))
        op.alter_column("login_session", column, server_default=None)
