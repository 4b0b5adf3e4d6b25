"""What did somebody sign with a key of their own? The ground of client assertions and DPoP proofs."""

import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from domain.accounts.public_keys import ALGORITHMS

LONGEST = 4096

REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS)
REGISTRY.max_header_length = LONGEST  # the header of a proof holds its key, which may be one of RSA


class WrongSignature(ValueError):
    """This was not signed by whoever it says, or is no JSON Web Token at all."""


class Signed:
    """A JSON Web Token as it came, nothing of it believed yet. Raises WrongSignature when it cannot be read."""

    def __init__(self, token: str) -> None:
        if len(token) > LONGEST or not token.isascii():
            raise WrongSignature
        try:
            self.parts = jws.extract_compact(token.encode(), registry=REGISTRY)
            self.header = self.parts.headers()
            self.claims: Any = json.loads(self.parts.payload or b"")
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as wrong:
            raise WrongSignature from wrong
        if not isinstance(self.claims, dict) or "crit" in self.header:
            raise WrongSignature
        if self.header.get("alg") not in ALGORITHMS:
            raise WrongSignature

    def believed(self, key: Key) -> Any:
        """The claims, if this key signed them, in a way that is its own; else WrongSignature."""
        try:
            if not jws.validate_compact(self.parts, key, registry=REGISTRY):
                raise WrongSignature
        except (JoseError, ValueError, TypeError, AttributeError) as wrong:
            raise WrongSignature from wrong
        return self.claims


def number(value: Any) -> float:
    """A moment in seconds, as a claim has it. Raises WrongSignature for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise WrongSignature
    return value


def word(value: Any) -> str:
    """A name of at most 256 characters. Raises WrongSignature for what is none."""
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise WrongSignature
    return value
