"""Devices that check people in without a network, and what they noted."""

import sqlalchemy as sa
from alembic import op

revision: str = "3ebe1ec3e1aa"
down_revision: str | None = "128a02c5ac56"


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'revoked')", name="device_state"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_device_person_id", "device", ["person_id"])
    op.create_table(
        "offline_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Uuid(), nullable=False),
        sa.Column("noted", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("doubt", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "doubt IN ('late', 'clock', 'out_of_order', 'outside', 'contradiction')", name="known_doubt"
        ),
        sa.CheckConstraint("noted IN ('in', 'out')", name="known_noted"),
        sa.CheckConstraint("verdict IN ('accepted', 'review')", name="known_verdict"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.ForeignKeyConstraint(["signup_id"], ["signup.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_offline_event_signup_id", "offline_event", ["signup_id"])
    op.create_index("one_event_for_each_number", "offline_event", ["device_id", "seq"], unique=True)
    op.drop_constraint("known_source", "attendance")
    op.create_check_constraint(
        "known_source", "attendance", "source IN ('code', 'qr', 'kiosk', 'offline', 'supervisor')"
    )
