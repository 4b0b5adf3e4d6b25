"""Who was served and since when volunteers are, their usual times, and how far a guardian's consent goes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "b3a95d17e0c4"
down_revision: str | None = "8d41c6f2ab07"


def upgrade() -> None:
    op.add_column("volunteer", sa.Column("available", postgresql.JSONB(), nullable=True))
    op.add_column("volunteer", sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
    UPDATE volunteer SET available = '[]', registered_at = coalesce(
        (SELECT min(at) FROM deed WHERE subject_id = volunteer.id AND verb = 'register_volunteer'), now())
    """)
    op.alter_column("volunteer", "available", nullable=False)
    op.alter_column("volunteer", "registered_at", nullable=False)
    op.add_column("volunteer", sa.Column("guardian_consent_community_id", sa.Uuid(), nullable=True))
    op.add_column("volunteer", sa.Column("guardian_consent_organization_id", sa.Uuid(), nullable=True))
    op.add_column("volunteer", sa.Column("guardian_consent_latest", sa.String(), nullable=True))
    op.create_foreign_key(None, "volunteer", "community", ["guardian_consent_community_id"], ["id"])
    op.create_foreign_key(None, "volunteer", "organization", ["guardian_consent_organization_id"], ["id"])
    op.create_table(
        "served_resident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('noted', 'withdrawn')", name="served_resident_state"),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"]),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("noted_by_id", "person_id", "shift_id"):
        op.create_index(op.f(f"ix_served_resident_{column}"), "served_resident", [column])
    op.create_index(
        "one_note_each",
        "served_resident",
        ["community_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('noted')"),
    )
    op.create_index("served_by_day", "served_resident", ["served_on", "id"])
