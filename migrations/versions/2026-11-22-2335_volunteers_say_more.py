"""Volunteers say their sex, where they live and what they would like to do (Order 67, article 5)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "c5d92e7f3a18"
down_revision: str | None = "c7a90e3d5b18"


def upgrade() -> None:
    op.add_column("volunteer", sa.Column("sex", sa.Text(), nullable=True))
    op.create_check_constraint("known_sex", "volunteer", "sex IN ('female', 'male')")
    op.add_column("volunteer", sa.Column("wishes", JSONB(), nullable=True))
    op.add_column("volunteer", sa.Column("community_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("volunteer_community_id_fkey", "volunteer", "community", ["community_id"], ["id"])
