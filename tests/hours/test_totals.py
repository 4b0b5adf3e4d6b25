"""Totals agree with the ledger; what a person gave is not for everybody."""

from datetime import date
from typing import Any

import pytest

from domain.access import Actor
from domain.hours.access import RULES
from domain.hours.commands import adjust_hours, log_hours, verify_hours, void_hours
from domain.hours.totals import HourGroup, hour_totals
from domain.work import compiled
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood


async def totals(here: Neighbourhood, viewer: Actor, by: HourGroup, **asked: Any) -> list[dict[str, Any]]:
    sql, args = compiled(hour_totals(viewer, group_by=by, **asked))
    found = await here.house.lanes.run(sql, args(viewer.at(here.house.clock()).binds()))
    return [dict(record) for record in found]


@pytest.fixture
async def ledger(here: Neighbourhood, clock: Clock) -> list[Actor]:
    """Two volunteers: 90 minutes verified and 30 pending, 60 verified; 45 superseded and 100 voided do not count."""
    people = [await here.volunteer("Li"), await here.volunteer("Ma")]
    plan = [(0, 90, "verified"), (0, 30, "logged"), (1, 45, "adjusted to 60"), (1, 100, "voided")]
    for who, minutes, end in plan:
        shift = await here.shift(2)
        seat = await here.sign_up(people[who], shift)
        clock.now = shift.ends_at
        entry = await here.do(people[who], log_hours, signup_id=seat.id, minutes=minutes)
        if end == "adjusted to 60":
            entry = await here.do(here.colleague, adjust_hours, hour_entry_id=entry.id, minutes=60, reason="Longer")
        if end == "voided":
            await here.do(here.worker, void_hours, hour_entry_id=entry.id, reason="Was elsewhere")
        elif end != "logged":
            await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    return people


async def test_a_communitys_and_an_organizations_totals_are_for_everybody(
    here: Neighbourhood, ledger: list[Actor]
) -> None:
    for by, id in ((HourGroup.COMMUNITY, here.community.id), (HourGroup.ORGANIZATION, here.organization.id)):
        (total,) = await totals(here, here.stranger, by)
        assert total[f"{by}_id"] == id
        assert (total["minutes"], total["pending_minutes"], total["entries"], total["volunteers"]) == (150, 30, 3, 2)
        assert total["volunteer_id"] is None


async def test_a_districts_totals_are_those_of_its_streets(here: Neighbourhood, ledger: list[Actor]) -> None:
    (total,) = await totals(here, here.stranger, HourGroup.STREET, district="110105")
    assert (total["street_id"], total["minutes"]) == (here.street, 150)
    assert await totals(here, here.stranger, HourGroup.STREET, district="110101") == []
    (month,) = await totals(here, here.stranger, HourGroup.MONTH, street_id=here.street)
    assert month["minutes"] == 150
    assert await totals(here, here.stranger, HourGroup.MONTH, street_id=here.community.id) == []


async def test_what_a_person_gave_is_for_them_and_for_those_who_run_the_service(
    here: Neighbourhood, ledger: list[Actor]
) -> None:
    seen = {
        name: sorted(total["minutes"] for total in await totals(here, viewer, HourGroup.VOLUNTEER))
        for name, viewer in {
            "li": ledger[0],
            "worker": here.worker,
            "outsider": here.outsider,
            "stranger": here.stranger,
            "nobody": Actor(),
        }.items()
    }
    assert seen == {"li": [90], "worker": [60, 90], "outsider": [], "stranger": [], "nobody": []}


async def test_whatever_was_given_anywhere_counts_for_the_one_who_gave_it(here: Neighbourhood, clock: Clock) -> None:
    """pain 21: one volunteer in two streets, with two organizations; nothing has to be carried over."""
    li = await here.volunteer()
    for place in (here, await Neighbourhood(here.house, number=8).settle()):
        shift = await place.shift()
        seat = await place.sign_up(li, shift)
        clock.now = shift.ends_at
        entry = await place.do(place.worker, log_hours, signup_id=seat.id, minutes=60)
        await place.do(place.colleague, verify_hours, hour_entry_id=entry.id)
    (total,) = await totals(here, li, HourGroup.VOLUNTEER)
    assert (total["minutes"], total["entries"]) == (120, 2)
    assert {t["organization_id"] for t in await totals(here, li, HourGroup.ORGANIZATION)} == {
        here.organization.id,
        place.organization.id,
    }


async def test_a_persons_time_does_not_leak_through_a_communitys_total(
    here: Neighbourhood, ledger: list[Actor]
) -> None:
    li = await here.volunteer_of(ledger[0])
    for by in HourGroup:
        assert await totals(here, here.stranger, by, volunteer_id=li.id) == []
        assert await totals(here, ledger[1], by, volunteer_id=li.id) == []
        assert sum(t["minutes"] for t in await totals(here, ledger[0], by, volunteer_id=li.id)) == 90


async def test_every_grouping_adds_up_to_the_ledger(here: Neighbourhood, ledger: list[Actor]) -> None:
    ledgers = await here.house.lanes.run("SELECT sum(minutes) AS n FROM hour_entry WHERE state = 'verified'")
    for by in HourGroup:
        assert sum(t["minutes"] for t in await totals(here, here.worker, by)) == ledgers[0]["n"] == 150


async def test_a_period_counts_both_of_its_days(here: Neighbourhood, ledger: list[Actor]) -> None:
    days = [r["served_on"] for r in await here.house.lanes.run("SELECT served_on FROM hour_entry ORDER BY served_on")]
    (total,) = await totals(here, here.worker, HourGroup.COMMUNITY, since=days[0], until=days[0])
    assert total["minutes"] == 90
    assert await totals(here, here.worker, HourGroup.COMMUNITY, until=date(2026, 1, 1)) == []


async def test_a_month_is_named_by_its_first_day(here: Neighbourhood, ledger: list[Actor]) -> None:
    assert [t["month"] for t in await totals(here, here.stranger, HourGroup.MONTH)] == [date(2026, 6, 1)]


async def test_a_token_without_the_scope_sees_nobodys_time(here: Neighbourhood, ledger: list[Actor]) -> None:
    narrow = Actor(ledger[0].id, scopes=frozenset({"programmes:read"}))
    assert await totals(here, narrow, HourGroup.VOLUNTEER) == []
    assert RULES.scope("see_hour_entry") == "hours:read"
