"""The benchmarks can be run: their rows load, and what they ask is answered. How fast is no test's business."""

import pytest
from graphql import parse, validate

from api.schema import schema
from benchmarks.data import fill, forget_signups, plain, sizes
from benchmarks.operations import OPERATIONS, SIGN_UP, Operation
from benchmarks.requests import draw
from benchmarks.same import difference

TINY = 0.001


@pytest.fixture
async def town(database: str) -> str:
    await fill(database, TINY)
    return database


async def test_there_are_as_many_rows_as_said(town: str) -> None:
    number = sizes(TINY)
    async with plain(town) as connection:
        for table, kind in {"shift": "shifts", "signup": "signups", "hour_entry": "entries"}.items():
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == number[kind]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.floor], ids=lambda operation: operation.name)
async def test_the_hand_written_sql_finds_what_is_asked_for(town: str, operation: Operation) -> None:
    viewer, *values = (await draw(town, TINY, operation))[0].values()
    assert viewer
    async with plain(town) as connection:
        assert await connection.fetchval(operation.floor, *values)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_schema_knows_what_is_asked_of_the_service(operation: Operation) -> None:
    assert validate(schema().graphql, parse(operation.service)) == []


async def test_signups_that_were_measured_are_forgotten(town: str) -> None:
    _, *values = (await draw(town, TINY, SIGN_UP))[0].values()
    async with plain(town) as connection:
        await connection.fetchval(SIGN_UP.floor, *values)
        assert await forget_signups(town, TINY) == 1
        assert await connection.fetchval("SELECT count(*) FROM signup") == sizes(TINY)["signups"]
        assert await connection.fetchval("SELECT max(taken) FROM shift") == 10


def test_a_difference_is_told_by_its_place() -> None:
    assert difference({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == "answer.a.1.b: 2 and 3"
