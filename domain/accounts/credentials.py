"""What shows, for a while, who somebody is: sessions, codes, token families, refresh tokens, keys, and failed tries.

None of these is a deed: they come and go by the thousand and say nothing about what was done. Secrets are kept as
SHA-256 only; each has 256 bits of its own, so a plain hash is enough.
"""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.columns import Table, data, moment, one_of
from domain.work import Work


def fingerprint(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


class LoginSession(Table, table=True):
    """A browser in which a person has signed in; its cookie's fingerprint is the key."""

    digest: bytes = Field(primary_key=True)
    id: UUID = Field(unique=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    auth_time: datetime = moment()
    amr: list[str] = data()
    """How the person showed who they are (RFC 8176): pwd, otp, mfa …"""
    linked_subject_id: UUID | None = Field(default=None, foreign_key="linked_subject.id", index=True)
    """Who they are at the issuer elsewhere with which they signed in; none, if they signed in here."""
    address: str
    """Where the browser was, for the person's own list of sessions."""
    agent: str
    """What the browser calls itself, for the same list."""
    expires_at: datetime = moment(index=True)
    ended_at: datetime | None = moment(default=None)


class TokenFamily(Table, table=True):
    """All tokens that go back to one sign-in or one request: revoked together. A machine's has no person."""

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    session_id: UUID | None = Field(default=None, index=True)
    scope: str
    jkt: str | None = None
    """The thumbprint of the key that its refresh tokens are bound to (RFC 9449)."""
    auth_time: datetime = moment()
    amr: list[str] = data(default_factory=list)
    expires_at: datetime = moment(index=True)
    revoked_at: datetime | None = moment(default=None)
    why: str | None = None


class AuthorizationCode(Table, table=True):
    """One sign-in on its way to an application; kept after use, so that a second use is noticed."""

    digest: bytes = Field(primary_key=True)
    family_id: UUID
    client_id: UUID = Field(foreign_key="client.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    session_id: UUID | None = None
    redirect_uri: str
    scope: str
    nonce: str | None = None
    code_challenge: str | None = None
    jkt: str | None = None
    auth_time: datetime = moment()
    amr: list[str] = data()
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = moment(default=None)


class RefreshToken(Table, table=True):
    """A link in a family's chain: good once."""

    digest: bytes = Field(primary_key=True)
    family_id: UUID = Field(foreign_key="token_family.id", ondelete="CASCADE", index=True)
    expires_at: datetime = moment()
    used_at: datetime | None = moment(default=None)


class KeyState(StrEnum):
    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


class Algorithm(StrEnum):
    """How tokens are signed (RFC 7518, 3.1)."""

    ES256 = "ES256"
    RS256 = "RS256"


class SigningKey(Table, table=True):
    """A key that tokens are signed with; `private` is encrypted when the environment gives a key for it.

    A retired one signs no more and has no private part, so that nobody can steal it.
    """

    __table_args__ = (
        Index("one_key_of_each_state", "algorithm", "state", unique=True, postgresql_where=text("state <> 'retired'")),
    )

    kid: str = Field(primary_key=True)
    algorithm: Algorithm = one_of("algorithm", Algorithm)
    state: KeyState = one_of("state", KeyState)
    public: dict[str, Any] = data()
    private: str | None
    encrypted: bool
    made_at: datetime = moment()
    retired_at: datetime | None = moment(default=None)


class FailedTries(Table, table=True):
    """How often somebody at an address was turned away, and when they may try again. A crash may forget it."""

    __table_args__: ClassVar = {"prefixes": ["UNLOGGED"]}

    key: bytes = Field(primary_key=True)
    failures: int = 0
    again_at: datetime = moment()


class SeenOnce(Table, table=True):
    """What is good once and was shown: the fingerprint of an assertion's or proof's `jti`. A crash may forget it."""

    __table_args__: ClassVar = {"prefixes": ["UNLOGGED"]}

    digest: bytes = Field(primary_key=True)
    expires_at: datetime = moment(index=True)


# -- endings ----------------------------------------------------------------------------------------------------------

END_FAMILIES = """
UPDATE token_family SET revoked_at = $1, why = $2
WHERE revoked_at IS NULL AND ($3::uuid IS NULL OR person_id = $3) AND ($4::uuid IS NULL OR client_id = $4)"""
END_CODES = """
UPDATE authorization_code SET used_at = $1
WHERE used_at IS NULL AND ($2::uuid IS NULL OR person_id = $2) AND ($3::uuid IS NULL OR client_id = $3)"""
END_DEVICES = """
UPDATE device_grant SET used_at = $1
WHERE used_at IS NULL AND ($2::uuid IS NULL OR person_id = $2) AND ($3::uuid IS NULL OR client_id = $3)"""
END_SESSIONS = "UPDATE login_session SET ended_at = $1 WHERE person_id = $2 AND ended_at IS NULL"
END_UNDER_WAY = "DELETE FROM under_way WHERE person_id = $1"
END_CALENDAR_FEED = "DELETE FROM calendar_feed WHERE person_id = $1"
FORGET_BROWSERS = "DELETE FROM known_browser WHERE person_id = $1"
# Whoever signs in just now waits for it (`store.BEGIN_SESSION`), and then sees what has become of the person.
HOLD = "SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE"


def end_access(work: Work, why: str, *, person: UUID | None = None, client: UUID | None = None) -> None:
    """Revoke the tokens of a person, of a client, or of a person's use of a client.

    A person's sessions and calendar link end as well, and no browser is known any more: whoever guesses in one that
    somebody else once signed in with is held to the account's pace (NIST SP 800-63B-4, 3.2.2).
    """
    if person is None and client is None:
        raise ValueError("Whose access is to end?")
    if person and not client:
        work.also(HOLD, person)
    work.also(END_CODES, work.now, person, client)
    work.also(END_DEVICES, work.now, person, client)
    # after them: a code that was being redeemed meanwhile has its family by now
    work.also(END_FAMILIES, work.now, why, person, client)
    if person and not client:
        work.also(END_SESSIONS, work.now, person)
        work.also(END_UNDER_WAY, person)
        work.also(END_CALENDAR_FEED, person)
        work.also(FORGET_BROWSERS, person)
