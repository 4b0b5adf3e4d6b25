"""`Holder`: an application that holds a key and proves it (RFC 9449)."""

import secrets
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key

from api.oauth.dpop import token_hash

ANY = ["ES256", "Ed25519", "PS256", "RS256", "ES384", "HS256"]


class Holder:
    """What it signs is in order, but for what a test says otherwise; None leaves something out."""

    def __init__(self, key: Key | None = None, alg: str = "ES256") -> None:
        self.key, self.alg = key or ECKey.generate_key("P-256"), alg
        self.jkt = self.key.thumbprint()

    def public(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    def proof(
        self,
        method: str,
        url: str,
        token: str | None = None,
        *,
        header: dict[str, Any] | None = None,
        key: Key | None = None,
        **other: Any,
    ) -> str:
        head = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.public(), **(header or {})}
        said = {"htm": method, "htu": url, "iat": int(time.time()), "jti": secrets.token_hex(8)}
        said |= {"ath": token_hash(token)} if token else {}
        return jwt.encode(
            {name: value for name, value in head.items() if value is not None},
            {name: value for name, value in {**said, **other}.items() if value is not None},
            key or self.key,
            registry=_lenient(),
            default_type=None,
        )

    def shows(self, method: str, url: str, token: str, **other: Any) -> dict[str, str]:
        """The headers of a request with a token that is bound to the key."""
        return {"Authorization": f"DPoP {token}", "DPoP": self.proof(method, url, token, **other)}


def _lenient() -> Any:
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=ANY, strict_check_header=False)
    registry.max_header_length = 10_000
    return registry
