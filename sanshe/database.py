"""Which database a command works on: the one DATABASE_URL names, or the embedded one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from api.settings import Settings
from sanshe import embedded
from sanshe.trouble import Trouble

OLDEST = 15


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Its address; the embedded one runs at least as long as this is open."""
    if settings.database_url is None:
        with embedded.running(settings.data_dir) as address:
            yield address
    else:
        address = settings.database_url.get_secret_value()
        asyncio.run(_demand_a_version(address))
        yield address


@asynccontextmanager
async def connection(address: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """One plain connection; a database that is not there is said in a sentence."""
    try:
        connected: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(address, timeout=10)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        raise unreachable(problem) from problem
    try:
        yield connected
    finally:
        await connected.close()


def unreachable(problem: Exception) -> Trouble:
    """What to say when there is no way to the database. The address stays unsaid, for it holds a password."""
    reason = str(problem).strip() or type(problem).__name__
    return Trouble(
        f"The database cannot be reached: {reason}. Check DATABASE_URL and that the server runs.",
        "无法连接数据库，请检查 DATABASE_URL 及数据库服务。",
    )


async def _demand_a_version(address: str) -> None:
    async with connection(address) as connected:
        if (found := connected.get_server_version().major) < OLDEST:
            raise Trouble(
                f"PostgreSQL {found} is too old; Sanshe needs {OLDEST} or newer.",
                f"PostgreSQL {found} 版本过低，需要 {OLDEST} 或更高版本。",
            )
