"""Identity documents of volunteers, and the key that encrypts their numbers."""

import sqlalchemy as sa
from alembic import op

revision: str = "d6ea3f804b29"
down_revision: str | None = "7c90ad98c22e"


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "identity_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("wrong_numbers", sa.Integer(), nullable=False),
        sa.Column("verified_by_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "document_type IN ('resident_card', 'residence_permit', 'permanent_residence', 'travel_permit', 'passport')",
            name="known_document_type",
        ),
        sa.CheckConstraint(
            "state IN ('claimed', 'verified', 'refused', 'withdrawn', 'expired')", name="identity_document_state"
        ),
        sa.CheckConstraint("document_type <> 'passport' OR country IS NOT NULL", name="passports_have_a_country"),
        sa.CheckConstraint("document_type <> 'passport' OR expires_on IS NOT NULL", name="passports_expire"),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"]),
        sa.ForeignKeyConstraint(["verified_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_identity_document_volunteer_id", "identity_document", ["volunteer_id"])
    op.create_index("ix_identity_document_fingerprint", "identity_document", ["fingerprint"])
    op.create_index(
        "identity_documents_due", "identity_document", ["next_due"], postgresql_where=sa.text("next_due IS NOT NULL")
    )
    op.create_index(
        "one_claim_of_a_kind",
        "identity_document",
        ["volunteer_id", "document_type"],
        unique=True,
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "one_identity_each",
        "identity_document",
        ["fingerprint"],
        unique=True,
        postgresql_where=sa.text("state = 'verified'"),
    )
