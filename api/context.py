"""Who is asking, in which language: from the headers of a request to an Actor."""

import re
import time
from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar

from api.oauth.keys import Keys
from api.oauth.tokens import Claims, WrongToken, believed
from api.settings import Settings
from domain.access import Actor
from domain.accounts.actors import bearer
from domain.accounts.addresses import spoken
from domain.house import House

FRESH_SECONDS = 1.0
"""How long an answer about roles, suspension and revocation may be old."""
REMEMBERED = 10_000

Key = TypeVar("Key")
Value = TypeVar("Value")


class Unauthorized(Exception):
    """No token, or none that is good: the answer is 401 with this WWW-Authenticate header (RFC 6750, RFC 9728)."""

    def __init__(self, www_authenticate: str) -> None:
        super().__init__("This needs an access token.")
        self.www_authenticate = www_authenticate


class Gate:
    """Lets in whoever shows a good token. A signature is checked once; roles and revocation every second."""

    def __init__(self, house: House, settings: Settings) -> None:
        self.house, self.settings = house, settings
        self.keys = Keys(house, settings)
        self._verified: OrderedDict[bytes, Claims] = OrderedDict()
        self._recent: OrderedDict[tuple[bytes, bytes], tuple[float, int, Actor]] = OrderedDict()
        metadata = f"{settings.issuer}/.well-known/oauth-protected-resource/graphql"
        self._missing = f'Bearer resource_metadata="{metadata}"'
        self._wrong = f'{self._missing}, error="invalid_token"'

    async def actor(self, authorization: bytes | None, accept_language: bytes = b"") -> Actor:
        """Who sends these two headers, as they came. Raises Unauthorized; what they may do is the rules' business.

        Asked again after a while, as for a subscription, it notices that a token has expired or was revoked.
        """
        if not authorization:
            raise Unauthorized(self._missing)
        key, now = sha256(authorization).digest(), self.house.clock()
        if (
            (seen := self._recent.get((key, accept_language)))
            and time.monotonic() < seen[0]
            and now.timestamp() < seen[1]
        ):
            return seen[2].at(now)
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized(self._missing)
        try:
            claims = await self._claims(key, token.strip())
        except WrongToken as wrong:
            raise Unauthorized(self._wrong) from wrong
        asked = time.monotonic()
        found = await bearer(
            self.house.lanes.run, claims.family, now=now, scopes=claims.scopes, client_id=claims.client_id
        )
        if found is None:
            raise Unauthorized(self._wrong)
        actor = replace(found, language=language_of(accept_language.decode("latin-1")) or found.language)
        remember(self._recent, (key, accept_language), (asked + FRESH_SECONDS, claims.expires, actor))
        return actor

    async def _claims(self, key: bytes, token: str) -> Claims:
        now = self.house.clock()
        claims = self._verified.get(key)
        if claims is None:
            claims = await believed(self.keys, self.settings, token, now)
            remember(self._verified, key, claims)
        if claims.expires <= now.timestamp():
            raise WrongToken
        return claims


def remember(cache: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    """Keep it, and forget the oldest when there is too much."""
    cache[key] = value
    cache.move_to_end(key)
    if len(cache) > REMEMBERED:
        cache.popitem(last=False)


@lru_cache(maxsize=1000)
def language_of(accept_language: str) -> str | None:
    """The language we speak that a reader with this header likes best; none, if they like none of ours."""
    wished = []
    for place, part in enumerate(accept_language[:500].split(",")):
        tag, _, quality = part.partition(";")
        if (found := re.fullmatch(r"\s*(?:q=([01](?:\.\d{0,3})?))?\s*", quality)) and (weight := float(found[1] or 1)):
            wished.append((-weight, place, tag.strip()))
    for _, _, tag in sorted(wished):
        if re.fullmatch(r"[A-Za-z0-9-]{1,35}", tag) and (language := spoken(tag)):
            return language
    return None
