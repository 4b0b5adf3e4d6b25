"""Signing keys are of two algorithms: those that were there sign id tokens."""

import sqlalchemy as sa
from alembic import op

revision: str = "f41c7d2ea906"
down_revision: str | None = "e3b9a1706d2c"


def upgrade() -> None:
    op.add_column("signing_key", sa.Column("algorithm", sa.Text(), nullable=False, server_default="RS256"))
    op.alter_column("signing_key", "algorithm", server_default=None)
    op.create_check_constraint("known_algorithm", "signing_key", "algorithm IN ('ES256', 'RS256')")
    op.drop_index("one_key_of_each_state", "signing_key")
    op.create_index(
        "one_key_of_each_state",
        "signing_key",
        ["algorithm", "state"],
        unique=True,
        postgresql_where=sa.text("state <> 'retired'"),
    )
