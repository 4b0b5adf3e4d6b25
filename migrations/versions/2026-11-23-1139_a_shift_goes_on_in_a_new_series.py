"""A shift that is there can come to belong to a series that is made in the same act."""

from alembic import op

revision: str = "8c2f41d9e6a7"
down_revision: str | None = "e94d2b7c6a10"


def upgrade() -> None:
    op.execute("ALTER TABLE shift ALTER CONSTRAINT shift_series_id_fkey DEFERRABLE INITIALLY DEFERRED")
