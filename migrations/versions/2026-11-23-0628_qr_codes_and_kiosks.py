"""QR codes that change all the time, and devices that check people in."""

import sqlalchemy as sa
from alembic import op

revision: str = "3ca95dff9e38"
down_revision: str | None = "f0d77d5924b7"


def upgrade() -> None:
    op.add_column("check_in_code", sa.Column("qr", sa.String(), nullable=True))
    op.add_column("check_in_code", sa.Column("qr_every", sa.Integer(), nullable=False, server_default="30"))
    op.alter_column("check_in_code", "qr_every", server_default=None)
    op.drop_constraint("known_source", "attendance")
    op.create_check_constraint("known_source", "attendance", "source IN ('code', 'qr', 'kiosk', 'supervisor')")
