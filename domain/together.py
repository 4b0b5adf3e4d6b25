"""How are many askers answered in one trip? Those who wait for the same question while the lanes are busy go together.

Nobody waits longer than one turn of the loop in order to be joined: whoever comes in the same turn goes along, and who
has come alone is asked for alone, by the plain prepared statement; who comes when nothing is under way, after somebody
who was alone, does not wait at all. As few lanes read at once, crowds form by themselves where they save work.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple, cast

import asyncpg
import orjson

from domain.errors import TooSlow
from domain.postgres import Lanes

FEW = 3
"""Lanes that read at once, unless what they read is very quick or takes long."""

QUICK = 0.00006
"""Seconds for each asker up to which the trip is most of it: such questions are asked on one lane, by larger crowds."""

LONG = 0.002
"""Seconds after which to be asked together is no help: such questions may have all lanes that reads may have."""

BUDGET = 0.004
"""Seconds that a crowd may take, so that whoever comes next does not wait long."""

COMMIT = 0.2
"""Seconds that a crowd of writers may take: for the disk they wait once, however many they are."""

CROWD = 64
"""Askers that go together, at most."""

GUARD = 0.005
"""Seconds without any lane coming back after which one more reads."""

WARM = 30
"""Crowds from which nothing is learnt: PostgreSQL plans a statement anew for the first five times on each lane."""


class Column(NamedTuple):
    """A column of `given`: its name and type, whether it is an array, and which argument of somebody who asks alone."""

    name: str
    kind: str
    many: bool
    place: int


@dataclass(frozen=True, eq=False)
class Together:
    """A question asked for several: SQL with one record for each row of `given`, in their order."""

    sql: str
    constants: Sequence[Any]
    """Arguments that are the same for all."""
    columns: Sequence[Column]
    selected: str = ""
    """The SQL up to where it says what `given` is, for a statement that has its own."""

    def arguments(self, askers: Sequence[Sequence[Any]]) -> list[Any]:
        found = list(self.constants)
        for _, kind, many, place in self.columns:
            values = [asker[place] for asker in askers]
            if kind == "JSONB":
                values = [whole(value) for value in values]
            found += _sliced(values) if many else [values]
        return found


def together(selected: str, constants: Sequence[Any], columns: Sequence[Column]) -> Together:
    """What is selected from `given`, asked for several."""
    source = f"FROM ({given(columns, len(constants))}) AS given ORDER BY given.no"
    return Together(f"{selected} {source}", constants, columns, selected)


def whole(value: Any) -> Any:
    """A list as one value: in an array it would be taken for another dimension."""
    return orjson.Fragment(orjson.dumps(value)) if isinstance(value, list) else value


def _sliced(arrays: list[Sequence[Any] | None]) -> list[list[Any]]:
    """All arrays as one, and where each begins and ends; PostgreSQL unnests an array of arrays to its bottom."""
    flat: list[Any] = []
    begins: list[int | None] = []
    ends: list[int | None] = []
    for array in arrays:
        begins.append(None if array is None else len(flat) + 1)
        flat += array or ()
        ends.append(None if array is None else len(flat))
    return [flat, begins, ends]


def given(columns: Iterable[Column], constants: int = 0) -> str:
    """The rows of `given`, numbered by `no`.

    The arrays hide behind a SELECT each: PostgreSQL would see their lengths, believe that the general plan, which has
    to guess, is worse, and plan every crowd anew. OFFSET keeps it from cutting an array anew at each row it looks at.
    """
    unnested: list[tuple[str, str]] = []
    shown: list[str] = []
    number = constants
    for name, kind, many, _ in columns:
        number += 1
        if many:
            unnested += [(f"{name}_from", f"${number + 1}::int[]"), (f"{name}_to", f"${number + 2}::int[]")]
            shown.append(f"(${number}::{kind})[{name}_from:{name}_to] AS {name}")
            number += 2
        else:
            unnested.append((name, f"${number}::{kind}[]"))
            shown.append(name)
    arrays = ", ".join(f"(SELECT {array})" for _, array in unnested)
    names = ", ".join(name for name, _ in unnested)
    source = f"unnest({arrays}) WITH ORDINALITY AS each({names}, no)"
    return f"SELECT {', '.join(shown)}, no FROM {source} OFFSET 0"  # noqa: S608 names and types of our own


class Asker(NamedTuple):
    arguments: Sequence[Any]
    turn: "asyncio.Future[Any]"
    """The record; or None: ask alone, a place is yours."""


class Question:
    """A statement that only reads and gives one record, and what was learnt about how long it takes."""

    __slots__ = ("alone", "apart", "crowds", "shared", "sql", "together", "waiting")
    budget = BUDGET

    def __init__(self, sql: str, together: Together | None) -> None:
        self.sql, self.together = sql, together
        self.alone = self.shared = 0.0
        """Seconds for one asker, when asked alone and when asked together; 0 when not known."""
        self.crowds = 0
        self.waiting: deque[Asker] = deque()
        self.apart: deque[Asker] = deque()
        """Whose crowd failed: they are asked one by one."""

    @property
    def lanes(self) -> int | None:
        """On how many it may be asked at once; on all there are for reads, if none."""
        seconds = min(self.alone, self.shared or self.alone)
        return None if seconds > LONG else FEW if seconds > QUICK else 1

    def crowd(self) -> int:
        """How many to ask together: as many as the budget allows, and one if it was not worth it so far."""
        if self.together is None or not self.alone:
            return 1
        if self.shared > self.alone:
            self.shared *= 0.99  # so that it is tried again some day
            return 1
        return max(1, min(CROWD, int(self.budget / (self.shared or self.alone))))

    def next(self) -> list[Asker]:
        """Those who go now; whoever has left is passed over."""
        if self.apart:
            return [one] if not (one := self.apart.popleft()).turn.done() else []
        found: list[Asker] = []
        most = self.crowd() if len(self.waiting) > 1 else 1
        while self.waiting and len(found) < most:
            if not (one := self.waiting.popleft()).turn.done():
                found.append(one)
        return found

    def took(self, seconds: float, askers: int = 1) -> None:
        if askers == 1:
            self.alone = _average(self.alone, seconds)
        elif (crowds := self.crowds) < WARM:
            self.crowds = crowds + 1
        else:
            self.shared = _average(self.shared, seconds / askers)


class Write(Question):
    """A statement that writes. One lane at once, so that those who wait share a commit, unless it takes long."""

    __slots__ = ()
    budget = COMMIT

    @property
    def lanes(self) -> int | None:
        return super().lanes and 1


def _average(so_far: float, seconds: float) -> float:
    """Moving; what was quick counts more, since delays are mostly not the question's own."""
    return so_far + (seconds - so_far) * (0.05 if seconds > so_far else 0.3) if so_far else seconds


class Reads:
    """Asks questions on few lanes. Writers always find some left."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.busy = self.returned = 0
        self.soon = False
        """Whether lanes are filled at the end of this turn."""
        self.lonely = False
        """Whether who was sent last was alone: who finds nothing under way then goes at once."""
        self.queue: deque[Question] = deque()
        """Questions for which somebody waits, each once."""
        self.guard: asyncio.TimerHandle | None = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.metrics: dict[str, float] = {"crowds": 0, "askers": 0, "apart": 0}

    async def ask(self, question: Question, arguments: Sequence[Any]) -> Any:
        """The record. Its moment is one statement's, whoever else is answered by it. Raises what `Lanes.run` raises."""
        if self.lonely and not self.busy and not self.queue:
            self.busy += 1
        elif (record := await self._turn(question, arguments)) is not None:
            return record
        begun = perf_counter()
        try:
            record = (await self.run(question.sql, arguments))[0]
            question.took(perf_counter() - begun)
            return record
        finally:
            self._back()

    @property
    def awaited(self) -> int:
        """How many wait to ask."""
        return sum(len(question.waiting) + len(question.apart) for question in self.queue)

    async def run(self, sql: str, arguments: Sequence[Any]) -> list[Any]:
        return await self.lanes.run(sql, arguments)

    @staticmethod
    def _undone(_: Exception) -> bool:
        """Whether what failed left nothing behind, and may be asked again."""
        return True

    def _room(self, question: Question) -> int:
        return min(question.lanes or self.lanes.shared, self.lanes.shared)

    async def _turn(self, question: Question, arguments: Sequence[Any]) -> Any:
        """The record, if it was asked together with others; None when a place is there to ask alone."""
        turn: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not question.waiting and not question.apart:
            self.queue.append(question)
        question.waiting.append(Asker(arguments, turn))
        self._soon()
        self._watch()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and not turn.exception() and turn.result() is None:
                self._back()
            raise

    def _back(self) -> None:
        """A lane came back."""
        self.busy -= 1
        self.returned += 1
        self._soon()

    def _soon(self) -> None:
        """Fill the lanes that are free, once all who come in this turn of the loop are there."""
        if not self.soon and self.queue and self.busy < self._room(self.queue[0]):
            self.soon = True
            asyncio.get_running_loop().call_soon(self._fill)

    def _fill(self) -> None:
        self.soon = False
        while self.queue and self.busy < self._room(self.queue[0]):
            self._go()

    def _go(self) -> None:
        question = self.queue.popleft()
        askers = question.next()
        if question.apart or question.waiting:
            self.queue.append(question)
        self.lonely = len(askers) == 1
        if self.lonely:
            self.busy += 1
            askers[0].turn.set_result(None)
        elif askers:
            self.busy += 1
            task = asyncio.create_task(self._together(question, askers))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _together(self, question: Question, askers: list[Asker]) -> None:
        together, begun = cast(Together, question.together), perf_counter()
        try:
            records = await self.run(together.sql, together.arguments([one.arguments for one in askers]))
            question.took(perf_counter() - begun, len(askers))
            answers = list(zip(askers, records, strict=True))
        except Exception as error:
            if not self._undone(error):
                for one in askers:
                    if not one.turn.done():
                        one.turn.set_exception(error)
                return
            # one of them may be the cause: nobody suffers for a neighbour
            question.shared = 2 * max(question.shared, question.alone)
            self.metrics["apart"] += len(askers)
            if not question.waiting and not question.apart:
                self.queue.append(question)
            question.apart += askers
            return
        finally:
            self._back()  # the next are sent before these are answered
        self.metrics["crowds"] += 1
        self.metrics["askers"] += len(askers)
        for one, record in answers:
            if not one.turn.done():
                one.turn.set_result(record)

    def _watch(self) -> None:
        if self.guard is None:
            self.guard = asyncio.get_running_loop().call_later(GUARD, self._hurry, self.returned)

    def _hurry(self, returned: int) -> None:
        """All that read take long: one more may, though they are not few."""
        self.guard = None
        if not self.queue:
            return
        if returned == self.returned and self.busy < self.lanes.shared:
            self._go()
        if self.queue:
            self._watch()


class Writes(Reads):
    """Sends what commits. What may have come through is never sent again."""

    async def run(self, sql: str, arguments: Sequence[Any]) -> list[Any]:
        async with self.lanes.lend() as lane:
            return await lane.run(sql, arguments)

    @staticmethod
    def _undone(error: Exception) -> bool:
        return isinstance(error, asyncpg.PostgresError | TooSlow)
