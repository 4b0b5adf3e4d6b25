"""What: service plans, their opportunities, shifts with seats, signups for them, and who came."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import Row, Text, amount, data, moment, one_of, words
from domain.programmes.states import (
    ATTENDANCE,
    LIVE,
    OPPORTUNITY,
    PLAN,
    SHIFT,
    SIGNUP,
    AttendanceState,
    OpportunityState,
    PlanState,
    ShiftState,
    SignupState,
)


def is_live() -> Any:
    return text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(LIVE))))


def due_index(name: str) -> Index:
    return Index(name, "next_due", postgresql_where=text("next_due IS NOT NULL"))


class ServicePlan(Row, table=True):
    """What a social worker means to do for a community, with aims and measures. 服务方案"""

    prefix: ClassVar = "pln"
    machine: ClassVar = PLAN

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street office it is under."""
    community_id: UUID = Field(foreign_key="community.id", index=True)
    """The community it is for."""
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    """The social organization that carries it."""
    social_worker_id: UUID = Field(foreign_key="social_worker.id", index=True)
    """The social worker who leads it."""
    title: Text = words()
    aims: Text = words()
    """What shall be different afterwards."""
    measures: Text = words()
    """By what one will know."""
    budget: Decimal | None = amount(default=None)
    """What it may cost."""
    currency: str = "CNY"
    since: date
    """Its first day."""
    until: date
    """Its last day."""
    state: PlanState = PLAN.column()

    __table_args__ = (
        CheckConstraint("since <= until", name="plan_begins_before_it_ends"),
        Index("plans_in_order", "since", "id"),
    )


class Opportunity(Row, table=True):
    """A way to help, with true information and risks (志愿服务条例第十二条). 志愿机会"""

    prefix: ClassVar = "opp"
    machine: ClassVar = OPPORTUNITY

    street_id: UUID
    community_id: UUID
    organization_id: UUID = Field(index=True)
    plan_id: UUID = Field(foreign_key="service_plan.id", index=True)
    """The service plan it belongs to."""
    title: Text = words()
    tasks: Text = words()
    """What volunteers do."""
    risks: Text = words()
    """What may happen to them, told before they sign up."""
    place: Text = words()
    """Where it takes place."""
    skills: list[str] = data(default_factory=list)
    """Skills that are needed, as codes."""
    languages: list[str] = data(default_factory=list)
    """Languages that are needed (BCP 47)."""
    state: OpportunityState = OPPORTUNITY.column()

    __table_args__ = (
        Index("opportunities_in_a_state", "state", "id"),
        Index("opportunities_of_a_community", "community_id", "id"),
    )


class Shift(Clocked, table=True):
    """One stretch of service, with seats. 班次"""

    prefix: ClassVar = "shf"
    machine: ClassVar = SHIFT

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    opportunity_id: UUID = Field(foreign_key="opportunity.id")
    """The opportunity it belongs to."""
    starts_at: datetime = moment(index=True)
    ends_at: datetime = moment()
    capacity: int
    """How many can serve."""
    taken: int = 0
    """Seats confirmed, or offered to somebody on the waitlist."""
    queued: int = 0
    """How many ever got a place on the waitlist; the last place given."""
    record_due: date
    """The last day on which the service should be recorded."""
    record_due_provisional: bool
    """Whether that day may still move, because the year's public holidays are not announced yet."""
    state: ShiftState = SHIFT.column()

    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="never_over_capacity"),
        CheckConstraint("starts_at < ends_at", name="shift_starts_before_it_ends"),
        Index("shifts_of_an_opportunity", "opportunity_id", "starts_at", "id"),
        Index("shifts_by_state", "state", "starts_at", "id"),
        due_index("shifts_due"),
    )

    def due(self) -> list[Due]:
        if self.state == ShiftState.SCHEDULED:
            return [Due(self.starts_at, "start_shift")]
        if self.state == ShiftState.RUNNING:
            return [Due(self.ends_at, "end_shift")]
        return []

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class Signup(Clocked, table=True):
    """A volunteer's seat in a shift, or place on its waitlist. 报名"""

    prefix: ClassVar = "sgn"
    machine: ClassVar = SIGNUP

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id")
    """The shift."""
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """The volunteer."""
    signed_up_at: datetime = moment()
    place: int | None = None
    """The place on the waitlist, in order of arrival; null for those who got a seat at once."""
    offer_expires_at: datetime | None = moment(default=None)
    """Until when an offered seat is held."""
    late: bool = False
    """Whether a confirmed seat was given back after the notice that the organiser asks for."""
    state: SignupState = SIGNUP.column()

    __table_args__ = (
        Index(
            "one_signup_each",
            "shift_id",
            "volunteer_id",
            unique=True,
            postgresql_where=is_live(),
            info={
                "code": "already_signed_up",
                "en": "You have signed up for this shift already.",
                "zh": "您已报名此班次。",
            },
        ),
        Index("the_queue", "shift_id", "place", postgresql_where=text("state = 'waitlisted'")),
        Index("signups_of_a_shift", "shift_id", "signed_up_at", "id"),
        Index("signups_of_a_volunteer", "volunteer_id", "signed_up_at", "id"),
        due_index("signups_due"),
    )

    def due(self) -> list[Due]:
        if self.state == SignupState.OFFERED and self.offer_expires_at:
            return [Due(self.offer_expires_at, "expire_offer")]
        return []


class AttendanceSource(StrEnum):
    """How it is known that somebody came. 签到方式"""

    CODE = "code"
    """By the code shown on the spot. 签到码"""
    SUPERVISOR = "supervisor"
    """By the word of whoever runs the service. 负责人确认"""


class Attendance(Row, table=True):
    """That somebody came, and how it is known. 出勤"""

    prefix: ClassVar = "att"
    machine: ClassVar = ATTENDANCE

    street_id: UUID
    signup_id: UUID = Field(foreign_key="signup.id")
    """The signup it fulfils."""
    checked_in_at: datetime | None = moment(default=None)
    checked_out_at: datetime | None = moment(default=None)
    source: AttendanceSource | None = one_of("source", AttendanceSource, default=None)
    """How it is known that the volunteer came."""
    wrong_codes: int = 0
    """How many wrong codes were tried."""
    state: AttendanceState = ATTENDANCE.column()

    __table_args__ = (
        Index(
            "one_attendance_each",
            "signup_id",
            unique=True,
            info={
                "code": "already_checked_in",
                "en": "This was recorded at the same moment already.",
                "zh": "该出勤记录刚刚已登记。",
            },
        ),
    )


class CheckInCode(Row, table=True):
    """Six digits that whoever runs the service shows on the spot; a new one every few minutes. 签到码"""

    prefix: ClassVar = "cic"

    street_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id", index=True)
    """The shift it opens."""
    code: str
    """Six digits."""
    valid_until: datetime = moment()
    """From when on it no longer counts."""
