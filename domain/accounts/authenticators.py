"""What can somebody show besides a password? Codes of an app (RFC 6238), recovery codes, and passkeys (WebAuthn 3).

Each is good once: a code's time step and a passkey's counter only ever rise, and a recovery code is spent.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import BigInteger
from sqlmodel import Field

from domain.accounts.credentials import fingerprint
from domain.columns import Table, data, moment
from domain.postgres import Run

STEP = 30
"""Seconds."""
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look like others: 16 of them are 79 bits, which nobody finds from a plain hash."""


class Totp(Table, table=True):
    """The secret that an app and we share; encrypted when the environment gives a key for it."""

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    secret: str
    encrypted: bool
    last_step: int = Field(sa_type=BigInteger)
    """Of the latest code that was taken: no code of it or before opens anything any more."""
    enabled_at: datetime = moment()


class RecoveryCode(Table, table=True):
    """A code on paper, for whoever lost the app."""

    digest: bytes = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    used_at: datetime | None = moment(default=None)


class Passkey(Table, table=True):
    """A key that a device, or what keeps passwords for its owner, holds for somebody."""

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str
    credential: bytes = Field(unique=True)
    """What the device calls it."""
    public_key: bytes
    sign_count: int = Field(sa_type=BigInteger)
    synced: bool
    """Whether it may be copied to other devices, so that no hardware alone holds it."""
    transports: list[str] = data()
    added_at: datetime = moment()
    used_at: datetime | None = moment(default=None)


class KnownBrowser(Table, table=True):
    """A browser in which this person signed in before, told by a cookie; it opens nothing."""

    digest: bytes = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    expires_at: datetime = moment(index=True)


# -- codes of an app --------------------------------------------------------------------------------------------------

TOTP = "SELECT secret, encrypted, last_step FROM totp WHERE person_id = $1"
TAKE_STEP = "UPDATE totp SET last_step = $2 WHERE person_id = $1 AND last_step < $2 RETURNING person_id"


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that this code belongs to, at most one off from now's and later than `after`; else none."""
    app, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for step in (current, current - 1, current + 1):
        if step > after and hmac.compare_digest(app.generate_otp(step).encode(), code.encode()):
            return step
    return None


async def take_step(run: Run, person: UUID, step: int) -> bool:
    """Whether this step's code was not taken before; from now on it was."""
    return bool(await run(TAKE_STEP, (person, step)))


# -- recovery codes ---------------------------------------------------------------------------------------------------

SPEND = (
    "UPDATE recovery_code SET used_at = $3 WHERE digest = $1 AND person_id = $2 AND used_at IS NULL RETURNING digest"
)
LEFT = "SELECT count(*) AS left FROM recovery_code WHERE person_id = $1 AND used_at IS NULL"


def fresh_codes() -> list[str]:
    """Codes to be written down, to show once."""
    return [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def code_digest(person: UUID, code: str) -> bytes:
    """What is kept of a recovery code, however it was typed."""
    return fingerprint(f"{person}\n{''.join(filter(str.isalnum, code)).lower()}")


async def spend(run: Run, person: UUID, code: str, now: datetime) -> bool:
    """Whether this is a recovery code that was not spent before; from now on it is."""
    return bool(await run(SPEND, (code_digest(person, code), person, now)))


# -- passkeys ---------------------------------------------------------------------------------------------------------

PASSKEYS = (
    "SELECT id, name, credential, transports, added_at, used_at FROM passkey WHERE person_id = $1 ORDER BY added_at"
)
PASSKEY = """
SELECT k.id, k.person_id, k.public_key, k.sign_count, k.synced FROM passkey k JOIN person p ON p.id = k.person_id
WHERE k.credential = $1 AND p.state = 'active'"""
# A counter that does not rise tells of a copy (WebAuthn 3, 6.1.1); those that count nothing stay at zero.
COUNT = """
UPDATE passkey SET sign_count = $2::bigint, used_at = $3
WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING id"""


async def passkeys(run: Run, person: UUID) -> list[Any]:
    """A person's passkeys, oldest first."""
    return list(await run(PASSKEYS, (person,)))


async def count(run: Run, passkey: UUID, sign_count: int, now: datetime) -> bool:
    """Whether the passkey is still there and its counter rose; from now on it is this."""
    return bool(await run(COUNT, (passkey, sign_count, now)))


# -- known browsers ---------------------------------------------------------------------------------------------------

KNOWN_FOR = timedelta(days=180)
# Not where the session has just been ended: that end forgets browsers, and waits for whoever is a moment earlier.
KNOW = """
INSERT INTO known_browser (digest, person_id, expires_at)
SELECT $1, person_id, $3 FROM login_session WHERE digest = $2 AND ended_at IS NULL FOR SHARE
ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at"""
KNOWN = "SELECT digest FROM known_browser WHERE digest = $1 AND expires_at > $2"


def browser_digest(cookie: str, person: UUID) -> bytes:
    return fingerprint(f"{cookie}\n{person}")


async def know(run: Run, cookie: str, person: UUID, session: str, now: datetime) -> None:
    """Remember that the person signed in in this browser, as this session shows by its cookie."""
    await run(KNOW, (browser_digest(cookie, person), fingerprint(session), now + KNOWN_FOR))


async def known(run: Run, cookie: str | None, person: UUID, now: datetime) -> bool:
    return bool(cookie and await run(KNOWN, (browser_digest(cookie, person), now)))
