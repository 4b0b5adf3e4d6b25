"""What stands for a device that waits until its person, in a browser elsewhere, lets it act for them (RFC 8628)."""

import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from domain.columns import Table, data, moment

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Consonants alone: they spell no word, and none is taken for a digit (RFC 8628, 6.1)."""
LENGTH = 8


class DeviceGrant(Table, table=True):
    """A device's question and the person's answer; no deed, the consent is one."""

    digest: bytes = Field(primary_key=True)
    """SHA-256 of the code that the device alone knows."""
    user_code: str = Field(unique=True)
    """The letters that its person types."""
    family_id: UUID
    client_id: UUID = Field(foreign_key="client.id", index=True)
    scope: str
    address: str
    """Where the device asked from, for the person to compare."""
    asked_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    seconds: int
    """How long the device is to wait between two questions for its tokens; more, each time that it does not."""
    again_at: datetime = moment()
    """When it may ask again."""
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """Who answered."""
    auth_time: datetime | None = moment(default=None)
    amr: list[str] = data(default_factory=list)
    allowed: bool | None = None
    """The answer, once there is one."""
    used_at: datetime | None = moment(default=None)


def new_user_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def user_code(typed: str) -> str | None:
    """The code in what somebody typed, in whatever case and width and with whatever between; None if it is none."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else None


def shown(code: str) -> str:
    """As people read it: BCDF-GHJK."""
    return f"{code[:4]}-{code[4:]}"
