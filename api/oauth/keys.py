"""Which keys sign our tokens: one active, the next published beside it, retired ones kept until their tokens are over.

They live in the database, so that all processes sign alike; encrypted, when the environment gives SANSHE_KEY.
"""

import asyncio
import base64
import secrets
import time
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import KeySet, RSAKey

from api.settings import Settings
from domain.accounts.credentials import KeyState, SigningKey
from domain.house import House
from domain.postgres import Run

ALGORITHM = "RS256"
REREAD_SECONDS = 60.0
SOONEST_SECONDS = 5.0
"""An unknown key may be new and is looked for, but not each time that a stranger makes up a name."""


class LockedKeys(Exception):
    """The signing keys are encrypted and SANSHE_KEY does not open them."""

    def __init__(self) -> None:
        super().__init__("The signing keys are encrypted: set SANSHE_KEY to what it was when they were made.")


@dataclass(frozen=True)
class Ring:
    """The keys as of one reading."""

    active: RSAKey
    all: KeySet

    def public(self) -> dict[str, list[dict[str, str]]]:
        """The JSON Web Key Set that the world may read."""
        return {"keys": [dict(key.as_dict(private=False)) for key in self.all.keys]}  # type: ignore[arg-type]

    def knows(self, kid: str | None) -> bool:
        return any(key.kid == kid for key in self.all.keys)


class Keys:
    """The ring, read now and then; made when there is none."""

    def __init__(self, house: House, settings: Settings) -> None:
        self.house, self.box = house, box(settings)
        self._ring: Ring | None = None
        self._unlocked: dict[str, RSAKey] = {}
        self._read = 0.0
        self._reading = asyncio.Lock()

    async def ring(self, kid: str | None = None) -> Ring:
        """The keys; read again when they are old, or when somebody names one that is not among them."""
        ring = self._fresh(kid)
        if ring is None:
            async with self._reading:  # a crowd that comes at that moment reads them once
                ring = self._fresh(kid)
                if ring is None:
                    ring = self._ring = await self._open()
                    self._read = time.monotonic()
        return ring

    def _fresh(self, kid: str | None) -> Ring | None:
        """The keys as they were read, unless it is time to read them."""
        age = time.monotonic() - self._read
        if self._ring is None or age > REREAD_SECONDS:
            return None
        unknown = kid is not None and not self._ring.knows(kid)
        return None if unknown and age > SOONEST_SECONDS else self._ring

    async def _open(self) -> Ring:
        async with self.house.lanes.hold() as lane:
            rows = await lane.run(ALL)
            if not rows:
                await lane.run("SELECT pg_advisory_xact_lock(hashtext('signing_key'))")
                rows = await lane.run(ALL) or [
                    await self._make(lane.run, state) for state in (KeyState.ACTIVE, KeyState.NEXT)
                ]
        keys = [self._unlocked.get(row["kid"]) or self._unlock(SigningKey.read(dict(row))) for row in rows]
        self._unlocked = {row["kid"]: key for key, row in zip(keys, rows, strict=True)}
        active = next(key for key, row in zip(keys, rows, strict=True) if row["state"] == KeyState.ACTIVE)
        return Ring(active, KeySet(list(keys)))

    async def _make(self, run: Run, state: KeyState) -> dict[str, Any]:
        options = {"use": "sig", "alg": ALGORITHM, "kid": secrets.token_hex(8)}
        key = RSAKey.generate_key(2048, options, private=True)  # type: ignore[arg-type]
        pem = key.as_pem(private=True)
        row: dict[str, Any] = {
            "kid": key.kid,
            "state": state,
            "public": dict(key.as_dict(private=False)),
            "private": (self.box.encrypt(pem) if self.box else pem).decode(),
            "encrypted": self.box is not None,
            "made_at": self.house.clock(),
        }
        await run(MAKE, list(row.values()))
        return row

    def _unlock(self, row: SigningKey) -> RSAKey:
        pem = row.private.encode()
        if row.encrypted:
            try:
                pem = self.box.decrypt(pem) if self.box else b""
            except InvalidToken:
                pem = b""
            if not pem:
                raise LockedKeys
        return RSAKey.import_key(pem, {"use": "sig", "alg": ALGORITHM, "kid": row.kid})


ALL = "SELECT kid, state, public, private, encrypted, made_at FROM signing_key ORDER BY made_at, kid"
MAKE = "INSERT INTO signing_key (kid, state, public, private, encrypted, made_at) VALUES ($1, $2, $3, $4, $5, $6)"


def box(settings: Settings) -> Fernet | None:
    """What encrypts the private keys: a key drawn from SANSHE_KEY."""
    if settings.sanshe_key is None:
        return None
    drawn = HKDF(hashes.SHA256(), 32, salt=None, info=b"sanshe signing keys").derive(
        settings.sanshe_key.get_secret_value().encode()
    )
    return Fernet(base64.urlsafe_b64encode(drawn))
