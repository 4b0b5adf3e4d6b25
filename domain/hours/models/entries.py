"""What stands in the ledger of service time, whose minutes never change?"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import moment, one_of
from domain.hours.states import HOURS, STANDING, HourState
from domain.states import written


class HourSource(StrEnum):
    """Who or what says that the service was done. 记录来源"""

    VOLUNTEER = "volunteer"
    """The volunteer alone. 志愿者自报"""
    SUPERVISOR = "supervisor"
    """Whoever leads the service. 负责人登记"""
    CODE = "code"
    """The check-in code shown on the spot. 签到码"""


class Assurance(StrEnum):
    """How sure it is that the service was done, from A0 upwards. 可信等级"""

    A0 = "a0"
    """Said by the volunteer alone. 仅本人申报"""
    A1 = "a1"
    """Said by whoever leads the service. 负责人确认"""
    A2 = "a2"
    """Shown by a code that was seen on the spot. 现场签到码"""


ASSURANCE = {
    HourSource.VOLUNTEER: Assurance.A0,
    HourSource.SUPERVISOR: Assurance.A1,
    HourSource.CODE: Assurance.A2,
}


#: What somebody wrote down, with nothing on the spot to show for it.
BY_HAND = frozenset({HourSource.VOLUNTEER, HourSource.SUPERVISOR})


class Tier(StrEnum):
    """Whose people verify: the more was given on one day, the further away. 核实层级"""

    ORGANIZATION = "organization"
    """Whoever leads the service. 服务负责人"""
    COMMUNITY = "community"
    """The community. 社区"""
    STREET = "street"
    """The street office. 街道办事处"""


class HourEntry(Clocked, table=True):
    """Time given in one shift, as an entry in an append-only ledger: a platform service record. 服务时长记录"""

    prefix: ClassVar = "hrs"
    machine: ClassVar = HOURS

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """Who served."""
    shift_id: UUID = Field(foreign_key="shift.id", index=True)
    """The shift."""
    signup_id: UUID = Field(foreign_key="signup.id")
    """The seat that was served in."""
    attendance_id: UUID | None = Field(default=None, foreign_key="attendance.id")
    """The attendance it rests on, if there is one."""
    served_on: date
    """The day of service in China."""
    minutes: int
    """Whole minutes given."""
    source: HourSource = one_of("source", HourSource)
    """Who or what says so."""
    assurance: Assurance = one_of("assurance", Assurance)
    """How sure it is."""
    tier: Tier = one_of("tier", Tier)
    """Who verifies it, by all that was given on the same day."""
    logged_at: datetime = moment()
    logged_by_id: UUID = Field(foreign_key="person.id")
    """Who wrote it down."""
    first_verified_at: datetime | None = moment(default=None)
    """When it was verified first, where two people must."""
    first_verified_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who verified it first."""
    first_verified_for: Tier | None = one_of("first_verified_for", Tier, default=None)
    """For whom that one spoke: the second speaks for somebody else."""
    decided_at: datetime | None = moment(default=None)
    """When it was verified, rejected, superseded or voided last."""
    decided_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who decided that."""
    notice_until: datetime | None = moment(default=None)
    """Until when the verified entry is in public notice."""
    supersedes_id: UUID | None = Field(default=None, foreign_key="hour_entry.id", unique=True)
    """The entry that this one corrects."""
    reason: str | None = None
    """Why it is more than the shift, was adjusted, rejected or voided."""
    state: HourState = HOURS.column()

    __table_args__ = (
        CheckConstraint("minutes > 0", name="hours_are_given"),
        Index(
            "one_entry_each",
            "signup_id",
            unique=True,
            postgresql_where=text(f"state IN {written(STANDING)}"),
            info={
                "code": "already_logged",
                "en": "The hours of this service have been logged already.",
                "zh": "该次服务的时长已登记。",
            },
        ),
        Index("hours_in_order", "served_on", "id"),
        Index("hours_of_a_signup", "signup_id", "id"),
        Index("hours_of_a_volunteer", "volunteer_id", "served_on", "id"),
        Index("hours_of_a_community", "community_id", "served_on"),
        Index("hours_of_an_organization", "organization_id", "served_on"),
        Index(
            "hours_by_hand",
            "organization_id",
            "logged_at",
            postgresql_where=text(f"state IN {written(STANDING)} AND source IN {written(BY_HAND)}"),
        ),
        Index("hours_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == HourState.VERIFIED and self.notice_until:
            return [Due(self.notice_until, "finalize_hours")]
        return []
