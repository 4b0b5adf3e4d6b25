"""Who acts, and what time is it in the story?"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar, cast
from uuid import UUID

import domain.rooms  # noqa: F401 every room's clock
from domain.access import CLOCK, Actor
from domain.accounts.actors import actor_for
from domain.clock import Clocked, clocked, command
from domain.columns import SHANGHAI, utc_now
from domain.errors import Refusal
from domain.house import Does, House
from domain.work import Command

Thing = TypeVar("Thing")

AT_ONCE = 200
"""So many commands share a transaction."""


@dataclass
class Stage:
    """The house, with the story's clock in the place of ours."""

    house: House
    now: datetime = field(default_factory=utc_now)
    acts: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """How often something was refused, by the refusal's code."""

    def __post_init__(self) -> None:
        self.house.clock = lambda: self.now

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """It is this time of this day in China."""
        self.now = datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)

    async def somebody(self, person_id: UUID) -> Actor:
        """A person with the roles they hold now."""
        actor = await actor_for(self.house.lanes.run, person_id, now=self.now)
        return cast(Actor, actor)  # nobody is suspended in this story

    @asynccontextmanager
    async def acting(self) -> AsyncIterator["Acts"]:
        """Acts that share a transaction."""
        async with self.house.one_after_the_other() as does:
            yield Acts(self, does)

    async def each(self, things: Iterable[Thing], act: Any) -> None:
        """`await act(acts, thing)` for each, some of them in each transaction."""
        rest = list(things)
        for n in range(0, len(rest), AT_ONCE):
            async with self.acting() as acts:
                for thing in rest[n : n + AT_ONCE]:
                    await act(acts, thing)

    async def ring(self, streets: list[UUID]) -> None:
        """Let the clock do what is due in these streets, in the order in which it fell due."""

        async def due(acts: "Acts", row: Clocked) -> None:
            await acts.do(CLOCK, command(type(row), min(row.due()).verb), **{f"{type(row).__tablename__}_id": row.id})

        while waiting := await self._due(streets):
            await self.each(waiting, due)

    async def _due(self, streets: list[UUID]) -> list[Clocked]:
        found: list[Clocked] = []
        for model in clocked():
            if "street_id" in model.__table__.c:  # type: ignore[attr-defined]
                sql = f"SELECT * FROM {model.__tablename__} WHERE next_due <= $1 AND street_id = ANY ($2)"  # noqa: S608
                found += [model.read(dict(row)) for row in await self.house.lanes.run(sql, (self.now, streets))]
        return sorted(found, key=lambda row: (row.next_due, row.id))


@dataclass
class Acts:
    """What is done within one transaction."""

    stage: Stage
    does: Does

    async def do(self, actor: Actor, command: Command[Any], **input: Any) -> Any:
        self.stage.acts += 1
        return await self.does(actor, command, **input)

    async def may(self, actor: Actor, command: Command[Any], **input: Any) -> Any:
        """The same where a no is part of the story: None then, and the reason is counted."""
        try:
            return await self.do(actor, command, **input)
        except Refusal as no:
            self.stage.refused[no.code] += 1
            return None
