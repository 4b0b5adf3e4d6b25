"""Is this what somebody has, besides the password they know? The secret that their app shares is encrypted at rest.

It is encrypted as the signing keys are (SANSHE_KEY), and again when that changes.
"""

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from cryptography.fernet import MultiFernet

from api.oauth import keys
from api.settings import Settings
from domain.accounts import authenticators
from domain.postgres import Run

Box = MultiFernet | None

ENABLED = "SELECT person_id FROM totp WHERE person_id = $1"
FACTORS = """
SELECT EXISTS (SELECT FROM totp WHERE person_id = $1) OR EXISTS (SELECT FROM passkey WHERE person_id = $1) AS any"""


def sealed(box: Box, secret: str) -> tuple[str, bool]:
    """The secret as it is kept, and whether that is encrypted."""
    return (box.encrypt(secret.encode()).decode(), True) if box else (secret, False)


def opened(box: Box, kept: str, encrypted: bool) -> str:
    """The secret. Raises LockedKeys, if SANSHE_KEY does not open it."""
    return keys.opened(box, kept).decode() if encrypted else kept


async def enabled(run: Run, person: UUID) -> bool:
    """Whether the person's password alone opens nothing."""
    return bool(await run(ENABLED, (person,)))


async def any_factor(run: Run, person: UUID) -> bool:
    """Whether the person has anything to show besides a password."""
    return bool((await run(FACTORS, (person,)))[0]["any"])


def is_of_app(code: str) -> str | None:
    """The six digits, if that is what was typed, on whatever keyboard."""
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    return digits if re.fullmatch(r"[0-9]{6}", digits) else None


async def shown(run: Run, box: Box, person: UUID, code: str, now: datetime) -> bool:
    """Whether this is a code of the person's app, or one of their recovery codes; it is used up by that."""
    digits = is_of_app(code)
    if digits is None:
        return await authenticators.spend(run, person, code, now)
    found = await run(authenticators.TOTP, (person,))
    if not found:
        return False
    secret = opened(box, found[0]["secret"], found[0]["encrypted"])
    step = authenticators.step_of(secret, digits, now, after=found[0]["last_step"])
    return step is not None and await authenticators.take_step(run, person, step)


#: Which tables keep secrets that are used again: of apps, what we prove ourselves with at issuers elsewhere, and what
#: data are encrypted with.
WITH_SECRETS = (("totp", "person_id"), ("issuer", "id"), ("data_key", "name"))
OPEN = "SELECT {id} AS id, secret, encrypted FROM {table} WHERE secret IS NOT NULL AND (NOT encrypted OR $1)"
LOCK = "UPDATE {table} SET secret = $3, encrypted = true WHERE {id} = $1 AND secret = $2"


async def lock_again(run: Run, settings: Settings) -> None:
    """At the start: every secret is kept as SANSHE_KEY wants it, if it was open or encrypted with the one before."""
    box = keys.box(settings)
    if box is None:
        return
    for table, id in WITH_SECRETS:
        for row in await run(OPEN.format(table=table, id=id), (settings.sanshe_key_before is not None,)):
            secret = opened(box, row["secret"], row["encrypted"])
            await run(LOCK.format(table=table, id=id), (row["id"], row["secret"], sealed(box, secret)[0]))
