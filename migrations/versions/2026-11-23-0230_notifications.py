"""People are told of what was done: messages, and how far everybody was told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "7b1e5c9a2d64"
down_revision: str | None = "d2a85f61c07e"


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("deed_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("subject", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("says", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("mailed IN ('none', 'waiting', 'sent', 'failed')", name="known_mailed"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("inbox", "message", ["person_id", "made_at", "id"], unique=False)
    op.create_index("told_once", "message", ["deed_id", "person_id"], unique=True)
    op.create_index(
        "messages_on_their_way",
        "message",
        ["letter_id"],
        unique=False,
        postgresql_where=sa.text("letter_id IS NOT NULL"),
    )
    op.create_table(
        "told",
        sa.Column("id", sa.Boolean(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # What was done before is not told any more.
    op.execute("INSERT INTO told (id, no) SELECT true, coalesce(max(no), 0) FROM link")
