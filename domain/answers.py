"""What was answered to requests with an idempotency key: how long is it kept, and which of it tells of somebody?

An answer's key is its deed's id, which is in order of time: so what is old, and what is new, is found by that alone.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlmodel import Field

from domain.columns import Table, first_id, utc_now
from domain.postgres import Run
from domain.work import Work

KEPT_FOR = timedelta(days=30)
"""Nobody repeats a request for longer; that it was done is known for ever, by its deed."""
BATCH = 1000
PAGE = 20_000
LATELY = timedelta(minutes=1)
"""No request takes as long from its deed's id to its commit."""


class Answer(Table, table=True):
    """What was answered to a request with an idempotency key, to be said again when it is repeated."""

    deed_id: UUID = Field(primary_key=True)
    noun: str
    """The kind of thing that was answered with; not always what the deed was done to."""
    subject_id: UUID
    """The thing: what another form is answered about."""
    plan: bytes
    """Fingerprint of the question's form: another form is answered afresh."""
    body: str


OLD = """
DELETE FROM answer WHERE deed_id IN (
    SELECT deed_id FROM answer WHERE deed_id < $1 ORDER BY deed_id LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING deed_id"""
TELLS = "EXISTS (SELECT FROM unnest({words}::text[]) said WHERE position(said IN body) > 0)"
# One page of them all: how far it reaches, and what in it tells of somebody.
PAGES = f"""
SELECT (array_agg(deed_id ORDER BY deed_id DESC))[1] AS last, array_agg(deed_id) FILTER (WHERE tells) AS found
FROM (SELECT deed_id, {TELLS.format(words="$3")} AS tells FROM answer
      WHERE deed_id > $1 ORDER BY deed_id LIMIT $2) page"""  # noqa: S608 our own words
FORGET = f"""
DELETE FROM answer WHERE deed_id IN (
    SELECT id FROM deed WHERE actor_id = $1
    UNION ALL SELECT unnest($2::uuid[])
    UNION ALL SELECT deed_id FROM answer WHERE deed_id >= $4 AND {TELLS.format(words="$3")})"""  # noqa: S608 likewise


async def forget_old(run: Run, now: datetime) -> None:
    """Forget what is older than thirty days, some at a time, so that nobody waits for it."""
    while len(await run(OLD, (first_id(now - KEPT_FOR), BATCH))) == BATCH:
        pass


async def forget_about(work: Work, person: UUID, words: Collection[str]) -> None:
    """Forget what was answered to a person, and what was answered to others that says one of these, letter by letter.

    All is looked through beforehand, page by page, while nothing is held; at the end only what has come since.
    """
    telling, lately = [orjson.dumps(word).decode() for word in sorted(words)], first_id(utc_now() - LATELY)
    found: list[UUID] = []
    last: UUID | None = UUID(int=0)
    while last is not None:
        page = (await work.run(PAGES, (last, PAGE, telling)))[0]
        found, last = [*found, *(page["found"] or ())], page["last"]
    work.also(FORGET, person, found, telling, lately)
