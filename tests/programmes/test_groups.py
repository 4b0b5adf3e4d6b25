"""A group's seats first and its names later: nobody is signed up by others, and no seat is held for nobody."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.clock import Alarm
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow, Refusal
from domain.programmes import commands
from domain.programmes.models import Booking, Shift, Signup
from domain.programmes.states import SEATED, BookingState, SignupState
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

CONFIRMED, WAITLISTED, OFFERED = SignupState.CONFIRMED, SignupState.WAITLISTED, SignupState.OFFERED


async def booked(here: Neighbourhood, contact: Actor, shift: Shift, seats: int) -> Booking:
    booking: Booking = await here.do(contact, commands.book_group, shift_id=shift.id, name="Rotary", seats=seats)
    return booking


async def join(here: Neighbourhood, member: Actor, booking: Booking) -> Signup:
    code = booking.join_code.lower()
    signup: Signup = await here.do(member, commands.join_group, booking_id=booking.id, code=code)
    return signup


async def check(here: Neighbourhood, shift: Shift) -> tuple[int, int]:
    """Seats with a name, and those that groups hold without one: together as many as the shift counts."""
    now = await here.now(shift)
    seated = [s for s in await here.all(Signup, "shift_id = $1", shift.id) if s.state in SEATED]
    held = sum(b.unnamed for b in await here.all(Booking, "shift_id = $1", shift.id) if b.state == BookingState.HELD)
    assert now.taken == len(seated) + held <= now.capacity
    return len(seated), held


async def test_seats_are_held_before_names_and_members_take_them_by_the_groups_code(here: Neighbourhood) -> None:
    """pain 2: one answers for the group, and each member consents by their own act."""
    shift, contact = await here.shift(capacity=8), await here.volunteer("Contact")
    booking = await booked(here, contact, shift, 3)
    assert await check(here, shift) == (0, 3)
    members = [await here.volunteer(n) for n in ("Anna", "Ben", "Carl")]
    for n, member in enumerate(members, 1):
        signup = await join(here, member, booking)
        assert (signup.state, signup.booking_id) == (CONFIRMED, booking.id)
        assert await check(here, shift) == (n, 3 - n)
    with pytest.raises(NotNow) as full:
        await join(here, contact, booking)
    assert (full.value.code, full.value.remedy is not None) == ("group_full", True)
    assert (await here.sign_up(contact, shift)).state == CONFIRMED


async def test_what_each_member_lacks_is_told_to_them_alone(here: Neighbourhood) -> None:
    """pain 3: a group leads no minor past the guardian."""
    shift = await here.shift(capacity=8)
    booking = await booked(here, await here.volunteer("Contact"), shift, 3)
    minor, busy = await here.volunteer("Mina", born=date(2010, 1, 1)), await here.volunteer("Busy")
    await here.sign_up(busy, await here.shift())
    for member, code in ((minor, "guardian_consent_missing"), (busy, "overlap")):
        with pytest.raises(NotNow) as refusal:
            await join(here, member, booking)
        assert refusal.value.code == code
    with pytest.raises(NotAllowed) as stranger:
        await join(here, here.stranger, booking)
    assert stranger.value.code == "not_a_volunteer"
    with pytest.raises(NotFound) as wrong:
        await here.do(busy, commands.join_group, booking_id=booking.id, code="BCDFGHJK")
    assert (wrong.value.code, wrong.value.path) == ("no_such_group", "code")
    assert await check(here, shift) == (0, 3)


async def test_seats_without_a_name_go_to_those_who_wait_when_names_are_due(here: Neighbourhood, clock: Clock) -> None:
    """pain 2: seats before names, and no seat stays empty for a name that never came."""
    shift, contact = await here.shift(capacity=4, ahead=72), await here.volunteer("Contact")
    booking = await booked(here, contact, shift, 2)
    assert booking.names_due_at == shift.starts_at - timedelta(hours=24)
    others = [await here.volunteer(f"V{n}") for n in range(4)]
    signups = [await here.sign_up(v, shift) for v in others]
    assert [s.state for s in signups] == [CONFIRMED, CONFIRMED, WAITLISTED, WAITLISTED]
    await join(here, await here.volunteer("Member"), booking)
    clock.now = booking.names_due_at - timedelta(minutes=1)
    await Alarm(here.house).ring()
    assert await check(here, shift) == (3, 1)
    clock.now = booking.names_due_at
    with pytest.raises(NotNow) as late:
        await join(here, contact, booking)
    assert late.value.code == "names_closed"
    await Alarm(here.house).ring()
    assert [(await here.now(s)).state for s in signups] == [CONFIRMED, CONFIRMED, OFFERED, WAITLISTED]
    now = await here.now(booking)
    assert (now.state, now.seats, now.named, now.next_due) == (BookingState.SETTLED, 1, 1, None)
    assert await check(here, shift) == (4, 0)


async def test_a_booking_given_up_frees_what_has_no_name_and_members_keep_their_seats(here: Neighbourhood) -> None:
    shift, contact = await here.shift(capacity=6), await here.volunteer("Contact")
    booking = await booked(here, contact, shift, 3)
    seat = await join(here, await here.volunteer("Member"), booking)
    for somebody, no in ((await here.volunteer("Other"), NotFound), (here.staff, NotAllowed)):
        with pytest.raises(no):
            await here.do(somebody, commands.cancel_booking, booking_id=booking.id)
    assert (await here.do(contact, commands.cancel_booking, booking_id=booking.id)).state == BookingState.CANCELLED
    assert ((await here.now(seat)).state, await check(here, shift)) == (CONFIRMED, (1, 0))


async def test_groups_together_hold_half_of_the_seats_at_most_and_none_that_is_taken(here: Neighbourhood) -> None:
    """pain 4: no group takes a whole shift before others have seen it."""
    shift, people = await here.shift(capacity=10), [await here.volunteer(n) for n in ("A", "B", "C")]
    for seats in (0, 1, 6):
        with pytest.raises(Invalid) as refusal:
            await booked(here, people[0], shift, seats)
        assert (refusal.value.code, refusal.value.path) == ("wrong_group", "seats")
        assert refusal.value.grounds
    await booked(here, people[0], shift, 3)
    with pytest.raises(Invalid):
        await booked(here, people[1], shift, 3)
    with pytest.raises(Conflict) as twice:
        await booked(here, people[0], shift, 2)
    assert twice.value.code == "already_booked"
    small = await here.shift(capacity=4)
    for _ in range(3):
        await here.sign_up(await here.volunteer(), small)
    with pytest.raises(NotNow) as full:
        await booked(here, people[2], small, 2)
    assert full.value.code == "too_few_seats"


async def test_seats_are_booked_only_while_there_is_time_for_names(here: Neighbourhood) -> None:
    soon, contact = await here.shift(capacity=8, ahead=23), await here.volunteer("Contact")
    with pytest.raises(NotNow) as late:
        await booked(here, contact, soon, 2)
    assert (late.value.code, late.value.remedy is not None) == ("too_late_for_groups", True)
    with pytest.raises(NotAllowed) as stranger:
        await booked(here, here.stranger, soon, 2)
    assert stranger.value.code == "not_a_volunteer"


async def test_a_shift_called_off_or_begun_leaves_no_group_with_seats(here: Neighbourhood, clock: Clock) -> None:
    off, begun, contact = await here.shift(capacity=8), await here.shift(capacity=8), await here.volunteer("Contact")
    first, second = await booked(here, contact, off, 3), await booked(here, contact, begun, 3)
    await join(here, await here.volunteer("Member"), second)
    await here.do(here.worker, commands.cancel_shift, shift_id=off.id, reason="Storm")
    assert ((await here.now(first)).state, await check(here, off)) == (BookingState.CLOSED, (0, 0))
    clock.now = begun.starts_at  # the clock stood still until then
    await here.house.lanes.run("UPDATE booking SET next_due = $1 WHERE id = $2", (clock.now + timedelta(1), second.id))
    await Alarm(here.house).ring()
    assert ((await here.now(second)).state, await check(here, begun)) == (BookingState.CLOSED, (1, 0))


async def test_whoever_is_forgotten_answers_for_no_group(here: Neighbourhood) -> None:
    """pain 24"""
    shift, contact = await here.shift(capacity=8), await here.volunteer("Contact")
    booking = await booked(here, contact, shift, 3)
    await here.do(contact, erase_person, person_id=contact.id)
    now = await here.now(booking)
    assert (now.state, "Rotary" in now.name, await check(here, shift)) == (BookingState.CANCELLED, False, (0, 0))


# -- all at once ------------------------------------------------------------------------------------------------------


async def at_once(here: Neighbourhood, *acts: tuple[Actor, Any, dict[str, Any]]) -> list[Any]:
    said = await asyncio.gather(*(here.do(who, verb, **given) for who, verb, given in acts), return_exceptions=True)
    assert all(isinstance(one, Booking | Signup | Shift | Refusal) for one in said), said
    return said


async def test_names_signups_and_the_deadline_at_once_give_no_seat_twice(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(capacity=10)
    booking = await booked(here, await here.volunteer("Contact"), shift, 5)
    people = [await here.volunteer(f"V{n}") for n in range(16)]
    joining = {"booking_id": booking.id, "code": booking.join_code}
    said = await at_once(
        here,
        *[(one, commands.join_group, joining) for one in people[:8]],
        *[(one, commands.sign_up, {"shift_id": shift.id}) for one in people[8:]],
    )
    assert sum(isinstance(one, Signup) and one.state == CONFIRMED for one in said) == 10
    assert [one.code for one in said if isinstance(one, Refusal)] == ["group_full"] * 3
    assert await check(here, shift) == (10, 0)


async def test_the_last_names_and_the_giving_up_at_once_leave_the_sums_true(here: Neighbourhood) -> None:
    for _ in range(4):
        shift, contact = await here.shift(capacity=6), await here.volunteer("Contact")
        booking = await booked(here, contact, shift, 3)
        members = [await here.volunteer(f"V{n}") for n in range(3)]
        joining = {"booking_id": booking.id, "code": booking.join_code}
        await at_once(
            here,
            (members[0], commands.join_group, joining),
            (contact, commands.cancel_booking, {"booking_id": booking.id}),
            (members[1], commands.join_group, joining),
            (here.worker, commands.change_capacity, {"shift_id": shift.id, "capacity": 7}),
            (members[2], commands.join_group, joining),
        )
        seated, held = await check(here, shift)
        now = await here.now(booking)
        assert (now.state, now.seats, now.named, held) == (BookingState.CANCELLED, seated, seated, 0)


async def test_groups_that_book_at_once_share_what_there_is_for_groups(here: Neighbourhood) -> None:
    shift = await here.shift(capacity=12)
    people = [await here.volunteer(f"C{n}") for n in range(6)]
    given = {"shift_id": shift.id, "name": "Group", "seats": 2}
    said = await at_once(here, *((one, commands.book_group, given) for one in people))
    assert sum(isinstance(one, Booking) for one in said) == 3
    assert await check(here, shift) == (0, 6)
