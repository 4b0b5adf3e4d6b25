"""Partners register applications by themselves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "e71c5a20d9b8"
down_revision: str | None = "e3b6f0a4c915"


def upgrade() -> None:
    op.create_table(
        "initial_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", JSONB(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("uses_left >= 0", name="initial_token_used_up"),
        sa.CheckConstraint("state IN ('active', 'revoked')", name="initial_token_state"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.add_column("client", sa.Column("initial_token_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(None, "client", "initial_token", ["initial_token_id"], ["id"])
    op.create_index(op.f("ix_client_initial_token_id"), "client", ["initial_token_id"])
    op.add_column("client", sa.Column("contacts", JSONB(), nullable=False, server_default="[]"))
    op.alter_column("client", "contacts", server_default=None)
