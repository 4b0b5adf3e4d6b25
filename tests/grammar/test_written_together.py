"""Those who write at the same moment share a commit, and yet each is answered, refused or sent back alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import Conflict, Unavailable
from domain.house import Done, House
from domain.together import Column, Write, together
from domain.writing import Show, Statement
from tests.grammar.garden import OFFICER, Garden, gardener, open_garden, plan_garden, take_bed


def printing(what: str) -> Show:
    """Says something of the bed that was taken, `b`, and its garden, `g`."""
    sql = f"SELECT (SELECT {what} FROM bed b JOIN garden g ON g.id = garden_id WHERE b.id = {{id}})"
    several = together(sql.format(id="given.bed"), (), [Column("bed", "uuid", False, 0)])
    return lambda bed: Statement(sql.format(id="$1"), [bed.id], several)


SHOW = printing("b.gardener_id || ', ' || g.taken")


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, nobody goes before all are there."""
    monkeypatch.setattr("domain.together.GUARD", 1e9)
    monkeypatch.setattr("domain.together.LONG", 1e9)
    monkeypatch.setattr("domain.together.Write.budget", 1e9)


async def gardens(house: House, many: int) -> list[Garden]:
    found = []
    for _ in range(many):
        planned = (await house.do(OFFICER, plan_garden, beds=9)).row
        opened = (await house.do(OFFICER, open_garden, garden_id=planned.id)).row  # type: ignore[union-attr]
        assert isinstance(opened, Garden)
        found.append(opened)
    return found


async def number(house: House, sql: str, *args: Any) -> int:
    return int((await house.lanes.run(sql, args))[0][0])


@asynccontextmanager
async def writers_busy(house: House) -> AsyncIterator[None]:
    """Somebody writes and waits for a lock: whoever wants to write meanwhile waits, and goes together at the end."""
    async with house.lanes.hold() as lane:
        await lane.run("SELECT pg_advisory_xact_lock(7)")
        first = asyncio.ensure_future(house.writes.ask(Write("SELECT pg_advisory_xact_lock_shared(7)", None), ()))
        await asyncio.sleep(0.01)
        yield
    await first


async def waiting(house: House, commands: Iterable[Awaitable[Any]]) -> list[Any]:
    """They have decided, and wait to write."""
    asked: list[Any] = [asyncio.ensure_future(command) for command in commands]
    while house.writes.awaited < len(asked):  # noqa: ASYNC110 nothing tells
        await asyncio.sleep(0)
    return asked


async def in_one_crowd(house: House, commands: Iterable[Awaitable[Any]]) -> list[Any]:
    async with writers_busy(house):
        asked = await waiting(house, commands)
    return await asyncio.gather(*asked, return_exceptions=True)


def take(house: House, n: int, garden: Garden, show: Show = SHOW) -> Awaitable[Done]:
    return house.do(gardener(n), take_bed, key=f"k{n}", show=show, form=b"f", garden_id=garden.id)


@pytest.fixture
async def known(house: House) -> None:
    """It is known how long it takes to take a bed, so whoever waits may go together."""
    [garden] = await gardens(house, 1)
    await take(house, 100, garden)


@pytest.mark.usefixtures("known")
async def test_each_is_written_and_answered_as_if_alone(house: House) -> None:
    places = await gardens(house, 4)
    done = await in_one_crowd(house, [take(house, n, garden) for n, garden in enumerate(places)])
    assert house.writes.metrics == {"crowds": 1, "askers": 4, "apart": 0}
    assert [one.shown for one in done] == [f"{gardener(n).id}, 1" for n in range(4)]
    for n, garden in enumerate(places):
        assert await number(house, "SELECT taken FROM garden WHERE id = $1", garden.id) == 1
        said = "SELECT count(*) FROM deed d JOIN bed b ON b.id = subject_id WHERE actor_id = $1 AND garden_id = $2"
        assert await number(house, said, gardener(n).id, garden.id) == 1
        again = await take(house, n, garden)
        assert (again.shown, again.repeated) == (done[n].shown, True)


@pytest.mark.usefixtures("known")
async def test_what_stops_one_stops_nobody_else(house: House) -> None:
    """One's garden changes meanwhile, another has a bed there already: both are told when they are asked alone."""
    places = await gardens(house, 4)
    await house.do(gardener(1), take_bed, garden_id=places[1].id)
    async with writers_busy(house):
        asked = await waiting(house, [take(house, n, garden) for n, garden in enumerate(places)])
        await house.lanes.run("UPDATE garden SET beds = 5, version = version + 1 WHERE id = $1", (places[2].id,))
    done: list[Any] = await asyncio.gather(*asked, return_exceptions=True)
    assert house.writes.metrics["apart"] == 4
    assert isinstance(done[1], Conflict)
    assert [done[n].shown for n in (0, 2, 3)] == [f"{gardener(n).id}, 1" for n in (0, 2, 3)]
    assert await number(house, "SELECT sum(taken) FROM garden WHERE id = ANY ($1)", [g.id for g in places]) == 4
    assert await number(house, "SELECT count(*) FROM bed WHERE garden_id = ANY ($1)", [g.id for g in places]) == 4


async def test_what_may_have_come_through_is_not_sent_again(house: House) -> None:
    """The connection is lost while all four are written: nobody is told that nothing was done, nobody is sent twice."""
    known, *places = await gardens(house, 5)
    lost = printing("CASE g.beds WHEN 8 THEN pg_terminate_backend(pg_backend_pid())::text ELSE '' END")
    await take(house, 100, known, lost)
    await house.lanes.run("UPDATE garden SET beds = 8, version = version + 1 WHERE id = $1", (places[0].id,))
    done = await in_one_crowd(house, [take(house, n, garden, lost) for n, garden in enumerate(places)])
    assert [type(one) for one in done] == [Unavailable] * 4
    assert await number(house, "SELECT count(*) FROM bed WHERE garden_id = ANY ($1)", [g.id for g in places]) == 0


@pytest.mark.usefixtures("known")
async def test_whoever_leaves_takes_nothing_from_the_others(house: House) -> None:
    places = await gardens(house, 3)
    async with writers_busy(house):
        asked = await waiting(house, [take(house, n, garden) for n, garden in enumerate(places)])
        asked[1].cancel()
        await asyncio.sleep(0)
    done: list[Any] = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(done[1], asyncio.CancelledError)
    assert [done[n].shown for n in (0, 2)] == [f"{gardener(n).id}, 1" for n in (0, 2)]
    assert await number(house, "SELECT count(*) FROM bed WHERE gardener_id = $1", gardener(1).id) == 0


WORDS = st.text('abé,{}"', max_size=3)
JSON = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | WORDS, st.lists, max_leaves=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(JSON, st.none() | st.lists(WORDS, max_size=3)), min_size=1))
async def test_lists_travel_whole_as_json_and_as_arrays(house: House, values: list[tuple[Any, Any]]) -> None:
    """To PostgreSQL a list of lists is one array of two dimensions, which would come apart."""
    crowd = together("SELECT given.j, given.a", (), [Column("j", "JSONB", False, 0), Column("a", "TEXT[]", True, 1)])
    found = await house.lanes.run(crowd.sql, crowd.arguments(values))
    assert [tuple(row) for row in found] == values
