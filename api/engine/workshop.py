"""Where is work done that takes long? In one thread, away from the loop, which answers everybody else meanwhile.

The same work asked for by many is done once. So many may wait and no more: who comes then is told to come again. Nobody
may have more works waiting than places are free: one asker alone takes half of them at most, two a third each, and so
on, so that one who floods leaves places to the others.
"""

import asyncio
import sys
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, TypeVar

from domain.errors import Unavailable

Made = TypeVar("Made")

WAITING = 32
"""Works under way or waiting, at most."""

BREATH = 0.0005
"""Seconds after which the thread lets the loop go on: Python's own 5 ms would be felt by every request."""


class Busy(Unavailable):
    """Too much waits to be made: nothing was done, come again."""


class Workshop:
    """Makes one thing at a time. What is made goes to whoever asked, and before that to `keep`, on the loop."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1, "workshop")
        self.under_way: dict[Hashable, tuple[Hashable, asyncio.Task[Any]]] = {}
        """Whose it is, and the work, by its key."""
        self.seconds = self.longest = 0.0
        self.refused = 0
        sys.setswitchinterval(BREATH)

    @property
    def metrics(self) -> dict[str, float]:
        return {"waiting": len(self.under_way), "longest_seconds": self.longest, "refused": self.refused}

    async def make(self, asker: Hashable, key: Hashable, work: Callable[[], Made], keep: Callable[[Made], Any]) -> Made:
        """What `work` returns or raises; if that is being made for somebody else already, the same.

        Whoever asked may leave: the others get theirs. Raises Busy.
        """
        _, task = self.under_way.get(key, (None, None))
        if task is None:
            own = sum(whose == asker for whose, _ in self.under_way.values())
            if own >= WAITING - len(self.under_way):
                self.refused += 1
                raise Busy("Too many new documents at once.")
            task = asyncio.create_task(self._make(key, work, keep))
            self.under_way[key] = asker, task
        return await asyncio.shield(task)

    async def _make(self, key: Hashable, work: Callable[[], Made], keep: Callable[[Made], Any]) -> Made:
        try:
            made = await asyncio.get_running_loop().run_in_executor(self.thread, self._timed, work)
            keep(made)
            return made
        finally:
            del self.under_way[key]

    def _timed(self, work: Callable[[], Made]) -> Made:
        begun = perf_counter()
        try:
            return work()
        finally:
            took = perf_counter() - begun
            self.seconds, self.longest = self.seconds + took, max(self.longest, took)
