"""Do: taking seats, waiting for them and giving them back.

Everything is decided about a volunteer and a shift as they are at one moment, and only holds if both stay as they are:
so nobody has two seats at one time, and no seat is given twice.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.access import NOW, not_found
from domain.errors import NotAllowed, NotNow
from domain.programmes.access import RULES, offer_stands, takes_signups
from domain.programmes.eligibility import Asked, as_one, require_all, requirements
from domain.programmes.models import Attendance, Opportunity, Position, Shift, Signup
from domain.programmes.requirements import RequirementCode, refusal
from domain.programmes.states import CAME, LIVE, ShiftState, SignupState
from domain.programmes.waitlist import pass_seat_on
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.work import Work

volunteers, shifts = Volunteer.__table__, Shift.__table__  # type: ignore[attr-defined]

#: What a volunteer has to meet for the shift.
ASKED = as_one(requirements(volunteers, shifts, NOW))

#: Oneself, a shift, and what of it one meets.
MYSELF_AND_SHIFT = (
    select(volunteers, shifts, ASKED)
    .select_from(volunteers.outerjoin(shifts, shifts.c.id == bindparam("shift")))
    .where(volunteers.c.person_id == bindparam("person"))
)

#: A signup, whose it is, its shift, and what of it they meet.
SIGNUP = (
    select(Signup.__table__, volunteers, shifts, ASKED)  # type: ignore[attr-defined]
    .where(col(Signup.id) == bindparam("signup"))
    .where(volunteers.c.id == col(Signup.volunteer_id), shifts.c.id == col(Signup.shift_id))
)

THEY_CAME = select(Attendance).where(
    col(Attendance.signup_id) == bindparam("signup"),
    is_in(Attendance.state, *CAME),
)

#: Whatever a volunteer holds in shifts that have not begun.
AHEAD = (
    select(Signup)
    .join(shifts, shifts.c.id == col(Signup.shift_id))
    .where(col(Signup.volunteer_id) == bindparam("volunteer"), is_in(Signup.state, *LIVE))
    .where(is_in(shifts.c.state, ShiftState.SCHEDULED), shifts.c.starts_at > bindparam("now"))
    .order_by(col(Signup.id))
)


async def sign_up(work: Work, *, shift_id: UUID) -> Signup:
    """Take a seat in a shift, or the next place on its waitlist. 报名"""
    volunteer, shift, asked = await myself_and_shift(work, shift_id)
    signup = seat_or_place(shift, volunteer, work)
    work.ask(RULES, "sign_up", signup, volunteer, shift)
    require_all(work, asked)
    take(work, signup, shift)
    return signup if signup.place else ask_for_review(work, work.change(signup, **seated(work, shift)))


async def myself_and_shift(work: Work, shift_id: UUID) -> tuple[Volunteer, Shift, Asked]:
    """Whoever acts, a shift, and what of it they meet; for volunteers only."""
    found = await work.together(
        (Volunteer, Shift), MYSELF_AND_SHIFT, person=work.actor.id, shift=shift_id, now=work.now
    )
    if found is None:
        raise NotAllowed(
            "not_a_volunteer",
            "Only a volunteer may sign up.",
            "只有志愿者可以报名。",
            remedy=("Register as a volunteer first.", "请先注册为志愿者。"),
        )
    volunteer, shift, asked = found
    if shift is None:
        raise not_found(Shift)
    return volunteer, shift, asked


def seat_or_place(shift: Shift, volunteer: Volunteer, work: Work) -> Signup:
    """A seat while there is one, else the next place in line."""
    free = shift.taken < shift.capacity
    return Signup.new(
        street_id=shift.street_id,
        community_id=shift.community_id,
        organization_id=shift.organization_id,
        shift_id=shift.id,
        volunteer_id=volunteer.id,
        signed_up_at=work.now,
        place=None if free else shift.queued + 1,
        state=SignupState.CONFIRMED if free else SignupState.WAITLISTED,
    )


def take(work: Work, signup: Signup, shift: Shift) -> Signup:
    """The seat, or the place in line, is theirs."""
    if signup.place:
        work.change(shift, queued=signup.place)
    else:
        work.change(shift, taken=shift.taken + 1)
    return work.insert(signup)


def seated(work: Work, shift: Shift) -> dict[str, Any]:
    """A seat that somebody takes is theirs; where whoever leads the shift decides on each, it is held until then."""
    if shift.reviewed:
        return {"state": SignupState.PENDING_REVIEW, "held_until": held_until(work, shift)}
    return {"state": SignupState.CONFIRMED}


def ask_for_review(work: Work, signup: Signup) -> Signup:
    """Whoever leads the shift is told, where they decide whether somebody has the seat."""
    if signup.state == SignupState.PENDING_REVIEW:
        work.follow("await_review", signup)
    return signup


def held_until(work: Work, shift: Shift) -> datetime:
    """For the time of the rule, and not up to the shift itself, so that somebody else can take the seat in good time.

    Of less time than that, half is for each.
    """
    hold = timedelta(minutes=int(work.rule("needs_action_hold", at=shift).value))
    cut_off = timedelta(minutes=int(work.rule("needs_action_cut_off", at=shift).value))
    left = shift.starts_at - work.now
    return work.now + min(hold, max(left - cut_off, left / 2))


async def withdraw(work: Work, *, signup_id: UUID) -> Signup:
    """Give back a seat, an offer or a place in line, before the shift begins. 取消报名"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "withdraw", signup, volunteer, shift)
    require_taking_signups(work, shift)
    if await work.first(Attendance, THEY_CAME, signup=signup.id):
        raise NotNow("checked_in", "The volunteer has checked in already.", "志愿者已签到。")
    return await _give_back(work, signup, shift)


async def withdraw_from_all(work: Work, volunteer: Volunteer) -> None:
    """What follows when the volunteer can serve no longer: every seat in a shift ahead goes to the next in line."""
    for signup in await work.all(Signup, AHEAD, lock=True, volunteer=volunteer.id, now=work.now):
        shift = await work.get(Shift, signup.shift_id, lock=True)
        work.follow("withdraw", signup, shift)
        await _give_back(work, signup, shift)


async def _give_back(work: Work, signup: Signup, shift: Shift) -> Signup:
    had = signup.state
    notice = timedelta(minutes=int(work.rule("withdrawal_notice", at=shift).value))
    is_late = had == SignupState.CONFIRMED and work.now > shift.starts_at - notice
    work.move(signup, "withdraw", late=is_late and not await _signed_up_for_something_else(work, signup, shift))
    if had != SignupState.WAITLISTED:
        await pass_seat_on(work, shift)
    return signup


async def _signed_up_for_something_else(work: Work, signup: Signup, shift: Shift) -> bool:
    opportunity = await work.get(Opportunity, shift.opportunity_id)
    position = await work.get(Position, shift.position_id) if shift.position_id else None
    changed = shift.moved_at, opportunity.changed_at, position and position.changed_at
    return any(at and signup.signed_up_at < at for at in changed)


async def accept_offer(work: Work, *, signup_id: UUID) -> Signup:
    """Take the seat that was offered. 接受名额"""
    signup, volunteer, shift, asked = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "accept_offer", signup, volunteer)
    require_all(work, asked)
    if not offer_stands.test(work.actor, signup):
        raise NotNow("offer_expired", "This offer has expired.", "该名额已过保留时间。")
    now = seated(work, shift)
    return ask_for_review(work, work.move(signup, "accept_offer", to=now.pop("state"), **now))


async def decline_offer(work: Work, *, signup_id: UUID) -> Signup:
    """Leave the offered seat to the next in line. 放弃名额"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "decline_offer", signup, volunteer, shift)
    work.move(signup, "decline_offer")
    await pass_seat_on(work, shift)
    return signup


async def expire_offer(work: Work, *, signup_id: UUID) -> Signup:
    """The offer was held long enough: the next in line gets it. By the clock. 名额逾期"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "expire_offer", signup, volunteer, shift)
    work.move(signup, "expire_offer")
    await pass_seat_on(work, shift)
    return signup


async def signup_and_what_it_meets(work: Work, signup_id: UUID) -> tuple[Signup, Volunteer, Shift, Asked]:
    found = await work.together((Signup, Volunteer, Shift), SIGNUP, signup=signup_id, now=work.now)
    if found is None:
        raise not_found(Signup)
    return found


def require_taking_signups(work: Work, shift: Shift) -> None:
    if not takes_signups.test(work.actor, shift):
        raise refusal(work, RequirementCode.BEGUN)
