"""Who gets a seat that has become free?"""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.programmes.models import Shift, Signup
from domain.programmes.states import ShiftState, SignupState
from domain.states import is_in
from domain.work import Work

IN_LINE = (
    select(Signup)
    .where(col(Signup.shift_id) == bindparam("shift"), is_in(Signup.state, SignupState.WAITLISTED))
    .order_by(col(Signup.place))
    .limit(bindparam("seats"))
)


async def pass_seat_on(work: Work, shift: Shift) -> None:
    """A seat given back goes to the next in line, in the same transaction; if nobody waits, to whoever comes first."""
    if not await offer_seats(work, shift, 1):
        work.change(shift, taken=shift.taken - 1)


async def offer_free_seats(work: Work, shift: Shift) -> None:
    """Seats that were added go to as many in line."""
    offered = await offer_seats(work, shift, shift.capacity - shift.taken)
    work.change(shift, taken=shift.taken + offered)


async def offer_seats(work: Work, shift: Shift, seats: int) -> int:
    """Offer so many seats in order of arrival, and say how many were; none once the shift has begun."""
    if shift.state != ShiftState.SCHEDULED or work.now >= shift.starts_at:
        return 0
    waiting = await work.all(Signup, IN_LINE, shift=shift.id, seats=seats)
    for signup in waiting:
        work.move(signup, "offer_seat", offer_expires_at=offer_expires_at(work, shift))
        work.follow("offer_seat", signup)
    return len(waiting)


class Begins(Protocol):
    """What lies ahead somewhere: a shift, a training."""

    id: UUID
    starts_at: datetime


def offer_expires_at(work: Work, ahead: Begins) -> datetime:
    """The offer's window, or the given share of the time left, whichever is shorter."""
    window = timedelta(minutes=int(work.rule("offer_window", at=ahead.id).value))
    return work.now + min(window, (ahead.starts_at - work.now) / int(work.rule("offer_share", at=ahead.id).value))
