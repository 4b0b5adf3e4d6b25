"""What volunteers can do, with proof and its days."""

import sqlalchemy as sa
from alembic import op

revision: str = "b3f1c07a52de"
down_revision: str | None = "8b1d5f0a27c4"


def upgrade() -> None:
    op.create_table(
        "competence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("level IN ('basic', 'independent', 'proficient', 'native')", name="known_level"),
        sa.CheckConstraint("source IN ('certificate', 'reference', 'course')", name="known_source"),
        sa.CheckConstraint(
            "state IN ('claimed', 'current', 'refused', 'withdrawn', 'revoked', 'expired')", name="competence_state"
        ),
        sa.CheckConstraint("num_nonnulls(skill, language) = 1", name="a_skill_or_a_language"),
        sa.CheckConstraint("level <> 'native' OR language IS NOT NULL", name="native_is_of_languages"),
        sa.CheckConstraint("since <= until", name="competence_begins_before_it_ends"),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"]),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("competences_of_a_volunteer", "competence", ["volunteer_id", "skill", "language"])
    op.create_index(
        "one_claim_of_a_competence",
        "competence",
        ["volunteer_id", "skill", "language"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index("competences_due", "competence", ["next_due"], postgresql_where=sa.text("next_due IS NOT NULL"))
