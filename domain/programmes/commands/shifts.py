"""Do: what whoever leads a service, and the clock, do with shifts."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.columns import day_of, minute_of
from domain.errors import Invalid, NotNow
from domain.organizations.models import Organization
from domain.programmes.access import RULES, takes_signups
from domain.programmes.carrier import require_active
from domain.programmes.commands.records import ask_for_record, count_record_due
from domain.programmes.groups import close_bookings
from domain.programmes.invitations import take_back_invitations
from domain.programmes.models import Attendance, Opportunity, Position, ServicePlan, Shift, Signup
from domain.programmes.states import LIVE, SEATED, UNSETTLED, OpportunityState, PositionState, SignupState
from domain.programmes.waitlist import offer_free_seats
from domain.rules import grounds
from domain.states import is_in
from domain.work import Work

LIVE_SIGNUPS = select(Signup).where(col(Signup.shift_id) == bindparam("shift"), is_in(Signup.state, *LIVE))
UNSETTLED_ATTENDANCES = (
    select(Attendance)
    .join(Signup, col(Signup.id) == col(Attendance.signup_id))
    .where(col(Signup.shift_id) == bindparam("shift"), is_in(Attendance.state, *UNSETTLED))
)
#: What becomes of a seat that is only held when the shift begins.
TOO_LATE = {SignupState.NEEDS_ACTION: "lapse_signup", SignupState.PENDING_REVIEW: "lapse_review"}
MOST_SEATS = 100_000


async def open_shift(
    work: Work,
    *,
    opportunity_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    capacity: Annotated[int, "How many can serve."],
    position_id: Annotated[UUID | None, Position, "The position it is for; left out if all do the same."] = None,
) -> Shift:
    """Open one stretch of service for signups. 开放班次"""
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    plan = await work.get(ServicePlan, opportunity.plan_id)
    shift = shift_of(opportunity, starts_at, ends_at, capacity, position_id=position_id)
    work.ask(RULES, "open_shift", shift)
    await require_open(work, opportunity)
    await require_wanted(work, opportunity, position_id)
    check_capacity(capacity)
    return schedule(work, shift, plan)


def shift_of(opportunity: Opportunity, starts_at: datetime, ends_at: datetime, capacity: int, **more: Any) -> Shift:
    return Shift.new(
        street_id=opportunity.street_id,
        community_id=opportunity.community_id,
        organization_id=opportunity.organization_id,
        opportunity_id=opportunity.id,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
        reviewed=opportunity.reviews_signups,
        record_due=day_of(ends_at),  # counted once the times are known to be sound
        record_due_provisional=True,
        **more,
    )


async def require_open(work: Work, opportunity: Opportunity) -> None:
    """Shifts can be opened for what is published, and while whoever carries it may work."""
    if opportunity.state != OpportunityState.PUBLISHED:
        raise NotNow("not_published", "This opportunity is not published.", "该志愿机会未发布。", path="opportunityId")
    require_active(await work.get(Organization, opportunity.organization_id))


async def require_wanted(work: Work, opportunity: Opportunity, position_id: UUID | None) -> None:
    """A position, if one is named, is one of this opportunity's, and somebody is still wanted for it."""
    if position_id is None:
        return
    position = await work.get(Position, position_id)
    if position.opportunity_id != opportunity.id:
        raise Invalid(
            "of_another_opportunity",
            "This position belongs to another opportunity.",
            "该岗位属于另一志愿机会。",
            path="positionId",
            remedy=("Take one of this opportunity's positions.", "请选择本志愿机会的岗位。"),
        )
    if position.state != PositionState.WANTED:
        raise NotNow("position_retired", "This position was retired.", "该岗位已停用。", path="positionId")


def schedule(work: Work, shift: Shift, plan: ServicePlan) -> Shift:
    """Put it into the calendar, if its times are sound and within the plan."""
    check_times(work, shift, plan)
    count_record_due(work, work.insert(shift))
    return work.change(shift, remind_at=remind_at(work, shift))


def remind_at(work: Work, shift: Shift) -> datetime | None:
    """Some time ahead; never, if that is over: whoever signs up then knows when it is."""
    ahead = shift.starts_at - timedelta(minutes=int(work.rule("shift_reminder", at=shift).value))
    return ahead if work.now < ahead else None


async def change_capacity(
    work: Work, *, shift_id: UUID, capacity: Annotated[int, "How many can serve from now on."]
) -> Shift:
    """Add seats, which go to those who wait, or take away seats that are free. 调整名额"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "change_capacity", shift)
    check_capacity(capacity)
    if work.now >= shift.starts_at:
        raise NotNow("begun", "This shift has begun.", "班次已开始。")
    return await resize(work, shift, capacity)


async def resize(work: Work, shift: Shift, capacity: int) -> Shift:
    """So many seats: those that are added go to those who wait."""
    if capacity < shift.taken:
        day = day_of(shift.starts_at)
        raise Invalid(
            "seats_taken",
            f"{shift.taken} seats are taken on {day}.",
            f"{day}已有 {shift.taken} 个名额被占用。",
            path="capacity",
            remedy=("Give it at least that many seats, or cancel the shift.", "名额不得少于此数，或取消该班次。"),
        )
    work.change(shift, capacity=capacity)
    await offer_free_seats(work, shift)
    return shift


async def remind_shift(work: Work, *, shift_id: UUID) -> Shift:
    """Remind everybody who has a seat of when and where it is, now and then. 提醒已确认的志愿者"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "remind_shift", shift)
    if not takes_signups.test(work.actor, shift):
        raise NotNow("begun", "This shift has begun or is called off.", "班次已开始或已取消。")
    pause = work.rule("reminder_pause", at=shift)
    if shift.reminded_at and work.now < (again := shift.reminded_at + timedelta(minutes=int(pause.value))):
        raise NotNow(
            "reminded_already",
            "They were reminded a short while ago.",
            "不久前已提醒过。",
            grounds=grounds(pause, work.actor.language),
            remedy=(
                f"Remind them from {minute_of(again)} on, Beijing time.",
                f"北京时间{minute_of(again)}起可再次提醒。",
            ),
        )
    soon = shift.remind_at and shift.remind_at < work.now + timedelta(minutes=int(pause.value))
    return work.change(shift, reminded_at=work.now, remind_at=None if soon else shift.remind_at)


async def remind_ahead(work: Work, *, shift_id: UUID) -> Shift:
    """Everybody who has a seat is reminded of it. By the clock. 班前自动提醒"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "remind_ahead", shift)
    return work.move(shift, "remind_ahead", reminded_at=work.now, remind_at=None)


async def cancel_shift(work: Work, *, shift_id: UUID, reason: Annotated[str, "Why, for those who signed up."]) -> Shift:
    """Call the shift off, and with it every signup. 取消班次"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "cancel_shift", shift, reason=reason)
    return await call_off(work, shift, reason)


async def call_off(work: Work, shift: Shift, reason: str) -> Shift:
    work.move(shift, "cancel_shift", taken=0)
    await close_bookings(work, shift)
    await take_back_invitations(work, [shift], reason)
    for signup in await work.all(Signup, LIVE_SIGNUPS, shift=shift.id):
        work.move(signup, "cancel_signup")
        work.follow("cancel_signup", signup, reason=reason)
    for attendance in await work.all(Attendance, UNSETTLED_ATTENDANCES, shift=shift.id):
        work.move(attendance, "cancel_attendance")
        work.follow("cancel_attendance", attendance, reason=reason)
    return shift


async def start_shift(work: Work, *, shift_id: UUID) -> Shift:
    """The shift begins: nobody waits any longer, and nobody holds an offer. By the clock. 班次开始"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "start_shift", shift)
    work.move(shift, "start_shift", taken=shift.taken - await close_bookings(work, shift))
    for signup in await work.all(Signup, LIVE_SIGNUPS, shift=shift.id):
        if signup.state == SignupState.CONFIRMED:
            continue
        if signup.state in SEATED:
            work.change(shift, taken=shift.taken - 1)
        verb = TOO_LATE.get(signup.state, "close_waitlist")
        work.move(signup, verb)
        work.follow(verb, signup)
    return shift


async def end_shift(work: Work, *, shift_id: UUID) -> Shift:
    """The shift is over; the days to record it are counted anew, by what is announced now. By the clock. 班次结束"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "end_shift", shift)
    return ask_for_record(work, count_record_due(work, work.move(shift, "end_shift")))


def check_times(work: Work, shift: Shift, plan: ServicePlan) -> None:
    if shift.starts_at <= work.now:
        raise Invalid("begins_in_the_past", "A shift begins in the future.", "班次须在将来开始。", path="startsAt")
    if shift.ends_at <= shift.starts_at:
        raise Invalid("ends_before_it_begins", "It ends before it begins.", "结束时间早于开始时间。", path="endsAt")
    longest = work.rule("longest_entry", at=shift, on=day_of(shift.starts_at))
    if shift.ends_at - shift.starts_at > timedelta(minutes=int(longest.value)):
        raise Invalid(
            "too_long",
            f"A shift lasts {longest.value} minutes at most, as one entry of service can hold no more.",
            f"一个班次最长 {longest.value} 分钟，与一条服务记录的上限一致。",
            path="endsAt",
            grounds=grounds(longest, work.actor.language),
        )
    if not plan.since <= day_of(shift.starts_at) <= plan.until:
        raise Invalid(
            "outside_the_plan",
            f"The service plan runs from {plan.since} to {plan.until}.",
            f"服务方案的期限为 {plan.since} 至 {plan.until}。",
            path="startsAt",
        )


def check_capacity(capacity: int) -> None:
    if not 1 <= capacity <= MOST_SEATS:
        raise Invalid(
            "wrong_capacity",
            f"A shift has 1 to {MOST_SEATS} seats.",
            f"班次名额须为 1 至 {MOST_SEATS}。",
            path="capacity",
        )
