"""Addresses are proven."""

import sqlalchemy as sa
from alembic import op

revision: str = "a94e1c6d02b7"
down_revision: str | None = "5b7d3e91c0f4"


def upgrade() -> None:
    for column in ("email_verified_at", "phone_verified_at"):
        op.add_column("person", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "address_proof",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name="known_channel"),
        sa.CheckConstraint("purpose IN ('sign_up', 'reset', 'change')", name="known_purpose"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_address_proof_expires_at", "address_proof", ["expires_at"])
    op.create_index("ix_address_proof_person_id", "address_proof", ["person_id"])
