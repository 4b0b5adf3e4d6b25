"""Answers name the thing they are about."""

import sqlalchemy as sa
from alembic import op

revision: str = "d70a52c6e9b1"
down_revision: str | None = "e61d3f85a0c9"


def upgrade() -> None:
    op.add_column("answer", sa.Column("noun", sa.String()))
    op.add_column("answer", sa.Column("subject_id", sa.Uuid()))
    op.execute("UPDATE answer SET noun = d.noun, subject_id = d.subject_id FROM deed d WHERE d.id = deed_id")
    op.alter_column("answer", "noun", nullable=False)
    op.alter_column("answer", "subject_id", nullable=False)
