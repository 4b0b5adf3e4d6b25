"""What does an issuer elsewhere publish, its endpoints and keys? Read now and then, kept for a day while it is away.

Whoever needs a key that is not there waits for one reading, together with all who do; others wait for nothing.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from api.oauth.issuers.outside import Away, Outside

FRESH = 600.0
"""Seconds after which it is read again, without anybody waiting."""
KEPT = 86_400.0
"""Seconds for which the last good reading counts while there is no newer one."""
SOONEST = 60.0
"""Seconds between two readings, however many ask for keys that are not there."""
SOONEST_AFTER_TROUBLE = 10.0
MOST_KEYS = 50

#: What a key may sign with; the first is meant where it does not say. Never what a token's header wishes for.
BY_KIND: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("Ed25519",),
}
KINDS: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
PUBLIC = ("kty", "crv", "n", "e", "x", "y")
RSA_BITS = range(2048, 8193)

log = structlog.get_logger()


@dataclass(frozen=True)
class Public:
    """A key of an issuer, for the one algorithm it signs with."""

    key: RSAKey | ECKey | OKPKey
    algorithm: str

    def read(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token that it signed. Raises JoseError and ValueError."""
        read = jwt.decode(token, self.key, algorithms=[self.algorithm])
        return dict(read.header), dict(read.claims)


@dataclass(frozen=True)
class Published:
    """What an issuer said of itself at a moment of `time.monotonic`."""

    metadata: Mapping[str, Any]
    keys: Mapping[str, Public]
    at: float


class Provider:
    """One issuer elsewhere."""

    def __init__(self, outside: Outside, url: str) -> None:
        self.outside, self.url = outside, url
        self._last: Published | None = None
        self._reading: asyncio.Task[None] | None = None
        self._again = float("-inf")
        self._trouble = ""

    async def published(self, kid: str | None = None) -> Published:
        """The latest; if a key is named that is not there, a newer one. Raises Away when there is none to be had."""
        reading = None if self._fresh(FRESH) and self._knows(kid) else self._read()
        if reading and not (self._fresh(KEPT) and self._knows(kid)):
            await asyncio.shield(reading)  # whoever hangs up leaves it to the others
        if self._last is None or not self._fresh(KEPT):
            raise Away(self._trouble)
        return self._last

    async def key(self, kid: object) -> Public | None:
        """The key of this name, if there is one. Raises Away."""
        return (await self.published(kid)).keys.get(kid) if isinstance(kid, str) else None

    def _fresh(self, seconds: float) -> bool:
        return self._last is not None and time.monotonic() - self._last.at < seconds

    def _knows(self, kid: str | None) -> bool:
        return kid is None or (self._last is not None and kid in self._last.keys)

    def _read(self) -> asyncio.Task[None] | None:
        """The reading under way, or a new one; while the last is too recent, that one."""
        if (self._reading is None or self._reading.done()) and time.monotonic() >= self._again:
            self._again = time.monotonic() + SOONEST
            self._reading = asyncio.create_task(self._fetch())
        return self._reading

    async def _fetch(self) -> None:
        try:
            metadata = await discovered(self.outside, self.url)
            keys = keys_in(await self.outside.get(str(metadata.get("jwks_uri"))))
        except Away as away:
            self._trouble, self._again = str(away), time.monotonic() + SOONEST_AFTER_TROUBLE
            log.warning("issuer is away", issuer=self.url, trouble=self._trouble)
        else:
            self._last = Published(metadata, keys, time.monotonic())


async def discovered(outside: Outside, url: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0, section 4. Raises Away, also when it speaks for another issuer."""
    metadata = await outside.get(f"{url.removesuffix('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != url:
        raise Away("its discovery names another issuer")
    return metadata


def keys_in(jwks: Mapping[str, Any]) -> dict[str, Public]:
    """The keys of a JSON Web Key Set (RFC 7517) that can be used, by name; of two with one name the first."""
    listed = jwks.get("keys")
    keys: dict[str, Public] = {}
    for said in listed[:MOST_KEYS] if isinstance(listed, list) else ():
        kid, key = said.get("kid") if isinstance(said, dict) else None, _public(said)
        if isinstance(kid, str) and key:
            keys.setdefault(kid, key)
    return keys


def _public(said: Any) -> Public | None:
    if not isinstance(said, dict) or said.get("use", "sig") != "sig":
        return None
    try:
        allowed = BY_KIND.get((said["kty"], said.get("crv")), ())
        algorithm = said.get("alg") or allowed[0]
        if algorithm not in allowed or (said["kty"] == "RSA" and bits(said["n"]) not in RSA_BITS):
            return None
        return Public(KINDS[said["kty"]].import_key({n: said[n] for n in PUBLIC if n in said}), algorithm)
    except (JoseError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def bits(number: str) -> int:
    """How long a number is that a key says (RFC 7518, 2: Base64urlUInt)."""
    return int.from_bytes(urlsafe_b64decode(number.encode())).bit_length()
