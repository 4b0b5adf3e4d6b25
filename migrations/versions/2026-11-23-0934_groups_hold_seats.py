"""Groups hold seats until their members take them by name."""

import sqlalchemy as sa
from alembic import op

revision: str = "c76d53408d28"
down_revision: str | None = "b3f1c07a52de"


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("join_code", sa.String(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("names_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'settled', 'cancelled', 'closed')", name="booking_state"),
        sa.CheckConstraint("named BETWEEN 0 AND seats", name="no_more_members_than_seats"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["volunteer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"],
            ["shift.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "bookings_due", "booking", ["next_due"], unique=False, postgresql_where=sa.text("next_due IS NOT NULL")
    )
    op.create_index("bookings_in_order", "booking", ["booked_at", "id"], unique=False)
    op.create_index(op.f("ix_booking_contact_id"), "booking", ["contact_id"], unique=False)
    op.create_index(op.f("ix_booking_shift_id"), "booking", ["shift_id"], unique=False)
    op.create_index(
        "one_booking_each",
        "booking",
        ["shift_id", "contact_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('held')"),
    )
    op.add_column("signup", sa.Column("booking_id", sa.Uuid(), nullable=True))
    op.create_index(
        "signups_of_a_booking", "signup", ["booking_id", "id"], postgresql_where=sa.text("booking_id IS NOT NULL")
    )
    op.create_foreign_key(None, "signup", "booking", ["booking_id"], ["id"])
