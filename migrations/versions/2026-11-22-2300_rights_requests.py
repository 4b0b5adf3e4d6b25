"""What people ask about their data that they cannot do by themselves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "b4c81d6e2f07"
down_revision: str | None = "a4c81d7f2e60"


def upgrade() -> None:
    op.create_table(
        "rights_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asks_for", sa.Text(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer", JSONB(), nullable=True),
        sa.Column("court_route", JSONB(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "asks_for IN ('access', 'copy', 'correction', 'erasure', 'restriction', 'explanation', 'other')",
            name="known_asks_for",
        ),
        sa.CheckConstraint(
            "state IN ('received', 'identity_checked', 'in_progress', 'fulfilled', 'partly', 'refused', 'withdrawn')",
            name="rights_request_state",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rights_request_person_id", "rights_request", ["person_id"])
    op.create_index("rights_requests_in_order", "rights_request", ["due_at", "id"])
    op.create_index(
        "one_open_request_of_a_kind",
        "rights_request",
        ["person_id", "asks_for"],
        unique=True,
        postgresql_where=sa.text("state IN ('identity_checked', 'in_progress', 'received')"),
    )
