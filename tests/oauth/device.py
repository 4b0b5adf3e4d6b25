"""A device with passkeys (WebAuthn 3), as honest or as deceitful as a test wants it."""

import base64
import json
import secrets
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, COPIED, WITH_KEY = 0x01, 0x04, 0x08 | 0x10, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One passkey on one device."""

    origin: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    rp: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    counts: bool = True
    owner: bytes = b""

    def but(self, **other: Any) -> "Device":
        """The same in all else."""
        return replace(self, **other)

    def make(self, options: dict[str, Any], **lies: Any) -> str:
        """What it answers to a challenge for a new passkey."""
        self.owner = raw(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        credential = bytes(16) + len(self.credential).to_bytes(2) + self.credential + cbor2.dumps(public)
        seen = self._data(self.flags | WITH_KEY) + credential
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": seen})
        said = {"clientDataJSON": self._client("webauthn.create", options, lies), "attestationObject": text(attested)}
        return self._answer({**said, "transports": ["internal"]})

    def sign(self, options: dict[str, Any], **lies: Any) -> str:
        """What it answers to a challenge for signing in."""
        self.count += self.counts
        client, seen = self._client("webauthn.get", options, lies), self._data(self.flags)
        signature = self.key.sign(seen + sha256(raw(client)).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": text(seen), "signature": text(signature)}
        return self._answer({**said, "userHandle": text(self.owner)})

    def _data(self, flags: int) -> bytes:
        return sha256(self.rp.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, options: dict[str, Any], lies: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False, **lies}
        return text(json.dumps(said).encode())

    def _answer(self, response: dict[str, Any]) -> str:
        id = text(self.credential)
        return json.dumps(
            {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )
