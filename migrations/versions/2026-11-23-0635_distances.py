"""How far from the place somebody checked in, as evidence."""

import sqlalchemy as sa
from alembic import op

revision: str = "128a02c5ac56"
down_revision: str | None = "3ca95dff9e38"


def upgrade() -> None:
    op.add_column("attendance", sa.Column("distance", sa.Integer(), nullable=True))
    op.add_column("attendance", sa.Column("geofence", sa.Text(), nullable=False, server_default="unknown"))
    op.alter_column("attendance", "geofence", server_default=None)
    op.create_check_constraint("known_geofence", "attendance", "geofence IN ('agrees', 'differs', 'unknown')")
    op.add_column("opportunity", sa.Column("latitude", sa.Numeric(precision=8, scale=5), nullable=True))
    op.add_column("opportunity", sa.Column("longitude", sa.Numeric(precision=8, scale=5), nullable=True))
    op.add_column("opportunity", sa.Column("radius", sa.Integer(), nullable=True))
