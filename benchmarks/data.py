"""Which rows are the benchmarks run on? A database of their own, filled by sets and analysed."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from benchmarks.operations import Operation
from domain.postgres import connect

HERE = Path(__file__).parent
STREETS = 20
NEWCOMERS = 400
"""Volunteers who have never served: the people who sign up while it is measured."""


def sizes(scale: float) -> dict[str, int]:
    """How many rows of each kind; a scale of 1 is a city district's year."""

    def many(full: int) -> int:
        return max(STREETS, round(full * scale / STREETS) * STREETS)

    shifts = many(50_000)
    return {
        "streets": STREETS,
        "communities": many(200),
        "organizations": many(1_000),
        "plans": many(10_000),
        "volunteers": many(100_000),
        "newcomers": NEWCOMERS,
        "shifts": shifts,
        "held": shifts * 4 // 5,
        "signups": shifts * 10,
        "served": shifts * 8,
        "entries": shifts * 20,
    }


def numbered(sql: str, scale: float) -> str:
    """The statement with the sizes in place of `:names`."""
    number = sizes(scale)
    return re.sub(r"(?<!:):(\w+)", lambda found: str(number[found[1]]), sql)


async def fill(address: str, scale: float) -> None:
    """Fill the tables of a migrated database."""
    async with plain(address) as connection:
        await connection.execute(numbered((HERE / "data.sql").read_text(), scale))
        await connection.execute((HERE / "peers" / "peers.sql").read_text())
        await connection.execute("VACUUM ANALYZE")


async def undo(address: str, scale: float, operation: Operation) -> int:
    """Back to how it was filled; return how many times the operation had been carried out since."""
    async with plain(address) as connection:
        done = await connection.execute(numbered(operation.undo, scale))
        await connection.execute("TRUNCATE deed, link, answer")
        await connection.execute(f"VACUUM ANALYZE {', '.join(operation.wrote)}")
    return int(done.split()[-1])


@asynccontextmanager
async def plain(address: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await connect(address, statement_timeout="0")
    try:
        yield connection
    finally:
        await connection.close()
