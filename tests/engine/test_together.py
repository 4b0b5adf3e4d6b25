"""Asked together or alone: everybody gets the same answer, and nobody pays for a neighbour."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select

from api.engine.statement import Statement, statement
from domain.access import Actor, role_at
from domain.errors import Unavailable
from domain.house import House
from domain.postgres import Lanes
from domain.together import FEW, QUICK, Column, Question, Reads, together
from tests.engine.conftest import Library, catalogue_schema, public, said
from tests.engine.library import Shelf, Tome
from tests.engine.test_every_field import documents

MINE = """query($id: ID!, $code: String!) { me { name phone } tome(id: $id) { state donor { name } }
    shelf(code: $code) { tomes { totalCount nodes { id viewerCan } } } }"""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, crowds form."""
    monkeypatch.setattr("domain.together.Question.budget", 1e9)


@pytest.fixture
def library(library: Library) -> Library:
    """Nothing was counted yet."""
    library.house.reads = Reads(library.house.lanes)
    return library


@asynccontextmanager
async def all_lanes_busy(house: House) -> AsyncIterator[None]:
    """Whoever asks meanwhile waits, and goes together when the lanes come back at the end."""
    taken = [await house.lanes.take() for _ in range(house.lanes.size)]
    first = [asyncio.ensure_future(house.reads.ask(Question("SELECT 1", None), ())) for _ in range(FEW)]
    await asyncio.sleep(0)
    yield
    for lane in taken:
        house.lanes.give(lane)
    await asyncio.gather(*first)


async def in_one_crowd(house: House, questions: Sequence[Awaitable[Any]]) -> list[Any]:
    async with all_lanes_busy(house):
        asked = [asyncio.ensure_future(question) for question in questions]
        while sum(len(q.waiting) for q in house.reads.queue) < len(asked):  # noqa: ASYNC110 a cold document is still in the workshop
            await asyncio.sleep(0)
    return await asyncio.gather(*asked, return_exceptions=True)


def number(sql: str = "100 / {n}") -> Question:
    """A question about a number, written by hand."""
    several = together(f"SELECT {sql.format(n='given.n')}", (), [Column("n", "int", False, 0)])
    question = Question(f"SELECT {sql.format(n='$1::int')}", several)
    question.took(0.001)
    return question


async def test_people_of_different_rights_in_one_crowd_get_each_their_own(library: Library) -> None:
    people = [library.patron, library.stranger, Actor(id=library.bob.id, language="zh-Hans"), library.patron]
    asked = [
        (who, {"id": public(tome), "code": code})
        for who in people
        for tome in (library.lost, library.iliad)
        for code in ("A1", "B2")
    ]
    alone = [await library.data(MINE, who, **values) for who, values in asked]
    found = await in_one_crowd(library.house, [library.data(MINE, who, **values) for who, values in asked])
    assert found == alone
    assert library.house.reads.metrics["askers"] == len(asked)
    # Told apart at all: only who gave the lost tome sees it, and everybody sees themselves.
    assert [answer["tome"] is not None for answer in found[::4]] == [True, False, False, True]
    assert [answer["me"] and answer["me"]["name"] for answer in found[::4]] == ["Ann", None, "Bob", "Ann"]


async def test_places_of_a_role_stay_with_whoever_holds_it(library: Library) -> None:
    table = Tome.__table__  # type: ignore[attr-defined]
    low, high = library.low.id, library.high.id
    rule = role_at("community officer", Tome.shelf_id)
    viewer = Actor(id=low, roles={"community officer": frozenset()})
    authors = select(func.coalesce(func.string_agg(table.c.id.cast(Tome.__table__.c.author.type), ","), ""))  # type: ignore[attr-defined]
    one: Statement = statement([authors.where(rule.sql(viewer, table)).scalar_subquery()], {}, ())
    one.question.took(0.001)
    held = [{low}, {high}, set(), {low, high}, {library.ann.id}, {high}]
    arguments = [one.arguments({}, Actor(roles={"community officer": frozenset(at)}).binds()) for at in held]
    alone = [(await library.house.lanes.run(one.sql, given_))[0][0] for given_ in arguments]
    found = await in_one_crowd(library.house, [library.house.reads.ask(one.question, a) for a in arguments])
    assert [record[0] for record in found] == alone
    assert [len(ids.split(",")) if ids else 0 for ids in alone] == [2, 1, 0, 3, 0, 1]
    assert library.house.reads.metrics["crowds"] == 1


@pytest.mark.parametrize(
    ("document", "values"),
    [
        (
            "query($v: [ID!]!) { tomes(filter: {id: {in: $v}}) { nodes { id } } }",
            lambda here: [[], [public(here.iliad)], [public(here.odyssey), public(here.iliad)], [public(here.ann)]],
        ),
        (
            "query($v: [ID!]!) { nodes(ids: $v) { __typename id } }",
            lambda here: [[public(here.low)], [public(here.high)], ["slf_0"], [public(here.low)] * 3],
        ),
        (
            "query($v: String!) { tomes(filter: {author: {contains: $v}}) { totalCount } }",
            lambda _: ["Homer", "'; --", '"\\{},', "%"],
        ),
        ("query($v: Int!) { tomes(filter: {pages: {gt: $v}}) { totalCount } }", lambda _: [1, 499, 500, -(2**31)]),
        ("query($v: Decimal!) { tomes(filter: {rating: {eq: $v}}) { totalCount } }", lambda _: ["4.125", "0.1"]),
        ("query($v: Date!) { tomes(filter: {printed: {eq: $v}}) { totalCount } }", lambda _: ["1900-02-03"] * 2),
        (
            "query($v: DateTime!) { tomes(filter: {addedAt: {gt: $v}}) { totalCount } }",
            lambda _: ["2026-01-01T04:00:30Z", "2000-01-01T00:00:00+08:00"],
        ),
    ],
)
async def test_values_of_every_kind_stay_with_whoever_sent_them(library: Library, document: str, values: Any) -> None:
    given_ = values(library)
    alone = [await library.data(document, v=v) for v in given_]
    assert await in_one_crowd(library.house, [library.data(document, v=v) for v in given_]) == alone
    assert library.house.reads.metrics["askers"] == len(given_)


async def test_every_field_answers_alike_alone_and_together(library: Library) -> None:
    people = [library.patron, library.stranger, Actor(id=library.bob.id)]
    for document in documents(catalogue_schema()):
        alone = [await library.asked(document, who) for who in people]
        assert await in_one_crowd(library.house, [library.asked(document, who) for who in people]) == alone, document
    assert library.house.reads.metrics["crowds"] > 20
    assert library.house.reads.metrics["apart"] == 0


async def test_who_comes_alone_is_asked_alone(library: Library) -> None:
    for _ in range(3):
        await library.data("{ tomes { totalCount } }")
    assert library.house.reads.metrics["crowds"] == 0


async def test_who_come_in_one_turn_of_the_loop_go_together_though_all_lanes_are_free(library: Library) -> None:
    reads, question = library.house.reads, number()
    records = await asyncio.gather(*[reads.ask(question, [n]) for n in (1, 4, 5, 20)])
    assert [record[0] for record in records] == [100, 25, 20, 5]
    assert reads.metrics == {"crowds": 1, "askers": 4, "apart": 0}


async def test_who_follows_somebody_alone_goes_at_once_and_who_follows_a_crowd_waits_for_the_turns_end(
    library: Library,
) -> None:
    reads = library.house.reads

    async def goes_at_once() -> bool:
        asking = asyncio.create_task(reads.ask(number(), [5]))
        await asyncio.sleep(0)
        under_way = reads.busy == 1
        assert (await asking)[0] == 20
        return under_way

    assert [await goes_at_once() for _ in range(3)] == [False, True, True]
    question = number()
    assert [one[0] for one in await asyncio.gather(*(reads.ask(question, [n]) for n in (1, 2, 4)))] == [100, 50, 25]
    assert [await goes_at_once() for _ in range(2)] == [False, True]


async def test_a_value_that_fails_is_its_senders_alone(library: Library) -> None:
    house, question = library.house, number()
    found = await in_one_crowd(house, [house.reads.ask(question, [n]) for n in (1, 0, 5, 10**12)])
    assert (found[0][0], found[2][0]) == (100, 20)
    assert isinstance(found[1], asyncpg.DivisionByZeroError)
    assert isinstance(found[3], asyncpg.DataError), "not even sent"
    assert house.reads.metrics["apart"] == 4


async def test_a_lost_connection_costs_the_neighbours_nothing(library: Library) -> None:
    question = number("CASE {n} WHEN 7 THEN pg_terminate_backend(pg_backend_pid())::int ELSE {n} END")
    house = library.house
    found = await in_one_crowd(house, [house.reads.ask(question, [n]) for n in (1, 7, 3)])
    assert (found[0][0], found[2][0]) == (1, 3)
    assert isinstance(found[1], Unavailable)


async def test_whoever_leaves_takes_nothing_from_the_crowd(library: Library) -> None:
    house, question = library.house, number("(SELECT {n} FROM pg_sleep(0.05))")
    async with all_lanes_busy(house):
        tasks = [asyncio.create_task(house.reads.ask(question, [n])) for n in range(5)]
        await asyncio.sleep(0)
        tasks[1].cancel()  # while they wait
    while not house.reads.tasks:  # noqa: ASYNC110 nothing tells
        await asyncio.sleep(0)
    tasks[2].cancel()  # while they are asked
    found = [await tasks[n] for n in (0, 3, 4)]
    assert [record[0] for record in found] == [0, 3, 4]
    assert tasks[1].cancelled()
    assert tasks[2].cancelled()
    assert house.reads.metrics == {"crowds": 1, "askers": 4, "apart": 0}


async def test_who_leaves_as_a_place_is_given_gives_it_back(library: Library) -> None:
    reads = library.house.reads
    for _ in range(3):
        task = asyncio.create_task(reads.ask(Question("SELECT 1", None), ()))
        while not reads.busy:  # noqa: ASYNC110 nothing tells
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert reads.busy == 0


async def test_who_asks_after_a_write_hears_of_it_though_a_crowd_is_under_way(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.together.GUARD", 60)
    house, question = library.house, number("{n} * (SELECT count(*) FROM shelf, pg_sleep(0.1))")
    question.alone = QUICK / 2  # so that the next crowd waits for this one
    async with all_lanes_busy(house):
        early = [asyncio.create_task(house.reads.ask(question, [n])) for n in (1, 10)]
        await asyncio.sleep(0)
    await library.put(Shelf.new(name=said("New"), code="C3"))
    late = [asyncio.create_task(house.reads.ask(question, [n])) for n in (1, 10)]
    await asyncio.sleep(0)
    assert len(question.waiting) == 2, "while the crowd is under way"
    assert [record[0] for record in await asyncio.gather(*early, *late)] in ([2, 20, 3, 30], [3, 30, 3, 30])


async def test_all_of_an_answer_is_of_one_moment_whatever_is_written_meanwhile(library: Library) -> None:
    document = "{ " + " ".join(f"a{n}: tomes {{ totalCount }}" for n in range(5)) + " }"

    enough = asyncio.Event()

    async def write() -> None:
        while not enough.is_set():
            await library.put(library.tome())

    writer, seen = asyncio.create_task(write()), set[int]()
    for _ in range(30):
        totals = {root["totalCount"] for root in (await library.data(document)).values()}
        assert len(totals) == 1
        seen |= totals
    assert len(seen) > 1, "something was written meanwhile"
    enough.set()
    await writer  # cancelled, it would leave a tome under way to whoever comes next


async def test_leaving_gives_the_place_to_the_next(library: Library) -> None:
    house, question = library.house, Question("SELECT $1::int", None)
    taken = [await house.lanes.take() for _ in range(house.lanes.size)]
    tasks = [asyncio.create_task(house.reads.ask(question, [n])) for n in range(8)]
    await asyncio.sleep(0)
    for task in tasks[:7]:
        task.cancel()
    for lane in taken:
        house.lanes.give(lane)
    assert (await tasks[7])[0] == 7
    assert house.reads.busy == 0


def test_a_quick_question_makes_large_crowds_on_one_lane_and_a_slow_one_small_crowds_on_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.together.Question.budget", 0.004)
    quick, slow, slower = number(), number(), number()
    for question, seconds in ((quick, 0.00001), (slow, 0.001), (slower, 0.01)):
        question.alone = seconds
    assert [q.crowd() for q in (quick, slow, slower)] == [64, 4, 1]
    assert [q.lanes for q in (quick, slow, slower)] == [1, FEW, None]


def test_what_is_not_worth_it_is_left_and_tried_again_some_day() -> None:
    question = number()
    question.alone, question.shared = 0.001, 0.002
    crowds = [question.crowd() for _ in range(200)]
    assert crowds[:50] == [1] * 50
    assert crowds[-1] > 1


async def test_quick_questions_do_not_wait_for_long_ones(database: str) -> None:
    lanes = await Lanes(database).open()
    reads, quick = Reads(lanes), number()
    long = [asyncio.create_task(reads.ask(Question("SELECT pg_sleep(30)", None), ())) for _ in range(FEW)]
    await asyncio.sleep(0)
    assert (await asyncio.wait_for(reads.ask(quick, [5]), 10))[0] == 20
    for task in long:
        task.cancel()
    await asyncio.gather(*long, return_exceptions=True)
    await lanes.close()


async def test_neither_writers_nor_readers_starve_the_others(database: str) -> None:
    lanes = await Lanes(database).open()
    reads = Reads(lanes)

    async def write() -> None:
        async with lanes.hold() as lane:
            await lane.run("SELECT pg_sleep(30)")

    async def until_busy(n: int) -> None:
        while lanes.size - len(lanes.free) < n:  # noqa: ASYNC110 nothing tells
            await asyncio.sleep(0)

    writers = [asyncio.create_task(write()) for _ in range(2 * lanes.size)]
    await until_busy(lanes.shared)
    assert (await asyncio.wait_for(reads.ask(number(), [5]), 10))[0] == 20
    for task in writers:
        task.cancel()
    await asyncio.gather(*writers, return_exceptions=True)

    question = Question("SELECT pg_sleep(30)", None)
    question.took(30)
    readers = [asyncio.create_task(reads.ask(question, ())) for _ in range(2 * lanes.size)]
    await until_busy(lanes.shared)
    async with asyncio.timeout(10), lanes.hold() as lane:
        assert (await lane.run("SELECT 1"))[0][0] == 1
    for task in readers:
        task.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    assert len(lanes.free) == lanes.size
    await lanes.close()
