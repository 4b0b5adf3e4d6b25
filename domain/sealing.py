"""How is kept what nobody shall read in the tables? Encrypted, and found again by a fingerprint.

Both are made with one key, drawn once for each house and kept as the signing keys are: encrypted by SANSHE_KEY if there
is one. So another SANSHE_KEY changes neither what was encrypted nor a fingerprint.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlmodel import Field

from domain.columns import Table
from domain.errors import NotNow
from domain.postgres import Run

SECRET = frozenset({"document_number"})
"""Parameters of commands that are so few that whoever has their plain digest finds them by trying all."""


class DataKey(Table, table=True):
    """What this house encrypts data with. There is one."""

    name: str = Field(primary_key=True)
    secret: str
    encrypted: bool


@dataclass(frozen=True)
class Seal:
    """The key; None, where SANSHE_KEY is needed to open it and is not the one it was."""

    key: bytes | None = None

    def close(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, closed: bytes) -> str:
        return self._fernet.decrypt(closed).decode()

    def fingerprint(self, text: str) -> bytes:
        """The same for the same text, and of no use to whoever has not the key (HMAC, RFC 2104)."""
        return hmac.digest(self._drawn(b"sanshe fingerprints"), text.encode(), sha256)

    @property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._drawn(b"sanshe encrypts data")))

    def _drawn(self, use: bytes) -> bytes:
        if self.key is None:
            raise NotNow(
                "locked_keys",
                "The key for what is kept secret here cannot be opened: tell whoever runs this server.",
                "加密数据所用的密钥无法打开，请联系系统运维人员。",
            )
        return HKDF(SHA256(), 32, salt=None, info=use).derive(self.key)


MAKE = "INSERT INTO data_key (name, secret, encrypted) VALUES ('data', $1, false) ON CONFLICT DO NOTHING"


async def read_seal(run: Run, box: MultiFernet | None) -> Seal:
    """The house's seal, made by whoever comes first; `box` opens what SANSHE_KEY encrypted."""
    while not (found := await run("SELECT secret, encrypted FROM data_key", ())):
        await run(MAKE, (secrets.token_hex(32),))
    (kept,) = found
    if not kept["encrypted"]:
        return Seal(kept["secret"].encode())
    try:
        return Seal(box.decrypt(kept["secret"])) if box else Seal()
    except InvalidToken:
        return Seal()
