"""What the database knows about a request, as authlib's core wants to be told: clients, people, grants, tokens."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE, DeviceCredentialMixin

from domain.accounts.credentials import fingerprint
from domain.accounts.models import AuthMethod, Client, Person
from domain.columns import typed

FOR_PEOPLE = {"authorization_code", DEVICE_CODE_GRANT_TYPE}
#: Two factors of different kinds (REFEDS MFA Profile), as acr (OpenID Connect Core 2) and acr_values.
MFA = "https://refeds.org/profile/mfa"
LOOPBACK = {"127.0.0.1", "::1"}


class Registered(ClientMixin):  # type: ignore[misc]  # authlib has no types
    """An application that may still get tokens."""

    def __init__(self, row: Client) -> None:
        self.row = row
        self.client_id = typed(Client.prefix, row.id)

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: OAuth 2.1 wants the address in every request."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What was asked for, all or nothing. A machine that asks for nothing gets what it may have."""
        asked = dict.fromkeys((scope or "").split())
        if not asked and FOR_PEOPLE & set(self.row.grant_types):
            return None
        return " ".join(asked or self.row.scopes) if set(asked) <= set(self.row.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.row.redirect_uris or any(
            same_but_for_the_port(redirect_uri, uri) for uri in self.row.redirect_uris
        )

    def proves_itself(self, method: AuthMethod, secret: str) -> bool:
        """By the one way it is registered with. What it signed was looked at before (assertions.py)."""
        if method is not self.row.auth_method:
            return False
        return method in {AuthMethod.NONE, AuthMethod.PRIVATE_KEY_JWT} or hmac.compare_digest(
            fingerprint(secret), self.row.secret or b""
        )

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and "authorization_code" in self.row.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.row.grant_types


def same_but_for_the_port(asked: str, registered: str) -> bool:
    """A program on this machine listens on whatever port is free (RFC 8252, 7.3)."""
    own = urlsplit(registered)
    if own.scheme != "http" or own.hostname not in LOOPBACK or own.port is not None:
        return False
    try:
        port = urlsplit(asked).port
    except ValueError:
        return False
    return port is not None and asked == own._replace(netloc=f"{own.netloc}:{port}").geturl()


@dataclass(frozen=True)
class Subject:
    """Somebody of whom tokens speak."""

    id: UUID
    name: str
    display_name: str
    email: str | None
    email_verified: bool
    phone: str | None
    phone_verified: bool
    locale: str

    @property
    def subject(self) -> str:
        return typed(Person.prefix, self.id)

    def get_user_id(self) -> str:
        return self.subject


@dataclass(frozen=True)
class SignedIn(Subject):
    """A person in a browser, since a moment."""

    session_id: UUID | None
    auth_time: datetime
    amr: list[str]


@dataclass(frozen=True)
class Grant:
    """What a code or a refresh token stands for: a person's leave for an application, within scopes, since a moment."""

    family_id: UUID
    person: SignedIn | None
    scope: str
    auth_time: datetime
    amr: list[str]
    ends_at: datetime
    session_id: UUID | None = None
    redirect_uri: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str = "S256"

    def check_client(self, _client: Registered) -> bool:
        """It was looked up as this client's."""
        return True

    def get_redirect_uri(self) -> str | None:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.auth_time.timestamp())

    def get_acr(self) -> str | None:
        """The one class of authentication that is promised, to whoever reached it."""
        return MFA if "mfa" in self.amr else None

    def get_amr(self) -> list[str]:
        return self.amr


@dataclass(frozen=True)
class Waiting(DeviceCredentialMixin):  # type: ignore[misc]
    """A device's question, and the person's answer if there is one."""

    client_id: str
    scope: str
    allowed: bool | None
    expired: bool
    too_soon: bool

    def get_client_id(self) -> str:
        return self.client_id

    def get_scope(self) -> str:
        return self.scope

    def get_user_code(self) -> None:
        """The device's own code has led to the answer already."""

    def is_expired(self) -> bool:
        return self.expired


@dataclass(frozen=True)
class Found:
    """A token that somebody asks about or wants revoked."""

    family_id: UUID
    client_id: str
    live: bool
    says: dict[str, Any]

    def check_client(self, client: Registered) -> bool:
        return client.client_id == self.client_id

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return not self.live
