"""A year is played by the house's own commands, and every report agrees with the ledger."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from domain.house import House
from domain.postgres import Lanes
from sanshe.year.checks import checks
from sanshe.year.play import finish, found_already, play, steps
from sanshe.year.reports import report
from sanshe.year.size import Size

SMALL = Size(streets=2, communities=3, organizations=3, volunteers=30, seats=6)
DAYS = [date(2026, 1, 2) + timedelta(days=n) for n in range(21)]


@pytest.fixture
async def played(database: str) -> AsyncIterator[House]:
    heard: list[int] = []
    play(database, SMALL, "no password", heard.append, DAYS)
    assert heard[-1] == steps(SMALL, DAYS)
    lanes = await Lanes(database, size=2).open()
    yield await House(lanes).open()
    await lanes.close()


async def test_what_the_year_leaves_behind_holds_and_every_report_says_what_the_ledger_says(played: House) -> None:
    """Pain 20: totals that differ from page to page."""
    run = played.lanes.run
    assert await found_already(played)
    final = await run("SELECT count(*) AS n FROM hour_entry WHERE state = 'final'")
    assert final[0]["n"] > 10
    assert {check.en: check.faults for check in await checks(run) if check.faults} == {}
    streets = await run("SELECT DISTINCT street_id FROM hour_entry")
    assert len(streets) == SMALL.streets
    minors = await run("SELECT count(*) AS n FROM volunteer WHERE guardian_consent_until IS NOT NULL")
    assert minors[0]["n"] == 2
    await finish(played)
    assert not (await run("SELECT FROM deed WHERE NOT EXISTS (SELECT FROM link WHERE deed_id = deed.id) LIMIT 1"))
    assert (await run("SELECT no = (SELECT max(no) FROM link) AS told FROM told"))[0]["told"]


async def test_a_row_that_was_tampered_with_is_found(played: House) -> None:
    run = played.lanes.run
    await run(
        "UPDATE shift SET taken = taken - 1 WHERE id = (SELECT shift_id FROM signup WHERE state = 'confirmed' "
        "AND shift_id IN (SELECT id FROM shift WHERE state = 'scheduled') LIMIT 1)"
    )
    await run("UPDATE hour_entry SET decided_by_id = logged_by_id WHERE id = (SELECT id FROM hour_entry LIMIT 1)")
    faults = [check.en for check in await checks(run) if check.faults]
    assert faults == [
        "The seats taken are those confirmed or held, and never more than there are.",
        "Nobody verified their own hours, nor those they wrote down.",
    ]
    assert sum(line.startswith("✗ 1 ") for line in await report(run)) == 2
