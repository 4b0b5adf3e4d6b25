"""What can a volunteer do, how well, by what proof, and from which day to which?"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import end_of, moment, one_of
from domain.volunteers.states import COMPETENCE, CompetenceState


class CompetenceLevel(StrEnum):
    """How well something is done; for languages by the Common European Framework. 能力水平"""

    BASIC = "basic"
    """With help; of a language A1 or A2. 基础"""
    INDEPENDENT = "independent"
    """Alone; of a language B1 or B2. 独立运用"""
    PROFICIENT = "proficient"
    """So that others learn from it; of a language C1 or C2. 熟练"""
    NATIVE = "native"
    """Of a language only: a first language. 母语（仅限语言）"""


class CompetenceSource(StrEnum):
    """What a competence rests on. 能力依据"""

    CERTIFICATE = "certificate"
    """A certificate by somebody else. 证书"""
    REFERENCE = "reference"
    """Somebody who has seen it done. 他人证明"""
    COURSE = "course"
    """A course that was passed here. 本平台培训"""


class Competence(Clocked, table=True):
    """A skill or a language that a volunteer has proof of, for as long as the proof holds. 能力"""

    prefix: ClassVar = "cmp"
    machine: ClassVar = COMPETENCE

    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """Whose it is."""
    skill: str | None = None
    """The skill, as a code such as first_aid; null for a language."""
    language: str | None = None
    """The language (BCP 47); null for a skill."""
    level: CompetenceLevel = one_of("level", CompetenceLevel)
    """How well."""
    source: CompetenceSource = one_of("source", CompetenceSource)
    """What it rests on."""
    proof: str
    """What shows it, and by whom: the certificate and its issuer, or who has seen it."""
    since: date
    """The first day on which it holds."""
    until: date | None = None
    """The last day on which it holds; null if it does not end."""
    counts_until: date | None = None
    """The last day on which it counts: what was learnt here has some days of grace. Null if it does not end."""
    renewal_from: date | None = None
    """From which day on it can be renewed without losing days; null if it does not end, or has been renewed."""
    renewal_open: bool = False
    """Whether that day has come, and the volunteer was told."""
    confirmed_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who has seen the proof."""
    confirmed_at: datetime | None = moment(default=None)
    """When the proof was seen."""
    reason: str | None = None
    """Why it was refused or revoked."""
    state: CompetenceState = COMPETENCE.column()
    """Whether somebody has seen the proof."""

    __table_args__ = (
        CheckConstraint("num_nonnulls(skill, language) = 1", name="a_skill_or_a_language"),
        CheckConstraint("level <> 'native' OR language IS NOT NULL", name="native_is_of_languages"),
        CheckConstraint("since <= until", name="competence_begins_before_it_ends"),
        Index("competences_of_a_volunteer", "volunteer_id", "skill", "language"),
        Index(
            "one_claim_of_a_competence",
            "volunteer_id",
            "skill",
            "language",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("state = 'claimed'"),
            info={
                "code": "competence_claimed",
                "en": "Proof of this waits to be looked at: take it back to show another.",
                "zh": "该项能力已有材料待确认，请先撤回再重新登记。",
            },
        ),
        Index("those_who_can", "skill", "language", "volunteer_id", postgresql_where=text("state = 'current'")),
        Index("competences_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state != CompetenceState.CURRENT:
            return []
        due = [Due(end_of(self.counts_until), "expire_competence")] if self.counts_until else []
        if self.renewal_from and not self.renewal_open:
            due.append(Due(end_of(self.renewal_from - timedelta(days=1)), "open_renewal"))
        return due
