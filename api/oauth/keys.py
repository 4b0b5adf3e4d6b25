"""Which keys sign our tokens: one active, the next published beside it, retired ones kept until their tokens are over.

There are such keys of two kinds. Id tokens are signed as every client understands (RS256: OpenID Connect Core, 15.1).
Access tokens, which are made by the thousand and read by our resource alone, are signed with ES256: in a tenth of the
time, and two thirds as long.

They live in the database, so that all processes sign alike; encrypted, when the environment gives SANSHE_KEY. A key is
published long before it signs: a process that has not read them since a rotation believes its tokens all the same.
"""

import asyncio
import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import ECKey, KeyParameters, KeySet, RSAKey
from pydantic import SecretStr

from api.settings import Settings
from domain.accounts.credentials import Algorithm, KeyState, SigningKey
from domain.errors import NotNow
from domain.house import House
from domain.postgres import Run

Key = ECKey | RSAKey

ID_TOKENS, ACCESS_TOKENS = Algorithm.RS256, Algorithm.ES256
REREAD_SECONDS = 60.0
SOONEST_SECONDS = 5.0
"""An unknown key may be new and is looked for, but not each time that a stranger makes up a name."""


PUBLISHED_BEFORE = timedelta(minutes=10)
"""So long the next key is published before it signs; longer than anybody, here or elsewhere, keeps what they read."""
KEPT_AFTER = timedelta(minutes=15)
"""So long a retired key is published: longer than its last token lives, made by a process that had not read again."""


class LockedKeys(NotNow):
    """The signing keys are encrypted and SANSHE_KEY does not open them."""

    def __init__(self) -> None:
        super().__init__(
            "locked_keys",
            "The signing keys are encrypted: set SANSHE_KEY to what it was when they were.",
            "签名密钥已加密，请将 SANSHE_KEY 设为加密时的值。",
        )


class Listed(NamedTuple):
    """A key, as the command line shows it."""

    kid: str
    algorithm: str
    state: str
    since: str
    kept: str

    def __str__(self) -> str:
        return "  ".join(self)


@dataclass(frozen=True)
class Ring:
    """The keys as of one reading."""

    active: Mapping[Algorithm, Key]
    all: KeySet

    def public(self) -> dict[str, list[dict[str, str]]]:
        """The JSON Web Key Set that the world may read."""
        return {"keys": [dict(key.as_dict(private=False)) for key in self.all.keys]}  # type: ignore[arg-type]

    def knows(self, kid: str | None) -> bool:
        return any(key.kid == kid for key in self.all.keys)


class Keys:
    """The ring, read now and then; made when there is none."""

    def __init__(self, house: House, settings: Settings) -> None:
        self.house, self.box, self.relock = house, box(settings), settings.sanshe_key_before is not None
        self._ring: Ring | None = None
        self._unlocked: dict[str, Key] = {}
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

    async def listed(self) -> list[Listed]:
        """All that are published, the one that signs first."""
        await self.ring()
        return [
            Listed(
                row.kid,
                row.algorithm,
                row.state,
                (row.retired_at or row.made_at).isoformat(timespec="seconds"),
                "public" if row.private is None else "encrypted" if row.encrypted else "open",
            )
            for row in await self._published(self.house.lanes.run)
        ]

    async def rotate(self) -> list[str]:
        """The next keys sign from now on, and others are published beside them: the kids of those that sign.

        Raises NotNow while the next is too young, as it is for whoever rotates at the same moment as somebody else.
        """
        await self.ring()
        now = self.house.clock()
        async with self.house.lanes.hold() as lane:
            await lane.run(ALONE)
            coming = [row for row in await self._published(lane.run) if row.state is KeyState.NEXT]
            if (soonest := max(row.made_at for row in coming) + PUBLISHED_BEFORE) > now:
                raise NotNow(
                    "too_soon",
                    "Nothing was changed: the next keys have not been published long enough for everybody to have "
                    f"read them; they sign from {soonest:%H:%M:%S} UTC at the earliest.",
                    f"未作更改：下一密钥须先公布，最早可于 {soonest:%H:%M:%S} UTC 启用。",
                )
            await lane.run(RETIRE, (now,))
            await lane.run(ACTIVATE)
            for algorithm in Algorithm:
                await self._make(lane.run, algorithm, KeyState.NEXT)
        return [row.kid for row in coming]

    async def _open(self) -> Ring:
        async with self.house.lanes.hold() as lane:
            rows = await self._published(lane.run)
            if _missing(rows):
                await lane.run(ALONE)
                rows = await self._published(lane.run)
                rows += [await self._make(lane.run, *kind) for kind in _missing(rows)]
            keys = {row.kid: self._unlocked.get(row.kid) or await self._unlock(lane.run, row) for row in rows}
        self._unlocked = keys
        active = {row.algorithm: keys[row.kid] for row in rows if row.state is KeyState.ACTIVE}
        return Ring(active, KeySet(list(keys.values())))

    async def _published(self, run: Run) -> list[SigningKey]:
        rows = await run(PUBLISHED, (self.house.clock() - KEPT_AFTER,))
        return [SigningKey.read(dict(row)) for row in rows]

    async def _make(self, run: Run, algorithm: Algorithm, state: KeyState) -> SigningKey:
        key = generated(algorithm, secrets.token_hex(8))
        row = {
            "kid": key.kid,
            "algorithm": algorithm,
            "state": state,
            "public": dict(key.as_dict(private=False)),
            "private": self._lock(key.as_pem(private=True)),
            "encrypted": self.box is not None,
            "made_at": self.house.clock(),
        }
        await run(MAKE, list(row.values()))
        return SigningKey.read({**row, "retired_at": None})

    def _lock(self, pem: bytes) -> str:
        return (self.box.encrypt(pem) if self.box else pem).decode()

    async def _unlock(self, run: Run, row: SigningKey) -> Key:
        """The key; kept from now on as SANSHE_KEY wants it, if it was open or encrypted with the one before."""
        kind = KINDS[row.algorithm]
        if row.private is None:
            return kind.import_key(row.public, said(row.algorithm, row.kid))
        pem = opened(self.box, row.private) if row.encrypted else row.private.encode()
        if self.box and (self.relock or not row.encrypted):
            await run(LOCK_AGAIN, (row.kid, row.private, self._lock(pem)))
        return kind.import_key(pem, said(row.algorithm, row.kid))


ALONE = "SELECT pg_advisory_xact_lock(hashtext('signing_key'))"
PUBLISHED = "SELECT * FROM signing_key WHERE state <> 'retired' OR retired_at > $1 ORDER BY state, algorithm, made_at"
MAKE = """
INSERT INTO signing_key (kid, algorithm, state, public, private, encrypted, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)"""
RETIRE = "UPDATE signing_key SET state = 'retired', retired_at = $1, private = NULL WHERE state = 'active'"
ACTIVATE = "UPDATE signing_key SET state = 'active' WHERE state = 'next'"
LOCK_AGAIN = "UPDATE signing_key SET private = $3, encrypted = true WHERE kid = $1 AND private = $2"


KINDS: dict[Algorithm, type[Key]] = {Algorithm.ES256: ECKey, Algorithm.RS256: RSAKey}


def generated(algorithm: Algorithm, kid: str) -> Key:
    """A new key: on the curve P-256, or of 2048 bits (NIST SP 800-57, part 1: good until 2030 at least)."""
    if algorithm is Algorithm.ES256:
        return ECKey.generate_key("P-256", said(algorithm, kid), private=True)
    return RSAKey.generate_key(2048, said(algorithm, kid), private=True)


def said(algorithm: Algorithm, kid: str) -> KeyParameters:
    """What a key of ours says of itself."""
    return {"use": "sig", "alg": algorithm.value, "kid": kid}


def _missing(rows: list[SigningKey]) -> list[tuple[Algorithm, KeyState]]:
    there = {(row.algorithm, row.state) for row in rows}
    return [(a, state) for a in Algorithm for state in (KeyState.ACTIVE, KeyState.NEXT) if (a, state) not in there]


def box(settings: Settings) -> MultiFernet | None:
    """What encrypts at rest: SANSHE_KEY; what SANSHE_KEY_BEFORE encrypted is opened as well."""
    if settings.sanshe_key is None:
        return None
    before = [settings.sanshe_key_before] if settings.sanshe_key_before else []
    return MultiFernet([drawn(secret) for secret in (settings.sanshe_key, *before)])


def opened(box: MultiFernet | None, private: str) -> bytes:
    """What was encrypted. Raises LockedKeys."""
    try:
        if box:
            return box.decrypt(private)
    except InvalidToken as wrong:
        raise LockedKeys from wrong
    raise LockedKeys


def drawn(secret: SecretStr) -> Fernet:
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"sanshe signing keys").derive(secret.get_secret_value().encode())
    return Fernet(base64.urlsafe_b64encode(key))
