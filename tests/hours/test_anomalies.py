"""What looks impossible is listed for those who oversee it, with the evidence and the rule, and for nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.accounts.introductions import introduce
from domain.columns import typed
from domain.hours import commands
from domain.hours.models import HourEntry, Relation
from domain.programmes import commands as programmes
from tests.acting import ask
from tests.conftest import Clock
from tests.hours.test_tiers import given
from tests.programmes.neighbourhood import Neighbourhood

LIST = """query($since: Date, $community: ID) { hourAnomalies(since: $since, communityId: $community) {
  kind measured hourEntry { id } other { id } rule { name value } } }"""


@pytest.fixture
async def officer(here: Neighbourhood) -> Actor:
    return await here.person("Street", {"street officer": here.street})


async def listed(here: Neighbourhood, viewer: Actor, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await ask(Engine(schema(), here.house), viewer, LIST, **asked))["hourAnomalies"]
    return found


def of(entry: HourEntry) -> dict[str, str]:
    return {"id": typed("hrs", entry.id)}


async def long_day(here: Neighbourhood, clock: Clock, *minutes: int) -> list[HourEntry]:
    """Short shifts of one day, from which somebody says that they came home late."""
    midnight = datetime(2026, 6, 9, 16, tzinfo=UTC)
    somebody, seats = await here.volunteer(), []
    for n, _ in enumerate(minutes):
        shift = await here.shift(ahead=(midnight - clock.now) / timedelta(hours=1) + 4 * n, length=1)
        seats.append(await here.sign_up(somebody, shift))
    clock.now = midnight + timedelta(days=1)
    given = zip(seats, minutes, strict=True)
    late = {"reason": "It took longer."}
    return [await here.do(somebody, commands.log_hours, signup_id=s.id, minutes=m, **late) for s, m in given]


async def test_a_day_of_more_than_sixteen_hours_is_listed_with_the_rule(
    here: Neighbourhood, clock: Clock, officer: Actor
) -> None:
    """Pain 22: eighty-three hours in one day are on somebody's desk, each entry of them."""
    entries = await long_day(here, clock, 480, 480)
    assert {one["kind"] for one in await listed(here, officer)} == {"BEYOND_SHIFT"}
    clock.now = datetime(2026, 6, 1, 4, tzinfo=UTC)
    entries = await long_day(here, clock, 480, 480, 420)
    found = [one for one in await listed(here, officer) if one["kind"] == "IMPOSSIBLE_DAY"]
    rule = {"name": "impossible_day", "value": "960"}
    assert sorted((one["hourEntry"]["id"], one["measured"]) for one in found) == sorted(
        (typed("hrs", entry.id), 23 * 60) for entry in entries
    )
    assert [one["rule"] for one in found] == [rule] * 3
    await here.do(here.worker, commands.void_hours, hour_entry_id=entries[0].id, reason="Was elsewhere")
    assert not [one for one in await listed(here, officer) if one["kind"] == "IMPOSSIBLE_DAY"]


async def test_whoever_was_in_two_places_at_once_is_listed_with_both(
    here: Neighbourhood, clock: Clock, officer: Actor
) -> None:
    """Pain 6: booked twice is refused, served twice is seen."""
    somebody = await here.volunteer()
    first = await here.shift(ahead=72)
    seat = await here.sign_up(somebody, first)
    second = await here.shift(ahead=75)
    other_seat = await here.sign_up(somebody, second)
    clock.now = second.ends_at
    one = await here.do(here.staff, commands.log_hours, signup_id=seat.id, minutes=60)
    other = await here.do(here.staff, commands.log_hours, signup_id=other_seat.id, minutes=60)
    assert await listed(here, officer) == []
    moved = first.ends_at - timedelta(minutes=30)
    await here.house.lanes.run("UPDATE shift SET starts_at = $1 WHERE id = $2", (moved, second.id))
    found = await listed(here, officer)
    half_an_hour: dict[str, Any] = {"kind": "TWO_PLACES", "measured": 30, "rule": None}
    assert found == sorted(
        ({**half_an_hour, "hourEntry": of(a), "other": of(b)} for a, b in ((one, other), (other, one))),
        key=lambda row: str(row["hourEntry"]["id"]),
    )


async def test_twenty_entries_by_one_person_in_ten_minutes_are_listed_and_a_whole_shift_in_one_act_is_not(
    here: Neighbourhood, clock: Clock, officer: Actor
) -> None:
    shift = await here.shift(21)
    seats = await here.seats(21, shift)
    for clock.now, command in ((shift.starts_at, programmes.check_in), (shift.ends_at, programmes.check_out)):
        for seat in seats:
            await here.do(here.staff, command, signup_id=seat.id)
    await here.do(here.staff, commands.log_shift_hours, shift_id=shift.id)
    assert await listed(here, officer) == []
    entries = await here.all(HourEntry)
    for entry in entries:
        clock.wait(seconds=29)
        await here.do(here.worker, commands.verify_hours, hour_entry_id=entry.id)
    found = await listed(here, officer)
    assert [(one["kind"], one["measured"], one["rule"]["name"]) for one in found] == [
        ("BURST_OF_VERIFYING", 9, "burst_entries")
    ] * 2
    assert {one["hourEntry"]["id"] for one in found} == {typed("hrs", entry.id) for entry in entries[19:]}


async def test_who_verified_a_relative_before_they_said_so_is_listed(
    here: Neighbourhood, clock: Clock, officer: Actor
) -> None:
    somebody = await here.volunteer()
    shift = await here.shift()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    entry = await here.do(somebody, commands.log_hours, signup_id=seat.id, minutes=60)
    await here.do(here.worker, commands.verify_hours, hour_entry_id=entry.id)
    assert await listed(here, officer) == []
    assert here.worker.id
    code = await introduce(here.house.lanes.run, here.worker.id, clock.now)
    kinship = await here.do(somebody, commands.declare_kinship, code=code, relation=Relation.SPOUSE)
    await here.do(somebody, commands.end_kinship, kinship_id=kinship.id, reason="Divorced")
    assert await listed(here, officer) == [
        {"kind": "KIN", "measured": 60, "hourEntry": of(entry), "other": None, "rule": None}
    ]


async def test_each_sees_what_they_oversee(here: Neighbourhood, clock: Clock, officer: Actor) -> None:
    (entry,) = await given(here, clock, await here.volunteer(), 2)
    community = await here.person("Community", {"community officer": here.community.id})
    other = await here.person("Other", {"community officer": here.other_community.id})
    auditor = Actor(here.stranger.id, {"auditor": frozenset()})
    for viewer, seen in ((officer, 1), (community, 1), (auditor, 1), (other, 0), (here.worker, 0), (here.stranger, 0)):
        found = await listed(here, viewer)
        assert [(one["kind"], one["measured"], one["hourEntry"]) for one in found] == [
            ("BEYOND_SHIFT", 30, of(entry))
        ] * seen
    assert await listed(here, officer, since=str(entry.served_on + timedelta(days=1))) == []
    assert await listed(here, officer, community=typed("com", here.other_community.id)) == []


async def test_two_lists_are_asked_for_in_one_question(here: Neighbourhood, clock: Clock, officer: Actor) -> None:
    """A part of one statement may not have the name of a part of the other."""
    await long_day(here, clock, 700, 300)
    both = '{ all: hourAnomalies { kind } none: hourAnomalies(until: "2020-01-01") { kind } }'
    found = await ask(Engine(schema(), here.house), officer, both)
    assert (found["all"] != [], found["none"]) == (True, [])
