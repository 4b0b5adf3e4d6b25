"""Shifts open to some before others; whom to ask is found by where somebody lives and what they speak."""

import sqlalchemy as sa
from alembic import op

revision: str = "797bc5ffd8d5"
down_revision: str | None = "918b0fb23f4b"


def upgrade() -> None:
    op.add_column("shift", sa.Column("everyone_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shift", sa.Column("neighbours_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shift", sa.Column("regulars_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shift", sa.Column("newcomers_from", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "waves_end_with_everybody",
        "shift",
        "everyone_from IS NOT NULL OR num_nonnulls(neighbours_from, regulars_from, newcomers_from) = 0",
    )
    op.create_index("speakers_of_a_language", "spoken_language", ["language", "volunteer_id"])
    op.create_index("volunteers_of_a_community", "volunteer", ["community_id", "id"])
