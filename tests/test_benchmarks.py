"""The benchmarks can be run: their rows load, and what they ask is answered. How fast is no test's business."""

import importlib
import json
import re

import pytest
from graphql import parse, validate

from api.schema import schema
from benchmarks import day, profile, same
from benchmarks.data import fill, plain, sizes, undo
from benchmarks.load import Sample
from benchmarks.operations import OPERATIONS, SIGN_UP, Operation
from benchmarks.report import Results
from benchmarks.requests import draw
from benchmarks.same import difference

TINY = 0.001
DAY = (*day.DEEDS, *day.REPORTS)
BY_HAND = [operation for operation in OPERATIONS if operation.floor]


@pytest.fixture
async def town(database: str) -> str:
    await fill(database, TINY)
    return database


async def test_there_are_as_many_rows_as_said(town: str) -> None:
    number = sizes(TINY)
    async with plain(town) as connection:
        for table, kind in {"shift": "shifts", "signup": "signups", "hour_entry": "entries"}.items():
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == number[kind]


@pytest.mark.parametrize("operation", BY_HAND, ids=lambda operation: operation.name)
async def test_the_hand_written_sql_finds_what_is_asked_for(town: str, operation: Operation) -> None:
    viewer, *values = (await draw(town, TINY, operation))[0].values()
    assert viewer
    async with plain(town) as connection:
        assert await connection.fetchval(operation.floor, *values)


@pytest.mark.parametrize("operation", [*OPERATIONS, *DAY], ids=lambda operation: operation.name)
def test_the_schema_knows_what_is_asked_of_the_service(operation: Operation) -> None:
    assert validate(schema().graphql, parse(operation.service)) == []


@pytest.mark.parametrize("operation", BY_HAND, ids=lambda operation: operation.name)
async def test_the_idiomatic_peer_tells_what_the_hand_written_sql_tells(
    town: str, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", town)
    monkeypatch.setenv("LANES", "2")
    peer = importlib.reload(importlib.import_module("benchmarks.peers.with_dataloaders"))
    for _, *values in [row.values() for row in (await draw(town, TINY, operation))[:3]]:
        names = re.findall(r"\$(\w+):", operation.strawberry)
        variables = {name: str(value) for name, value in zip(names, values, strict=True)}
        told = await peer.schema.execute(operation.strawberry, variables, context_value={"loaders": peer.Loaders()})
        async with plain(town) as connection:
            if operation.writes:
                await undo(town, TINY, operation)
            by_hand = json.loads(await connection.fetchval(operation.floor, *values))
            if operation.writes:
                await undo(town, TINY, operation)
        assert told.errors is None
        assert same.plain(told.data) == {operation.root: same.plain(by_hand)}
    await peer.Session.kw["bind"].dispose()


async def test_signups_that_were_measured_are_forgotten(town: str) -> None:
    _, *values = (await draw(town, TINY, SIGN_UP))[0].values()
    async with plain(town) as connection:
        await connection.fetchval(SIGN_UP.floor, *values)
        assert await undo(town, TINY, SIGN_UP) == 1
        assert await connection.fetchval("SELECT count(*) FROM signup") == sizes(TINY)["signups"]
        assert await connection.fetchval("SELECT max(taken) FROM shift") == 10


@pytest.mark.parametrize("operation", DAY, ids=lambda operation: operation.name)
async def test_on_a_day_of_service_there_is_something_to_do_or_to_read(town: str, operation: Operation) -> None:
    await day.begin(town, TINY)
    viewer, *values = (await draw(town, TINY, operation))[0].values()
    assert viewer
    assert values
    assert not operation.writes or await undo(town, TINY, operation) == 0


def test_a_difference_is_told_by_its_place() -> None:
    assert difference({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == "answer.a.1.b: 2 and 3"


def test_what_a_peer_lists_plainly_compares_with_a_page() -> None:
    page = {"edges": [{"node": {"id": 1}}], "pageInfo": {"hasNextPage": False}}
    assert same.rows({"data": {"page": page}}) == {"data": {"page": [{"id": 1}]}}


def sample(rps: float, p50: float = 1, memory: float = 100) -> Sample:
    return Sample(100, rps, p50, 9, 50, 20, memory, 0, "")


def told(results: Results, heading: str) -> str:
    return next(section for section in results.sections() if section.startswith(f"## {heading}"))


@pytest.mark.parametrize(("postgraphile", "floor"), [(100, 500), (200, 300)])
def test_a_target_is_missed_when_one_of_its_ratios_is(postgraphile: float, floor: float) -> None:
    results = Results()
    for server, rps in {"service": 400, "floor": floor, "PostGraphile": postgraphile}.items():
        results.samples[16, "Q1", server] = [sample(rps)]
    assert "**not reached**" in told(results, "Targets").splitlines()[4]


def test_a_target_is_reached_by_the_median_of_the_rounds() -> None:
    results = Results()
    results.samples[16, "Q1", "service"] = [sample(10), sample(400), sample(401)]
    results.samples[16, "Q1", "floor"] = results.samples[16, "Q1", "PostGraphile"] = [sample(100)]
    line = "| Q1 | 16 | 4.0 | 4.00 | 1.00 | 4.00 | – | – | reached |"
    assert line in told(results, "Targets")


def test_memory_is_the_service_s_highest() -> None:
    results = Results()
    for server in ("service", "floor", "PostGraphile"):
        results.samples[16, "Q1", server] = [sample(1)]
    results.samples[64, "Q1", "service"] = [sample(1, memory=151)]
    assert "under load: 151 MB, at most 150 wanted: **not reached**" in told(results, "Targets")


def test_growth_compares_the_medians_of_answer_times() -> None:
    results = Results()
    results.growth["Q1"][0.1], results.growth["Q1"][1.0] = [sample(1, p50=2)], [sample(1, p50=3.2)]
    assert "| 1.60 | **not reached** |" in told(results, "Growth")


@pytest.mark.parametrize(("p50", "said"), [(50, "reached"), (51, "**not reached**")])
def test_a_report_is_judged_by_how_long_one_who_asks_alone_waits(p50: float, said: str) -> None:
    results = Results()
    results.day[day.OF_A_DISTRICT.name, 1] = [sample(1, p50=p50)]
    results.day[day.OF_A_DISTRICT.name, 16] = [sample(1, p50=500)]
    alone, many = told(results, "A day").splitlines()[-2:]
    assert alone.endswith(f"| {said} |")
    assert many.endswith("| – |")


def test_time_counts_for_the_innermost_module_that_is_somebody_s() -> None:
    root, packages = profile.ROOT, "/somewhere/site-packages"
    engine = f"execute ({root}/api/engine/run.py:148)"
    driver = f"fetch ({packages}/asyncpg/prepared_stmt.py:176)"
    assert profile.by_module(
        [
            f"run (/lib/python3/asyncio/runners.py:118);{engine};join (/lib/python3/posixpath.py:1) 3",
            f"{engine};{driver} 2",
            "_worker (/lib/python3/concurrent/futures/thread.py:81) 7",
        ]
    ) == {"api/engine": 3, "asyncpg": 2}
