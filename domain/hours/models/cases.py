"""Who holds the hours of a service to be wrong, and what came of it?"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import end_of, moment, one_of
from domain.hours.states import CASE, UNDECIDED, CaseState
from domain.states import written


class Instance(StrEnum):
    """Who decides a case. 审核层级"""

    FIRST = "first"
    """Whoever leads the service, or the community, as far as they had no part in it. 初审"""
    SECOND = "second"
    """The street office. 复审"""


class HourCase(Clocked, table=True):
    """That somebody holds the hours of a service to be wrong, and what came of it. 时长更正与异议"""

    prefix: ClassVar = "hcs"
    machine: ClassVar = CASE

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """Whose hours they are."""
    signup_id: UUID = Field(foreign_key="signup.id")
    """The seat that was served in."""
    hour_entry_id: UUID = Field(foreign_key="hour_entry.id", index=True)
    """The entry it is about."""
    minutes: int
    """What the minutes should be."""
    says: str
    """Why."""
    instance: Instance = one_of("instance", Instance)
    """Who decides it."""
    opened_at: datetime = moment()
    opened_by_id: UUID = Field(foreign_key="person.id")
    """Who opened it."""
    answer_due: datetime | None = moment(default=None)
    """Until when the volunteer answers what is proposed; silence is no consent."""
    due_on: date | None = None
    """The last day to decide it."""
    first_id: UUID | None = Field(default=None, foreign_key="hour_case.id", unique=True)
    """The case that is decided once more."""
    decided_at: datetime | None = moment(default=None)
    decided_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who decided it."""
    reason: str | None = None
    """Why it was decided so."""
    state: CaseState = CASE.column()

    __table_args__ = (
        CheckConstraint("minutes >= 0", name="hours_are_not_owed"),
        Index(
            "one_case_each",
            "signup_id",
            unique=True,
            postgresql_where=text(f"state IN {written(UNDECIDED)}"),
            info={
                "code": "case_open",
                "en": "There is a case about these hours already.",
                "zh": "该时长已有未结的更正或异议。",
            },
        ),
        Index("cases_of_a_signup", "signup_id", "opened_at"),
        Index("cases_of_a_volunteer", "volunteer_id", "opened_at"),
        Index("cases_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == CaseState.PROPOSED and self.answer_due:
            return [Due(self.answer_due, "escalate_adjustment")]
        if self.state == CaseState.OPEN and self.due_on:
            return [Due(end_of(self.due_on), "miss_case")]
        return []
