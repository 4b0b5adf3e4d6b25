"""Do: taking seats, waiting for them and giving them back.

Locks are always taken in one order: the volunteer, the shift, its signups. Whoever holds a volunteer's lock decides
alone about that person's seats, so that no two of them overlap; whoever holds a shift's lock, about its seats.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlmodel import col

from domain.columns import day_of
from domain.errors import NotAllowed, NotNow
from domain.programmes.access import RULES
from domain.programmes.models import Attendance, Shift, Signup
from domain.programmes.states import AttendanceState, ShiftState, SignupState
from domain.programmes.waitlist import pass_seat_on
from domain.states import is_in
from domain.volunteers.consent import require_consent
from domain.volunteers.models import Volunteer
from domain.work import Work

signups = Signup.__table__.alias()  # type: ignore[attr-defined]
others = Shift.__table__.alias()  # type: ignore[attr-defined]

MYSELF = select(Volunteer).where(col(Volunteer.person_id) == bindparam("person")).with_for_update(key_share=True)

#: The shift, locked, unless the volunteer serves elsewhere at that time. Ask it when the volunteer is locked.
SHIFT_IN_FREE_TIME = (
    select(Shift)
    .where(
        col(Shift.id) == bindparam("shift"),
        ~exists()
        .where(
            signups.c.volunteer_id == bindparam("volunteer"),
            is_in(signups.c.state, SignupState.CONFIRMED),
            others.c.id == signups.c.shift_id,
            others.c.id != Shift.id,
            others.c.starts_at < Shift.ends_at,
            others.c.ends_at > Shift.starts_at,
        )
        .correlate(Shift),
    )
    .with_for_update(of=Shift, key_share=True)
)

CAME = select(Attendance).where(
    col(Attendance.signup_id) == bindparam("signup"),
    is_in(Attendance.state, AttendanceState.CHECKED_IN, AttendanceState.CHECKED_OUT),
)


async def sign_up(work: Work, *, shift_id: UUID) -> Signup:
    """Take a seat in a shift, or the next place on its waitlist. 报名"""
    volunteer = await work.first(Volunteer, MYSELF, person=work.actor.id)
    if volunteer is None:
        raise NotAllowed(
            "not_a_volunteer",
            "Only a volunteer may sign up.",
            "只有志愿者可以报名。",
            remedy=("Register as a volunteer first.", "请先注册为志愿者。"),
        )
    shift = await _shift_in_free_time(work, shift_id, volunteer)
    signup = seat_or_place(shift, volunteer, work)
    work.ask(RULES, "sign_up", signup, volunteer, shift)
    _require_taking_signups(work, shift)
    require_consent(work, volunteer, day_of(shift.starts_at))
    if signup.place:
        work.change(shift, queued=signup.place)
    else:
        work.change(shift, taken=shift.taken + 1)
    return work.insert(signup)


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


async def withdraw(work: Work, *, signup_id: UUID) -> Signup:
    """Give back a seat, an offer or a place in line, before the shift begins. 取消报名"""
    shift, signup, volunteer = await _signup(work, signup_id)
    work.ask(RULES, "withdraw", signup, volunteer, shift)
    _require_taking_signups(work, shift)
    if await work.first(Attendance, CAME, signup=signup.id):
        raise NotNow("checked_in", "The volunteer has checked in already.", "志愿者已签到。")
    had = signup.state
    notice = timedelta(minutes=int(work.rule("withdrawal_notice").value))
    work.move(signup, "withdraw", late=had == SignupState.CONFIRMED and work.now > shift.starts_at - notice)
    if had != SignupState.WAITLISTED:
        await pass_seat_on(work, shift)
    return signup


async def accept_offer(work: Work, *, signup_id: UUID) -> Signup:
    """Take the seat that was offered. 接受名额"""
    found = await work.get(Signup, signup_id)
    volunteer = await work.get(Volunteer, found.volunteer_id, lock=True)
    shift = await work.get(Shift, found.shift_id, lock=True)
    signup = await work.get(Signup, signup_id, lock=True)
    work.ask(RULES, "accept_offer", signup, volunteer)
    _require_taking_signups(work, shift)
    if signup.offer_expires_at and work.now >= signup.offer_expires_at:
        raise NotNow("offer_expired", "This offer has expired.", "该名额已过保留时间。")
    require_consent(work, volunteer, day_of(shift.starts_at))
    await _shift_in_free_time(work, shift.id, volunteer)
    return work.move(signup, "accept_offer")


async def decline_offer(work: Work, *, signup_id: UUID) -> Signup:
    """Leave the offered seat to the next in line. 放弃名额"""
    shift, signup, volunteer = await _signup(work, signup_id)
    work.ask(RULES, "decline_offer", signup, volunteer, shift)
    work.move(signup, "decline_offer")
    await pass_seat_on(work, shift)
    return signup


async def expire_offer(work: Work, *, signup_id: UUID) -> Signup:
    """The offer was held long enough: the next in line gets it. By the clock. 名额逾期"""
    shift, signup, volunteer = await _signup(work, signup_id)
    work.ask(RULES, "expire_offer", signup, volunteer, shift)
    work.move(signup, "expire_offer")
    await pass_seat_on(work, shift)
    return signup


async def _signup(work: Work, signup_id: UUID) -> tuple[Shift, Signup, Volunteer]:
    """The signup as it is now, its shift, and whose it is, with the shift locked and so the signup too."""
    found = await work.get(Signup, signup_id)
    shift = await work.get(Shift, found.shift_id, lock=True)
    return shift, await work.get(Signup, signup_id, lock=True), await work.get(Volunteer, found.volunteer_id)


async def _shift_in_free_time(work: Work, shift_id: UUID, volunteer: Volunteer) -> Shift:
    shift = await work.first(Shift, SHIFT_IN_FREE_TIME, shift=shift_id, volunteer=volunteer.id)
    if shift is None:
        await work.get(Shift, shift_id)
        raise NotNow(
            "overlap",
            "You serve in another shift at that time.",
            "该时段您已确认参加另一班次。",
            remedy=("Withdraw from the other shift first.", "请先取消另一班次的报名。"),
        )
    return shift


def _require_taking_signups(work: Work, shift: Shift) -> None:
    if shift.state != ShiftState.SCHEDULED or work.now >= shift.starts_at:
        raise NotNow("begun", "This shift has begun or is called off.", "班次已开始或已取消。")
