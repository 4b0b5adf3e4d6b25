"""A guardian's consent ends after a year, or when the volunteer comes of age; so do those given already."""

import sqlalchemy as sa
from alembic import op

revision: str = "a83d5c1f60b7"
down_revision: str | None = "d6ea3f804b29"


def upgrade() -> None:
    op.add_column("volunteer", sa.Column("guardian_consent_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE volunteer SET guardian_consent_until = least(guardian_until, (date_trunc('day',
            guardian_consented_at AT TIME ZONE 'Asia/Shanghai') + interval '365 days') AT TIME ZONE 'Asia/Shanghai')
        WHERE guardian_consented_at IS NOT NULL""")
