"""What has just been done, for the subscriptions of this process: one reader along the chain of deeds.

NOTIFY only wakes the reader; what happened stands in the chain, so nothing is missed when a notification is.
"""

import asyncio
from asyncio import Queue, QueueFull
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from domain import history
from domain.errors import Unavailable
from domain.postgres import GONE, Lanes, connect

IDLE = 3
"""Seconds after which the reader looks by itself."""

BEHIND = 1000
"""Deeds that a follower may be behind before it is let go."""


class FellBehind(Exception):
    """The follower was too slow for what happens; let it begin anew."""


class News:
    """Deeds in the chain's order, to all who follow."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.woken = asyncio.Event()
        self.cursor = 0
        self.followers: set[Queue[Any]] = set()

    async def follow(self) -> AsyncGenerator[Any]:
        """The deeds that are linked from now on."""
        queue: Queue[Any] = Queue(BEHIND)
        if not self.followers:
            head = await history.head(self.lanes.run)
            if not self.followers:  # somebody else may have come first meanwhile, who must miss nothing
                self.cursor = head
        self.followers.add(queue)
        try:
            while (deed := await queue.get()) is not None:
                yield deed
            raise FellBehind
        finally:
            self.followers.discard(queue)

    async def read(self) -> None:
        """Listen and deliver until the connection is lost."""
        connection = await connect(self.lanes.dsn)
        try:
            await connection.add_listener(history.CHANNEL, lambda *_: self.woken.set())
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE):
                        await self.woken.wait()
                self.woken.clear()
                await self._deliver()
                await connection.execute("SELECT 1", timeout=IDLE)  # is it still there?
        except GONE as gone:
            raise Unavailable("The database hung up.") from gone
        finally:
            connection.terminate()

    async def _deliver(self) -> None:
        while self.followers and (deeds := await history.since(self.lanes.run, self.cursor)):
            self.cursor = deeds[-1]["no"]
            for queue in list(self.followers):
                self._hand_over(queue, deeds)

    def _hand_over(self, queue: "Queue[Any]", deeds: list[Any]) -> None:
        try:
            for deed in deeds:
                queue.put_nowait(deed)
        except QueueFull:
            self.followers.discard(queue)
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(None)
