"""Do: moving a shift to other times, and what becomes of those who have a seat in it.

Nobody loses a seat by that: whoever meets no longer what the shift asks for is told, keeps the seat for a while, and
says when what is missing is mended. So it will be with whatever else changes while somebody holds a seat.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, bindparam, select
from sqlmodel import col

from domain.access import NOW
from domain.errors import NotNow
from domain.programmes.access import RULES, seat_is_held, takes_signups
from domain.programmes.commands.records import count_record_due
from domain.programmes.commands.shifts import check_times, remind_at
from domain.programmes.commands.signups import require_taking_signups, signup_and_what_it_meets
from domain.programmes.eligibility import Asked, as_one, require_all, requirements
from domain.programmes.groups import HELD_IN, names_due_at
from domain.programmes.models import Attendance, Booking, Opportunity, ServicePlan, Shift, Signup
from domain.programmes.requirements import RequirementCode, refusal
from domain.programmes.states import CAME, SignupState
from domain.programmes.waitlist import pass_seat_on
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.work import Work

signups, volunteers, shifts = Signup.__table__, Volunteer.__table__, Shift.__table__  # type: ignore[attr-defined]
TIMES = ("starts_at", "ends_at")

#: The shift as it will be.
MOVED: Any = (
    select(
        *(column for column in shifts.c if column.name not in TIMES),
        *(bindparam(name, type_=DateTime(timezone=True)).label(name) for name in TIMES),
    )
    .where(shifts.c.id == bindparam("shift"))
    .subquery("moved")
)

#: Whoever has a seat, and what of the shift as it will be they meet.
SEATS = (
    select(signups, volunteers, as_one(requirements(volunteers, MOVED, NOW)))
    .join_from(signups, volunteers, volunteers.c.id == signups.c.volunteer_id)
    .join(MOVED, MOVED.c.id == signups.c.shift_id)
    .where(is_in(signups.c.state, SignupState.CONFIRMED, SignupState.NEEDS_ACTION))
    .order_by(signups.c.id)
)
SOMEBODY_CAME = (
    select(Attendance)
    .join(Signup, col(Signup.id) == col(Attendance.signup_id))
    .where(col(Signup.shift_id) == bindparam("shift"), is_in(Attendance.state, *CAME))
    .limit(1)
)


async def reschedule_shift(
    work: Work,
    *,
    shift_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    reason: Annotated[str, "Why, for those who signed up."],
) -> Shift:
    """Move a shift that has not begun to other times; nobody loses a seat by it at once. 调整班次时间"""
    shift = await work.get(Shift, shift_id, lock=True)
    bookings = await work.all(Booking, HELD_IN, shift=shift.id)
    work.ask(RULES, "reschedule_shift", shift, *bookings, reason=reason)
    work.move(shift, "reschedule_shift")
    if not takes_signups.test(work.actor, shift):
        raise refusal(work, RequirementCode.BEGUN)
    if await work.first(Attendance, SOMEBODY_CAME, shift=shift.id):
        raise NotNow("checked_in", "Somebody has checked in already.", "已有志愿者签到。")
    opportunity = await work.get(Opportunity, shift.opportunity_id)
    plan = await work.get(ServicePlan, opportunity.plan_id)
    seats = await work.joined(
        (Signup, Volunteer), SEATS, shift=shift.id, starts_at=starts_at, ends_at=ends_at, now=work.now
    )
    work.change(shift, starts_at=starts_at, ends_at=ends_at, moved_at=work.now)
    check_times(work, shift, plan)
    count_record_due(work, shift)
    work.change(shift, remind_at=remind_at(work, shift))
    for booking in bookings:
        work.change(booking, names_due_at=names_due_at(work, shift))
    _recheck(work, shift, seats)
    return shift


def _recheck(work: Work, shift: Shift, seats: Iterable[tuple[Signup, Volunteer, Asked]]) -> None:
    """Whoever meets it all has their seat; whoever does not is told, and keeps it until they had time to mend it."""
    for signup, _, asked in seats:
        for _, _, rule_id in asked:
            if rule_id:
                work.apply(UUID(rule_id))
        meets_all = all(met for _, met, _ in asked)
        if meets_all == (signup.state == SignupState.CONFIRMED):
            continue
        verb, until = ("clear_action", None) if meets_all else ("need_action", held_until(work, shift))
        work.move(signup, verb, held_until=until)
        work.follow(verb, signup)


def held_until(work: Work, shift: Shift) -> datetime:
    """For the time of the rule, and not up to the shift itself, so that somebody else can take the seat in good time.

    Of less time than that, half is for each.
    """
    hold = timedelta(minutes=int(work.rule("needs_action_hold", at=shift).value))
    cut_off = timedelta(minutes=int(work.rule("needs_action_cut_off", at=shift).value))
    left = shift.starts_at - work.now
    return work.now + min(hold, max(left - cut_off, left / 2))


async def clear_action(work: Work, *, signup_id: UUID) -> Signup:
    """Say that what was missing is mended: if it is, the seat is confirmed again. 确认已补办"""
    signup, volunteer, shift, asked = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "clear_action", signup, volunteer)
    work.move(signup, "clear_action")
    require_taking_signups(work, shift)
    if not seat_is_held.test(work.actor, signup):
        raise NotNow("seat_lapsed", "The seat was held until then, and no longer.", "名额保留期限已过。")
    require_all(work, asked)
    return work.change(signup, held_until=None)


async def lapse_signup(work: Work, *, signup_id: UUID) -> Signup:
    """What was missing was not mended in time: the next in line gets the seat. By the clock. 逾期未补办"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "lapse_signup", signup, volunteer, shift)
    work.move(signup, "lapse_signup")
    await pass_seat_on(work, shift)
    return signup
