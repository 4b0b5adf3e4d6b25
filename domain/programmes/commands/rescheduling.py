"""Do: moving shifts to other times; nobody loses a seat by that at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, any_, bindparam, column, func, select
from sqlmodel import col

from domain.access import NOW
from domain.errors import NotNow
from domain.programmes.access import RULES, takes_signups
from domain.programmes.commands.needs import settle_seat
from domain.programmes.commands.records import count_record_due
from domain.programmes.commands.shifts import check_times, remind_at
from domain.programmes.commands.signups import held_until
from domain.programmes.eligibility import as_one, requirements
from domain.programmes.groups import names_due_at
from domain.programmes.invitations import take_back_invitations
from domain.programmes.models import Attendance, Booking, Opportunity, ServicePlan, Shift, Signup
from domain.programmes.requirements import RequirementCode, refusal
from domain.programmes.states import CAME, BookingState, SignupState
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.work import Work

signups, volunteers, shifts = Signup.__table__, Volunteer.__table__, Shift.__table__  # type: ignore[attr-defined]
MOMENT = DateTime(timezone=True)
TIMES = ("starts_at", "ends_at")

THESE: Any = bindparam("shifts", type_=ARRAY(Uuid()))
PLANNED = (
    func.unnest(THESE, *(bindparam(name, type_=ARRAY(MOMENT)) for name in TIMES))
    .table_valued(column("id", Uuid()), *(column(name, MOMENT) for name in TIMES), name="planned")
    .render_derived()
)

#: All shifts as they will be: these at other times.
AS_PLANNED: Any = (
    select(
        *(c for c in shifts.c if c.name not in TIMES),
        *(func.coalesce(PLANNED.c[name], shifts.c[name]).label(name) for name in TIMES),
    )
    .select_from(shifts.outerjoin(PLANNED, PLANNED.c.id == shifts.c.id))
    .subquery("as_planned")
)

#: Whoever has a seat in one of them, and what of it, as it will be, they meet.
SEATS = (
    select(signups, volunteers, as_one(requirements(volunteers, AS_PLANNED, NOW, others=AS_PLANNED)))
    .join_from(signups, volunteers, volunteers.c.id == signups.c.volunteer_id)
    .join(AS_PLANNED, AS_PLANNED.c.id == signups.c.shift_id)
    .where(signups.c.shift_id == any_(THESE))
    .where(is_in(signups.c.state, SignupState.CONFIRMED, SignupState.NEEDS_ACTION))
    .order_by(signups.c.id)
)
SOMEBODY_CAME = (
    select(Attendance)
    .join(Signup, col(Signup.id) == col(Attendance.signup_id))
    .where(col(Signup.shift_id) == any_(THESE), is_in(Attendance.state, *CAME))
    .limit(1)
)
#: Seats in these shifts about which somebody still decides.
UNDECIDED_IN = select(Signup).where(
    col(Signup.shift_id) == any_(THESE), is_in(Signup.state, SignupState.PENDING_REVIEW)
)
HELD_IN = select(Booking).where(col(Booking.shift_id) == any_(THESE), is_in(Booking.state, BookingState.HELD))


class Moved(NamedTuple):
    """A shift, and when it will be."""

    shift: Shift
    starts_at: datetime
    ends_at: datetime


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
    besides = await besides_in(work, [shift])
    work.ask(RULES, "reschedule_shift", shift, *besides, reason=reason)
    opportunity = await work.get(Opportunity, shift.opportunity_id)
    plan = await work.get(ServicePlan, opportunity.plan_id)
    await reschedule(work, plan, [Moved(shift, starts_at, ends_at)], besides)
    return shift


async def besides_in(work: Work, shifts: Iterable[Shift]) -> list[Booking | Signup]:
    """What waits for somebody until a moment before these shifts begin, which moves with them."""
    these = [shift.id for shift in shifts]
    bookings, undecided = (
        await work.all(Booking, HELD_IN, shifts=these),
        await work.all(Signup, UNDECIDED_IN, shifts=these),
    )
    return [*bookings, *undecided]


async def reschedule(
    work: Work, plan: ServicePlan, moved: Sequence[Moved], besides: Iterable[Booking | Signup]
) -> None:
    """All at once: whoever has seats in several of them is asked about each as all will be."""
    for shift, _, _ in moved:
        work.move(shift, "reschedule_shift")
        if not takes_signups.test(work.actor, shift):
            raise refusal(work, RequirementCode.BEGUN)
    of = {shift.id: shift for shift, _, _ in moved}
    if await work.first(Attendance, SOMEBODY_CAME, shifts=list(of)):
        raise NotNow("checked_in", "Somebody has checked in already.", "已有志愿者签到。")
    times: dict[str, Any] = {name: [getattr(one, name) for one in moved] for name in TIMES}
    seats = await work.joined((Signup, Volunteer), SEATS, shifts=list(of), now=work.now, **times)
    for shift, starts_at, ends_at in moved:
        work.change(shift, starts_at=starts_at, ends_at=ends_at, moved_at=work.now)
        check_times(work, shift, plan)
        count_record_due(work, shift)
        work.change(shift, remind_at=remind_at(work, shift))
    for one in besides:
        shift = of[one.shift_id]
        if isinstance(one, Booking):
            work.change(one, names_due_at=names_due_at(work, shift))
        elif one.held_until:
            work.change(one, held_until=min(one.held_until, held_until(work, shift)))
    await take_back_invitations(work, of.values())
    for signup, _, asked in seats:
        settle_seat(work, signup, of[signup.shift_id], asked)
