"""Reports of places and months are read from sums beside the ledger, which are its own at every moment."""

from datetime import date
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import typed
from domain.hours.commands import log_hours, suspect_hours, verify_hours, void_hours
from domain.hours.models import HourEntry
from tests.acting import ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

ASKED = "hourReport(groupBy: MONTH {}) {{ month minutes pendingMinutes entries }}"


async def said(here: Neighbourhood, of: str = "") -> list[tuple[Any, ...]]:
    """What everybody is told, month by month."""
    answer = await ask(Engine(schema(), here.house), Actor(), f"{{ {ASKED.format(of)} }}")
    return [tuple(month.values()) for month in answer["hourReport"]]


async def entries(here: Neighbourhood, clock: Clock, number: int) -> list[HourEntry]:
    """So many entries of an hour, each logged by one worker and waiting for another."""
    shift = await here.shift(number)
    seats = await here.seats(number, shift)
    clock.now = shift.ends_at
    return [await here.do(here.worker, log_hours, signup_id=seat.id, minutes=60) for seat in seats]


async def test_each_step_of_an_entry_moves_the_report_with_it(here: Neighbourhood, clock: Clock) -> None:
    """pain 20: the report says what the ledger says, in the same transaction."""
    assert await said(here) == []
    first, second = await entries(here, clock, 2)
    assert await said(here) == [("2026-06-01", 0, 120, 2)]
    for entry in (first, second):
        await here.do(here.colleague, verify_hours, hour_entry_id=entry.id)
    assert await said(here) == [("2026-06-01", 120, 0, 2)]
    auditor = Actor((await here.person("Auditor")).id, {"auditor": frozenset()})
    await here.do(auditor, suspect_hours, hour_entry_id=first.id, reason="Two places")
    assert await said(here) == [("2026-06-01", 60, 60, 2)]
    await here.do(here.manager, void_hours, hour_entry_id=first.id, reason="Was elsewhere")
    assert await said(here) == [("2026-06-01", 60, 0, 1)]
    await here.do(here.manager, void_hours, hour_entry_id=second.id, reason="Was elsewhere")
    assert await said(here) == []


async def test_a_report_is_of_a_community_a_street_or_a_district_and_of_whole_months(
    here: Neighbourhood, clock: Clock
) -> None:
    await entries(here, clock, 1)
    june = [("2026-06-01", 0, 60, 1)]
    street, north, south = (
        typed(prefix, id)
        for prefix, id in (
            ("str", here.street),
            ("com", here.community.id),
            ("com", here.other_community.id),
        )
    )
    for of, expected in (
        (f'communityId: "{north}"', june),
        (f'communityId: "{south}"', []),
        (f'streetId: "{street}"', june),
        ('district: "110105"', june),
        ('district: "110101"', []),
        ('since: "2026-06-30"', june),
        ('since: "2026-07-01"', []),
        ('until: "2026-06-01"', june),
        ('until: "2026-05-31"', []),
    ):
        assert await said(here, of) == expected, of


async def test_whoever_changes_the_ledger_and_however_the_sums_follow(here: Neighbourhood, clock: Clock) -> None:
    await entries(here, clock, 3)
    run = here.house.lanes.run
    await run("UPDATE hour_entry SET served_on = $1, minutes = 90", (date(2026, 5, 31),))
    assert await said(here) == [("2026-05-01", 0, 270, 3)]
    await run("DELETE FROM hour_entry WHERE id IN (SELECT id FROM hour_entry LIMIT 2)", ())
    assert await said(here) == [("2026-05-01", 0, 90, 1)]


async def test_what_is_rolled_back_was_never_added(here: Neighbourhood, clock: Clock) -> None:
    [entry] = await entries(here, clock, 1)

    async def fail() -> None:
        async with here.house.lanes.hold() as lane:
            await lane.run("UPDATE hour_entry SET state = 'final' WHERE id = $1", (entry.id,))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await said(here) == [("2026-06-01", 0, 60, 1)]
