"""What is agreed on in writing, and the circumstances in which law wants that."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "b7d05a3e91f4"
down_revision: str | None = "0fdffc8f6aba"


def upgrade() -> None:
    op.add_column("opportunity", sa.Column("term_months", sa.Integer(), nullable=True))
    for circumstance in ("full_time", "large_event", "out_of_city"):
        op.add_column("opportunity", sa.Column(circumstance, sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column("opportunity", circumstance, server_default=None)
    op.add_column("opportunity", sa.Column("agreement", postgresql.JSONB(), nullable=True))
    op.create_check_constraint("term_of_a_month_or_more", "opportunity", "term_months >= 1")
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('in_force', 'ended', 'expired')", name="agreement_state"),
        sa.CheckConstraint("since <= until", name="agreement_begins_before_it_ends"),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"]),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"]),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_agreement_opportunity_id", "agreement", ["opportunity_id"])
    op.create_index("agreements_due", "agreement", ["next_due"], postgresql_where=sa.text("next_due IS NOT NULL"))
    op.create_index(
        "one_agreement_in_force",
        "agreement",
        ["volunteer_id", "opportunity_id"],
        unique=True,
        postgresql_where=sa.text("state = 'in_force'"),
    )
