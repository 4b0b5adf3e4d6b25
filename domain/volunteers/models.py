"""What: a volunteer, one and the same in all communities and organizations."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import SHANGHAI, Row, Text, comes_of, data, moment, one_of, words
from domain.volunteers.states import IDENTITY, IdentityState


class Sex(StrEnum):
    """The sex that the identity document names. 性别"""

    FEMALE = "female"
    """Female. 女"""
    MALE = "male"
    """Male. 男"""


class Volunteer(Row, table=True):
    """A person who serves, under one identity everywhere. 志愿者"""

    prefix: ClassVar = "vol"

    person_id: UUID = Field(foreign_key="person.id")
    """The person."""
    display_name: str
    """The name others see."""
    legal_name: str
    """The name in the identity document. Private."""
    birth_date: date
    """Private."""
    sex: Sex | None = one_of("sex", Sex, default=None, nullable=True)
    """Private."""
    nationality: str | None = None
    """The country of the identity document (ISO 3166-1, two letters). Private."""
    phone: str | None = None
    """Where the volunteer can be called on the day, in the form +86…. Private."""
    skills: list[str] = data(default_factory=list)
    """What the volunteer can do, as codes such as first_aid."""
    wishes: Text | None = words(default=None)
    """What the volunteer would like to do, and for whom, in their own words."""
    community_id: UUID | None = Field(default=None, foreign_key="community.id")
    """The community the volunteer lives in, or mostly serves in."""
    guardian_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """Who consents for a minor. Private."""
    guardian_consented_at: datetime | None = moment(default=None)
    """Since when the guardian consents; null while there is no consent. Private."""
    guardian_consent_until: datetime | None = moment(default=None)
    """When the consent ends unless it is given anew; null while there is none. Private."""
    guardian_until: datetime | None = moment(default=None)
    """When the volunteer comes of age, and the guardian's say ends."""

    __table_args__ = (
        Index(
            "one_volunteer_each",
            "person_id",
            unique=True,
            info={
                "code": "already_registered",
                "en": "You are registered as a volunteer already.",
                "zh": "您已注册为志愿者。",
            },
        ),
    )

    def age_on(self, day: date) -> int:
        """Full years; who was born on 29 February is a year older on 1 March."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def comes_of(self, age: int) -> datetime:
        """The first moment, in China, at which the volunteer is so many years old."""
        return comes_of(self.birth_date, age)


class LanguageLevel(StrEnum):
    """How well a language is spoken, by the Common European Framework. 语言水平"""

    NONE = "none"
    """Not, or no longer. 不会"""
    BASIC = "basic"
    """A1 or A2. 基础"""
    INDEPENDENT = "independent"
    """B1 or B2. 独立运用"""
    PROFICIENT = "proficient"
    """C1 or C2. 熟练"""
    NATIVE = "native"
    """A first language. 母语"""


class SpokenLanguage(Row, table=True):
    """A language that a volunteer speaks. 语言能力"""

    prefix: ClassVar = "spl"

    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """Who speaks it."""
    language: str
    """The language (BCP 47), as en or zh-Hans."""
    level: LanguageLevel = one_of("level", LanguageLevel)
    """How well it is spoken."""

    __table_args__ = (
        Index(
            "one_level_each",
            "volunteer_id",
            "language",
            unique=True,
            info={
                "code": "language_known",
                "en": "This language was written down at the same moment already.",
                "zh": "该语言刚刚已登记。",
            },
        ),
    )


class DocumentType(StrEnum):
    """Which document says who somebody is. 证件类型"""

    RESIDENT_CARD = "resident_card"
    """Identity card of a citizen. 居民身份证"""
    RESIDENCE_PERMIT = "residence_permit"
    """Residence permit for residents of Hong Kong, Macao and Taiwan. 港澳台居民居住证"""
    PERMANENT_RESIDENCE = "permanent_residence"
    """Permanent residence identity card of a foreigner. 外国人永久居留身份证"""
    TRAVEL_PERMIT = "travel_permit"
    """Mainland travel permit for residents of Hong Kong, Macao and Taiwan. 港澳台居民来往内地通行证"""
    PASSPORT = "passport"
    """Passport of any country. 护照"""


class IdentityDocument(Clocked, table=True):
    """An identity document of a volunteer, its number kept so that nobody reads it. 身份证件"""

    prefix: ClassVar = "idd"
    machine: ClassVar = IDENTITY

    volunteer_id: UUID = Field(foreign_key="volunteer.id", index=True)
    """Whose it is."""
    document_type: DocumentType = one_of("document_type", DocumentType)
    """Which document it is."""
    country: str | None = None
    """The country of a passport (ISO 3166-1, two letters)."""
    sealed_number: bytes
    """Its number, encrypted. Order 67, article 5, wants it recorded."""
    tail: str
    """The last four characters of its number, by which its owner knows it again."""
    fingerprint: bytes = Field(index=True)
    """By which the same document is known again."""
    expires_on: date | None = None
    """The last day on which it is valid."""
    wrong_numbers: int = 0
    """How often somebody who looked at it typed another number."""
    verified_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who has seen it."""
    verified_at: datetime | None = moment(default=None)
    """When it was seen."""
    reason: str | None = None
    """What was not right with it."""
    state: IdentityState = IDENTITY.column()
    """Whether somebody has seen it."""

    __table_args__ = (
        CheckConstraint("document_type <> 'passport' OR country IS NOT NULL", name="passports_have_a_country"),
        CheckConstraint("document_type <> 'passport' OR expires_on IS NOT NULL", name="passports_expire"),
        Index(
            "one_claim_of_a_kind",
            "volunteer_id",
            "document_type",
            unique=True,
            postgresql_where=text("state = 'claimed'"),
            info={
                "code": "claimed_already",
                "en": "A document of this kind waits to be looked at: take it back to show another.",
                "zh": "已有同类证件待核验，请先撤回再重新登记。",
            },
        ),
        Index(
            "one_identity_each",
            "fingerprint",
            unique=True,
            postgresql_where=text("state = 'verified'"),
            info={
                "code": "identity_taken",
                "en": "This document is verified already, for this volunteer or for another.",
                "zh": "该证件已通过核验（本人或另一位志愿者）。",
            },
        ),
        Index("identity_documents_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == IdentityState.VERIFIED and self.expires_on:
            over = datetime.combine(self.expires_on + timedelta(days=1), time(), SHANGHAI)
            return [Due(over, "expire_identity")]
        return []
