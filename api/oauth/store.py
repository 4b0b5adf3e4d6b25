"""Where sign-ins live: sessions, codes, token families, refresh tokens, in PostgreSQL, each secret as its fingerprint.

What may happen once only is one UPDATE that finds it unused; whoever comes second is noticed, and the family ends.
"""

import asyncio
import secrets
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.oauth.known import Grant, Registered, SignedIn
from domain.accounts.credentials import fingerprint
from domain.accounts.models import AuthMethod, Client
from domain.answers import forget_old
from domain.columns import new_id, untyped
from domain.house import House
from domain.postgres import Lanes, Run
from domain.together import Column, Together, Write, given

CODE_LASTS = timedelta(seconds=60)
SESSION_LASTS = timedelta(hours=12)
FAMILY_LASTS = timedelta(days=90)
REFRESH_IDLES = timedelta(days=14)


#: What is known of a person p who has signed in.
SUBJECT = """
p.id, p.name, p.display_name, p.email, p.email_verified_at IS NOT NULL AS email_verified,
p.phone, p.phone_verified_at IS NOT NULL AS phone_verified, p.locale"""


# -- applications -----------------------------------------------------------------------------------------------------

CLIENT = "SELECT * FROM client WHERE id = $1 AND state = 'active'"


async def client(run: Run, client_id: str | None) -> Registered | None:
    """The application of this id, unless it is revoked."""
    id = untyped(Client.prefix, client_id or "")
    found = await run(CLIENT, (id,)) if id else []
    return Registered(Client.read(dict(found[0]))) if found else None


# -- sessions ---------------------------------------------------------------------------------------------------------

SESSION = f"""
SELECT {SUBJECT}, s.id AS session_id, s.auth_time, s.amr
FROM login_session s JOIN person p ON p.id = s.person_id
WHERE s.digest = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND p.state = 'active'
  AND (s.linked_subject_id IS NULL OR EXISTS (
      SELECT FROM linked_subject l JOIN issuer i ON i.id = l.issuer_id AND i.state = 'trusted'
      WHERE l.id = s.linked_subject_id AND l.unlinked_at IS NULL))"""  # noqa: S608 our own columns
# Whoever ends all access holds the person meanwhile (`credentials.end_access`): it is either ended or not begun.
BEGIN_SESSION = """
INSERT INTO login_session (digest, id, person_id, auth_time, expires_at, amr, linked_subject_id, address, agent)
SELECT $1, $2, id, $4, $5, $6, $7, $8, $9 FROM person
WHERE id = $3 AND state = 'active' AND version = coalesce($10, version) FOR SHARE RETURNING id"""


AWAY = "'offline_access' = ANY(string_to_array(scope, ' '))"


def ending(which: str) -> str:
    """What ends sessions and their codes, except where the person allowed access while away; $1 is now."""
    return f"""
WITH ended AS (UPDATE login_session SET ended_at = $1 WHERE {which} AND ended_at IS NULL RETURNING id),
     codes AS (UPDATE authorization_code SET used_at = $1 FROM ended
               WHERE session_id = ended.id AND used_at IS NULL AND NOT {AWAY})
SELECT id FROM ended"""  # noqa: S608 our own words


END_SESSION = ending("digest = $2")
END_SESSION_OF = ending("person_id = $2 AND login_session.id = $3")
END_OTHER_SESSIONS = ending("person_id = $2 AND login_session.id <> $3")
#: In a statement of its own: a code that was being redeemed meanwhile has its family by now.
END_THEIR_FAMILIES = f"""
UPDATE token_family SET revoked_at = $1, why = 'signed_out'
WHERE session_id = ANY($2) AND revoked_at IS NULL AND NOT {AWAY}"""  # noqa: S608 our own words


class NobodyThere(Exception):
    """The account was closed, or its password changed, just as somebody was signing in."""


async def session(run: Run, cookie: str | None, now: datetime) -> SignedIn | None:
    """Who is signed in with this cookie; nobody by a link that ended while the session was just beginning."""
    found = await run(SESSION, (fingerprint(cookie), now)) if cookie else []
    return SignedIn(**found[0]) if found else None


async def begin_session(
    run: Run,
    person: UUID,
    now: datetime,
    *,
    amr: list[str],
    linked: UUID | None = None,
    address: str = "",
    agent: str = "",
    version: int | None = None,
) -> str:
    """A new session and its cookie; what was known of the browser before is worth nothing.

    `linked`: by which link to an issuer elsewhere the person came in; `version`: of the person, as their password was
    looked at. Raises NobodyThere.
    """
    cookie = secrets.token_urlsafe(32)
    about = (fingerprint(cookie), new_id(), person, now, now + SESSION_LASTS, amr, linked, address, agent, version)
    if not await run(BEGIN_SESSION, about):
        raise NobodyThere
    return cookie


async def end_session(lanes: Lanes, cookie: str, now: datetime) -> None:
    """Sign out: the session's tokens end too, except where the person allowed access while away."""
    await _end(lanes, END_SESSION, now, fingerprint(cookie))


async def end_session_of(lanes: Lanes, person: SignedIn, session: UUID, now: datetime) -> None:
    """Sign out one of the person's browsers, likewise."""
    await _end(lanes, END_SESSION_OF, now, person.id, session)


async def end_other_sessions(lanes: Lanes, person: SignedIn, now: datetime) -> None:
    """Sign out all of the person's browsers but this one, likewise."""
    await _end(lanes, END_OTHER_SESSIONS, now, person.id, person.session_id)


async def _end(lanes: Lanes, sql: str, now: datetime, *which: Any) -> None:
    async with lanes.hold() as lane:
        ended = await lane.run(sql, (now, *which))
        await lane.run(END_THEIR_FAMILIES, (now, [session["id"] for session in ended]))


# -- codes ------------------------------------------------------------------------------------------------------------

KEEP_CODE = """
INSERT INTO authorization_code (digest, family_id, client_id, person_id, session_id, redirect_uri, scope, nonce,
                                code_challenge, jkt, auth_time, amr, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"""
REDEEM = f"""
WITH code AS (
    UPDATE authorization_code SET used_at = $3 WHERE digest = $1 AND client_id = $2 AND used_at IS NULL RETURNING *)
SELECT {SUBJECT},
       c.family_id, c.session_id, c.redirect_uri, c.scope, c.nonce, c.code_challenge, c.jkt,
       c.auth_time, c.amr, c.expires_at
FROM code c LEFT JOIN person p ON p.id = c.person_id AND p.state = 'active'
     AND ({AWAY} OR NOT EXISTS (SELECT FROM login_session s WHERE s.id = c.session_id AND s.ended_at IS NOT NULL))
     AND ((SELECT first_party FROM client WHERE id = $2) OR EXISTS (
         SELECT FROM consent WHERE person_id = c.person_id AND client_id = $2 AND withdrawn_at IS NULL))"""  # noqa: S608
CODE_USED = """
UPDATE token_family SET revoked_at = $3, why = 'code_used_twice' FROM authorization_code c
WHERE c.digest = $1 AND c.client_id = $2 AND token_family.id = c.family_id AND revoked_at IS NULL"""


async def keep_code(
    run: Run,
    code: str,
    *,
    client: Registered,
    person: SignedIn,
    redirect_uri: str,
    scope: str,
    nonce: str | None,
    code_challenge: str | None,
    jkt: str | None,
    now: datetime,
) -> None:
    """Remember a code for a minute."""
    place = (client.row.id, person.id, person.session_id, redirect_uri, scope, nonce, code_challenge, jkt)
    signed_in = (person.auth_time, person.amr, now + CODE_LASTS)
    await run(KEEP_CODE, (fingerprint(code), new_id(), *place, *signed_in))


async def redeem(run: Run, code: str, client: Registered, jkt: str | None, now: datetime) -> Grant | None:
    """What the code stands for: once, for the application it was made for, in time, and with the key that was named.

    It may have been written just when the person signed out or took their consent back: then it stands for nothing.
    Twice is theft: the family ends.
    """
    found = await run(REDEEM, (fingerprint(code), client.row.id, now))
    if not found:
        await run(CODE_USED, (fingerprint(code), client.row.id, now))
        return None
    c = found[0]
    if c["expires_at"] <= now or c["jkt"] not in {None, jkt}:
        return None
    return Grant(
        c["family_id"],
        person_of(c),
        c["scope"],
        c["auth_time"],
        c["amr"],
        now + FAMILY_LASTS,
        c["session_id"],
        c["redirect_uri"],
        c["nonce"],
        c["code_challenge"],
    )


# -- families and refresh tokens --------------------------------------------------------------------------------------

BEGIN_FAMILY = """
INSERT INTO token_family (id, client_id, person_id, session_id, scope, auth_time, amr, expires_at, jkt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE SET jkt = excluded.jkt WHERE token_family.jkt IS NULL AND excluded.jkt IS NOT NULL"""
MACHINES = {"id": "uuid", "client_id": "uuid", "scope": "text", "auth_time": "timestamptz", "expires_at": "timestamptz"}
MACHINES_GIVEN = [Column(*said, many=False, place=place) for place, said in enumerate(MACHINES.items())]
INSERT_MACHINES = "INSERT INTO token_family (id, client_id, scope, auth_time, expires_at, amr)"
BEGIN_MACHINE = f"{INSERT_MACHINES} VALUES ($1, $2, $3, $4, $5, '[]') RETURNING id"
BEGIN_MACHINES = f"""
{INSERT_MACHINES} SELECT id, client_id, scope, auth_time, expires_at, '[]' FROM ({given(MACHINES_GIVEN)}) AS given
ORDER BY no RETURNING id"""  # noqa: S608 our own columns
KEEP_REFRESH = "INSERT INTO refresh_token (digest, family_id, expires_at) VALUES ($1, $2, $3)"
ROTATE = f"""
WITH used AS (
    UPDATE refresh_token r SET used_at = $3 FROM token_family f
    WHERE r.digest = $1 AND r.family_id = f.id AND f.client_id = $2 AND f.revoked_at IS NULL
      AND r.used_at IS NULL AND r.expires_at > $3 AND f.expires_at > $3
      AND string_to_array($4, ' ') <@ string_to_array(f.scope, ' ') AND (f.jkt IS NULL OR f.jkt = $5)
    RETURNING f.id AS family_id, f.person_id, f.session_id, f.scope, f.auth_time, f.amr, f.expires_at)
SELECT {SUBJECT},
       used.family_id, used.session_id, used.scope, used.auth_time, used.amr, used.expires_at
FROM used LEFT JOIN person p ON p.id = used.person_id AND p.state = 'active'"""  # noqa: S608 our own columns
REFRESH = """
SELECT f.id AS family_id, f.scope, f.auth_time, f.amr, f.expires_at, r.used_at FROM refresh_token r
JOIN token_family f ON f.id = r.family_id
WHERE r.digest = $1 AND f.client_id = $2 AND f.revoked_at IS NULL AND r.expires_at > $3 AND f.expires_at > $3"""
REVOKE = "UPDATE token_family SET revoked_at = $2, why = $3 WHERE id = $1 AND revoked_at IS NULL"


async def rotate(run: Run, token: str, client: Registered, scope: str, jkt: str | None, now: datetime) -> Grant | None:
    """What the refresh token stands for, and the end of it; used twice, the family ends.

    A request for more than was granted, or without its key, leaves the token as it is: the core will refuse it.
    """
    digest = fingerprint(token)
    if found := await run(ROTATE, (digest, client.row.id, now, scope, jkt)):
        r = found[0]
        signed_in = (r["auth_time"], r["amr"], r["expires_at"], r["session_id"])
        return Grant(r["family_id"], person_of(r), r["scope"], *signed_in)
    if not (found := await run(REFRESH, (digest, client.row.id, now))):
        return None
    r = found[0]
    if r["used_at"]:
        await revoke(run, r["family_id"], "refresh_token_used_twice", now)
        return None
    return Grant(r["family_id"], None, r["scope"], r["auth_time"], r["amr"], r["expires_at"])


async def begin_family(run: Run, client: Registered, grant: Grant, jkt: str | None) -> None:
    """The family that a sign-in or a machine's request begins; it is there already when a token is refreshed.

    Refresh tokens of an application that proves itself by nothing else are bound to its key, as soon as it shows one.
    """
    person = grant.person.id if grant.person else None
    key = jkt if client.row.auth_method is AuthMethod.NONE else None
    about = (grant.session_id, grant.scope, grant.auth_time, grant.amr, grant.ends_at, key)
    await run(BEGIN_FAMILY, (grant.family_id, client.row.id, person, *about))


def families_of_machines() -> Write:
    """What writes the family of a machine's token, of many at once, for `of_machine`."""
    return Write(BEGIN_MACHINE, Together(BEGIN_MACHINES, (), MACHINES_GIVEN))


def of_machine(client: Registered, grant: Grant) -> tuple[Any, ...]:
    """The family that a machine's request begins; no refresh token will be bound to anything."""
    return grant.family_id, client.row.id, grant.scope, grant.auth_time, grant.ends_at


async def keep_refresh(run: Run, token: str, grant: Grant, now: datetime) -> None:
    await run(KEEP_REFRESH, (fingerprint(token), grant.family_id, min(now + REFRESH_IDLES, grant.ends_at)))


async def revoke(run: Run, family_id: UUID, why: str, now: datetime) -> None:
    await run(REVOKE, (family_id, now, why))


def person_of(record: Any) -> SignedIn | None:
    if record["id"] is None:
        return None
    return SignedIn(**{field.name: record[field.name] for field in fields(SignedIn)})


# -- asking about tokens ----------------------------------------------------------------------------------------------

FAMILY = """
SELECT f.client_id, f.person_id, f.scope,
       f.revoked_at IS NULL AND c.state = 'active' AND coalesce(p.state, 'active') = 'active' AS live
FROM token_family f JOIN client c ON c.id = f.client_id LEFT JOIN person p ON p.id = f.person_id WHERE f.id = $1"""
BY_REFRESH = """
SELECT r.family_id, r.used_at IS NULL AND r.expires_at > $2 AND f.expires_at > $2 AS live, r.expires_at, f.jkt
FROM refresh_token r JOIN token_family f ON f.id = r.family_id WHERE r.digest = $1"""

# -- consents ---------------------------------------------------------------------------------------------------------

ALLOWED = "SELECT scopes FROM consent WHERE person_id = $1 AND client_id = $2 AND withdrawn_at IS NULL"


async def allowed(run: Run, person: SignedIn, client: Registered) -> set[str]:
    """The scopes that the person has allowed the application."""
    found = await run(ALLOWED, (person.id, client.row.id))
    return set(found[0]["scopes"]) if found else set()


# -- tidying ----------------------------------------------------------------------------------------------------------

KEPT_AFTERWARDS = timedelta(days=1)
SWEEP_EVERY = timedelta(minutes=10)
SWEEP = (
    "DELETE FROM refresh_token WHERE expires_at < $1",
    "DELETE FROM authorization_code WHERE expires_at < $1",
    "DELETE FROM device_grant WHERE expires_at < $1",
    "DELETE FROM token_family WHERE expires_at < $1",
    # how a portal's tokens began is known as long as they are
    """DELETE FROM login_session s WHERE expires_at < $1
       AND (linked_subject_id IS NULL OR NOT EXISTS (SELECT FROM token_family WHERE session_id = s.id))""",
    "DELETE FROM failed_tries WHERE again_at < $1",
    "DELETE FROM address_proof WHERE expires_at < $1",
    "DELETE FROM guarded_account WHERE expires_at < $1",
    "DELETE FROM introduction WHERE expires_at < $1",
    "DELETE FROM under_way WHERE expires_at < $1",
    "DELETE FROM known_browser WHERE expires_at < $1",
    "DELETE FROM letter WHERE sent_at < $1 OR expires_at < $1 - interval '6 days'",
    "DELETE FROM undelivered_letter WHERE failed_at < $1::timestamptz - interval '90 days'",
    "DELETE FROM signing_key WHERE retired_at < $1",
)
SEEN_LONG_AGO = "DELETE FROM seen_once WHERE expires_at < $1"


async def sweep(run: Run, now: datetime) -> None:
    """Forget what has been over for a day; what may be shown again by then, at once, for there is much of it."""
    for sql in SWEEP:
        await run(sql, (now - KEPT_AFTERWARDS,))
    await run(SEEN_LONG_AGO, (now,))


async def sweep_now_and_then(house: House) -> None:
    """One round of what a serving process does again and again."""
    await sweep(house.lanes.run, house.clock())
    await forget_old(house.lanes.run, house.clock())
    await asyncio.sleep(SWEEP_EVERY.total_seconds())
