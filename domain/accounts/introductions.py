"""How does whoever gives a role find the person it is for? By a code that the person shows, for a quarter of an hour.

So nobody needs to look people up by their addresses, which would tell who has an account.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Field

from domain.accounts.devices import new_user_code, user_code
from domain.columns import Table, moment
from domain.postgres import Run

LASTS = timedelta(minutes=15)


class Introduction(Table, table=True):
    """A code that somebody shows. Found by guessing, it tells no more than whoever has signed in may see."""

    code: str = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    expires_at: datetime = moment(index=True)


INTRODUCE = """
INSERT INTO introduction (code, person_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING code"""
SHOWN = "SELECT person_id FROM introduction WHERE code = $1 AND expires_at > $2"


async def introduce(run: Run, person: UUID, now: datetime) -> str:
    """A code for the person to show."""
    while not (kept := await run(INTRODUCE, (new_user_code(), person, now + LASTS))):
        pass
    return str(kept[0]["code"])


async def shown_by(run: Run, typed: str, now: datetime) -> UUID | None:
    """The person who shows this code, in whatever case and with whatever between its letters."""
    found = await run(SHOWN, (user_code(typed), now))
    return found[0]["person_id"] if found else None
