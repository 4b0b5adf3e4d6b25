"""Letters that can wait go in the morning, some gathered in one; shifts are reminded of by themselves."""

import sqlalchemy as sa
from alembic import op

revision: str = "5c1a9e7d3b60"
down_revision: str | None = "3ebe1ec3e1aa"


def upgrade() -> None:
    op.add_column("shift", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("known_mailed", "message")
    op.create_check_constraint("known_mailed", "message", "mailed IN ('none', 'gathered', 'waiting', 'sent', 'failed')")
    op.drop_constraint("known_way", "message_choice")
    op.create_check_constraint("known_way", "message_choice", "way IN ('none', 'inbox', 'daily', 'email')")
    op.create_index("messages_gathered", "message", ["made_at"], postgresql_where=sa.text("mailed = 'gathered'"))
