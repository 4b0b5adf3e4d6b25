"""What an access token says (RFC 9068), how it is made, and how one that comes back is believed."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError

from api.oauth.keys import ALGORITHM, Keys, Ring
from api.settings import Settings

LIFETIME = 600
"""Seconds an access token is good for; revocation acts sooner, through its family."""
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
) -> str:
    """A signed token for `subject`, a person or the client itself."""
    issued = int(now.timestamp())
    said: dict[str, Any] = {
        "iss": settings.issuer,
        "aud": resource(settings),
        "sub": subject,
        "client_id": client_id,
        "scope": scope,
        "iat": issued,
        "exp": issued + LIFETIME,
        "jti": secrets.token_urlsafe(12),
        "fam": family.hex,
    }
    if auth_time:
        said["auth_time"] = int(auth_time.timestamp())
    return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt", "kid": ring.active.kid}, said, ring.active)


async def believed(keys: Keys, settings: Settings, token: str, now: datetime) -> Claims:
    """What the token says, if we made it for ourselves and its time is not over; else WrongToken.

    Only the keys of our own ring are tried, with our one algorithm: what the header offers (jwk, jku, x5u) is not heeded.
    """
    if len(token) > LONGEST or not token.isascii():
        raise WrongToken
    try:
        header = jws.extract_compact(token.encode()).headers()
        if str(header.get("typ", "")).lower() not in TYPES or not isinstance(kid := header.get("kid"), str):
            raise WrongToken
        read = jwt.decode(token, (await keys.ring(kid)).all, algorithms=[ALGORITHM])
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
            said,
        )
    except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as wrong:
        raise WrongToken from wrong
