"""Which rights and duties a volunteer has read and accepted; nobody has yet, so all are asked when they sign up next."""

import sqlalchemy as sa
from alembic import op

revision: str = "e2f90b6c4d18"
down_revision: str | None = "5c1e7d20b9a6"


def upgrade() -> None:
    op.add_column("volunteer", sa.Column("charter_edition", sa.Integer(), nullable=True))
    op.add_column("volunteer", sa.Column("charter_language", sa.String(), nullable=True))
    op.add_column("volunteer", sa.Column("charter_accepted_at", sa.DateTime(timezone=True), nullable=True))
