"""Volunteers are invited to shifts, unless they do not want to be."""

import sqlalchemy as sa
from alembic import op

revision: str = "8d41c6f2ab07"
down_revision: str | None = "e2f90b6c4d18"


def upgrade() -> None:
    op.add_column("volunteer", sa.Column("invitable", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("volunteer", "invitable", server_default=None)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn', 'expired')", name="invitation_state"
        ),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"]),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_invitation_invited_by_id"), "invitation", ["invited_by_id"])
    op.create_index(
        "one_invitation_each",
        "invitation",
        ["shift_id", "volunteer_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open')"),
    )
    op.create_index("invitations_of_a_shift", "invitation", ["shift_id", "invited_at", "id"])
    op.create_index("invitations_of_a_volunteer", "invitation", ["volunteer_id", "invited_at", "id"])
    op.create_index("invitations_in_order", "invitation", ["invited_at", "id"])
    op.create_index("invitations_due", "invitation", ["next_due"], postgresql_where=sa.text("next_due IS NOT NULL"))
