"""What recurs: shifts open as their days come near, each once, until somebody ends it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.clock import Alarm
from domain.columns import day_of, typed
from domain.errors import Invalid, NotAllowed, NotNow
from domain.organizations.commands import deregister_organization, reinstate_organization, suspend_organization
from domain.programmes import commands
from domain.programmes.models import Series, Shift
from domain.programmes.states import SeriesState, ShiftState
from tests.acting import ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood


def morning(day: date, hour: int = 9) -> datetime:
    """An hour of the day in China."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


async def open_series(here: Neighbourhood, first: date, rrule: str, hours: int = 2, **given: Any) -> Series:
    begins = morning(first)
    series: Series = await here.do(
        here.worker,
        commands.open_series,
        opportunity_id=here.opportunity.id,
        rrule=rrule,
        starts_at=begins,
        ends_at=begins + timedelta(hours=hours),
        **{"capacity": 2} | given,
    )
    return series


async def taking_place(here: Neighbourhood, series: Series) -> list[date]:
    shifts: list[Shift] = await here.all(Shift, "series_id = $1 AND state = 'scheduled'", series.id)
    assert all(shift.occurrence == day_of(shift.starts_at) for shift in shifts)
    return sorted(day_of(shift.starts_at) for shift in shifts)


async def test_the_shifts_of_the_next_days_open_at_once_and_the_others_as_they_come_near(
    here: Neighbourhood, clock: Clock
) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY;BYDAY=TU;COUNT=4", opens_ahead=15)
    assert await taking_place(here, series) == [date(2026, 6, 9), date(2026, 6, 16)]
    shift = (await here.all(Shift, "series_id = $1", series.id))[0]
    assert (shift.starts_at, shift.ends_at) == (morning(date(2026, 6, 9)), morning(date(2026, 6, 9), 11))
    assert (shift.capacity, shift.record_due) == (2, date(2026, 6, 24))

    clock.now = morning(date(2026, 6, 7), 23)
    await Alarm(here.house).ring()
    assert len(await taking_place(here, series)) == 2
    clock.now = morning(date(2026, 6, 8), 0)
    await Alarm(here.house).ring()
    assert len(await taking_place(here, series)) == 3
    clock.now = morning(date(2026, 6, 15), 0)
    await Alarm(here.house).ring()
    now = await here.now(series)
    assert (now.opened_until, now.next_due) == (date(2026, 6, 30), morning(date(2026, 7, 1), 0))


async def test_three_clocks_at_once_open_each_shift_once_after_a_long_sleep_those_that_are_not_over(
    here: Neighbourhood, clock: Clock
) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=DAILY;COUNT=20", opens_ahead=5)
    clock.wait(days=9)
    assert not await here.all(Shift)
    await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
    await Alarm(here.house).ring()
    opened: list[Shift] = await here.all(Shift, "series_id = $1", series.id)
    days = [shift.occurrence for shift in opened]
    assert len(days) == len(set(days))
    assert max(day for day in days if day) == (await here.now(series)).opened_until == day_of(clock.now) + timedelta(5)
    assert min(day for day in days if day) == day_of(clock.now) + timedelta(1)


async def test_it_rests_on_public_holidays_but_not_on_the_days_made_up_for_them(
    here: Neighbourhood, clock: Clock
) -> None:
    """National Day 2026: 1 to 7 October; 20 September and 10 October are worked for it."""
    clock.now = morning(date(2026, 9, 15))
    every_day = await open_series(here, date(2026, 9, 19), "FREQ=DAILY;COUNT=24", skips_holidays=True)
    rests = {date(2026, 9, 19) + timedelta(n) for n in range(24)} - set(await taking_place(here, every_day))
    mid_autumn = {date(2026, 9, 25), date(2026, 9, 26), date(2026, 9, 27)}
    assert rests == mid_autumn | {date(2026, 10, day) for day in range(1, 8)}

    whatever = await open_series(here, date(2026, 9, 19), "FREQ=DAILY;COUNT=24")
    assert len(await taking_place(here, whatever)) == 24


async def test_one_that_was_called_off_does_not_come_back(here: Neighbourhood, clock: Clock) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY;COUNT=5", opens_ahead=15)
    second = (await here.all(Shift, "series_id = $1", series.id))[1]
    await here.do(here.worker, commands.cancel_shift, shift_id=second.id, reason="The canteen is painted.")
    for _ in range(3):
        clock.wait(days=7)
        await Alarm(here.house).ring()
    days = {shift.occurrence for shift in await here.all(Shift, "series_id = $1 AND state <> 'cancelled'", series.id)}
    assert days == {date(2026, 6, 9), date(2026, 6, 23), date(2026, 6, 30), date(2026, 7, 7)}


async def test_ending_it_calls_off_what_lies_ahead_from_that_day_with_every_signup(
    here: Neighbourhood, clock: Clock
) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=30)
    first, second, third, *_ = await here.all(Shift, "series_id = $1", series.id)
    volunteer = await here.volunteer()
    kept, lost = [await here.sign_up(volunteer, shift) for shift in (first, third)]
    day = second.occurrence
    ended = await here.do(here.worker, commands.end_series, series_id=series.id, day=day, reason="Enough.")
    assert (ended.state, ended.until) == (SeriesState.ENDED, date(2026, 6, 15))
    assert await taking_place(here, series) == [date(2026, 6, 9)]
    assert ((await here.now(kept)).state, (await here.now(lost)).state) == ("confirmed", "cancelled_by_org")
    reasons = await here.house.lanes.run("SELECT DISTINCT reason FROM deed WHERE verb = 'cancel_signup'")
    assert [deed["reason"] for deed in reasons] == ["Enough."]
    clock.wait(days=40)
    await Alarm(here.house).ring()
    assert len(await here.all(Shift, "series_id = $1 AND state <> 'cancelled'", series.id)) == 1


async def test_it_cannot_end_on_a_day_that_is_not_open_yet_since_the_days_between_would_be_lost(
    here: Neighbourhood,
) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=14)
    with pytest.raises(Invalid) as refused:
        await here.do(here.worker, commands.end_series, series_id=series.id, day=date(2026, 7, 1), reason="Enough.")
    assert (refused.value.code, refused.value.path) == ("not_opened_so_far", "day")
    assert (await here.now(series)).state == SeriesState.ACTIVE


async def test_while_the_organization_rests_nothing_opens_and_nothing_is_lost(
    here: Neighbourhood, clock: Clock
) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=15)
    officer = await here.person("Officer", {"street officer": here.street})
    await here.do(officer, suspend_organization, organization_id=here.organization.id, reason="Its books are open.")
    alarm = Alarm(here.house)
    clock.wait(days=7)
    await alarm.ring()
    assert len(await here.all(Shift, "series_id = $1", series.id)) == 2
    await here.do(officer, reinstate_organization, organization_id=here.organization.id, reason="Sound.")
    clock.wait(hours=1)
    await alarm.ring()
    assert len(await here.all(Shift, "series_id = $1", series.id)) == 3


async def test_with_an_organization_that_is_struck_off_its_series_end(here: Neighbourhood, clock: Clock) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=14)
    officer = await here.person("Officer", {"street officer": here.street})
    await here.do(officer, deregister_organization, organization_id=here.organization.id, reason="Dissolved.")
    clock.wait(days=7)
    await Alarm(here.house).ring()
    now = await here.now(series)
    assert (now.state, now.next_due, now.opened_until) == (SeriesState.ENDED, None, date(2026, 6, 9))


async def test_an_opportunity_is_not_closed_while_a_series_of_it_opens_shifts(
    here: Neighbourhood, clock: Clock
) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=MONTHLY;BYDAY=2TU", opens_ahead=8)
    clock.now = morning(date(2026, 6, 9), 12)
    await Alarm(here.house).ring()
    with pytest.raises(NotNow) as refused:
        await here.do(here.worker, commands.close_opportunity, opportunity_id=here.opportunity.id)
    assert refused.value.code == "series_opens"
    await here.do(here.worker, commands.end_series, series_id=series.id, day=date(2026, 6, 10), reason="Done.")
    await here.do(here.worker, commands.close_opportunity, opportunity_id=here.opportunity.id)
    assert [shift.state for shift in await here.all(Shift, "series_id = $1", series.id)] == [ShiftState.ENDED]


@pytest.mark.parametrize(
    ("wrong", "code", "path"),
    [
        ({"first": date(2026, 6, 10)}, "not_among_its_days", "startsAt"),
        ({"first": date(2026, 5, 26)}, "begins_in_the_past", "startsAt"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260601"}, "not_among_its_days", "startsAt"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20991231T235959Z", "hours": 30}, "too_long", "endsAt"),
        ({"hours": -1}, "ends_before_it_begins", "endsAt"),
        ({"capacity": 0}, "wrong_capacity", "capacity"),
        ({"opens_ahead": 0}, "wrong_opens_ahead", "opensAhead"),
        ({"opens_ahead": 93}, "wrong_opens_ahead", "opensAhead"),
        ({"rrule": "FREQ=YEARLY"}, "wrong_recurrence", "rrule"),
    ],
)
async def test_what_is_wrong_is_refused_by_the_name_of_its_field(
    here: Neighbourhood, wrong: dict[str, Any], code: str, path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await open_series(here, **{"first": date(2026, 6, 9), "rrule": "FREQ=WEEKLY;BYDAY=TU", **wrong})
    assert (refused.value.code, refused.value.path) == (code, path)
    assert not await here.all(Series) + await here.all(Shift)


async def test_only_who_leads_the_service_opens_and_ends_a_series(here: Neighbourhood) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=14)
    for person in (here.staff, here.stranger, here.outsider):
        with pytest.raises(NotAllowed):
            await here.do(person, commands.end_series, series_id=series.id, day=date(2026, 6, 9), reason="Enough.")


SHOWN = """query ($id: ID!) { opportunity(id: $id) { series { nodes {
  rrule startsAt endsAt capacity skipsHolidays opensAhead until openedUntil state viewerCan
  shifts(first: 1, orderBy: [STARTS_AT_ASC]) { totalCount nodes { occurrence startsAt series { state } } } } } } }"""


async def test_everybody_sees_what_recurs(here: Neighbourhood) -> None:
    await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY;UNTIL=20261231T155959Z")
    engine = Engine(schema(), here.house)
    shown = await ask(engine, here.stranger, SHOWN, id=typed("opp", here.opportunity.id))
    assert shown["opportunity"]["series"]["nodes"] == [
        {
            "rrule": "FREQ=WEEKLY",
            "startsAt": "2026-06-09T01:00:00Z",
            "endsAt": "2026-06-09T03:00:00Z",
            "capacity": 2,
            "skipsHolidays": False,
            "opensAhead": 60,
            "until": "2026-12-31",
            "openedUntil": "2026-07-28",
            "state": "ACTIVE",
            "viewerCan": [],
            "shifts": {
                "totalCount": 8,
                "nodes": [
                    {"occurrence": "2026-06-09", "startsAt": "2026-06-09T01:00:00Z", "series": {"state": "ACTIVE"}}
                ],
            },
        }
    ]


async def test_a_series_ends_by_itself_when_the_last_of_its_days_is_over(here: Neighbourhood, clock: Clock) -> None:
    series = await open_series(here, date(2026, 6, 9), "FREQ=DAILY;COUNT=2", opens_ahead=14)
    clock.now = morning(date(2026, 6, 10), 23)
    await Alarm(here.house).ring()
    assert (await here.now(series)).state == SeriesState.ACTIVE
    clock.now = morning(date(2026, 6, 11), 0)
    await Alarm(here.house).ring()
    ended = await here.now(series)
    assert (ended.state, ended.next_due) == (SeriesState.ENDED, None)
    await here.do(here.worker, commands.close_opportunity, opportunity_id=here.opportunity.id)


async def test_the_shifts_of_a_series_open_to_some_before_others(here: Neighbourhood, clock: Clock) -> None:
    """pain 4: also what recurs is not always the same people's, who look first."""
    waves = {"neighbours_after": 0, "regulars_after": 24, "everyone_after": 48}
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=10, **waves)
    [first] = await here.all(Shift, "series_id = $1", series.id)
    opened = clock.now
    assert (first.neighbours_from, first.regulars_from) == (opened, opened + timedelta(hours=24))
    assert (first.newcomers_from, first.everyone_from) == (None, opened + timedelta(hours=48))
    about = {"series_id": series.id, "newcomers_after": 6, "everyone_after": 12}
    changed = await here.do(here.worker, commands.open_series_in_waves, **about)
    assert (changed.neighbours_after, changed.everyone_after) == (None, 12)
    clock.wait(days=7)
    await Alarm(here.house).ring()
    second = max(await here.all(Shift, "series_id = $1", series.id), key=lambda shift: shift.starts_at)
    assert (second.neighbours_from, second.newcomers_from) == (None, clock.now + timedelta(hours=6))
    assert (await here.now(first)).everyone_from == opened + timedelta(hours=48), "what is open stays as it is"
    clock.now = second.starts_at + timedelta(days=6, hours=15)  # the clock stood still; the next begins in nine hours
    await Alarm(here.house).ring()
    ahead = await here.all(Shift, "series_id = $1 AND starts_at > $2", series.id, clock.now)
    third = min(ahead, key=lambda shift: shift.starts_at)
    assert (third.starts_at - clock.now, third.everyone_from) == (timedelta(hours=9), None)


@pytest.mark.parametrize(
    ("waves", "path"),
    [
        ({"everyone_after": 240}, "everyoneAfter"),
        ({"everyone_after": -1}, "everyoneAfter"),
        ({"everyone_after": 5, "regulars_after": 5}, "regularsAfter"),
        ({"newcomers_after": 1}, "newcomersAfter"),
    ],
)
async def test_waves_of_a_series_open_before_everybody_and_before_the_shift(
    here: Neighbourhood, waves: dict[str, int], path: str
) -> None:
    with pytest.raises(Invalid) as no:
        await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=10, **waves)
    assert no.value.path == path
    series = await open_series(here, date(2026, 6, 9), "FREQ=WEEKLY", opens_ahead=10)
    with pytest.raises(Invalid):
        await here.do(here.worker, commands.open_series_in_waves, series_id=series.id, **waves)
    assert (await here.now(series)).everyone_after is None
