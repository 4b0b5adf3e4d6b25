"""Who is asking, in which language: from the headers of a request to an Actor."""

import re
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from api.caches import Cache
from api.oauth.applications import Applications
from api.oauth.dpop import WINDOW, Bound, Proof, WrongProof, token_hash
from api.oauth.issuers.guests import Guests, issuer_in
from api.oauth.keys import Keys
from api.oauth.once import Lately
from api.oauth.tokens import LONGEST, Claims, WrongToken, believed
from api.settings import Settings
from api.watchman import Watchman
from domain.access import Actor
from domain.accounts.actors import bearer
from domain.accounts.addresses import spoken
from domain.accounts.models import Client
from domain.accounts.public_keys import ALGORITHMS
from domain.columns import end_of_day, untyped
from domain.house import House

REMEMBERED = 10_000
SCHEME = re.compile(rb"(bearer|dpop)( |$)", re.IGNORECASE)


class Unauthorized(Exception):
    """No token, or none that is good: the answer is 401 with this WWW-Authenticate header (RFC 6750, RFC 9728)."""

    def __init__(self, www_authenticate: str) -> None:
        super().__init__("This needs an access token.")
        self.www_authenticate = www_authenticate


@dataclass(slots=True)
class Known:
    """Whoever a token speaks for, as looked up at a moment of `time.monotonic`; in each language they asked in."""

    looked: float
    until: datetime
    """When the token expires or the day ends, with which roles begin and end."""
    whose: tuple[str, ...]
    """The ids it rests on: of the person, the application, the token's family; or of the issuer elsewhere."""
    actors: dict[str | None, Actor]
    bound: Bound | None = None
    """What a proof must show, if the token is bound to a key."""

    def speaking(self, language: str | None) -> Actor:
        """Them, in this language if we speak it, else in that of their account."""
        actor = self.actors.get(language)
        if not actor:
            actor = self.actors[language] = replace(self.actors[None], language=str(language))
        return actor


class Gate:
    """Lets in whoever shows a good token. A signature is checked once; access is looked up again when it changed."""

    def __init__(self, house: House, settings: Settings) -> None:
        self.house, self.settings = house, settings
        self.keys, self.watchman, self.guests = Keys(house, settings), Watchman(house.lanes), Guests(house, settings)
        self.applications = Applications(house.lanes.run, self.watchman)
        self._verified: Cache[Claims] = Cache(REMEMBERED)
        self._known: Cache[Known] = Cache(REMEMBERED)
        self._proofs = Lately(2 * WINDOW.total_seconds())
        metadata = f'resource_metadata="{settings.issuer}/.well-known/oauth-protected-resource/graphql"'
        self._bearer, self._key = f"Bearer {metadata}", f'DPoP {metadata}, algs="{" ".join(ALGORITHMS)}"'
        self._missing = f"{self._bearer}, {self._key}"
        self._unproven = f'{self._key}, error="invalid_dpop_proof"'

    async def actor(
        self, authorization: bytes | None, accept_language: bytes = b"", proof: Proof | None = None
    ) -> Actor:
        """Who sends these headers, as they came. Raises Unauthorized; what they may do is the rules' business.

        Asked again after a while, as for a subscription, it notices that a token has expired or was revoked.
        """
        if not authorization:
            raise Unauthorized(self._missing)
        now = self.house.clock()
        known = self._known.get(authorization)
        if known is None or now >= known.until or not self.watchman.vouches(known.looked, known.whose):
            known = await self._look(authorization, now)
        if known.bound:
            self._demand(known.bound, proof, now)
        return known.speaking(language_of(accept_language.decode("latin-1"))).at(now)

    def _wrong(self, *, dpop: bool, why: str = "") -> Unauthorized:
        """The token is not good: told to the scheme that it came by (RFC 6750, 3; RFC 9449, 7.1)."""
        error = 'error="invalid_token"' + (f', error_description="{why}"' if why else "")
        return Unauthorized(f"{self._key}, {error}" if dpop else f"{self._bearer}, {error}, {self._key}")

    def _demand(self, bound: Bound, proof: Proof | None, now: datetime) -> None:
        """RFC 9449, 7: a proof of the key, made for this request with this token, and shown to this process once."""
        if proof is None:
            raise Unauthorized(self._unproven)
        if proof.believed == bound:  # when its connection began
            return
        try:
            read = proof.read(self.settings.issuer, now)
        except WrongProof as wrong:
            raise Unauthorized(self._unproven) from wrong
        if read.bound.jkt != bound.jkt:
            raise self._wrong(dpop=True)
        if read.bound.ath != bound.ath or not self._proofs.first_time(bound.jkt, read.jti, now=now.timestamp()):
            raise Unauthorized(self._unproven)
        proof.believed = bound

    async def _look(self, authorization: bytes, now: datetime) -> Known:
        if (issuer := issuer_in(token_of(authorization))) not in {None, self.settings.issuer}:
            return await self._look_elsewhere(str(issuer), authorization, now)
        try:
            claims = await self._claims(authorization, now)
        except WrongToken as wrong:
            raise self._wrong(dpop=is_dpop(authorization)) from wrong
        looked = time.monotonic()
        found = await bearer(
            self.house.lanes.run, claims.family, now=now, scopes=claims.scopes, client_id=claims.client_id
        )
        if found is None:
            raise self._wrong(dpop=is_dpop(authorization))
        whose = str(found.id), str(untyped(Client.prefix, claims.client_id)), str(claims.family)
        until = min(datetime.fromtimestamp(claims.expires, UTC), end_of_day(now))
        bound = Bound(claims.jkt, token_hash(token_of(authorization))) if claims.jkt else None
        return self._known.put(authorization, Known(looked, until, whose, {None: found}, bound))

    async def _look_elsewhere(self, issuer: str, authorization: bytes, now: datetime) -> Known:
        if not SCHEME.match(authorization):
            raise Unauthorized(self._missing)
        dpop, token = is_dpop(authorization), token_of(authorization)
        if len(authorization) > LONGEST:
            raise self._wrong(dpop=dpop)
        try:
            found = await self.guests.admitted(issuer, token, now)
        except WrongToken as wrong:
            raise self._wrong(dpop=dpop, why=str(wrong)) from wrong
        if (found.jkt is not None) is not dpop:
            raise self._wrong(dpop=dpop)
        bound = Bound(found.jkt, token_hash(token)) if found.jkt else None
        until = min(found.until, end_of_day(now))
        return self._known.put(authorization, Known(found.looked, until, found.whose, {None: found.actor}, bound))

    async def _claims(self, authorization: bytes, now: datetime) -> Claims:
        claims = self._verified.get(authorization)
        if claims is None:
            if not SCHEME.match(authorization):
                raise Unauthorized(self._missing)
            if len(authorization) > LONGEST:  # it would be remembered, spaces and all
                raise WrongToken
            claims = await believed(self.keys, self.settings, token_of(authorization), now)
            if (claims.jkt is not None) is not is_dpop(authorization):
                raise WrongToken
            self._verified.put(authorization, claims)
        if claims.expires <= now.timestamp():
            raise WrongToken
        return claims


def is_dpop(authorization: bytes) -> bool:
    return authorization[:5].lower() == b"dpop "


def token_of(authorization: bytes) -> str:
    return authorization.decode("latin-1").partition(" ")[2].strip()


def language_of(accept_language: str) -> str | None:
    """The language we speak that a reader with this header likes best; none, if they like none of ours."""
    return _best(accept_language[:500])


@lru_cache(maxsize=1000)
def _best(accept_language: str) -> str | None:
    wished = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, quality = part.partition(";")
        if (found := re.fullmatch(r"\s*(?:q=([01](?:\.\d{0,3})?))?\s*", quality)) and (weight := float(found[1] or 1)):
            wished.append((-weight, place, tag.strip()))
    for _, _, tag in sorted(wished):
        if re.fullmatch(r"[A-Za-z0-9-]{1,35}", tag) and (language := spoken(tag)):
            return language
    return None
