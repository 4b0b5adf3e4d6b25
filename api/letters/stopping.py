"""How does whoever reads a letter stop such letters? By a link that nobody else can make (RFC 8058)."""

import hmac
from base64 import urlsafe_b64encode
from uuid import UUID

from domain.sealing import Seal

ROUTE = "/letters/{letter:uuid}/{proof}/stop"


def path(seal: Seal, letter: UUID) -> str:
    """Where letters such as this one are stopped; its last part is the house's proof that it wrote the letter."""
    return f"/letters/{letter}/{_proof(seal, letter)}/stop"


def is_ours(seal: Seal, letter: UUID, proof: str) -> bool:
    return seal.key is not None and hmac.compare_digest(proof.encode(), _proof(seal, letter).encode())


def _proof(seal: Seal, letter: UUID) -> str:
    return urlsafe_b64encode(seal.fingerprint(f"stops letter {letter}")).decode().rstrip("=")
