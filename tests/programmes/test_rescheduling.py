"""A shift moves, and nobody loses a seat by that at once: whoever cannot serve then has time to mend it."""

import asyncio
from datetime import datetime, timedelta

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Invalid, NotAllowed, NotNow
from domain.programmes import commands
from domain.programmes.models import Shift, Signup
from domain.programmes.states import SignupState
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

HOUR = timedelta(hours=1)


async def move(here: Neighbourhood, shift: Shift, to: datetime, who: Actor | None = None, hours: float = 2) -> Shift:
    moved: Shift = await here.do(
        who or here.worker,
        commands.reschedule_shift,
        shift_id=shift.id,
        starts_at=to,
        ends_at=to + timedelta(hours=hours),
        reason="The room is taken",
    )
    return moved


@pytest.fixture
async def lin(here: Neighbourhood) -> Actor:
    return await here.volunteer("Lin")


async def clash(here: Neighbourhood, lin: Actor) -> tuple[Shift, Signup, Signup]:
    """A seat in a shift that was moved onto another in which the volunteer serves, and the seat in that one."""
    first, second = await here.shift(ahead=96), await here.shift(ahead=120)
    seat, other = await here.sign_up(lin, first), await here.sign_up(lin, second)
    return await move(here, first, second.starts_at), await here.now(seat), other


async def test_whoever_can_serve_at_the_new_time_keeps_the_seat_and_all_that_is_counted_is_counted_anew(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift = await here.shift(ahead=96)
    seat = await here.sign_up(lin, shift)
    clock.wait(minutes=1)
    moved = await move(here, shift, shift.starts_at + timedelta(days=4))
    assert (await here.now(seat)).state == SignupState.CONFIRMED
    assert moved.record_due > shift.record_due
    assert moved.next_due == moved.remind_at == (shift.remind_at or clock.now) + timedelta(days=4)
    assert moved.moved_at == clock.now


async def test_whoever_serves_elsewhere_then_keeps_the_seat_until_they_have_chosen(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    """pain 10: nobody is thrown out silently; they read what is missing, by which rule, and until when."""
    shift, seat, other = await clash(here, lin)
    assert (seat.state, seat.held_until) == (SignupState.NEEDS_ACTION, clock.now + 48 * HOUR)
    assert (await here.now(shift)).taken == 1
    with pytest.raises(NotNow) as still:
        await here.do(lin, commands.clear_action, signup_id=seat.id)
    assert (still.value.code, bool(still.value.remedy)) == ("overlap", True)
    await here.do(lin, commands.withdraw, signup_id=other.id)
    cleared = await here.do(lin, commands.clear_action, signup_id=seat.id)
    assert (cleared.state, cleared.held_until, cleared.next_due) == (SignupState.CONFIRMED, None, None)


async def test_a_seat_that_is_not_mended_in_time_goes_to_the_next_in_line(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift, seat, _ = await clash(here, lin)
    waits = await here.sign_up(await here.volunteer("Mo"), shift)
    assert waits.state == SignupState.WAITLISTED
    clock.now = seat.held_until or clock.now
    with pytest.raises(NotNow) as late:
        await here.do(lin, commands.clear_action, signup_id=seat.id)
    assert late.value.code == "seat_lapsed"
    await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
    assert (await here.now(seat)).state == SignupState.LAPSED
    assert (await here.now(waits)).state == SignupState.OFFERED
    assert (await here.now(shift)).taken == 1
    verbs = await here.house.lanes.run("SELECT count(*) AS n FROM deed WHERE verb = 'lapse_signup'")
    assert verbs[0]["n"] == 1


async def test_moved_back_everything_is_as_it_was(here: Neighbourhood, lin: Actor) -> None:
    shift, seat, _ = await clash(here, lin)
    await move(here, shift, shift.starts_at - timedelta(days=1))
    again = await here.now(seat)
    assert (again.state, again.held_until) == (SignupState.CONFIRMED, None)


async def test_the_seat_is_held_until_two_hours_before_the_shift_and_for_half_of_what_is_left_of_less(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    first, second = await here.shift(ahead=96), await here.shift(ahead=99)
    seats = [await here.sign_up(lin, shift) for shift in (first, second)]
    clock.now = second.starts_at - 10 * HOUR
    await move(here, first, second.starts_at)
    assert (await here.now(seats[0])).held_until == second.starts_at - 2 * HOUR
    clock.now = second.starts_at - HOUR
    await Alarm(here.house).ring()
    third = await here.shift(ahead=30)
    seat = await here.sign_up(lin, third)
    await move(here, third, second.starts_at)
    assert (await here.now(seat)).held_until == clock.now + HOUR / 2


async def test_whoever_signed_up_for_another_time_is_never_late_in_giving_the_seat_back(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift = await here.shift(2, ahead=96)
    before = await here.sign_up(lin, shift)
    clock.wait(minutes=1)
    soon = clock.now + 3 * HOUR
    await move(here, shift, soon)
    mo = await here.volunteer("Mo")
    after = await here.sign_up(mo, shift)
    assert (await here.do(lin, commands.withdraw, signup_id=before.id)).late is False
    assert (await here.do(mo, commands.withdraw, signup_id=after.id)).late is True


async def test_a_shift_moves_only_before_it_begins_into_the_future_within_the_plan_and_by_whoever_leads(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift = await here.shift(ahead=96)
    with pytest.raises(NotAllowed):
        await move(here, shift, shift.starts_at + HOUR, who=lin)
    for wrong, code in (
        (clock.now - HOUR, "begins_in_the_past"),
        (clock.now + timedelta(days=40_000), "outside_the_plan"),
    ):
        with pytest.raises(Invalid) as refusal:
            await move(here, shift, wrong)
        assert (refusal.value.code, refusal.value.path) == (code, "startsAt")
    clock.now = shift.starts_at
    with pytest.raises(NotNow) as begun:
        await move(here, shift, shift.starts_at + 24 * HOUR)
    assert begun.value.code == "begun"
    assert (await here.now(shift)).starts_at == shift.starts_at


async def test_a_shift_to_which_somebody_has_come_does_not_move(here: Neighbourhood, clock: Clock, lin: Actor) -> None:
    shift = await here.shift(ahead=96)
    seat = await here.sign_up(lin, shift)
    clock.now = shift.starts_at - HOUR / 6
    await here.do(here.worker, commands.check_in, signup_id=seat.id)
    with pytest.raises(NotNow) as refusal:
        await move(here, shift, shift.starts_at + 24 * HOUR)
    assert refusal.value.code == "checked_in"


async def test_whoever_signs_up_elsewhere_while_the_shift_is_moved_there_never_serves_twice_at_once(
    here: Neighbourhood, lin: Actor
) -> None:
    for n in range(8):
        first, second = await here.shift(ahead=96 + 24 * n), await here.shift(ahead=600 + 24 * n)
        seat = await here.sign_up(lin, first)
        await asyncio.gather(move(here, first, second.starts_at), here.sign_up(lin, second), return_exceptions=True)
        states = [(await here.now(seat)).state, *(s.state for s in await here.all(Signup, "shift_id = $1", second.id))]
        assert states.count(SignupState.CONFIRMED) == 1, states


async def test_when_the_clock_was_late_the_shift_begins_without_them(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift, seat, other = await clash(here, lin)
    clock.now = shift.starts_at + HOUR
    await here.do(Actor(roles={"clock": frozenset()}), commands.start_shift, shift_id=shift.id)
    assert (await here.now(seat)).state == SignupState.LAPSED
    assert (await here.now(shift)).taken == 0
    assert (await here.now(other)).state == SignupState.CONFIRMED


async def test_a_group_has_the_same_time_for_its_names_before_the_new_time(here: Neighbourhood, lin: Actor) -> None:
    shift = await here.shift(10, ahead=96)
    held = await here.do(lin, commands.book_group, shift_id=shift.id, name="Rotary", seats=3)
    await move(here, shift, shift.starts_at + 24 * HOUR)
    again = await here.now(held)
    assert again.next_due == again.names_due_at == held.names_due_at + 24 * HOUR
