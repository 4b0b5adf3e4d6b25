"""What goes on by itself while the house serves: linking deeds, reading news, the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from api.http.problems import problem_of
from domain import history
from domain.errors import Unavailable
from domain.house import House

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
            await asyncio.wait_for(self.wanted.wait(), self.LATEST)
        self.wanted.clear()
        while await history.link_settled(self.house.lanes, self.house.era) == history.BATCH:
            pass
        await asyncio.sleep(self.SOONEST)
