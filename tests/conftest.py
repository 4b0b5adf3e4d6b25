"""`house`: a fresh database with all tables and the law's numbers; `clock` moves its time."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from subprocess import PIPE

import asyncpg
import pytest
from alembic.command import stamp
from alembic.config import Config
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement, MetaData

import domain.rooms  # noqa: F401
from domain.accounts import changes as access
from domain.columns import Table
from domain.hours import summing
from domain.house import House
from domain.postgres import Lanes, connect
from domain.regulations import changes as regulations
from domain.rules import load_pack
from domain.work import DIALECT
from sanshe.migrating import ROOT
from tests.programmes.neighbourhood import Neighbourhood

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
"""Noon in Beijing on a Monday."""


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: many tests wait, for a clock, a browser or a server that starts."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of the test's own, in which PostgreSQL can run as another user.

    pytest's folders are closed to other users each time that another run of pytest begins.
    """
    with tempfile.TemporaryDirectory(prefix="sanshe", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a PostgreSQL of the tests' own, which goes away with them, even when they are killed.

    Of several workers each has its own: tests may end everybody's connections.
    """
    keeper = [sys.executable, "-m", "tests.keeper"]
    with subprocess.Popen(keeper, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()


def named(address: str, database: str) -> str:
    """The address of another database of the same server."""
    server, _, options = address.partition("?")
    return f"{server.rpartition('/')[0]}/{database}?{options}"


def ddl(metadata: MetaData) -> list[str]:
    tables = metadata.sorted_tables
    things: list[ExecutableDDLElement] = [CreateTable(t) for t in tables]
    things += [CreateIndex(i) for t in tables for i in sorted(t.indexes, key=lambda i: str(i.name))]
    return [str(thing.compile(dialect=DIALECT)) for thing in things]


async def say(address: str, *statements: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def copied(template: str, name: str) -> str:
    """The address of a new copy of the template; made anew if a module's tests are run in several parts."""
    create = f"CREATE DATABASE {name} TEMPLATE template_town STRATEGY file_copy"
    await say(template, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", create)
    return named(template, name)


async def furnish(address: str) -> None:
    """Make an empty database what `sanshe migrate` would, straight from the models."""
    await say(address, *ddl(Table.metadata), *access.TRIGGERS, *regulations.TRIGGERS, *summing.TRIGGERS)
    connection = await connect(address)
    await load_pack(lambda sql, args: connection.fetch(sql, *args))
    await connection.close()
    configuration = Config(toml_file=ROOT / "pyproject.toml")
    configuration.attributes["address"] = address
    await asyncio.to_thread(stamp, configuration, "head")


@pytest.fixture(scope="session")
async def template(cluster: str) -> str:
    """A database with all tables and the law's numbers, from which each test's own is copied."""
    await say(
        cluster,
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET full_page_writes = off",
        "ALTER SYSTEM SET max_wal_size = '4GB'",
        "SELECT pg_reload_conf()",
        "CREATE DATABASE template_town",
    )
    await furnish(named(cluster, "template_town"))
    return cluster


numbers = count(1)


@asynccontextmanager
async def town(template: str) -> AsyncIterator[str]:
    """The address of a new database, for as long as it is needed."""
    name = f"town_{next(numbers)}"
    yield await copied(template, name)
    await say(template, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(template: str) -> AsyncIterator[str]:
    """The address of a database of the test's own."""
    async with town(template) as address:
        yield address


class Clock:
    """The time in the house, which stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(database: str, clock: Clock) -> AsyncIterator[House]:
    lanes = await Lanes(database, size=8).open()
    yield await House(lanes, clock).open()
    await lanes.close()


@pytest.fixture
async def here(house: House) -> Neighbourhood:
    return await Neighbourhood(house).settle()
