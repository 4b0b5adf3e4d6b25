"""Courses, when they are held, and who takes part."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0fdffc8f6aba"
down_revision: str | None = "d7a04c51be93"


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=True),
        sa.Column("assessed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("level <> 'native'", name="nobody_learns_a_first_language"),
        sa.CheckConstraint("level IN ('basic', 'independent', 'proficient', 'native')", name="known_level"),
        sa.CheckConstraint("state IN ('draft', 'published', 'closed')", name="course_state"),
        sa.CheckConstraint("minutes > 0", name="learning_takes_time"),
        sa.CheckConstraint("valid_months > 0", name="holds_for_a_while"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
        ),
        sa.ForeignKeyConstraint(
            ["street_id"],
            ["street_office.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("courses_for_a_skill", "course", ["skill", "state", "id"], unique=False)
    op.create_index(op.f("ix_course_organization_id"), "course", ["organization_id"], unique=False)
    op.create_index(op.f("ix_course_street_id"), "course", ["street_id"], unique=False)
    op.create_table(
        "training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('scheduled', 'running', 'ended', 'cancelled')", name="training_state"),
        sa.CheckConstraint("starts_at < ends_at", name="training_starts_before_it_ends"),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name="no_more_than_there_are_places"),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "trainings_due", "training", ["next_due"], unique=False, postgresql_where=sa.text("next_due IS NOT NULL")
    )
    op.create_index("trainings_in_order", "training", ["starts_at", "id"], unique=False)
    op.create_index("trainings_of_a_course", "training", ["course_id", "starts_at", "id"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sqlmodel.AutoString(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'offered', 'enrolled', 'completed', 'passed', 'failed', 'missed', 'left', 'declined', "
            "'place_expired', 'cancelled', 'closed')",
            name="enrolment_state",
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training.id"],
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "enrolments_due", "enrolment", ["next_due"], unique=False, postgresql_where=sa.text("next_due IS NOT NULL")
    )
    op.create_index("enrolments_of_a_training", "enrolment", ["training_id", "enrolled_at", "id"], unique=False)
    op.create_index("enrolments_of_a_volunteer", "enrolment", ["volunteer_id", "enrolled_at", "id"], unique=False)
    op.create_index(
        "one_enrolment_each",
        "enrolment",
        ["training_id", "volunteer_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('enrolled', 'offered', 'queued')"),
    )
    op.create_index(
        "those_in_line",
        "enrolment",
        ["training_id", "number"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
