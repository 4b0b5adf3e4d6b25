"""How devices without a keyboard wait for their person (RFC 8628): what is kept, told, asked again and, once, used up.

A user code is one of 20^8 = 2.6 * 10^10 (34.6 bits) and good for ten minutes. Only who is signed in may try one, from
an address that keeps to one form a second; after four wrong ones the delay doubles with each, so that a person comes
to some 13 in ten minutes: with a hundred devices waiting, one chance in twenty million of meeting any (5.1).
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2 import OAuth2Error

from api.oauth import throttle
from api.oauth.asked import Here
from api.oauth.known import Grant, Registered, SignedIn, Waiting
from api.oauth.store import FAMILY_LASTS, SUBJECT, person_of, revoke
from domain.accounts.credentials import fingerprint
from domain.accounts.devices import new_user_code, shown
from domain.columns import new_id
from domain.postgres import Run

LASTS = timedelta(minutes=10)
SECONDS = 5
"""Between two questions of a device; also what is added when it asks too soon (3.5)."""
HASTE = timedelta(seconds=1)
"""What a clock or a network may be ahead."""

KEEP = """
INSERT INTO device_grant (digest, user_code, family_id, client_id, scope, address, asked_at, expires_at, seconds,
                          again_at, amr)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, '[]') ON CONFLICT (user_code) DO NOTHING RETURNING user_code"""
POLL = """
WITH before AS (
    SELECT digest, CASE WHEN again_at > $3 THEN $4::int ELSE 0 END AS more
    FROM device_grant WHERE digest = $1 AND client_id = $2 FOR UPDATE)
UPDATE device_grant d SET seconds = seconds + more, again_at = $3 + make_interval(secs => seconds + more) - $5::interval
FROM before WHERE d.digest = before.digest
RETURNING d.family_id, d.scope, d.allowed, d.expires_at, d.used_at, more > 0 AS too_soon"""
USE = f"""
WITH used AS (
    UPDATE device_grant SET used_at = $3
    WHERE digest = $1 AND client_id = $2 AND allowed AND used_at IS NULL AND expires_at > $3 RETURNING *)
SELECT {SUBJECT}, NULL::uuid AS session_id,
       used.family_id, used.scope, used.auth_time, used.amr
FROM used JOIN person p ON p.id = used.person_id AND p.state = 'active'"""  # noqa: S608 our own columns
ASKS = """
SELECT d.user_code, d.scope, d.address, d.asked_at, c.id AS client_id, c.name
FROM device_grant d JOIN client c ON c.id = d.client_id AND c.state = 'active'
WHERE d.user_code = $1 AND d.allowed IS NULL AND d.used_at IS NULL AND d.expires_at > $2"""
DECIDE = """
UPDATE device_grant SET allowed = $2, person_id = $3, auth_time = $4, amr = $5
WHERE user_code = $1 AND allowed IS NULL AND used_at IS NULL AND expires_at > $6 RETURNING user_code"""


async def ask(run: Run, client: Registered, scope: str, address: str, here: Here) -> dict[str, Any]:
    """What the device is told (3.2): a code of its own, and one for its person. Raises OAuth2Error, in a flood."""
    if not await throttle.flows(run, f"device {address}", here.now):
        raise OAuth2Error(error="temporarily_unavailable", status_code=429)
    device_code, kept = secrets.token_urlsafe(32), list[Any]()
    about = (new_id(), client.row.id, scope, address, here.now, here.now + LASTS, SECONDS)
    while not kept:  # somebody else may hold these letters
        kept = await run(KEEP, (fingerprint(device_code), new_user_code(), *about))
    letters, page = shown(kept[0]["user_code"]), f"{here.settings.issuer}/device"
    return {
        "device_code": device_code,
        "user_code": letters,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={letters}",
        "expires_in": int(LASTS.total_seconds()),
        "interval": SECONDS,
    }


async def poll(run: Run, device_code: str, client: Registered, now: datetime) -> tuple[Waiting | None, Grant | None]:
    """How far it is with this device's question, and what it may have now: once. Twice is theft: the family ends."""
    key = (fingerprint(device_code), client.row.id, now)
    found = await run(POLL, (*key, SECONDS, HASTE))
    if not found:
        return None, None
    d = found[0]
    waiting = Waiting(client.client_id, d["scope"], d["allowed"], d["expires_at"] <= now, d["too_soon"])
    if d["used_at"]:
        await revoke(run, d["family_id"], "device_code_used_twice", now)
        return None, None
    if not (used := await run(USE, key)):
        return waiting, None
    u = used[0]
    return waiting, Grant(u["family_id"], person_of(u), u["scope"], u["auth_time"], u["amr"], now + FAMILY_LASTS)


async def who_asks(run: Run, user_code: str, now: datetime) -> Any | None:
    """The question that waits under these letters: scope, address, asked_at, and the application's client_id, name."""
    found = await run(ASKS, (user_code, now))
    return found[0] if found else None


async def decide(run: Run, user_code: str, person: SignedIn, *, allowed: bool, now: datetime) -> bool:
    """The person's answer; False when it comes too late, or after another."""
    return bool(await run(DECIDE, (user_code, allowed, person.id, person.auth_time, person.amr, now)))
