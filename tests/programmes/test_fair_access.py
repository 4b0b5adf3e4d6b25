"""Nobody gets every good shift by being first: shifts open in waves, and one reading says to whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access import Actor
from domain.errors import Invalid, NotAllowed, NotNow
from domain.programmes import commands
from domain.programmes.models import Attendance, Shift, Signup
from domain.programmes.requirements import RequirementCode
from domain.programmes.states import AttendanceState, ShiftState, SignupState
from domain.volunteers.commands import update_volunteer
from tests.conftest import Clock
from tests.programmes.eligibility_by_hand import met_by_hand
from tests.programmes.neighbourhood import Neighbourhood
from tests.programmes.test_eligibility import found, put_shift


async def has_come(here: Neighbourhood, somebody: Actor) -> None:
    """To a shift of the organization that is over."""
    shift, volunteer = await put_shift(here, -200, 2, ShiftState.ENDED), await here.volunteer_of(somebody)
    where = {name: getattr(shift, name) for name in ("street_id", "community_id", "organization_id")}
    known = {"shift_id": shift.id, "volunteer_id": volunteer.id, "signed_up_at": here.house.clock()}
    seat = await here.put(Signup.new(**where, **known, state=SignupState.CONFIRMED))
    came = AttendanceState.CHECKED_OUT
    await here.put(Attendance.new(street_id=seat.street_id, signup_id=seat.id, state=came))


async def lives_here(here: Neighbourhood, somebody: Actor) -> None:
    volunteer = await here.volunteer_of(somebody)
    await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, community_id=here.community.id)


async def waves(here: Neighbourhood, shift: Shift, **hours: float) -> Shift:
    opens: dict[str, datetime] = {name: here.house.clock() + timedelta(hours=h) for name, h in hours.items()}
    opened: Shift = await here.do(here.worker, commands.open_in_waves, shift_id=shift.id, **opens)
    return opened


async def test_each_wave_signs_up_from_its_own_moment(here: Neighbourhood, clock: Clock) -> None:
    """pain 4: whoever is quickest does not get every seat."""
    shift = await here.shift(capacity=9)
    neighbour, regular, newcomer = [await here.volunteer(n) for n in ("Neighbour", "Regular", "Newcomer")]
    await lives_here(here, neighbour)
    await has_come(here, neighbour)
    await has_come(here, regular)
    await waves(here, shift, neighbours_from=1, regulars_from=2, newcomers_from=3, everyone_from=4)
    people = [neighbour, regular, newcomer]
    for n in range(4):
        for somebody in people[n:]:
            with pytest.raises(NotNow) as refusal:
                await here.sign_up(somebody, shift)
            assert (refusal.value.code, refusal.value.remedy is not None) == ("not_open_yet", True)
        clock.wait(hours=1)
        for somebody in people[n : n + 1]:
            assert (await here.sign_up(somebody, shift)).state == SignupState.CONFIRMED


async def test_everybody_signs_up_from_the_last_moment_and_without_waves_at_once(
    here: Neighbourhood, clock: Clock
) -> None:
    shift = await here.shift(capacity=9)
    await waves(here, shift, regulars_from=1, everyone_from=2)
    clock.wait(hours=1.5)
    with pytest.raises(NotNow):
        await here.sign_up(await here.volunteer(), shift)
    clock.wait(hours=0.5)
    assert (await here.sign_up(await here.volunteer(), shift)).state == SignupState.CONFIRMED
    await waves(here, shift, everyone_from=9)
    assert (await waves(here, shift)).everyone_from is None
    assert (await here.sign_up(await here.volunteer(), shift)).state == SignupState.CONFIRMED


async def test_no_group_books_before_everybody_may_sign_up(here: Neighbourhood, clock: Clock) -> None:
    """pain 4: whoever may come first brings nobody along who may not."""
    shift, contact = await here.shift(capacity=9), await here.volunteer("Contact")
    await waves(here, shift, newcomers_from=-1, everyone_from=2)
    booking = {"shift_id": shift.id, "name": "Group", "seats": 3}
    with pytest.raises(NotNow) as refusal:
        await here.do(contact, commands.book_group, **booking)
    assert refusal.value.code == "not_open_yet"
    clock.wait(hours=2)
    assert (await here.do(contact, commands.book_group, **booking)).seats == 3


async def test_a_wave_opens_before_everybody_and_that_before_the_shift(here: Neighbourhood) -> None:
    shift = await here.shift(ahead=72)
    for hours, path in (
        ({"everyone_from": 72}, "everyoneFrom"),
        ({"neighbours_from": 5, "everyone_from": 5}, "neighboursFrom"),
        ({"regulars_from": 5}, "regularsFrom"),
    ):
        with pytest.raises(Invalid) as refusal:
            await waves(here, shift, **hours)
        assert refusal.value.path == path
    for somebody in (here.outsider, here.staff, await here.volunteer()):
        with pytest.raises(NotAllowed):
            await here.do(somebody, commands.open_in_waves, shift_id=shift.id)


moments = st.sampled_from([None, -2, 0, 2])


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(opens=st.tuples(moments, moments, moments, moments), near=st.booleans(), came=st.booleans())
async def test_both_readings_agree_about_who_belongs_to_which_wave(
    here: Neighbourhood, opens: tuple[int | None, ...], near: bool, came: bool
) -> None:
    somebody, shift, now = await here.volunteer(), await put_shift(here, 72, 2), here.house.clock()
    names = ("everyone_from", "neighbours_from", "regulars_from", "newcomers_from")
    chosen = dict(zip(names, opens if opens[0] is not None else (None,) * 4, strict=True))
    at: dict[str, Any] = {n: None if h is None else now + timedelta(hours=h) for n, h in chosen.items()}
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(names, 2))
    await here.house.lanes.run(f"UPDATE shift SET {sets} WHERE id = $1", (shift.id, *at.values()))
    if near:
        await lives_here(here, somebody)
    if came:
        await has_come(here, somebody)
    volunteer, shift = await here.volunteer_of(somebody), await here.now(shift)
    by_hand = met_by_hand(volunteer, shift, [], {}, now, here.opportunity, [], [], [], has_served=came)
    code = RequirementCode.NOT_OPEN_YET
    assert (await found(here, somebody, shift))[code] is by_hand[code]
