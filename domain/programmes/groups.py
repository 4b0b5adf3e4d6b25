"""What becomes of seats that a group holds and nobody has taken by name?"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.programmes.models import Booking, Shift
from domain.programmes.states import BookingState
from domain.programmes.waitlist import offer_free_seats
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.work import Work

HELD_IN = select(Booking).where(col(Booking.shift_id) == bindparam("shift"), is_in(Booking.state, BookingState.HELD))
HELD_BY = select(Booking).where(
    col(Booking.contact_id) == bindparam("contact"), is_in(Booking.state, BookingState.HELD)
)


def names_due_at(work: Work, shift: Shift) -> datetime:
    """Until when a group can say who comes."""
    return shift.starts_at - timedelta(minutes=int(work.rule("group_names_due", at=shift).value))


async def let_go(work: Work, booking: Booking, shift: Shift, verb: str) -> Booking:
    """The group keeps what has a name; all else goes to those who wait, or to whoever comes first."""
    free = booking.unnamed
    work.move(booking, verb, seats=booking.named)
    work.change(shift, taken=shift.taken - free)
    await offer_free_seats(work, shift)
    return booking


async def close_bookings(work: Work, shift: Shift) -> int:
    """What follows when a shift begins or is called off: no group holds seats; how many had no name."""
    held = await work.all(Booking, HELD_IN, shift=shift.id)
    free = sum(booking.unnamed for booking in held)
    for booking in held:
        work.move(booking, "close_booking", seats=booking.named)
        work.follow("close_booking", booking)
    return free


async def give_up_bookings(work: Work, contact: Volunteer) -> None:
    """What follows when nobody answers for a group any longer."""
    for booking in await work.all(Booking, HELD_BY, lock=True, contact=contact.id):
        shift = await work.get(Shift, booking.shift_id, lock=True)
        work.follow("cancel_booking", booking, shift)
        await let_go(work, booking, shift, "cancel_booking")
