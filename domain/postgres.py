"""Lanes: a few connections, each remembering what it has prepared.

asyncpg's own pool resets every connection that comes back, which is one more round trip.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import orjson

from domain.errors import TooSlow, Unavailable

Run = Callable[[str, Sequence[Any]], Awaitable[list[Any]]]

SECONDS = 10
"""For one statement, and for a transaction to do something."""

PATIENCE = {
    "application_name": "sanshe",
    "statement_timeout": f"{SECONDS}s",
    "lock_timeout": "8s",
    "idle_in_transaction_session_timeout": f"{SECONDS}s",
    "timezone": "UTC",
    "jit": "off",
}
PREPARED = 500

GONE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncio.TimeoutError,
)


async def connect(dsn: str, **settings: str) -> "asyncpg.Connection[Any]":
    """A connection with our patience and JSON read as data."""
    try:
        connection: asyncpg.Connection[Any] = await asyncpg.connect(
            dsn, server_settings={**PATIENCE, **settings}, timeout=5
        )
    except (*GONE, asyncpg.InvalidCatalogNameError) as gone:
        raise Unavailable("The database cannot be reached.") from gone
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda value: orjson.loads(value[1:]),
        format="binary",
    )
    return connection


class Lane:
    """One connection; a bounded number of prepared statements, the least used forgotten first."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self.connection = connection
        self.prepared: OrderedDict[str, Any] = OrderedDict()

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        try:
            statement = self.prepared.get(sql)
            if statement is None:
                statement = self.prepared[sql] = await self.connection.prepare(sql)
                if len(self.prepared) > PREPARED:
                    self.prepared.popitem(last=False)
            else:
                self.prepared.move_to_end(sql)
            rows: list[Any] = await statement.fetch(*args)
            return rows
        except asyncpg.InvalidCachedStatementError:  # a migration passed by: prepare afresh at the next try
            self.prepared.clear()
            raise
        except asyncpg.DataError:  # an argument that is no value of its type: ours to refuse, not a lost connection
            raise
        except (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError) as slow:
            raise TooSlow("The database took longer than is allowed.") from slow
        except GONE as gone:
            self.connection.terminate()
            raise Unavailable("The database hung up.") from gone

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """What is run within holds together; it falls back if it does not end well."""
        try:
            await self._say("BEGIN")
            yield
            await self._say("COMMIT")
        except Exception:
            try:
                await self.connection.execute("ROLLBACK")
            except Exception:  # a lane that cannot even fall back is of no use to the next
                self.connection.terminate()
            raise

    async def _say(self, word: str) -> None:
        try:
            await self.connection.execute(word)
        except GONE as gone:
            self.connection.terminate()
            raise Unavailable("The database hung up.") from gone


class Lanes:
    """As many lanes as the database has cores, about; whoever finds none free waits in line.

    Neither those who are lent one nor those who read (`together`) take more than `shared`: neither starves the other.
    """

    def __init__(self, dsn: str, size: int = 6) -> None:
        self.dsn, self.size = dsn, size
        self.shared = size - size // 3
        self.writers = asyncio.Semaphore(self.shared)
        self.free: list[Lane | None] = [None] * size  # None: a place for a connection that is yet to be made
        self.queue: deque[asyncio.Future[Lane | None]] = deque()
        self.to_borrow = 0
        """Those who wait to be lent one, and are not in the queue yet."""

    @property
    def awaited(self) -> int:
        """How many wait for a lane."""
        return len(self.queue) + self.to_borrow

    async def open(self) -> "Lanes":
        self.free = [Lane(await connect(self.dsn)) for _ in range(self.size)]
        return self

    async def close(self) -> None:
        for lane in self.free:
            if lane and not lane.connection.is_closed():
                with suppress(*GONE):  # it hung up first
                    await lane.connection.close(timeout=2)

    async def take(self) -> Lane:
        if self.free:
            lane = self.free.pop()
        else:
            turn: asyncio.Future[Lane | None] = asyncio.get_running_loop().create_future()
            self.queue.append(turn)
            try:
                lane = await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self.give(turn.result())
                raise
        if lane and not lane.connection.is_closed():
            return lane
        try:
            return Lane(await connect(self.dsn))
        except BaseException:
            self.give(None)
            raise

    def give(self, lane: Lane | None) -> None:
        while self.queue:
            if not (turn := self.queue.popleft()).done():
                turn.set_result(lane)
                return
        self.free.append(lane)

    def lend(self) -> "Loan":
        return Loan(self)

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[Lane]:
        """A lane and one transaction on it, which falls back if it does not end well."""
        async with self.lend() as lane, lane.transaction():
            yield lane

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        lane = await self.take()
        try:
            return await lane.run(sql, args)
        except BaseException as error:
            _if_interrupted(error, lane)
            raise
        finally:
            self.give(lane)


class Loan:
    """A lane for a while, each statement in a transaction of its own."""

    __slots__ = ("lane", "lanes")

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes

    async def __aenter__(self) -> Lane:
        self.lanes.to_borrow += 1
        try:
            await self.lanes.writers.acquire()
        finally:
            self.lanes.to_borrow -= 1
        try:
            self.lane = await self.lanes.take()
        except BaseException:
            self.lanes.writers.release()
            raise
        return self.lane

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        _if_interrupted(error, self.lane)
        self.lanes.give(self.lane)
        self.lanes.writers.release()


def _if_interrupted(error: BaseException | None, lane: Lane) -> None:
    """What somebody left in the middle of a statement is of no use to the next."""
    if error and not isinstance(error, Exception):
        lane.connection.terminate()
