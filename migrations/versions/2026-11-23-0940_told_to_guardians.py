"""A guardian is told what a minor is told, and people are told of what is about no shift."""

import sqlalchemy as sa
from alembic import op

revision: str = "2b94c6e0d7a5"
down_revision: str | None = "c76d53408d28"


def upgrade() -> None:
    op.alter_column("message", "shift_id", existing_type=sa.Uuid(), nullable=True)
    op.add_column("message", sa.Column("volunteer_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("message_volunteer_id_fkey", "message", "volunteer", ["volunteer_id"], ["id"])
    op.create_index(op.f("ix_message_volunteer_id"), "message", ["volunteer_id"], unique=False)
