"""Signing keys retire at a moment, and have no private part from then on."""

import sqlalchemy as sa
from alembic import op

revision: str = "c2f80a9d1b36"
down_revision: str | None = "3bcd267c1af7"


def upgrade() -> None:
    op.add_column("signing_key", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("signing_key", "private", nullable=True)
    op.create_index(
        "one_key_of_each_state",
        "signing_key",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state <> 'retired'"),
    )
