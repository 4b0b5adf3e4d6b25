"""What the room of people keeps: people, the roles they hold, applications, what people allowed them, and the issuers
elsewhere that are believed about people.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.accounts.states import (
    CLIENT,
    INITIAL_TOKEN,
    ISSUER,
    PERSON,
    ClientState,
    InitialTokenState,
    IssuerState,
    PersonState,
)
from domain.columns import Row, Text, data, moment, one_of, words


class RoleName(StrEnum):
    """A role a person can be given. 角色"""

    OPERATOR = "operator"
    """Keeps the service running. 系统运维"""
    AUDITOR = "auditor"
    """Reads the ledgers. 审计人员"""
    STREET_OFFICER = "street_officer"
    """Acts for a street office. 街道办事处工作人员"""
    COMMUNITY_OFFICER = "community_officer"
    """Acts for a community. 社区工作人员"""
    SOCIAL_WORKER = "social_worker"
    """Plans and leads service in a place. 社会工作者"""
    ORGANIZATION_MANAGER = "organization_manager"
    """Leads an organization. 社会组织负责人"""
    ORGANIZATION_STAFF = "organization_staff"
    """Works for an organization. 社会组织工作人员"""
    VOLUNTEER = "volunteer"
    """Serves. 志愿者"""
    GUARDIAN = "guardian"
    """Answers for a minor. 监护人"""


class AuthMethod(StrEnum):
    """How an application proves itself at the token endpoint (RFC 7591)."""

    NONE = "none"
    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    PRIVATE_KEY_JWT = "private_key_jwt"


class Person(Row, table=True):
    """Somebody with an account. 人员"""

    prefix: ClassVar = "usr"
    machine: ClassVar = PERSON

    name: str
    """The person's name, for themselves and those who answer for them."""
    display_name: str
    """The name everybody sees who works with the person."""
    email: str | None = None
    """The e-mail address the person signs in with."""
    email_verified_at: datetime | None = moment(default=None)
    """When the person, or whoever opened the account for them, showed that it is theirs."""
    phone: str | None = None
    """The telephone number the person signs in with, E.164."""
    phone_verified_at: datetime | None = moment(default=None)
    """When the person, or whoever opened the account for them, showed that it is theirs."""
    password: str | None = None
    """Argon2id hash; without one there is no signing in by password."""
    locale: str = "zh-Hans"
    """The language the person reads, BCP 47."""
    registered_at: datetime = moment()
    """When the person signed up."""
    state: PersonState = PERSON.column()
    """Whether the account is open."""

    __table_args__ = (
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL OR state = 'erased'", name="person_can_be_reached"),
        Index(
            "one_person_per_email",
            text("lower(email)"),
            unique=True,
            info={"code": "email_taken", "en": "This e-mail has an account already.", "zh": "该邮箱已注册。"},
        ),
        Index(
            "one_person_per_phone",
            "phone",
            unique=True,
            info={"code": "phone_taken", "en": "This telephone has an account already.", "zh": "该手机号已注册。"},
        ),
    )


class RoleGrant(Row, table=True):
    """A role that a person holds, in one place or in none, from a day on. 角色授予"""

    prefix: ClassVar = "rol"

    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Who holds the role."""
    role: RoleName = one_of("role", RoleName)
    """The role."""
    street_id: UUID | None = Field(default=None, foreign_key="street_office.id", index=True)
    """The street office in whose area the role is held."""
    community_id: UUID | None = Field(default=None, foreign_key="community.id", index=True)
    """The community the role is held in."""
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    """The organization the role is held in."""
    since: date
    """The first day the role is held, in China."""
    until: date | None = None
    """The first day it is no longer held."""

    __table_args__ = (
        CheckConstraint("num_nonnulls(street_id, community_id, organization_id) <= 1", name="role_in_one_place"),
        CheckConstraint("until >= since", name="role_ends_after_it_began"),
        Index(
            "one_live_grant",
            "person_id",
            "role",
            "street_id",
            "community_id",
            "organization_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
            postgresql_nulls_not_distinct=True,
            info={"code": "held_already", "en": "The person holds this role already.", "zh": "此人已担任该角色。"},
        ),
    )

    @property
    def place_id(self) -> UUID | None:
        """The street office, community or organization the role is held in."""
        return self.street_id or self.community_id or self.organization_id


class InitialToken(Row, table=True):
    """What lets a trusted partner register applications by itself (RFC 7591). 初始令牌"""

    prefix: ClassVar = "iat"
    machine: ClassVar = INITIAL_TOKEN

    partner: str
    """Whom an operator gave it to."""
    digest: bytes = Field(unique=True)
    """SHA-256 of the token, which has 256 bits of its own."""
    scopes: list[str] = data()
    """What the partner's applications may ask for, at most."""
    uses_left: int
    """How many applications it still registers."""
    expires_at: datetime = moment()
    """When it is over."""
    state: InitialTokenState = INITIAL_TOKEN.column()
    """Whether it is still good."""

    __table_args__ = (CheckConstraint("uses_left >= 0", name="initial_token_used_up"),)


class Client(Row, table=True):
    """An application that may ask for tokens, in a person's name or in its own. 应用"""

    prefix: ClassVar = "cli"
    machine: ClassVar = CLIENT

    name: Text = words()
    """What people read on the consent page."""
    redirect_uris: list[str] = data()
    """Where sign-in may return to, compared letter by letter; on a loopback address any port will do (RFC 8252)."""
    post_logout_redirect_uris: list[str] = data(default_factory=list)
    """Where signing out may return to."""
    auth_method: AuthMethod = one_of("auth_method", AuthMethod, default=AuthMethod.NONE)
    """How it proves itself."""
    secret: bytes | None = None
    """SHA-256 of its secret, which has 256 bits of its own."""
    jwks: dict[str, Any] | None = data(default=None)
    """Its public keys (RFC 7517), where it proves itself by what it signs."""
    grant_types: list[str] = data()
    """The ways in which it may get tokens."""
    scopes: list[str] = data()
    """The scopes it may ask for."""
    roles: dict[str, list[str]] = data(default_factory=dict)
    """The roles it holds when it acts in its own name, each with the ids of places."""
    require_pkce: bool = True
    """Whether it must bind its codes by PKCE; never false but for a certification run."""
    require_dpop: bool = False
    """Whether its tokens must be bound to a key it holds (RFC 9449)."""
    first_party: bool = False
    """One of the house's own, which asks for no consent."""
    may_introspect: bool = False
    """A resource server that may ask about tokens."""
    initial_token_id: UUID | None = Field(default=None, foreign_key="initial_token.id", index=True)
    """What its partner registered it with; none, if an operator did."""
    contacts: list[str] = data(default_factory=list)
    """Whom to ask about it."""
    state: ClientState = CLIENT.column()
    """Whether it may still get tokens."""


class Consent(Row, table=True):
    """What a person allowed an application to do. 授权同意"""

    prefix: ClassVar = "con"

    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Who allowed it."""
    client_id: UUID = Field(foreign_key="client.id", index=True)
    """The application."""
    scopes: list[str] = data()
    """What it may do."""
    given_at: datetime = moment()
    """When it was last given."""
    withdrawn_at: datetime | None = moment(default=None)
    """When it was withdrawn."""

    __table_args__ = (
        Index(
            "one_live_consent",
            "person_id",
            "client_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class Issuer(Row, table=True):
    """An OpenID provider elsewhere, a city's portal for example, that is believed within this profile. 外部签发方"""

    prefix: ClassVar = "iss"
    machine: ClassVar = ISSUER

    url: str
    """Its issuer identifier, letter by letter as its tokens and its discovery say it."""
    name: Text = words()
    """What people call it."""
    client_id: str | None = None
    """What it calls us, if people may sign in with it."""
    secret: str | None = None
    """What we prove ourselves with there."""
    encrypted: bool = False
    """Whether the secret is kept encrypted by a key from the environment."""
    audience: str | None = None
    """What its access tokens must be meant for; without it they open nothing here."""
    token_types: list[str] = data(default_factory=list)
    """What the header of its access tokens may say they are, in small letters and without `application/`."""
    client_claim: str = "client_id"
    """Which claim names the application that holds the token."""
    scope_claim: str = "scope"
    """Which claim names what the token is good for."""
    scopes: list[str] = data(default_factory=list)
    """The scopes of ours that its tokens may give, at most."""
    role_claim: str | None = None
    """Where its tokens say who somebody is there: a JSON pointer (RFC 6901)."""
    roles: dict[str, dict[str, list[str]]] = data(default_factory=dict)
    """What that may say, and the roles it means here, each with the ids of places."""
    state: IssuerState = ISSUER.column()
    """Whether it is believed."""

    __table_args__ = (
        Index(
            "one_trusted_issuer_per_url",
            "url",
            unique=True,
            postgresql_where=text("state = 'trusted'"),
            info={"code": "trusted_already", "en": "This issuer is trusted already.", "zh": "该签发方已受信任。"},
        ),
    )


class LinkedSubject(Row, table=True):
    """Somebody at an issuer elsewhere who is a person here, as that person said. 关联账号"""

    prefix: ClassVar = "lnk"

    issuer_id: UUID = Field(foreign_key="issuer.id")
    """The issuer."""
    subject: str
    """Who it is there (`sub`)."""
    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Who it is here."""
    called: str
    """What they are called there, for the person to recognize."""
    linked_at: datetime = moment()
    """When the person said so."""
    unlinked_at: datetime | None = moment(default=None)
    """When it was taken back."""

    __table_args__ = (
        Index(
            "one_person_per_subject",
            "issuer_id",
            "subject",
            unique=True,
            postgresql_where=text("unlinked_at IS NULL"),
            info={
                "code": "linked_already",
                "en": "This account elsewhere is linked to a person here already.",
                "zh": "该外部账号已关联本平台的账号。",
            },
        ),
    )
