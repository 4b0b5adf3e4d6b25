"""What stands for a calendar that reads somebody's shifts by a secret link, and nothing else of theirs.

A calendar signs in nowhere and keeps its link for years, so the link is all it shows: 256 bits, of which we keep the
fingerprint alone. Each person has one at most; another takes its place, and it ends with the person's other access.
"""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlmodel import Field

from domain.accounts.access import RULES
from domain.accounts.credentials import END_CALENDAR_FEED, fingerprint
from domain.accounts.models import Person
from domain.columns import Table, moment
from domain.errors import NotNow
from domain.postgres import Run
from domain.work import Work

NOTED_EVERY = timedelta(hours=1)
"""How exactly the owner is told when the calendar was last read."""


class CalendarFeed(Table, table=True):
    """The link by which calendars read a person's shifts."""

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    digest: bytes = Field(unique=True)
    made_at: datetime = moment()
    read_at: datetime | None = moment(default=None)


OPEN = """
INSERT INTO calendar_feed (person_id, digest, made_at) VALUES ($1, $2, $3)
ON CONFLICT (person_id) DO UPDATE SET digest = excluded.digest, made_at = excluded.made_at, read_at = NULL"""
HELD = "SELECT made_at, read_at FROM calendar_feed WHERE person_id = $1"
READ_BY = """
SELECT f.person_id, f.read_at, p.locale FROM calendar_feed f JOIN person p ON p.id = f.person_id WHERE f.digest = $1"""
NOTE = "UPDATE calendar_feed SET read_at = $2 WHERE digest = $1"


async def open_calendar_feed(
    work: Work, *, person_id: UUID, digest: Annotated[bytes, "The fingerprint of the link's secret."]
) -> Person:
    """Let calendars read one's shifts by a new link; the one before leads nowhere from then on."""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "open_calendar_feed", person)
    work.also(OPEN, person.id, digest, work.now)
    return work.change(person)


async def close_calendar_feed(work: Work, *, person_id: UUID) -> Person:
    """Let no calendar read one's shifts any more."""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "close_calendar_feed", person)
    if not await work.run(HELD, (person.id,)):
        raise NotNow("no_calendar_feed", "There is no link to end.", "目前没有可停用的日历链接。")
    work.also(END_CALENDAR_FEED, person.id)
    return work.change(person)


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def held(run: Run, person: UUID) -> Any:
    """Since when the person has a link and when it was last read; None, if they have none."""
    return next(iter(await run(HELD, (person,))), None)


async def reader(run: Run, secret: str, now: datetime) -> Any:
    """Whose shifts whoever knows this secret reads, and in which language; None, if nobody's."""
    digest = fingerprint(secret)
    for found in await run(READ_BY, (digest,)):
        if found["read_at"] is None or found["read_at"] <= now - NOTED_EVERY:
            await run(NOTE, (digest, now))
        return found
    return None
