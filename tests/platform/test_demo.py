"""The demo town is told once, however often it is loaded."""

import pytest

from domain import history
from domain.house import House
from sanshe import demo
from tests.acting import linked

TABLES = (
    "person",
    "role_grant",
    "community",
    "grid",
    "organization",
    "volunteer",
    "shift",
    "signup",
    "hour_entry",
    "course",
    "training",
    "enrolment",
    "deed",
)


async def counts(house: House) -> dict[str, int]:
    return {t: (await house.lanes.run(f"SELECT count(*) AS n FROM {t}"))[0]["n"] for t in TABLES}


async def test_a_second_telling_changes_nothing(house: House) -> None:
    await demo.load(house, "a password of the test")
    once = await counts(house)
    house.clock.wait(days=3)  # type: ignore[attr-defined]
    await demo.load(house, "a password of the test")
    assert await counts(house) == once
    assert (once["signup"], once["training"], once["enrolment"]) == (6, 1, 2)
    await linked(house)
    assert (await history.verify(house.lanes.run)).broken is None


async def test_a_telling_cut_short_goes_on_where_it_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumble(*_: object) -> None:
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as broken:
        broken.setattr(demo, "next_weeks_service", stumble)
        with pytest.raises(RuntimeError):
            await demo.load(house, "a password of the test")
    await demo.load(house, "a password of the test")
    assert (await counts(house))["signup"] == 6


async def test_in_the_town_one_waits_one_is_verified_and_nobody_is_without_a_role_they_are_listed_with(
    house: House,
) -> None:
    await demo.load(house, "a password of the test")
    states = await house.lanes.run("SELECT state, count(*) AS n FROM signup GROUP BY state ORDER BY state")
    assert {s["state"]: s["n"] for s in states} == {"confirmed": 5, "waitlisted": 1}
    hours = await house.lanes.run("SELECT state, sum(minutes) AS m FROM hour_entry GROUP BY state ORDER BY state")
    assert {h["state"]: h["m"] for h in hours} == {"logged": 120, "verified": 120}
    assert all("@" in line and "\t" in line for line in demo.people())
