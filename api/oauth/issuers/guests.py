"""Whom does an access token of an issuer elsewhere speak for, and what may it do here? As the issuer's profile says."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError

from api.oauth.issuers.outside import Away, Outside
from api.oauth.issuers.published import Provider
from api.oauth.tokens import LEEWAY, LONGEST, WrongToken
from api.settings import Settings
from domain.access import Actor
from domain.accounts.actors import guest
from domain.accounts.models import Issuer
from domain.columns import typed
from domain.house import House

LOOKED_AGAIN = timedelta(minutes=5)
"""After so long a token is verified anew, for its key may have been withdrawn."""
LONGEST_NAME = 255
TRUSTED = "SELECT * FROM issuer WHERE url = $1 AND state = 'trusted'"
#: What only id tokens say (OpenID Connect Core, 2 and 3), which a `typ` of JWT does not tell from access tokens.
OF_ID_TOKENS = {"nonce", "at_hash", "c_hash"}
OF_ACCESS = {"Bearer", "DPoP"}
"""Keycloak says in a claim `typ` what a token is: Bearer, DPoP, ID, Refresh, Logout …"""


class WrongGuest(WrongToken):
    """The token is not good here; the sentence, printable ASCII without quotes, says why (RFC 6750, 3)."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A person for whom an issuer's token speaks."""

    actor: Actor
    whose: tuple[str, ...]
    """The ids it rests on: of the person and of the issuer."""
    looked: float
    """When it was looked up, on `time.monotonic`."""
    until: datetime
    """When it must be looked up again, at the latest."""
    jkt: str | None
    """The thumbprint of the key that the token is bound to (RFC 9449)."""


class Guests:
    """Those who come with tokens of others."""

    def __init__(self, house: House, settings: Settings) -> None:
        self.house, self.settings, self.outside = house, settings, Outside(settings)
        self._providers: dict[str, Provider] = {}

    def provider(self, issuer: Issuer) -> Provider:
        """What is known of an issuer that is trusted, or was."""
        if issuer.url not in self._providers:
            self._providers[issuer.url] = Provider(self.outside, issuer.url)
        return self._providers[issuer.url]

    async def admitted(self, url: str, token: str, now: datetime) -> Guest:
        """The person for whom a token speaks that says it is from this issuer. Raises WrongToken."""
        looked = time.monotonic()
        if len(token) > LONGEST or not token.isascii():
            raise WrongGuest("too long")
        found = await self.house.lanes.run(TRUSTED, (url,))
        if not found:
            raise WrongGuest("its issuer is not trusted here")
        issuer = Issuer.read(dict(found[0]))
        said = await self._believed(issuer, token, now)
        client_id = f"{typed(Issuer.prefix, issuer.id)}:{said[issuer.client_claim]}"
        actor = await guest(
            self.house.lanes.run,
            issuer.id,
            said["sub"],
            roles_in(said, issuer),
            now=now,
            scopes=scopes_in(said, issuer),
            client_id=client_id,
        )
        if actor is None:
            raise WrongGuest(f"nobody here is linked to its subject, see {self.settings.issuer}/account/portals")
        until = now + LOOKED_AGAIN
        if said["exp"] < until.timestamp():
            until = datetime.fromtimestamp(said["exp"], UTC)
        return Guest(actor, (str(actor.id), str(issuer.id)), looked, until, bound_to(said))

    async def _believed(self, issuer: Issuer, token: str, now: datetime) -> dict[str, Any]:
        """What it says, if the issuer made it to be shown here. Only its own published keys are tried."""
        if issuer.audience is None:
            raise WrongGuest("its issuer is trusted for signing in only")
        try:
            header = jws.extract_compact(token.encode()).headers()
            if kind_of(header) not in issuer.token_types:
                raise WrongGuest("it is not of a type that is accepted from its issuer")
            key = await self.provider(issuer).key(header.get("kid"))
            if key is None:
                raise WrongGuest("its issuer has no such key")
            _, said = key.read(token)
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": issuer.url},
                aud={"essential": True, "value": issuer.audience},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
            ).validate(said)
            if (
                OF_ID_TOKENS & said.keys()
                or issuer.scope_claim not in said
                or said.get("typ", "Bearer") not in OF_ACCESS
            ):
                raise WrongGuest("it is no access token")
            if not all(is_name(said.get(claim)) for claim in ("sub", issuer.client_claim)):
                raise WrongGuest("it does not say whose it is")
        except Away as away:
            raise WrongGuest("its issuer cannot be asked for its keys now") from away
        except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError) as wrong:
            raise WrongGuest("it is not good") from wrong
        else:
            return said


def issuer_in(token: str) -> str | None:
    """The issuer that a token names, which proves nothing yet."""
    try:
        said = orjson.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError):
        return None
    named = said.get("iss") if isinstance(said, dict) else None
    return named if isinstance(named, str) else None


def kind_of(header: Mapping[str, Any]) -> str:
    """The `typ` of a header: media types may be shortened and differ in case (RFC 7515, 4.1.9)."""
    return str(header.get("typ", "")).lower().removeprefix("application/")


def is_name(said: object) -> bool:
    """Whether this can name somebody: printable ASCII, at most 255 (OpenID Connect Core, 2)."""
    return isinstance(said, str) and 0 < len(said) <= LONGEST_NAME and said.isascii() and said.isprintable()


def scopes_in(said: Mapping[str, Any], issuer: Issuer) -> frozenset[str]:
    """What the token is good for, as far as the profile lets it: a string with blanks (RFC 9068) or a list."""
    claim = said[issuer.scope_claim]
    return frozenset(issuer.scopes).intersection(claim.split() if isinstance(claim, str) else listed(claim))


def roles_in(said: Mapping[str, Any], issuer: Issuer) -> dict[str, frozenset[UUID]]:
    """The roles of ours that the token's word means: those of the profile, in its places, and no others."""
    held: dict[str, frozenset[UUID]] = {}
    for value in listed(at_pointer(said, issuer.role_claim)):
        for role, places in issuer.roles.get(value, {}).items():
            held[role] = held.get(role, frozenset()) | {UUID(hex=place.partition("_")[2]) for place in places}
    return held


def bound_to(said: Mapping[str, Any]) -> str | None:
    """The thumbprint of the key it is bound to. Raises WrongToken for a bond that nobody here can prove (RFC 7800)."""
    if "cnf" not in said:
        return None
    bond = said["cnf"]
    if not isinstance(bond, dict) or bond.keys() != {"jkt"} or not isinstance(bond["jkt"], str):
        raise WrongGuest("it is bound in a way that is not known here")
    return str(bond["jkt"])


def listed(claim: Any) -> Iterator[str]:
    values = claim if isinstance(claim, list) else [claim]
    return (value for value in values if isinstance(value, str))


def at_pointer(said: Any, pointer: str | None) -> Any:
    """What is found at a JSON pointer (RFC 6901); None, where nothing is."""
    if pointer is None:
        return None
    for part in pointer.split("/")[1:]:
        said = said.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(said, dict) else None
    return said
