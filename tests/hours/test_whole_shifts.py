"""What everybody gave in a shift is written down in one act, and verified in one act; nobody does it for themselves."""

import pytest

from domain.access import Actor
from domain.errors import NotAllowed, NotNow
from domain.hours.commands import log_hours, log_shift_hours, verify_shift_hours
from domain.hours.models import HourEntry
from domain.hours.states import HourState
from domain.programmes import commands as programmes
from domain.programmes.models import Shift, Signup
from domain.volunteers.commands import register_volunteer
from tests.acting import READ
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood


async def served(here: Neighbourhood, clock: Clock, *people: Actor) -> Shift:
    """A shift of two hours that is over, of which each came for 10 minutes more than the one before."""
    shift = await here.shift(len(people))
    seats = [await here.sign_up(somebody, shift) for somebody in people]
    clock.now = shift.starts_at
    for seat in seats:
        await here.do(here.staff, programmes.check_in, signup_id=seat.id)
    clock.wait(minutes=90)
    for seat in seats:
        clock.wait(minutes=10)
        await here.do(here.staff, programmes.check_out, signup_id=seat.id)
    clock.wait(hours=1)
    return shift


async def test_a_whole_shift_is_logged_and_verified_in_two_acts(here: Neighbourhood, clock: Clock) -> None:
    """Pains 14 and 28: nobody copies twenty names to twenty forms, and one word is one thing."""
    people = [await here.volunteer() for _ in range(4)]
    shift = await served(here, clock, *people)
    await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    entries = await here.all(HourEntry)
    assert sorted(entry.minutes for entry in entries) == [100, 110, 120, 120]
    assert {entry.state for entry in entries} == {HourState.LOGGED}
    await here.do(here.worker, verify_shift_hours, shift_id=shift.id)
    assert {entry.state for entry in await here.all(HourEntry)} == {HourState.VERIFIED}
    deeds = await here.house.lanes.run("SELECT verb, actor_id FROM deed WHERE verb IN ('log_hours', 'verify_hours')")
    assert sorted((deed["verb"], deed["actor_id"]) for deed in deeds) == sorted(
        [("log_hours", here.staff.id)] * 4 + [("verify_hours", here.worker.id)] * 4
    )


async def test_what_is_logged_already_is_not_logged_again(here: Neighbourhood, clock: Clock) -> None:
    shift = await served(here, clock, await here.volunteer())
    await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    with pytest.raises(NotNow) as refusal:
        await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    assert refusal.value.code == "nothing_to_log"
    assert len(await here.all(HourEntry)) == 1


async def test_nobody_logs_or_verifies_their_own_hours_with_those_of_the_others(
    here: Neighbourhood, clock: Clock
) -> None:
    await here.do(here.worker, register_volunteer, **READ, legal_name="Wang", birth_date=ADULT)
    other = await here.volunteer()
    shift = await served(here, clock, here.worker, other)
    await here.do(here.worker, log_shift_hours, shift_id=shift.id)
    (entry,) = await here.all(HourEntry)
    assert entry.volunteer_id == (await here.volunteer_of(other)).id
    with pytest.raises(NotNow) as refusal:
        await here.do(here.worker, verify_shift_hours, shift_id=shift.id)
    assert refusal.value.code == "nothing_to_verify"
    await here.do(here.colleague, log_shift_hours, shift_id=shift.id)
    await here.do(here.manager, verify_shift_hours, shift_id=shift.id)
    assert [e.state for e in await here.all(HourEntry)] == [HourState.VERIFIED, HourState.VERIFIED]


async def test_only_whoever_runs_the_shift_logs_it_and_only_who_may_verify_verifies_it(
    here: Neighbourhood, clock: Clock
) -> None:
    somebody = await here.volunteer()
    shift = await served(here, clock, somebody)
    for wrong in (here.outsider, somebody):
        with pytest.raises(NotAllowed):
            await here.do(wrong, log_shift_hours, shift_id=shift.id)
    (seat,) = await here.all(Signup)
    await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    for wrong in (here.outsider, here.staff, somebody):
        with pytest.raises(NotAllowed):
            await here.do(wrong, verify_shift_hours, shift_id=shift.id)
    await here.do(here.worker, verify_shift_hours, shift_id=shift.id)
    assert [entry.state for entry in await here.all(HourEntry)] == [HourState.VERIFIED]
