"""Does whoever shows a token hold the key it is bound to? Proofs of possession (RFC 9449), each for one request.

Server nonces are not asked for. They would cost each application a trip now and then, and all processes a common
secret, to keep somebody who once ran a script in a browser from making proofs for later: what these could be used with
ends within ten minutes (access tokens), or ends its family when the application uses it too (refresh tokens).
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from joserfc.jwk import Key
from joserfc.util import urlsafe_b64decode
from starlette.types import Scope

from api.oauth.once import first_time
from api.oauth.signatures import Signed, WrongSignature, number, word
from domain.accounts.public_keys import WrongKey, public_key
from domain.postgres import Run

WINDOW = timedelta(seconds=60)
"""How far the moment in a proof may be from ours, either way."""
PORTS = {"https": 443, "http": 80}


class WrongProof(OAuth2Error):  # type: ignore[misc]  # authlib has no types
    error = "invalid_dpop_proof"
    description = "The DPoP proof is missing or wrong"


class Bound(NamedTuple):
    """What a proof must show: the thumbprint of its key (RFC 7638), and for which access token."""

    jkt: str
    ath: str | None


class Read(NamedTuple):
    """What a proof shows. Its `jti` is good once, until a moment."""

    bound: Bound
    jti: str
    until: datetime


class Proof:
    """A proof as it came with a request: once it was believed, it stays so for the connection that it opened."""

    __slots__ = ("believed", "method", "path", "texts")

    def __init__(self, texts: Sequence[str], method: str, path: str) -> None:
        self.texts, self.method, self.path = texts, method, path
        self.believed: Bound | None = None

    @classmethod
    def of(cls, scope: Scope) -> Self | None:
        """The proof in a request's headers; a WebSocket's handshake is a GET."""
        texts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"dpop"]
        return cls(texts, scope.get("method", "GET"), scope["path"]) if texts else None

    def read(self, issuer: str, now: datetime) -> Read:
        """What it shows, if it was made for this request a moment ago (4.3). Raises WrongProof."""
        try:
            (text,) = self.texts
            signed = Signed(text)
            if signed.header.get("typ") != "dpop+jwt":
                raise WrongProof
            key, jkt = holder(signed.parts.segments["header"])
            said = signed.believed(key)
            made = datetime.fromtimestamp(number(said.get("iat")), UTC)
            if said.get("htm") != self.method or not same_address(word(said.get("htu")), f"{issuer}{self.path}"):
                raise WrongProof
            if abs(made - now) > WINDOW:
                raise WrongProof
            return Read(Bound(jkt, said.get("ath")), word(said.get("jti")), made + WINDOW)
        except (WrongSignature, WrongKey, ValueError, OverflowError) as wrong:
            raise WrongProof from wrong


@lru_cache(maxsize=1000)
def holder(header: bytes) -> tuple[Key, str]:
    """The key in a proof's header, which is the same each time, and its thumbprint. Raises WrongKey."""
    key = public_key(json.loads(urlsafe_b64decode(header)).get("jwk"))
    return key, key.thumbprint()


def same_address(told: str, url: str) -> bool:
    """Whether it is ours, in whatever case, with the usual port or without; query and fragment aside."""
    return told == url or _parts(told) == _parts(url)


def _parts(url: str) -> tuple[str | int | None, ...]:
    at = urlsplit(url)
    return at.scheme, at.username, at.hostname, at.port or PORTS.get(at.scheme), at.path


def token_hash(token: str) -> str:
    """`ath`: which access token a proof goes with."""
    return urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()


async def key_shown(run: Run, proof: Proof | None, issuer: str, now: datetime) -> str | None:
    """At the token endpoint: the key that whoever asks holds, if they ask with a proof. Raises WrongProof.

    Here a proof is good once for all processes; where tokens are shown, each remembers for itself (api/context.py).
    """
    if proof is None:
        return None
    read = proof.read(issuer, now)
    if not await first_time(run, "proof", read.bound.jkt, read.jti, until=read.until):
        raise WrongProof
    return read.bound.jkt
