"""When: the lives of plans, opportunities, shifts, signups and attendance."""

from enum import StrEnum

from domain.states import Machine, move


class PlanState(StrEnum):
    """Where a service plan stands. 服务方案状态"""

    DRAFT = "draft"
    """Being written; only those who run it see it. 草稿"""
    PUBLISHED = "published"
    """Shown to everybody. 已发布"""
    CLOSED = "closed"
    """Carried out. 已结束"""
    CANCELLED = "cancelled"
    """Given up. 已取消"""


class OpportunityState(StrEnum):
    """Where an opportunity stands. 志愿机会状态"""

    DRAFT = "draft"
    """Being written; only those who run it see it. 草稿"""
    PUBLISHED = "published"
    """Shown to everybody; shifts can be opened. 已发布"""
    CLOSED = "closed"
    """Nothing more to do. 已结束"""
    CANCELLED = "cancelled"
    """Given up. 已取消"""


class ShiftState(StrEnum):
    """Where a shift stands. 班次状态"""

    SCHEDULED = "scheduled"
    """It lies ahead and takes signups. 待开始"""
    RUNNING = "running"
    """It is taking place. 进行中"""
    ENDED = "ended"
    """It is over. 已结束"""
    CANCELLED = "cancelled"
    """It was called off. 已取消"""


class SignupState(StrEnum):
    """Where a signup stands. 报名状态"""

    WAITLISTED = "waitlisted"
    """In line for a seat. 候补"""
    OFFERED = "offered"
    """A seat is held for a while; accept or decline it. 待确认名额"""
    CONFIRMED = "confirmed"
    """With a seat. 已确认"""
    WITHDRAWN = "withdrawn"
    """Given back by the volunteer. 已退出"""
    DECLINED = "declined"
    """The offered seat was not wanted. 已放弃"""
    OFFER_EXPIRED = "offer_expired"
    """The offered seat was not taken in time. 名额逾期"""
    CANCELLED_BY_ORG = "cancelled_by_org"
    """The shift was called off. 班次取消"""
    CLOSED = "closed"
    """The shift began before a seat came free. 候补关闭"""


class AttendanceState(StrEnum):
    """Whether somebody came. 出勤状态"""

    EXPECTED = "expected"
    """Not here yet. 待签到"""
    CHECKED_IN = "checked_in"
    """Here. 已签到"""
    CHECKED_OUT = "checked_out"
    """Was here and left. 已签退"""
    NO_SHOW_PROVISIONAL = "no_show_provisional"
    """Did not come, as far as is known now. 暂记缺席"""


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
