"""What is under way between two pages, for minutes? What we wait for from one browser: kept here, ended once.

A ceremony proves nothing by itself: whoever holds its secret has only come as far as it says.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field

from domain.accounts.credentials import fingerprint
from domain.columns import Table, data, moment, one_of
from domain.postgres import Run

LASTS = timedelta(minutes=10)


class Ceremony(StrEnum):
    """What is under way."""

    SECOND_STEP = "second_step"
    """Somebody knew a password and is to show what else they have."""
    NEW_TOTP = "new_totp"
    """Somebody was shown a secret for their app, and is to show a code of it."""
    NEW_PASSKEY = "new_passkey"
    """A device is to make a passkey for this challenge."""
    PASSKEY = "passkey"
    """A passkey is to sign this challenge."""
    AT_ISSUER = "at_issuer"
    """Somebody was sent to an issuer elsewhere, and is to come back from there."""
    NEW_LINK = "new_link"
    """Somebody came back whom nobody here is linked to yet, and is to say who they are."""
    CARE = "care"
    """A guardian showed which address is theirs, and looks after the accounts they consented to."""


class UnderWay(Table, table=True):
    """A ceremony in one browser; a later one of its kind takes its place."""

    digest: bytes = Field(primary_key=True)
    """Fingerprint of the kind and of the browser's secret."""
    ceremony: Ceremony = one_of("ceremony", Ceremony)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    says: dict[str, Any] = data()
    expires_at: datetime = moment(index=True)


BEGIN = """
INSERT INTO under_way (digest, ceremony, person_id, says, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (digest) DO UPDATE SET
    person_id = excluded.person_id, says = excluded.says, expires_at = excluded.expires_at"""
LOOK = "SELECT person_id, says FROM under_way WHERE digest = $1 AND expires_at > $2"
END = "DELETE FROM under_way WHERE digest = $1 AND expires_at > $2 RETURNING person_id, says"


async def begin(
    run: Run, ceremony: Ceremony, secret: str, now: datetime, /, *, person: UUID | None = None, **says: Any
) -> None:
    await run(BEGIN, (_digest(ceremony, secret), ceremony, person, says, now + LASTS))


async def look(run: Run, ceremony: Ceremony, secret: str, now: datetime) -> Any:
    """Whose it is and what it says (`person_id`, `says`); None, if none is under way in this browser."""
    return next(iter(await run(LOOK, (_digest(ceremony, secret), now))), None)


async def end(run: Run, ceremony: Ceremony, secret: str, now: datetime) -> Any:
    """The same, for the one who ends it: nobody finds it a second time."""
    return next(iter(await run(END, (_digest(ceremony, secret), now))), None)


def _digest(ceremony: Ceremony, secret: str) -> bytes:
    return fingerprint(f"{ceremony}\n{secret}")
