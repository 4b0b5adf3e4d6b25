"""Which keys of applications are good enough for us to believe what they signed?"""

import json
from binascii import Error as NoBase64
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from joserfc.util import urlsafe_b64decode

from domain.errors import Invalid

#: What each kind of key signs with; nothing else is believed. EdDSA is called Ed25519 now (RFC 9864).
SIGNS = {("EC", "P-256"): {"ES256"}, ("OKP", "Ed25519"): {"Ed25519"}, ("RSA", None): {"PS256", "RS256"}}
ALGORITHMS = sorted(set().union(*SIGNS.values()))
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
RSA_BITS = range(2048, 4096 + 1)
EXPONENT_BITS = 32
"""The larger it is, the longer takes each signature that we look at."""
MOST = 10
"""Keys of one application: enough for a new one beside the old."""


class WrongKey(ValueError):
    """This is no public key that we would believe."""


def public_key(jwk: Any) -> Key:
    """The key of a JSON Web Key (RFC 7517), if it is public, of a safe kind and size, and meant for signing.

    Raises WrongKey.
    """
    try:
        if not isinstance(jwk, dict) or PRIVATE & jwk.keys() or jwk.get("use", "sig") != "sig":
            raise WrongKey
        signs = SIGNS[jwk["kty"], jwk.get("crv")]
        if jwk.get("alg", next(iter(signs))) not in signs or "verify" not in jwk.get("key_ops", ["verify"]):
            raise WrongKey
        if jwk["kty"] == "RSA" and (_bits(jwk["n"]) not in RSA_BITS or _bits(jwk["e"]) > EXPONENT_BITS):
            raise WrongKey
        key = JWKRegistry.import_key(jwk)
    except (JoseError, UnsupportedAlgorithm, NoBase64, ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise WrongKey from wrong
    return key


def _bits(number: str) -> int:
    return int.from_bytes(urlsafe_b64decode(number.encode())).bit_length()


def chosen(jwks: dict[str, Any], kid: str | None) -> Key:
    """The key of a set that is meant, by name, or the only one. Raises WrongKey."""
    named = [jwk for jwk in jwks["keys"] if kid is None or jwk.get("kid") == kid]
    if len(named) != 1:
        raise WrongKey
    return public_key(named[0])


def demand_public_keys(jwks: Any) -> None:
    """A set (RFC 7517, 5) of public keys, each with a name of its own where there are several."""
    try:
        keys = jwks["keys"]
        names = {jwk.get("kid") for jwk in keys}
        kept = "\\u0000" not in json.dumps(jwks)  # which PostgreSQL cannot keep
        good = kept and set(jwks) == {"keys"} and 0 < len(keys) <= MOST and all(public_key(jwk) for jwk in keys)
        named = len(keys) == 1 or (len(names) == len(keys) and all(isinstance(name, str) for name in names))
    except (WrongKey, TypeError, KeyError, AttributeError):
        good = named = False
    if not (good and named):
        raise Invalid(
            "wrong_jwks",
            f"A key set holds 1 to {MOST} public keys ({', '.join(ALGORITHMS)}; RSA of 2048 to 4096 bits), "
            "each with a `kid` of its own.",
            f"密钥集须含 1 至 {MOST} 个公钥（{'、'.join(ALGORITHMS)}；RSA 2048 至 4096 位），各有不同的 kid。",
            path="jwks",
        )
