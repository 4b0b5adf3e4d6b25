"""Documents never seen before are made ready in bounded work, while everybody else is answered."""

import asyncio
from functools import partial
from threading import Event
from time import perf_counter, sleep

import psutil
import pytest

from api.engine.plan import LONG
from api.engine.workshop import WAITING, Busy, Workshop
from tests.engine.conftest import Library

WARM = "{ tomes(first: 1) { nodes { id } } }"


def hostile(n: int) -> str:
    """As large as is allowed, and different from every other: fields that must be compared with each other."""
    fields = " ".join("shelf { tomes { nodes { id pages author } } }" for _ in range(60))
    return f"query q{n} {{ tomes {{ nodes {{ {fields} {'id ' * 250} }} }} }}"


async def test_a_flood_of_cold_documents_leaves_the_warm_ones_fast_and_memory_bounded(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.engine.workshop.WAITING", 8)
    await library.data(WARM)
    process = psutil.Process()
    before = process.memory_info().rss

    async def flood(n: int) -> bool:
        try:
            return "errors" not in await library.asked(hostile(n))
        except Busy:
            return False

    cold = [asyncio.create_task(flood(n)) for n in range(200)]
    waits = []
    while not all(task.done() for task in cold):
        begun = perf_counter()
        await library.data(WARM)
        waits.append(perf_counter() - begun)
        await asyncio.sleep(0.01)
    answered = sum([await task for task in cold])
    workshop = library.engine.metrics["workshop"]
    assert 4 <= answered <= 8  # half of the places are one asker's, and each is made in two steps
    assert workshop["refused"] == len(cold) - answered
    assert workshop["waiting"] == 0
    # One of them alone takes longer than this; on the loop, all of them would have been waited for.
    assert sorted(waits)[len(waits) // 2] < workshop["longest_seconds"] / 2
    assert process.memory_info().rss - before < 100_000_000


async def test_what_many_ask_for_at_once_is_made_once(library: Library) -> None:
    texts = [f'{{ shelf(code: "{n}") {{ id }} }}' for n in range(20)]
    found = await asyncio.gather(*(library.data(text) for text in texts * 3))
    assert found == [{"shelf": None}] * 60
    planner = library.engine.planner
    assert len(planner.plans) == len(planner.reader.documents) == 1
    assert planner.reader.documents.counters.evictions == 0


async def test_texts_of_one_form_with_different_faults_are_each_told_theirs(library: Library) -> None:
    days = ["2026-01-01", "today", "tomorrow"]
    asked = [library.asked(f'{{ tomes(filter: {{printed: {{eq: "{day}"}}}}) {{ totalCount }} }}') for day in days]
    good, today, tomorrow = await asyncio.gather(*asked)
    assert good["data"] == {"tomes": {"totalCount": 0}}
    assert "today" in str(today)
    assert "tomorrow" not in str(today)
    assert "tomorrow" in str(tomorrow)


async def test_texts_of_one_form_that_come_together_keep_their_own_values(library: Library) -> None:
    asked = [library.data(f"query($n: Int = {n}) {{ tomes(first: $n) {{ nodes {{ id }} }} }}") for n in range(3)]
    assert [len(found["tomes"]["nodes"]) for found in await asyncio.gather(*asked)] == [0, 1, 2]


async def test_whoever_leaves_takes_nothing_from_the_others(library: Library) -> None:
    impatient, patient = (asyncio.create_task(library.data(hostile(1))) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert len((await patient)["tomes"]["nodes"]) == 2
    assert library.engine.metrics["texts"]["entries"] == 1


async def test_the_kind_of_a_cold_document_is_found_away_from_the_loop(library: Library) -> None:
    looking = asyncio.create_task(library.engine.kind_of(hostile(1), None, library.stranger))
    turns = 0
    while not looking.done():
        await asyncio.sleep(0)
        turns += 1
    assert await looking == "query"
    assert turns > 5


async def test_a_long_text_is_not_gone_through_on_the_loop(library: Library) -> None:
    document = '{ shelf(code: "A1") { code } }' + "#" * LONG
    for _ in range(2):
        assert await library.data(document) == {"shelf": {"code": "A1"}}
    assert library.engine.metrics["documents"]["entries"] == 0
    assert library.engine.metrics["texts"]["entries"] == 1


async def test_more_than_may_wait_are_told_to_come_again() -> None:
    workshop = Workshop()
    kept: list[int] = []

    def work(n: int) -> int:
        sleep(0.001)
        return n

    first = [asyncio.create_task(workshop.make(n, n, partial(work, n), kept.append)) for n in range(WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await workshop.make("somebody", "one more", lambda: 0, kept.append)
    assert await workshop.make("somebody", 3, lambda: -1, kept.append) == 3, "what is under way can still be waited for"
    assert [await task for task in first] == kept == list(range(WAITING))
    assert await workshop.make("somebody", "now", lambda: 7, kept.append) == 7
    assert workshop.metrics["refused"] == 1


async def test_nobody_takes_all_places_and_each_who_comes_finds_some() -> None:
    workshop = Workshop()

    async def places(asker: str) -> int:
        """How many of as many works as there are places come through."""
        works = [asyncio.create_task(workshop.make(asker, (asker, n), int, id)) for n in range(WAITING)]
        under_way.extend(works)
        await asyncio.sleep(0)
        return len(works) - sum(task.done() and isinstance(task.exception(), Busy) for task in works)

    gate, under_way = Event(), [asyncio.create_task(workshop.make("first", "gate", lambda: int(gate.wait(9)), id))]
    await asyncio.sleep(0)
    try:
        first = 1 + await places("first")
        assert first == WAITING // 2
        second = await places("second")
        assert second == WAITING // 4
        assert await places("third") > 0
    finally:
        gate.set()
        await asyncio.gather(*under_way, return_exceptions=True)
    assert workshop.metrics["waiting"] == 0
    assert await places("first") == WAITING // 2, "what is made takes no place any longer"
    await asyncio.gather(*under_way, return_exceptions=True)


async def test_what_fails_in_the_workshop_fails_for_whoever_asked_and_for_nobody_later() -> None:
    workshop = Workshop()

    def fail() -> int:
        raise ValueError("no")

    failed = await asyncio.gather(*(workshop.make(n, "x", fail, len) for n in range(3)), return_exceptions=True)
    assert [type(e) for e in failed] == [ValueError] * 3
    assert await workshop.make(0, "x", lambda: "well", len) == "well"
