"""People may be erased: what is left of them has no address."""

from alembic import op

revision: str = "e7a3c05d41f8"
down_revision: str | None = "d70a52c6e9b1"


def upgrade() -> None:
    op.drop_constraint("person_state", "person")
    op.create_check_constraint("person_state", "person", "state IN ('active', 'suspended', 'erased')")
    op.drop_constraint("person_can_be_reached", "person")
    op.create_check_constraint(
        "person_can_be_reached", "person", "email IS NOT NULL OR phone IS NOT NULL OR state = 'erased'"
    )
