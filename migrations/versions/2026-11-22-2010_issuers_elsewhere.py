"""Issuers elsewhere, and who of theirs is a person here."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "d7a05e3c9b18"
down_revision: str | None = "e71c5a20d9b8"


def upgrade() -> None:
    op.create_table(
        "issuer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("token_types", JSONB(), nullable=False),
        sa.Column("client_claim", sa.String(), nullable=False),
        sa.Column("scope_claim", sa.String(), nullable=False),
        sa.Column("scopes", JSONB(), nullable=False),
        sa.Column("role_claim", sa.String(), nullable=True),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('trusted', 'distrusted')", name="issuer_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_trusted_issuer_per_url", "issuer", ["url"], unique=True, postgresql_where=sa.text("state = 'trusted'")
    )
    op.create_table(
        "linked_subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("called", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_linked_subject_person_id", "linked_subject", ["person_id"])
    op.create_index(
        "one_person_per_subject",
        "linked_subject",
        ["issuer_id", "subject"],
        unique=True,
        postgresql_where=sa.text("unlinked_at IS NULL"),
    )
    for table, whose in (("issuer", "id"), ("linked_subject", "person_id")):
        op.execute(
            f"CREATE TRIGGER tell_access AFTER UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tell_access('{whose}')"
        )
        op.execute(f"CREATE TRIGGER tell_access_of_all AFTER TRUNCATE ON {table} EXECUTE FUNCTION tell_access()")
    op.drop_constraint("known_ceremony", "under_way")
    op.create_check_constraint(
        "known_ceremony",
        "under_way",
        "ceremony IN ('second_step', 'new_totp', 'new_passkey', 'passkey', 'at_issuer', 'new_link')",
    )
