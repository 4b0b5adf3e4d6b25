"""What goes on by itself while the house serves: linking deeds, telling of them, reading rules and news, the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from api.http.problems import problem_of
from domain import history
from domain.errors import Unavailable
from domain.house import House
from domain.notifications.gathering import gather
from domain.notifications.telling import begin, tell
from domain.postgres import GONE, connect
from domain.regulations.changes import CHANNEL

log = structlog.get_logger()

AGAIN = 1.0
"""Seconds to wait after something went wrong."""


async def forever(name: str, task: Callable[[], Awaitable[object]]) -> None:
    """Carry out the task again and again; while the database is away, wait for it."""
    away = False
    while True:
        try:
            await task()
        except Unavailable:
            if not away:
                log.warning("waiting for the database", task=name)
            away = True
            await asyncio.sleep(AGAIN)
        except Exception as error:
            problem_of(error)
            await asyncio.sleep(AGAIN)
        else:
            away = False


class Rulebook:
    """Keeps the house's book of rules as it stands: triggers tell of every change (domain/regulations/changes.py)."""

    ANYWAY = 30.0
    """Seconds after which it is read even if nobody told anything."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.told = asyncio.Event()

    async def keep(self) -> None:
        """Listen until the connection is lost."""
        connection = await connect(self.house.lanes.dsn)
        try:
            await connection.add_listener(CHANNEL, lambda *_: self.told.set())
            connection.add_termination_listener(lambda _: self.told.set())
            while not connection.is_closed():
                self.told.clear()
                await self.house.refresh()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.ANYWAY):
                        await self.told.wait()
        except GONE as gone:
            raise Unavailable("The database hung up.") from gone
        finally:
            connection.terminate()


class Teller:
    """Tells people of what was done: looks along the chain now and then, as whoever links may be another process."""

    IDLE = 1.0

    def __init__(self, house: House) -> None:
        self.house = house

    async def tell(self) -> None:
        """One round: all there is to tell, then a pause."""
        await begin(self.house)
        while await tell(self.house):
            pass
        while await gather(self.house):
            pass
        await asyncio.sleep(self.IDLE)


class Linker:
    """Links what has settled: soon after each commit of this process, and now and then for those of others."""

    SOONEST = 0.1
    LATEST = 2.0

    def __init__(self, house: House) -> None:
        self.house = house
        self.wanted = asyncio.Event()
        house.after_commit = self.wanted.set

    async def link(self) -> None:
        """One round: wait until there may be something, and link all there is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.LATEST):
                await self.wanted.wait()
        self.wanted.clear()
        while await history.link_settled(self.house.lanes, self.house.era) == history.BATCH:
            pass
        await asyncio.sleep(self.SOONEST)
