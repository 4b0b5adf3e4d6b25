"""What could not be delivered is listed, for whoever should have had it and for operators."""

import sqlalchemy as sa
from alembic import op

revision: str = "7582df421d18"
down_revision: str | None = "5689663dd7d2"


def upgrade() -> None:
    op.create_table(
        "undelivered_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("letter_kind", sa.String(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name="known_channel"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_undelivered_letter_failed_at"), "undelivered_letter", ["failed_at"], unique=False)
    op.create_index(op.f("ix_undelivered_letter_person_id"), "undelivered_letter", ["person_id"], unique=False)
