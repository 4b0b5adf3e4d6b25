"""Accounts of people under 14, and who consented to them."""

import sqlalchemy as sa
from alembic import op

revision: str = "d2a85f61c07e"
down_revision: str | None = "c1d7e94b3a58"


def upgrade() -> None:
    op.create_table(
        "guarded_account",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name="known_channel"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], deferrable=True, initially="DEFERRED"),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("accounts_of_a_guardian", "guarded_account", [sa.text("lower(address)")])
    op.create_index("ix_guarded_account_expires_at", "guarded_account", ["expires_at"])
    op.drop_constraint("known_purpose", "address_proof")
    op.create_check_constraint(
        "known_purpose", "address_proof", "purpose IN ('sign_up', 'reset', 'change', 'child', 'guardian', 'care')"
    )
    op.drop_constraint("known_ceremony", "under_way")
    op.create_check_constraint(
        "known_ceremony",
        "under_way",
        "ceremony IN ('second_step', 'new_totp', 'new_passkey', 'passkey', 'at_issuer', 'new_link', 'care')",
    )
