"""Which rows are the benchmarks run on? A database of their own, filled by sets and analysed."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from domain.postgres import connect

HERE = Path(__file__).parent
STREETS = 20


def sizes(scale: float) -> dict[str, int]:
    """How many rows of each kind; a scale of 1 is a city district's year."""

    def many(full: int) -> int:
        return max(STREETS, round(full * scale / STREETS) * STREETS)

    shifts = many(50_000)
    return {
        "streets": STREETS,
        "communities": 200 if scale >= 0.1 else STREETS,
        "organizations": many(1_000),
        "plans": many(10_000),
        "volunteers": many(100_000),
        "shifts": shifts,
        "held": shifts * 4 // 5,
        "signups": shifts * 10,
        "served": shifts * 8,
        "entries": shifts * 20,
    }


async def fill(address: str, scale: float) -> None:
    """Fill the tables of a migrated database."""
    number = sizes(scale)
    script = re.sub(r"(?<!:):(\w+)", lambda found: str(number[found[1]]), (HERE / "data.sql").read_text())
    async with plain(address) as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(script)
        await connection.execute((HERE / "peer.sql").read_text())
        await connection.execute("VACUUM ANALYZE")


@asynccontextmanager
async def plain(address: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await connect(address)
    try:
        yield connection
    finally:
        await connection.close()
