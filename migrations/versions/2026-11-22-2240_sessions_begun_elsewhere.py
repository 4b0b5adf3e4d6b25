"""Sessions know by which link to an issuer elsewhere they began."""

import sqlalchemy as sa
from alembic import op

revision: str = "a4c81d7f2e60"
down_revision: str | None = "e7a3c05d41f8"

# Whoever signed in elsewhere did so by a link they had; with several, the oldest stands for all until they sign in anew.
BEGUN_ELSEWHERE = """
UPDATE login_session s SET linked_subject_id = (
    SELECT id FROM linked_subject l WHERE l.person_id = s.person_id ORDER BY unlinked_at NULLS FIRST, linked_at LIMIT 1)
WHERE amr @> '["fed"]'"""


def upgrade() -> None:
    key = sa.ForeignKey("linked_subject.id", name="login_session_linked_subject_id_fkey")
    op.add_column("login_session", sa.Column("linked_subject_id", sa.Uuid(), key, nullable=True))
    op.create_index("ix_login_session_linked_subject_id", "login_session", ["linked_subject_id"])
    op.execute(BEGUN_ELSEWHERE)
