"""Nobody waits for a lock to read, and yet nothing is decided about a row that somebody else has changed meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import bindparam, func, select

from domain.columns import Row
from domain.errors import Conflict, NotNow
from domain.house import House
from domain.postgres import Lanes
from domain.together import Column, together
from domain.work import Work
from domain.writing import TOGETHER, Statement
from tests.grammar.garden import OFFICER, RIVER, RULES, Bed, Garden, gardener, open_garden, plan_garden, take_bed

BEDS = select(func.count().label("n")).where(Bed.__table__.c.garden_id == bindparam("garden"))  # type: ignore[attr-defined]


@pytest.fixture
async def next_door(house: House) -> AsyncIterator[House]:
    """Another process at the same database, as far as its turns and its memory go."""
    lanes = await Lanes(house.lanes.dsn, size=8).open()
    yield await House(lanes, house.clock).open()
    await lanes.close()


async def garden(house: House, beds: int = 1) -> Garden:
    planned = (await house.do(OFFICER, plan_garden, beds=beds)).row
    opened = (await house.do(OFFICER, open_garden, garden_id=planned.id)).row  # type: ignore[union-attr]
    assert isinstance(opened, Garden)
    return opened


async def number(house: House, sql: str, *args: Any) -> int:
    return int((await house.lanes.run(sql, args))[0][0])


def waiting_for(others: int, command: Any) -> Any:
    """The command, whose first readings by so many are all over before any of them writes."""
    read, barrier = 0, asyncio.Event()

    async def together(work: Work, **input: Any) -> Row:
        nonlocal read
        row: Row = await command(work, **input)
        read += 1
        if read == others:
            barrier.set()
        await barrier.wait()
        return row

    return together


async def test_what_was_decided_about_but_not_changed_holds_too(house: House, next_door: House) -> None:
    """Two count the beds of one garden and each makes the last; nothing but the garden's version tells them apart."""
    here = await garden(house)

    async def make_bed(work: Work, *, garden_id: UUID) -> Row:
        found = await work.get(Garden, garden_id, lock=True)
        if (await work.values(BEDS, garden=found.id))["n"] >= found.beds:
            raise NotNow("full", "All beds are taken.", "菜畦已满。")
        bed = Bed.new(street_id=RIVER, garden_id=found.id, gardener_id=work.actor.id)
        work.ask(RULES, "take_bed", bed)
        return work.insert(bed)

    racing = waiting_for(2, make_bed)
    results = await asyncio.gather(
        house.do(gardener(1), racing, garden_id=here.id),
        next_door.do(gardener(2), racing, garden_id=here.id),
        return_exceptions=True,
    )
    assert sum(isinstance(result, NotNow) for result in results) == 1
    assert await number(house, "SELECT count(*) FROM bed") == 1
    assert await number(house, "SELECT count(*) FROM deed WHERE verb = 'take_bed'") == 1


async def test_two_processes_never_oversell_between_them(house: House, next_door: House) -> None:
    here = await garden(house, beds=9)
    results = await asyncio.gather(
        *((house, next_door)[n % 2].do(gardener(n), take_bed, garden_id=here.id) for n in range(40)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, NotNow) for result in results) == 31
    assert await number(house, "SELECT taken FROM garden") == await number(house, "SELECT count(*) FROM bed") == 9


async def test_a_no_that_rests_on_two_moments_is_asked_again(house: House, next_door: House) -> None:
    """Between its two readings a bed is made and the garden enlarged: there never was a moment without room."""
    here, tries = await garden(house, beds=1), 0

    async def enlarge(work: Work, *, garden_id: UUID) -> Row:
        found = await work.get(Garden, garden_id, lock=True)
        bed = Bed.new(street_id=RIVER, garden_id=found.id)
        work.ask(RULES, "open_garden", found, bed)
        work.insert(bed)
        return work.change(found, beds=2)

    async def make_bed(work: Work, *, garden_id: UUID) -> Row:
        nonlocal tries
        tries += 1
        found = await work.get(Garden, garden_id, lock=True)
        if tries == 1:
            await next_door.do(OFFICER, enlarge, garden_id=garden_id)
        if (await work.values(BEDS, garden=found.id))["n"] >= found.beds:
            raise NotNow("full", "All beds are taken.", "菜畦已满。")
        bed = Bed.new(street_id=RIVER, garden_id=found.id, gardener_id=work.actor.id)
        work.ask(RULES, "take_bed", bed)
        return work.insert(bed)

    await house.do(gardener(1), make_bed, garden_id=here.id)
    assert (tries, await number(house, "SELECT count(*) FROM bed")) == (2, 2)


async def test_whoever_is_about_the_same_things_in_another_order_never_waits_for_ever(
    house: House, next_door: House
) -> None:
    """Both are about to write when the first row is given free: whoever held the second would wait for the other."""
    first, second = sorted([await garden(house), await garden(house)], key=lambda row: row.id)

    async def swap(work: Work, *, ids: list[UUID]) -> Row:
        found = [await work.get(Garden, id, lock=True) for id in ids]
        for row in found:
            work.ask(RULES, "open_garden", row)
            work.change(row, taken=row.taken + 1)
        return found[0]

    async with house.lanes.hold() as somebody:
        await somebody.run("SELECT FROM garden WHERE id = $1 FOR UPDATE", (first.id,))
        one = asyncio.create_task(house.do(OFFICER, swap, ids=[first.id, second.id]))
        await waits(house, 1)
        other = asyncio.create_task(next_door.do(OFFICER, swap, ids=[second.id, first.id]))
        await waits(house, 2)
    await asyncio.gather(one, other)
    assert await number(house, "SELECT sum(taken) FROM garden") == 4
    asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await number(house, asked) == 0


async def waits(house: House, many: int) -> None:
    while await number(house, "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted") < many:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("size", [TOGETHER, 100 + TOGETHER])
async def test_of_a_commit_of_any_size_nothing_is_left_when_somebody_was_faster_and_all_of_it_the_next_time(
    house: House, next_door: House, size: int
) -> None:
    here, tries = await garden(house, beds=size), 0

    async def fill(work: Work, *, garden_id: UUID) -> Row:
        nonlocal tries
        tries += 1
        found = await work.get(Garden, garden_id, lock=True)
        beds = [Bed.new(street_id=RIVER, garden_id=found.id, gardener_id=gardener(n).id) for n in range(size)]
        work.ask(RULES, "open_garden", found, *beds)
        for bed in beds:
            work.insert(bed)
        if tries == 1:
            await next_door.do(gardener(size), take_bed, garden_id=garden_id)
            return work.change(found, taken=size)
        return work.change(found, taken=found.taken + size)

    done = await house.do(
        OFFICER, fill, key="k", show=lambda row: Statement(SHOWN, [row.id]), form=b"f", garden_id=here.id
    )
    assert (tries, done.shown) == (2, f"{size + 1} of {size + 1}")
    assert await number(house, "SELECT count(*) FROM bed") == size + 1
    assert (await house.lanes.run("SELECT body FROM answer"))[0]["body"] == done.shown


SHOWN = "SELECT taken || ' of ' || (SELECT count(*) FROM bed b WHERE b.garden_id = g.id) FROM garden g WHERE id = $1"
"""A garden in the words of its beds: what is printed shows rows that the same statement writes, and others."""


async def test_what_is_printed_shows_the_rows_as_they_will_be(house: House) -> None:
    here = await garden(house, beds=5)
    sql = (
        "SELECT b.gardener_id || ', ' || g.taken || ', ' || (SELECT count(*) FROM bed) || ', ' ||"
        " (SELECT count(*) FROM garden) FROM bed b JOIN garden g ON g.id = b.garden_id WHERE b.id = $1"
    )
    shown = [
        (await house.do(gardener(n), take_bed, show=lambda row: Statement(sql, [row.id]), garden_id=here.id)).shown
        for n in (1, 2)
    ]
    assert shown == [f"{gardener(n).id}, {n}, {n}, 1" for n in (1, 2)]


async def test_a_statement_beside_the_rows_commits_with_them_or_not_at_all(house: House) -> None:
    here = await garden(house, beds=2)

    async def close_and_say(work: Work, *, garden_id: UUID) -> Row:
        bed = await take_bed(work, garden_id=garden_id)
        work.also("UPDATE garden SET keeper_id = $1", work.actor.id)
        return bed

    await house.do(gardener(1), close_and_say, garden_id=here.id)
    assert await number(house, "SELECT count(*) FROM garden WHERE keeper_id = $1", gardener(1).id) == 1
    with pytest.raises(Conflict):  # one bed each
        await house.do(gardener(1), close_and_say, key="k", garden_id=here.id)
    await house.lanes.run("UPDATE garden SET keeper_id = NULL")
    with pytest.raises(Conflict):
        await house.do(gardener(1), close_and_say, garden_id=here.id)
    assert await number(house, "SELECT count(*) FROM garden WHERE keeper_id IS NULL") == 1


async def test_a_row_read_twice_is_written_once_and_two_versions_of_it_are_noticed(
    house: House, next_door: House
) -> None:
    here, tries = await garden(house, beds=3), 0

    async def look_twice(work: Work, *, garden_id: UUID) -> Row:
        nonlocal tries
        tries += 1
        await work.get(Garden, garden_id, lock=True)
        if tries == 1:
            await next_door.do(gardener(2), take_bed, garden_id=garden_id)
        return await take_bed(work, garden_id=garden_id)

    await house.do(gardener(1), look_twice, garden_id=here.id)
    assert (tries, await number(house, "SELECT taken FROM garden")) == (2, 2)


async def test_in_one_process_whoever_is_about_the_same_thing_goes_one_by_one(house: House) -> None:
    here, tries = await garden(house, beds=30), 0

    async def counted(work: Work, *, garden_id: UUID) -> Row:
        nonlocal tries
        tries += 1
        return await take_bed(work, garden_id=garden_id)

    await asyncio.gather(*(house.do(gardener(n), counted, garden_id=here.id) for n in range(30)))
    assert tries == 30
    assert not house.turns.lines


async def test_whoever_gives_up_waiting_holds_up_nobody(house: House) -> None:
    here, busy = await garden(house, beds=3), asyncio.Event()

    async def linger(work: Work, *, garden_id: UUID) -> Row:
        await busy.wait()
        return await take_bed(work, garden_id=garden_id)

    first = asyncio.create_task(house.do(gardener(1), linger, garden_id=here.id))
    await asyncio.sleep(0)
    second, third = (asyncio.create_task(house.do(gardener(n), take_bed, garden_id=here.id)) for n in (2, 3))
    await asyncio.sleep(0)
    second.cancel()
    busy.set()
    await asyncio.gather(first, third)
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await number(house, "SELECT taken FROM garden") == 2
    assert not house.turns.lines


async def test_rows_at_which_others_were_faster_are_held_from_the_start(house: House, next_door: House) -> None:
    """After a collision at a thing the next command about it takes the lock before it reads, and so never collides."""
    here, tries = await garden(house, beds=9), 0

    async def slow(work: Work, *, garden_id: UUID, disturbed: bool) -> Row:
        nonlocal tries
        tries += 1
        found = await work.get(Garden, garden_id, lock=True)
        if disturbed and tries == 1:
            await next_door.do(gardener(1), take_bed, garden_id=garden_id)
        if not disturbed:
            other = asyncio.create_task(next_door.do(gardener(3), take_bed, garden_id=garden_id))
            await asyncio.wait({other}, timeout=0.3)
            assert not other.done()
            others.append(other)
        bed = Bed.new(street_id=RIVER, garden_id=found.id, gardener_id=work.actor.id)
        work.ask(RULES, "take_bed", bed, found)
        work.change(found, taken=found.taken + 1)
        return work.insert(bed)

    others: list[asyncio.Task[Any]] = []
    await house.do(gardener(2), slow, garden_id=here.id, disturbed=True)
    assert tries == 2
    await house.do(gardener(4), slow, garden_id=here.id, disturbed=False)
    assert tries == 3
    await asyncio.gather(*others)
    assert await number(house, "SELECT taken FROM garden") == 4


async def test_a_list_in_json_is_one_value_however_many_rows_go_together(house: House) -> None:
    asked = together("SELECT given.skills AS it", (), [Column("skills", "JSONB", False, 0)])
    asked_for: list[list[Any]] = [[[]], [["a"], ["b", "c"]], [[], None, [["deep"]]]]
    for lists in asked_for:
        found = await house.lanes.run(asked.sql, asked.arguments([(one,) for one in lists]))
        assert [row["it"] for row in found] == lists
