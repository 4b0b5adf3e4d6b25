"""Who goes first? Within one process, whoever is about the same thing stands in line, before taking a lane."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from uuid import UUID

from domain.writing import Place

MEMORY = 5.0
"""For so many seconds it is remembered that somebody of another process was faster."""
REMEMBERED = 1000


class Turns:
    """A line for each thing that somebody is busy with."""

    def __init__(self) -> None:
        self.lines: dict[UUID, deque[asyncio.Future[None]]] = {}

    def at(self, things: Iterable[UUID]) -> "Turn":
        return Turn(self, sorted(things))

    async def take(self, thing: UUID) -> None:
        if (line := self.lines.get(thing)) is None:
            self.lines[thing] = deque()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.give(thing)
            raise

    def give(self, thing: UUID) -> None:
        line = self.lines[thing]
        while line:
            if not (turn := line.popleft()).done():
                turn.set_result(None)
                return
        del self.lines[thing]


class Turn:
    """One's turn at several things, taken in one order, so that nobody waits for ever."""

    __slots__ = ("taken", "things", "turns")

    def __init__(self, turns: Turns, things: list[UUID]) -> None:
        self.turns, self.things, self.taken = turns, things, 0

    async def __aenter__(self) -> None:
        try:
            for thing in self.things:
                await self.turns.take(thing)
                self.taken += 1
        except BaseException:
            await self.__aexit__()
            raise

    async def __aexit__(self, *_: object) -> None:
        for thing in self.things[: self.taken]:
            self.turns.give(thing)


class Crowded:
    """Rows at which another process was faster a moment ago: better held from the start."""

    def __init__(self) -> None:
        self.places: OrderedDict[UUID, tuple[Place, float]] = OrderedDict()

    def remember(self, places: Iterable[Place]) -> None:
        until = time.monotonic() + MEMORY
        for place in places:
            self.places[place[1]] = place, until
        while len(self.places) > REMEMBERED:
            self.places.popitem(last=False)

    def among(self, things: Iterable[UUID]) -> set[Place]:
        now = time.monotonic()
        return {found[0] for thing in things if (found := self.places.get(thing)) and found[1] > now}
