"""A series none of whose days is left ends when the last of them is over."""

from alembic import op

revision: str = "d94b6e15a8f2"
down_revision: str | None = "c7e20a4f91d3"


def upgrade() -> None:
    op.execute("""
    UPDATE series SET next_due = (opened_until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
    WHERE state = 'active' AND next_due IS NULL
    """)
