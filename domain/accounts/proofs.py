"""Who reads what is sent to an address? Whoever can say the six digits that were sent there, in the browser that asked.

The answer of the page never depends on whether somebody has the address: there is always one proof and one letter, and
the letter holds a code only where one may be of use. No code of another browser opens anything, and each is good for
five tries, counted before they are looked at.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field

from domain.accounts.addresses import COLUMN
from domain.accounts.credentials import fingerprint
from domain.columns import Table, moment, new_id, one_of
from domain.errors import NotNow
from domain.letters import Channel, Kind, letter
from domain.postgres import Run
from domain.work import Work

LASTS = timedelta(minutes=10)
TRIES = 5


class Purpose(StrEnum):
    """What an address is proven for."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    CHANGE = "change"
    CHILD = "child"
    """As SIGN_UP, for somebody whose guardian must consent."""
    GUARDIAN = "guardian"
    """Whoever reads it consents to a child's account."""
    CARE = "care"
    """Whoever reads it looks after the accounts they consented to."""


class AddressProof(Table, table=True):
    """An address that is being proven in one browser for one purpose; a later one takes its place."""

    digest: bytes = Field(primary_key=True)
    """Fingerprint of the purpose and the browser's secret."""
    id: UUID = Field(unique=True)
    purpose: Purpose = one_of("purpose", Purpose)
    channel: Channel = one_of("channel", Channel)
    address: str
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """Whose account it concerns."""
    code: bytes
    """Fingerprint of the browser's secret and the code: six digits alone could be found from theirs."""
    tries: int = 0
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = moment(default=None)


@dataclass(frozen=True)
class Proven:
    """An address whose reader is here."""

    id: UUID
    channel: Channel
    address: str
    person_id: UUID | None


OWNER = "SELECT id, email, phone, locale, state FROM person WHERE lower(email) = lower($1) OR phone = $1"
BEGIN = """
INSERT INTO address_proof (digest, id, purpose, channel, address, person_id, code, tries, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)
ON CONFLICT (digest) DO UPDATE SET id = excluded.id, channel = excluded.channel, address = excluded.address,
    person_id = excluded.person_id, code = excluded.code, tries = 0, expires_at = excluded.expires_at, used_at = NULL"""
PENDING = "SELECT address FROM address_proof WHERE digest = $1 AND used_at IS NULL AND expires_at > $2"
TRY = f"""
UPDATE address_proof SET tries = tries + 1
WHERE digest = $1 AND used_at IS NULL AND expires_at > $2 AND tries < {TRIES}
RETURNING id, channel, address, person_id, code"""  # noqa: S608 our own number
UNUSED = """
SELECT id, channel, address, person_id FROM address_proof
WHERE id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3"""
# Divides by zero, so that all falls back, when somebody else was faster with the same code.
USE = """
WITH used AS (UPDATE address_proof SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING id)
SELECT 1 / (SELECT count(*) FROM used)"""


async def begin(
    run: Run,
    secret: str,
    purpose: Purpose,
    channel: Channel,
    address: str,
    now: datetime,
    *,
    language: str,
    by: UUID | None = None,
    **about: str,
) -> None:
    """Write to the address, in a transaction: a code, or why there is none. `by` is whoever has signed in.

    `about`: what else a letter with a code says.
    """
    found = await run(OWNER, (address,))
    owner = found[0] if found else None
    kind, person = _letter(purpose, owner, by)
    code = f"{secrets.randbelow(1_000_000):06}"
    says: dict[str, Any] = {"code": code, "minutes": LASTS // timedelta(minutes=1), **about} if kind in CODES else {}
    kept = _fingerprint(purpose, secret, code if kind in CODES else secrets.token_urlsafe(32))
    await run(BEGIN, (_fingerprint(purpose, secret), new_id(), purpose, channel, address, person, kept, now + LASTS))
    if owner:  # in their language, and as they wrote it: what only looks alike may be somebody else's mailbox
        address, language = owner[COLUMN[channel]] if owner["id"] != by else address, owner["locale"]
    await run(*letter(kind, channel, address, language, now, lasts=LASTS, **says))


CODES = {Kind.SIGN_UP_CODE, Kind.RESET_CODE, Kind.CHANGE_CODE, Kind.GUARDIAN_CODE, Kind.CARE_CODE}
#: Nobody needs an account to be a guardian; whoever reads the letter learns what there is to know.
OF_GUARDIANS = {Purpose.GUARDIAN: Kind.GUARDIAN_CODE, Purpose.CARE: Kind.CARE_CODE}


def _letter(purpose: Purpose, owner: Any, by: UUID | None) -> tuple[Kind, UUID | None]:
    """What to write to the address, and whose account it concerns."""
    if purpose in OF_GUARDIANS:
        return OF_GUARDIANS[purpose], None
    if purpose in {Purpose.SIGN_UP, Purpose.CHILD}:
        return (Kind.HAS_ACCOUNT if owner else Kind.SIGN_UP_CODE), None
    if purpose is Purpose.RESET:
        can = owner and owner["state"] == "active"
        return (Kind.RESET_CODE, owner["id"]) if can else (Kind.NO_ACCOUNT, None)
    return (Kind.ADDRESS_TAKEN if owner and owner["id"] != by else Kind.CHANGE_CODE), by


async def pending(run: Run, secret: str, purpose: Purpose, now: datetime) -> str | None:
    """The address that this browser is proving."""
    found = await run(PENDING, (_fingerprint(purpose, secret), now))
    return found[0]["address"] if found else None


async def tried(run: Run, secret: str, purpose: Purpose, code: str, now: datetime) -> Proven | None:
    """The address, if this is its code. The try counts before it is looked at: many at once are not many for free."""
    found = await run(TRY, (_fingerprint(purpose, secret), now))
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if not found or not hmac.compare_digest(found[0]["code"], _fingerprint(purpose, secret, digits)):
        return None
    proof = found[0]
    return Proven(proof["id"], Channel(proof["channel"]), proof["address"], proof["person_id"])


async def use_up(work: Work, proof: UUID, purpose: Purpose) -> Proven:
    """The address that was proven, for the one work that builds on it."""
    found = await work.run(UNUSED, (proof, purpose, work.now))
    if not found:
        raise code_over()
    work.also(USE, proof, work.now)
    return Proven(found[0]["id"], Channel(found[0]["channel"]), found[0]["address"], found[0]["person_id"])


def code_over() -> NotNow:
    return NotNow(
        "code_over", "This code was used already, or its time is over.", "验证码已使用或已过期。", path="code"
    )


def _fingerprint(*parts: str) -> bytes:
    return fingerprint("\n".join(parts))
