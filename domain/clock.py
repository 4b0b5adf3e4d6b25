"""What falls due: a row says what happens to it by itself, and when; a worker does it with the clock's hand.

The due moves are data: `due` is a pure function of the row, and the earliest of its moments is stored in `next_due`,
where the worker finds it. The state changes in the command's transaction, so it happens once however many workers there
are, and again from the start when a worker was killed half-way. What fails is tried again later and later, and keeps
nothing else from happening.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import structlog

from domain.access import CLOCK
from domain.columns import Row, moment
from domain.errors import Refusal, Unavailable

if TYPE_CHECKING:
    from domain.house import House
    from domain.work import Command

BATCH = 200
LONGEST_SLEEP = 30.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)

log = structlog.get_logger("clock")


class Due(NamedTuple):
    """A command that the clock gives at a moment."""

    at: datetime
    verb: str


class Clocked(Row):
    """A row to which something happens by itself. Its table carries an index on `next_due` where it is not null."""

    next_due: datetime | None = moment(default=None)
    """When something next happens to it by itself."""

    def due(self) -> list[Due]:
        """What lies ahead of the row as it stands, in any order."""
        raise NotImplementedError

    def earliest(self) -> datetime | None:
        return min((due.at for due in self.due()), default=None)


@dataclass(slots=True)
class Parked:
    """What failed, until when it is left alone, and for how long it will be the next time."""

    until: datetime
    pause: timedelta = FIRST_PAUSE


@dataclass
class Alarm:
    """One worker's clock: it takes what is due, a command for each row."""

    house: "House"
    parked: dict[UUID, Parked] = field(default_factory=dict)

    async def ring(self) -> int:
        """Do all that is due now, and say how much was done."""
        done = 0
        while waiting := await self._due():
            for model, id in waiting:
                done += await self._do(model, id)
        self.parked = {id: parked for id, parked in self.parked.items() if parked.until > self.house.clock()}
        return done

    async def next(self) -> datetime | None:
        """When the next row falls due that is not parked."""
        moments = []
        for model in clocked():
            sql = f"SELECT min(next_due) AS at FROM {model.__tablename__} WHERE NOT id = ANY($1)"  # noqa: S608 our own words
            moments += await self.house.lanes.run(sql, (list(self.parked),))
        found = [record["at"] for record in moments if record["at"] is not None]
        return min([*found, *(parked.until for parked in self.parked.values())], default=None)

    async def _due(self) -> list[tuple[type[Clocked], UUID]]:
        """Rows in the order in which they fell due."""
        now = self.house.clock()
        left_alone = [id for id, parked in self.parked.items() if parked.until > now]
        found = []
        for model in clocked():
            sql = f"""SELECT id, next_due FROM {model.__tablename__}
                WHERE next_due <= $1 AND NOT id = ANY($2) ORDER BY next_due LIMIT {BATCH}"""  # noqa: S608 our own words
            records = await self.house.lanes.run(sql, (now, left_alone))
            found += [(record["next_due"], model, record["id"]) for record in records]
        return [(model, id) for _, model, id in sorted(found, key=lambda due: due[0])]

    async def _do(self, model: type[Clocked], id: UUID) -> bool:
        """Give the row's command. One that was done by another worker meanwhile is not due any longer."""
        try:
            if (due := await self._still_due(model, id)) is None:
                return False
            row: dict[str, Any] = {f"{model.__tablename__}_id": id}
            await self.house.do(CLOCK, command(model, due.verb), **row)
        except Unavailable:
            raise
        except Exception as trouble:
            if isinstance(trouble, Refusal) and await self._still_due(model, id) is None:
                return False
            self._park(id, model, trouble)
            return False
        self.parked.pop(id, None)
        return True

    async def _still_due(self, model: type[Clocked], id: UUID) -> Due | None:
        sql = f"SELECT * FROM {model.__tablename__} WHERE id = $1 AND next_due <= $2"  # noqa: S608 our own words
        found = await self.house.lanes.run(sql, (id, self.house.clock()))
        return min(model.read(dict(found[0])).due()) if found else None

    def _park(self, id: UUID, model: type[Clocked], trouble: Exception) -> None:
        before = self.parked.get(id)
        pause = min(before.pause * 2, LONGEST_PAUSE) if before else FIRST_PAUSE
        self.parked[id] = Parked(self.house.clock() + pause, pause)
        log.error("clock_failed", noun=model.__tablename__, id=str(id), again_in=str(pause), exc_info=trouble)


async def run_clock(house: "House") -> None:
    """Do what falls due, for ever; what is made due while it sleeps waits for half a minute at most."""
    alarm = Alarm(house)
    while True:
        try:
            await alarm.ring()
            at = await alarm.next()
        except Unavailable:
            log.warning("clock_waits_for_the_database")
            at = None
        left = (at - house.clock()).total_seconds() if at else LONGEST_SLEEP
        await asyncio.sleep(min(max(left, 0.0), LONGEST_SLEEP))


def clocked() -> list[type[Clocked]]:
    """Every model with a clock, of every room that was imported."""
    return sorted(Clocked.__subclasses__(), key=lambda model: model.__name__)


def command(model: type[Clocked], verb: str) -> "Command[Any]":
    """The room's command of this name."""
    house, room, *_ = model.__module__.split(".")
    commands = import_module(f"{house}.{room}.commands")
    found: Callable[..., Any] = getattr(commands, verb)
    return found
