"""A shift of a series and all that follow are changed at once; what somebody changed on its own stays as it is."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.columns import day_of
from domain.errors import Invalid, NotAllowed, NotNow
from domain.programmes import commands
from domain.programmes.models import Series, Shift, Signup
from domain.programmes.states import SeriesState, ShiftState, SignupState
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood
from tests.programmes.test_series import morning, open_series

TUESDAYS = [date(2026, 6, 9) + timedelta(days=7 * n) for n in range(5)]


async def change(here: Neighbourhood, series: Series, first: date, hour: int = 14, **given: Any) -> Series:
    about: dict[str, Any] = {"hours": 2, "capacity": 2, "who": here.worker} | given
    begins = morning(first, hour)
    following: Series = await here.do(
        about["who"],
        commands.change_series,
        series_id=series.id,
        starts_at=begins,
        ends_at=begins + timedelta(hours=about["hours"]),
        capacity=about["capacity"],
        reason="The canteen opens later.",
    )
    return following


async def shifts_of(here: Neighbourhood, series: Series) -> list[Shift]:
    found: list[Shift] = await here.all(Shift, "series_id = $1", series.id)
    return sorted(found, key=lambda shift: shift.occurrence or date.min)


def begins(shifts: list[Shift]) -> list[datetime]:
    return [shift.starts_at for shift in shifts]


@pytest.fixture
async def tuesdays(here: Neighbourhood) -> Series:
    """Five Tuesdays, of which the first three are open."""
    return await open_series(here, TUESDAYS[0], "FREQ=WEEKLY;BYDAY=TU;COUNT=5", opens_ahead=23)


async def test_from_a_day_on_it_goes_on_at_other_times_and_the_clock_opens_the_rest_of_both(
    here: Neighbourhood, clock: Clock, tuesdays: Series
) -> None:
    following = await change(here, tuesdays, TUESDAYS[1], capacity=3)
    assert following.id != tuesdays.id
    assert (following.rrule, following.opened_until) == ("FREQ=WEEKLY;BYDAY=TU;COUNT=4", TUESDAYS[2])
    before = await here.now(tuesdays)
    assert (before.state, before.until, before.next_due) == (SeriesState.ENDED, date(2026, 6, 15), None)
    clock.now = morning(date(2026, 6, 29))
    await Alarm(here.house).ring()
    assert begins(await shifts_of(here, tuesdays)) == [morning(TUESDAYS[0])]
    after = await shifts_of(here, following)
    assert begins(after) == [morning(day, 14) for day in TUESDAYS[1:]]
    assert {shift.capacity for shift in after} == {3}
    assert [shift.occurrence for shift in after] == TUESDAYS[1:]


async def test_what_is_not_open_yet_opens_in_the_series_whose_day_it_is(
    here: Neighbourhood, clock: Clock, tuesdays: Series
) -> None:
    following = await change(here, tuesdays, TUESDAYS[4])
    assert (following.rrule, following.opened_until) == ("FREQ=WEEKLY;BYDAY=TU;COUNT=1", date(2026, 7, 6))
    assert (await here.now(tuesdays)).state == SeriesState.ACTIVE
    clock.now = morning(date(2026, 6, 29))
    await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
    assert begins(await shifts_of(here, tuesdays)) == [morning(day) for day in TUESDAYS[:4]]
    assert begins(await shifts_of(here, following)) == [morning(TUESDAYS[4], 14)]


async def test_from_its_first_day_on_it_stays_the_same_series(here: Neighbourhood, tuesdays: Series) -> None:
    following = await change(here, tuesdays, TUESDAYS[0])
    assert (following.id, following.rrule, following.state) == (tuesdays.id, tuesdays.rrule, SeriesState.ACTIVE)
    assert begins(await shifts_of(here, tuesdays)) == [morning(day, 14) for day in TUESDAYS[:3]]


async def test_what_was_moved_resized_or_called_off_on_its_own_stays(here: Neighbourhood, tuesdays: Series) -> None:
    first, second, third = await shifts_of(here, tuesdays)
    own = morning(TUESDAYS[1] + timedelta(days=1), 18)
    times = {"starts_at": own, "ends_at": own + timedelta(hours=2)}
    await here.do(here.worker, commands.reschedule_shift, shift_id=second.id, reason="Holiday", **times)
    await here.do(here.worker, commands.change_capacity, shift_id=third.id, capacity=9)
    await here.do(here.worker, commands.cancel_shift, shift_id=first.id, reason="Storm")
    following = await change(here, tuesdays, TUESDAYS[0], capacity=4)
    first, second, third = await shifts_of(here, following)
    assert (first.state, first.starts_at) == (ShiftState.CANCELLED, morning(TUESDAYS[0]))
    assert (second.starts_at, second.capacity) == (own, 4)
    assert (third.starts_at, third.capacity) == (morning(TUESDAYS[2], 14), 9)


async def test_seats_stay_but_whoever_serves_elsewhere_then_has_time_to_choose(
    here: Neighbourhood, tuesdays: Series
) -> None:
    """pain 10: of each shift that clashes, and of no other, somebody is told what is missing."""
    lin, mo = await here.volunteer("Lin"), await here.volunteer("Mo")
    shifts = await shifts_of(here, tuesdays)
    seats = [await here.sign_up(lin, shift) for shift in shifts]
    kept = await here.sign_up(mo, shifts[1])
    ahead = (morning(TUESDAYS[1], 15) - here.house.clock()) / timedelta(hours=1)
    await here.sign_up(lin, await here.shift(ahead=ahead))
    await change(here, tuesdays, TUESDAYS[1])
    states = [(await here.now(seat)).state for seat in (*seats, kept)]
    assert states == [
        SignupState.CONFIRMED,
        SignupState.NEEDS_ACTION,
        SignupState.CONFIRMED,
        SignupState.CONFIRMED,
    ]


async def test_seats_in_several_that_move_are_asked_about_as_all_will_be(here: Neighbourhood, clock: Clock) -> None:
    """Each moves into the morning where the next one was, which moves too."""
    lin, first = await here.volunteer("Lin"), date(2026, 6, 9)
    nights = await open_series(here, first, "FREQ=DAILY;COUNT=4", hours=10)
    late = await change(here, nights, first, hour=4, hours=10)
    seats = [await here.sign_up(lin, shift) for shift in await shifts_of(here, late)]
    await change(here, late, first, hour=20, hours=10)
    assert {(await here.now(seat)).state for seat in seats} == {SignupState.CONFIRMED}


async def test_seats_that_are_added_go_to_those_who_wait_and_none_that_is_taken_is_taken_away(
    here: Neighbourhood, tuesdays: Series
) -> None:
    _, second, _ = await shifts_of(here, tuesdays)
    signups = [await here.sign_up(await here.volunteer(f"V{n}"), second) for n in range(3)]
    with pytest.raises(Invalid) as no:
        await change(here, tuesdays, TUESDAYS[0], capacity=1)
    assert (no.value.code, no.value.path, str(TUESDAYS[1]) in no.value.say("en")) == ("seats_taken", "capacity", True)
    assert begins(await shifts_of(here, tuesdays)) == [morning(day) for day in TUESDAYS[:3]]
    await change(here, tuesdays, TUESDAYS[1], capacity=3)
    assert [(await here.now(signup)).state for signup in signups][-1] == SignupState.OFFERED


async def test_only_whoever_leads_it_changes_it_on_a_day_of_it_in_the_future(
    here: Neighbourhood, clock: Clock, tuesdays: Series
) -> None:
    with pytest.raises(NotAllowed):
        await change(here, tuesdays, TUESDAYS[1], who=await here.volunteer())
    for first, given, code in (
        (TUESDAYS[1] + timedelta(days=1), {}, "not_among_its_days"),
        (TUESDAYS[4] + timedelta(days=7), {}, "not_among_its_days"),
        (TUESDAYS[1], {"hours": 25}, "too_long"),
        (TUESDAYS[1], {"capacity": 0}, "wrong_capacity"),
    ):
        with pytest.raises(Invalid) as no:
            await change(here, tuesdays, first, **given)
        assert no.value.code == code
    clock.now = morning(TUESDAYS[1], 20)
    with pytest.raises(Invalid) as over:
        await change(here, tuesdays, TUESDAYS[1])
    assert over.value.code == "begins_in_the_past"
    day = TUESDAYS[2]
    clock.now = morning(TUESDAYS[0], 20)
    await here.do(here.worker, commands.end_series, series_id=tuesdays.id, day=day, reason="Enough.")
    with pytest.raises(NotNow):
        await change(here, tuesdays, day)


async def test_whoever_signs_up_while_it_is_changed_never_serves_twice_at_once(here: Neighbourhood) -> None:
    lin, first = await here.volunteer("Lin"), date(2026, 6, 9)
    for n in range(5):
        series = await open_series(here, first + timedelta(days=7 * n), "FREQ=DAILY;COUNT=2")
        one, _ = await shifts_of(here, series)
        ahead = (morning(day_of(one.starts_at), 14) - here.house.clock()) / timedelta(hours=1)
        other = await here.shift(ahead=ahead)
        await here.sign_up(lin, one)
        await asyncio.gather(
            change(here, series, day_of(one.starts_at)), here.sign_up(lin, other), return_exceptions=True
        )
        seats: list[Signup] = await here.all(Signup, "shift_id = ANY($1)", [one.id, other.id])
        assert [seat.state for seat in seats].count(SignupState.CONFIRMED) == 1


async def test_of_two_who_change_it_at_once_the_second_changes_what_the_first_left(
    here: Neighbourhood, tuesdays: Series
) -> None:
    people: list[Actor] = [here.worker, here.manager]
    done = await asyncio.gather(
        *(change(here, tuesdays, TUESDAYS[1], hour=14 + n, who=who) for n, who in enumerate(people)),
        return_exceptions=True,
    )
    assert len([one for one in done if isinstance(one, Series)]) == 1
    days = [shift.occurrence for shift in await here.all(Shift)]
    assert sorted(day for day in days if day) == TUESDAYS[:3]
