"""Who is insured against accidents, and in which services volunteers may be hurt."""

import sqlalchemy as sa
from alembic import op

revision: str = "e94d2b7c6a10"
down_revision: str | None = "5e1a7c0b3d42"


def upgrade() -> None:
    op.add_column("opportunity", sa.Column("dangerous", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("opportunity", "dangerous", server_default=None)
    op.create_table(
        "insurance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("insurer", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('in_force', 'ended', 'expired')", name="insurance_state"),
        sa.CheckConstraint("since <= until", name="insurance_begins_before_it_ends"),
        sa.ForeignKeyConstraint(["street_id"], ["street_office.id"]),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_insurance_organization_id", "insurance", ["organization_id"])
    op.create_index("insurances_of_a_volunteer", "insurance", ["volunteer_id", "organization_id", "until"])
    op.create_index("insurances_due", "insurance", ["next_due"], postgresql_where=sa.text("next_due IS NOT NULL"))
