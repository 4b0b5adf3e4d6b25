"""From when on a competence can be renewed, and until when it counts; by the rules of today for those there are."""

import sqlalchemy as sa
from alembic import op

revision: str = "c7e20a4f91d3"
down_revision: str | None = "b3a95d17e0c4"


def upgrade() -> None:
    op.add_column("competence", sa.Column("counts_until", sa.Date(), nullable=True))
    op.add_column("competence", sa.Column("renewal_from", sa.Date(), nullable=True))
    op.add_column("competence", sa.Column("renewal_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("competence", "renewal_open", server_default=None)
    op.execute("""
    UPDATE competence SET counts_until = until + CASE source WHEN 'course' THEN 30 ELSE 0 END, renewal_from = until - 90
    WHERE until IS NOT NULL AND state = 'current'
    """)
    op.execute("""
    UPDATE competence SET next_due = least(
        (counts_until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', renewal_from::timestamp AT TIME ZONE 'Asia/Shanghai')
    WHERE counts_until IS NOT NULL
    """)
