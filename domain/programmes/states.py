"""When: the lives of plans, opportunities, shifts, signups and attendance."""

from enum import StrEnum

from domain.states import Machine, move


class PlanState(StrEnum):
    """Where a service plan stands. 服务方案状态"""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class OpportunityState(StrEnum):
    """Where an opportunity stands. 志愿机会状态"""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ShiftState(StrEnum):
    """Where a shift stands. 班次状态"""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class SignupState(StrEnum):
    """Where a signup stands. 报名状态"""

    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    OFFER_EXPIRED = "offer_expired"
    CANCELLED_BY_ORG = "cancelled_by_org"
    CLOSED = "closed"


class AttendanceState(StrEnum):
    """Whether somebody came. 出勤状态"""

    EXPECTED = "expected"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    NO_SHOW_PROVISIONAL = "no_show_provisional"


PLAN = Machine(
    "service plan",
    PlanState.DRAFT,
    (
        move("publish_plan", PlanState.DRAFT, PlanState.PUBLISHED),
        move("close_plan", PlanState.PUBLISHED, PlanState.CLOSED),
        move("cancel_plan", {PlanState.DRAFT, PlanState.PUBLISHED}, PlanState.CANCELLED),
    ),
)

OPPORTUNITY = Machine(
    "opportunity",
    OpportunityState.DRAFT,
    (
        move("publish_opportunity", OpportunityState.DRAFT, OpportunityState.PUBLISHED),
        move("close_opportunity", OpportunityState.PUBLISHED, OpportunityState.CLOSED),
        move("cancel_opportunity", {OpportunityState.DRAFT, OpportunityState.PUBLISHED}, OpportunityState.CANCELLED),
    ),
)

SHIFT = Machine(
    "shift",
    ShiftState.SCHEDULED,
    (
        move("start_shift", ShiftState.SCHEDULED, ShiftState.RUNNING),
        move("end_shift", ShiftState.RUNNING, ShiftState.ENDED),
        move("cancel_shift", {ShiftState.SCHEDULED, ShiftState.RUNNING}, ShiftState.CANCELLED),
    ),
)

#: Signups that hold a seat, and those that hold a seat or a place in the queue.
SEATED = frozenset({SignupState.OFFERED, SignupState.CONFIRMED})
LIVE = SEATED | {SignupState.WAITLISTED}

SIGNUP = Machine(
    "signup",
    SignupState.WAITLISTED,
    (
        move("offer_seat", SignupState.WAITLISTED, SignupState.OFFERED),
        move("accept_offer", SignupState.OFFERED, SignupState.CONFIRMED),
        move("decline_offer", SignupState.OFFERED, SignupState.DECLINED),
        move("expire_offer", SignupState.OFFERED, SignupState.OFFER_EXPIRED),
        move("withdraw", LIVE, SignupState.WITHDRAWN),
        move("cancel_signup", LIVE, SignupState.CANCELLED_BY_ORG),
        move("close_waitlist", {SignupState.WAITLISTED, SignupState.OFFERED}, SignupState.CLOSED),
    ),
)

ATTENDANCE = Machine(
    "attendance",
    AttendanceState.EXPECTED,
    (
        move("check_in", {AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL}, AttendanceState.CHECKED_IN),
        move("check_out", AttendanceState.CHECKED_IN, AttendanceState.CHECKED_OUT),
        move("mark_no_show", AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL),
    ),
)
