"""Who serves, and what do they say of themselves?"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from domain.columns import Row, Text, comes_of, data, moment, one_of, words


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
    available: list[str] = data(default_factory=list)
    """When the volunteer usually can, as weekday and times in China: "SA 09:00-12:30". Private."""
    wishes: Text | None = words(default=None)
    """What the volunteer would like to do, and for whom, in their own words."""
    community_id: UUID | None = Field(default=None, foreign_key="community.id")
    """The community the volunteer lives in, or mostly serves in."""
    registered_at: datetime = moment()
    """Since when they are a volunteer."""
    invitable: bool = True
    """Whether whoever leads a service may invite the volunteer who has not shown them a code."""
    charter_edition: int | None = None
    """The edition of the rights and duties that they have read and accepted; null while they have not. Private."""
    charter_language: str | None = None
    """The language in which they read it (BCP 47). Private."""
    charter_accepted_at: datetime | None = moment(default=None)
    """When they accepted it. Private."""
    guardian_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """Who consents for a minor. Private."""
    guardian_consented_at: datetime | None = moment(default=None)
    """Since when the guardian consents; null while there is no consent. Private."""
    guardian_consent_until: datetime | None = moment(default=None)
    """When the consent ends unless it is given anew; null while there is none. Private."""
    guardian_consent_community_id: UUID | None = Field(default=None, foreign_key="community.id")
    """The community in which alone the guardian lets them serve; null for any. Private."""
    guardian_consent_organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    """The organization with which alone the guardian lets them serve; null for any. Private."""
    guardian_consent_latest: str | None = None
    """The time of day in China, as 20:00, by which a service is over that the guardian lets them do. Private."""
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
        Index("volunteers_of_a_community", "community_id", "id"),
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
        Index("speakers_of_a_language", "language", "volunteer_id"),
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
