"""Applications prove themselves by what they sign."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "91d4e7a0c5b8"
down_revision: str | None = "a94e1c6d02b7"

METHODS = "auth_method IN ('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt')"


def upgrade() -> None:
    op.add_column("client", sa.Column("jwks", JSONB, nullable=True))
    op.drop_constraint("known_auth_method", "client")
    op.create_check_constraint("known_auth_method", "client", METHODS)
    op.create_table(
        "seen_once",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_seen_once_expires_at", "seen_once", ["expires_at"])
