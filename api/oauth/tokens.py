"""What an access token says (RFC 9068), how it is made, and how one that comes back is believed."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError

from api.oauth.clients import DEMO_APP, ensure_first_clients
from api.oauth.keys import ACCESS_TOKENS, Keys, Ring
from api.oauth.scopes import CATALOGUE, demand_known, ordered
from api.settings import Settings
from domain.accounts.models import Client, Person
from domain.columns import new_id, typed, untyped
from domain.errors import NotAllowed, NotFound
from domain.house import House

LIFETIME = timedelta(minutes=10)
"""How long an access token is good; revocation acts sooner, through its family."""
LEEWAY = 5
LONGEST = 8192
TYPES = {"at+jwt", "application/at+jwt"}


class WrongToken(Exception):
    """This is no access token of ours that is still good."""


def resource(settings: Settings) -> str:
    """The name of what our tokens open: their audience (RFC 8707)."""
    return f"{settings.issuer}/graphql"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good access token says."""

    subject: str
    client_id: str
    scopes: frozenset[str]
    family: UUID
    expires: int
    jkt: str | None
    """The thumbprint of the key it is bound to (RFC 9449)."""
    raw: dict[str, Any]


def access_token(
    ring: Ring,
    settings: Settings,
    *,
    subject: str,
    client_id: str,
    scope: str,
    family: UUID,
    now: datetime,
    auth_time: datetime | None = None,
    jkt: str | None = None,
) -> str:
    """A signed token for `subject`, a person or the client itself; good only with this key, if one is named."""
    issued = int(now.timestamp())
    said: dict[str, Any] = {
        "iss": settings.issuer,
        "aud": resource(settings),
        "sub": subject,
        "client_id": client_id,
        "scope": scope,
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
        "jti": secrets.token_urlsafe(12),
        "fam": family.hex,
    }
    if auth_time:
        said["auth_time"] = int(auth_time.timestamp())
    if jkt:
        said["cnf"] = {"jkt": jkt}
    key = ring.active[ACCESS_TOKENS]
    return jwt.encode({"alg": ACCESS_TOKENS, "typ": "at+jwt", "kid": key.kid}, said, key)


async def believed(keys: Keys, settings: Settings, token: str, now: datetime) -> Claims:
    """What the token says, if we made it for ourselves and its time is not over; else WrongToken.

    Only the keys of our own ring are tried, with our one algorithm; what the header offers (jwk, jku, x5u) is ignored.
    """
    if len(token) > LONGEST or not token.isascii():
        raise WrongToken
    try:
        header = jws.extract_compact(token.encode()).headers()
        if str(header.get("typ", "")).lower() not in TYPES or not isinstance(kid := header.get("kid"), str):
            raise WrongToken
        read = jwt.decode(token, (await keys.ring(kid)).all, algorithms=[ACCESS_TOKENS])
        said = read.claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": resource(settings)},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            client_id={"essential": True},
            scope={"essential": True, "allow_blank": True},
            fam={"essential": True},
        ).validate(said)
        return Claims(
            str(said["sub"]),
            str(said["client_id"]),
            frozenset(str(said["scope"]).split()),
            UUID(hex=said["fam"]),
            int(said["exp"]),
            said["cnf"]["jkt"] if "cnf" in said else None,
            said,
        )
    except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as wrong:
        raise WrongToken from wrong


async def issue_for(
    house: House, settings: Settings, email: str, scope: str | None = None, client_id: str | None = None
) -> str:
    """A token in a person's name without their signing in: for trying things out, on this machine only."""
    if not settings.on_loopback:
        raise NotAllowed(
            "not_on_this_machine",
            f"Tokens are handed out only while the issuer is this machine, not {settings.issuer}.",
            "仅当 ISSUER 为本机时才能直接签发令牌。",
        )
    await ensure_first_clients(house, settings)
    client = untyped(Client.prefix, client_id) if client_id else DEMO_APP
    found = await house.lanes.run(WHO, (email, client))
    if not found:
        raise NotFound(
            "not_found", f"There is no {email}, or no such application.", f"没有用户 {email}，或没有该应用。"
        )
    scopes = set(scope.split()) if scope else set(CATALOGUE)
    demand_known(scopes)
    now, family, granted = house.clock(), new_id(), " ".join(ordered(scopes))
    await house.lanes.run(ISSUE, (family, client, found[0]["id"], granted, now, now + LIFETIME))
    return access_token(
        await Keys(house, settings).ring(),
        settings,
        subject=typed(Person.prefix, found[0]["id"]),
        client_id=typed(Client.prefix, found[0]["client_id"]),
        scope=granted,
        family=family,
        now=now,
    )


WHO = """
SELECT p.id, c.id AS client_id FROM person p, client c
WHERE lower(p.email) = lower($1) AND p.state = 'active' AND c.id = $2 AND c.state = 'active'"""
ISSUE = """
INSERT INTO token_family (id, client_id, person_id, scope, auth_time, amr, expires_at)
VALUES ($1, $2, $3, $4, $5, '[]', $6)"""
