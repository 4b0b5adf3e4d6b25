"""What happened: one deed per act, written with it; linked soon after into a chain that no later hand can mend.

A deed is also the event others hear of and the memory of a request already answered. Writers never wait for the chain:
once they have committed, `link_settled` takes the deeds that have settled behind the oldest running transaction, in the
order (era, xid, id), and appends one link each: number, deed, SHA-256 over the previous link and the deed's digest.
The link's number is the cursor of everybody who reads events. An era ends when the database's transaction numbers begin
anew, as after dump and restore; deeds of earlier eras keep their place.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Index, text
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field

from domain.columns import Row, Table, data, moment
from domain.postgres import Lanes, Run

CHANNEL = "deeds"
BATCH = 2000


class Xid8(UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class Deed(Row, table=True):
    """Who did what, for whom, when, through which client, and by which rules. 行为记录"""

    prefix: ClassVar = "dee"

    at: datetime = moment()
    """When it was done."""
    actor_id: UUID | None = Field(default=None, index=True)  # for whoever takes a copy of it all, or is to be forgotten
    """The person who did it; nobody for the clock's own moves."""
    client_id: str | None = None
    """The OAuth client through which it was done."""
    street_id: UUID | None = None
    """The street it happened in."""
    verb: str
    """What was done: the name of the command."""
    noun: str
    """The kind of thing it was done to."""
    subject_id: UUID
    """The thing it was done to."""
    cause_id: UUID | None = None
    """The deed this one followed from."""
    before: bytes | None = None
    """Fingerprint of the thing before, SHA-256."""
    after: bytes
    """Fingerprint of the thing after, SHA-256."""
    reason: str | None = None
    """The reason given."""
    rules: dict[str, int] | None = data(default=None)
    """The rules applied, as record_due@CN/2021-02-01, with their versions; in early deeds national rules by name."""
    key: str | None = None
    """The idempotency key of the request."""
    input: bytes | None = None
    """Fingerprint of the request that used the key."""
    era: int
    digest: bytes
    xid: int | None = Field(
        default=None, sa_type=Xid8, nullable=False, sa_column_kwargs={"server_default": text("pg_current_xact_id()")}
    )

    __table_args__ = (
        Index(
            "one_deed_per_key",
            "actor_id",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("deeds_in_order", "era", "xid", "id"),
        Index("deeds_of_a_subject", "subject_id", "id"),
    )


class Link(Table, table=True):
    """A deed's place in the chain."""

    no: int = Field(sa_type=BigInteger, primary_key=True)
    deed_id: UUID = Field(unique=True)
    hash: bytes


SAID = tuple(name for name in Deed.model_fields if name not in {"digest", "xid", "version"})


def digest(value: Any) -> bytes:
    return sha256(orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).digest()


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def sealed(values: dict[str, Any]) -> dict[str, Any]:
    """A deed with its own fingerprint, over all it says."""
    return {**values, "digest": digest({k: v for k, v in values.items() if v is not None})}


# -- the chain --------------------------------------------------------------------------------------------------------

LAST = """
SELECT no, hash, era, xid::text AS xid, d.id FROM link l LEFT JOIN deed d ON d.id = l.deed_id
ORDER BY no DESC LIMIT 1"""
SETTLED = """
SELECT id, digest FROM deed
WHERE (era, xid, id) > ($1::int, $2::text::xid8, $3::uuid)
  AND (era < $4::int OR xid < pg_snapshot_xmin(pg_current_snapshot()))
ORDER BY era, xid, id LIMIT $5::int"""
WAITING = "SELECT count(*) AS n FROM deed WHERE (era, xid, id) > ($1::int, $2::text::xid8, $3::uuid)"
APPEND = """
INSERT INTO link (no, deed_id, hash)
SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[])
ON CONFLICT DO NOTHING RETURNING no"""
ERA = """
SELECT coalesce(max(era), 1) AS era,
       coalesce(max(xid) >= pg_snapshot_xmax(pg_current_snapshot()), false) AS over
FROM deed WHERE era = (SELECT max(era) FROM deed)"""
START = ("0", UUID(int=0))


async def current_era(run: Run) -> int:
    """The era to write in: a new one when a restored database counts its transactions from lower down."""
    found = (await run(ERA, ()))[0]
    return int(found["era"]) + bool(found["over"])


def linked(previous: bytes, digest: bytes) -> bytes:
    return sha256(previous + digest).digest()


async def link_settled(lanes: Lanes, era: int) -> int:
    """Append what has settled to the chain, and wake those who wait for it.

    Two linkers at once do no harm: from one place on, what each finds settled begins alike, so the links both weave are
    the same, and the slower one's are passed over.
    """
    async with lanes.hold() as lane:
        last = await lane.run(LAST)
        no, hash, place = (last[0]["no"], last[0]["hash"], _place(last[0])) if last else (0, b"", (0, *START))
        settled = await lane.run(SETTLED, (*place, era, BATCH))
        if not settled:
            return 0
        hashes = []
        for deed in settled:
            hashes.append(hash := linked(hash, deed["digest"]))
        numbers = list(range(no + 1, no + 1 + len(settled)))
        written = await lane.run(APPEND, (numbers, [d["id"] for d in settled], hashes))
        if written:
            await lane.run("SELECT pg_notify($1, '')", (CHANNEL,))
        return len(written)


def _place(last: Any) -> tuple[int, str, UUID]:
    if last["id"] is None:
        raise LookupError("The last link's deed is missing: run `sanshe deeds verify`.")
    return last["era"], last["xid"], last["id"]


async def head(run: Run) -> int:
    """The number of the newest link: where somebody who only wants news begins."""
    return int((await run("SELECT coalesce(max(no), 0) AS no FROM link", ()))[0]["no"])


async def waiting(run: Run) -> int:
    """How many deeds have no place in the chain yet."""
    last = await run(LAST, ())
    return int((await run(WAITING, _place(last[0]) if last else (0, *START)))[0]["n"])


@cache
def _since() -> str:
    fields = ", ".join(f"d.{name}" for name in ("id", "at", "actor_id", "street_id", "verb", "noun", "subject_id"))
    return f"SELECT l.no, {fields} FROM link l JOIN deed d ON d.id = l.deed_id WHERE l.no > $1 ORDER BY l.no LIMIT 500"


async def since(run: Run, cursor: int) -> list[Any]:
    """Deeds after the cursor, in order; each carries its link's `no`, the next cursor."""
    return await run(_since(), (cursor,))


# -- proof ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """What a walk along the whole chain found: `broken` names the first link that does not hold, and why."""

    links: int
    waiting: int
    head: str
    broken: str | None = None


async def verify(run: Run) -> Proof:
    """Walk the chain from the first link; name the first that is broken."""
    hash, count = b"", 0
    async for link in _walk(run):
        count += 1
        if fault := _fault(link, count, hash):
            return Proof(count - 1, 0, hash.hex(), f"link {count}: {fault}")
        hash = link["hash"]
    waiting = await run("SELECT count(*) AS n FROM deed d WHERE NOT EXISTS (SELECT FROM link WHERE deed_id = d.id)", ())
    skipped = await run(SKIPPED, ())
    broken = f"deed {skipped[0]['id']} stands before the chain's end but has no link" if skipped else None
    return Proof(count, waiting[0]["n"], hash.hex(), broken)


# A deed slipped in later, beside the chain: older than the last link's deed in the chain's own order, yet not in it.
SKIPPED = """
SELECT d.id FROM deed d,
     LATERAL (SELECT e.era, e.xid, e.id FROM link l JOIN deed e ON e.id = l.deed_id ORDER BY l.no DESC LIMIT 1) last
WHERE (d.era, d.xid, d.id) < (last.era, last.xid, last.id) AND NOT EXISTS (SELECT FROM link WHERE deed_id = d.id)
ORDER BY d.id LIMIT 1"""


async def _walk(run: Run) -> AsyncIterator[Any]:
    said = ", ".join(f"d.{name}" for name in SAID if name != "id")
    sql = f"""SELECT l.no, l.hash, l.deed_id, d.id, d.digest, {said} FROM link l LEFT JOIN deed d ON d.id = l.deed_id
        WHERE l.no > $1 ORDER BY l.no LIMIT {BATCH}"""
    cursor = 0
    while links := await run(sql, (cursor,)):
        for link in links:
            yield link
        cursor = links[-1]["no"]


def _fault(link: Any, expected: int, previous: bytes) -> str | None:
    if link["no"] != expected:
        return f"missing; the next is {link['no']}"
    if link["id"] is None:
        return f"deed {link['deed_id']} is gone"
    if sealed({name: link[name] for name in SAID})["digest"] != link["digest"]:
        return f"deed {link['id']} does not say what it said"
    if linked(previous, link["digest"]) != link["hash"]:
        return f"deed {link['id']} does not fit the link before it"
    return None
