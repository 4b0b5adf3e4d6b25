"""One unit of work: a person, a moment, what was read, asked and written. It commits whole, or not at all.

A command loads, asks permission, decides by rules, collects its writes, returns. Nothing is locked meanwhile: each row
that is decided about is written, or touched, only if it is still of the version that was read. So there are as many
trips as readings, and one that writes. Whoever finds that somebody was faster begins again, and then holds those rows.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from domain.access import Actor, Rules, not_found
from domain.clock import Clocked
from domain.columns import Row, day_of, new_id
from domain.errors import Refusal, Unasked
from domain.history import digest, sealed
from domain.postgres import Run
from domain.regulations.models import Rule
from domain.rules import Book
from domain.sealing import Seal
from domain.writing import Place, Statement, Write, changed, new

Model = TypeVar("Model", bound=Row)
Returned = TypeVar("Returned", bound=Row)
Command = Callable[..., Awaitable[Returned]]

DIALECT = dialect()  # type: ignore[no-untyped-call]


class Faster(Exception):
    """A row that was decided about was changed by somebody else meanwhile: carry out the command again."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        super().__init__()
        self.places = set(places)


# -- statements, compiled once ----------------------------------------------------------------------------------------


@lru_cache(maxsize=2000)
def compiled(statement: Any) -> tuple[str, Callable[[dict[str, Any]], list[Any]]]:
    """The text, and from named values the list for its $1, $2 …; values written into the statement are kept."""
    done = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    order, fixed = done.positiontup or (), done.params
    return done.string, lambda binds: [binds[name] if name in binds else fixed[name] for name in order]


@lru_cache(maxsize=500)
def by_id(model: type[Row]) -> str:
    table = model.__table__  # type: ignore[attr-defined]
    return compiled(select(table).where(table.c.id == bindparam("id")))[0]


@lru_cache(maxsize=500)
def _columns(model: type[Row]) -> tuple[str, ...]:
    return tuple(model.__table__.c.keys())  # type: ignore[attr-defined]


# -- the unit of work -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Known:
    """A row this work has met: as it was when read (None if new), and what is to be written."""

    row: Row
    before: dict[str, Any] | None
    changes: dict[str, Any] | None = None
    covered: bool = False
    decisive: bool = False


@dataclass(slots=True)
class Asked:
    verb: str
    row: Row
    reason: str | None
    consequence: bool


@dataclass(slots=True)
class Work:
    """What a command works with. `now` is one moment for the whole of it."""

    run: Run
    actor: Actor
    now: datetime
    book: Book
    era: int
    seal: Seal
    key: str | None = None
    input: bytes | None = None
    known: dict[int, Known] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    beside: list[Statement] = field(default_factory=list)
    applied: dict[str, int] = field(default_factory=dict)
    later_reading: bool = False
    first_deed: UUID | None = None
    refusal: Refusal | None = None

    @property
    def today(self) -> date:
        """The day it is in China."""
        return day_of(self.now)

    # read
    async def get(self, model: type[Model], id: UUID, *, lock: bool = False) -> Model:
        """The row; with `lock`, what is decided about it holds until this work is done."""
        found = await self._read(by_id(model), (id,))
        if not found:
            raise not_found(model)
        return self._meet(model, dict(found[0]), lock)

    async def all(self, model: type[Model], statement: Any, *, lock: bool = False, **binds: Any) -> list[Model]:
        """Rows of a model for `select(Model)`. Build the statement once, at module level."""
        sql, args = compiled(statement)
        return [self._meet(model, dict(record), lock) for record in await self._read(sql, args(binds))]

    async def first(self, model: type[Model], statement: Any, *, lock: bool = False, **binds: Any) -> Model | None:
        return next(iter(await self.all(model, statement, lock=lock, **binds)), None)

    async def together(
        self, models: tuple[type[Row], ...], statement: Any, *, only: type[Row] | None = None, **binds: Any
    ) -> tuple[Any, ...] | None:
        """One row of each model, as they are at one moment, for `select` of their tables in this order.

        With a lock on all of them, or on that of one model `only`. A row that an outer join did not find is None; what
        else is selected follows. None, if there is no record.
        """
        return next(iter(await self.joined(models, statement, only=only, **binds)), None)

    async def joined(
        self, models: tuple[type[Row], ...], statement: Any, *, only: type[Row] | None = None, **binds: Any
    ) -> list[tuple[Any, ...]]:
        """All records of such a statement."""
        sql, args = compiled(statement)
        found = []
        for record in await self._read(sql, args(binds)):
            values, met = iter(record.values()), list[Row | None]()
            for model in models:
                columns = {name: next(values) for name in _columns(model)}
                met.append(self._meet(model, columns, only in (None, model)) if columns["id"] else None)
            found.append((*met, *values))
        return found

    async def values(self, statement: Any, **binds: Any) -> Any:
        """The first record of a statement that asks for values, not rows."""
        sql, args = compiled(statement)
        return next(iter(await self._read(sql, args(binds))), None)

    async def _read(self, sql: str, args: Any) -> list[Any]:
        self.later_reading = self.later_reading or any(known.decisive for known in self.known.values())
        return await self.run(sql, args)

    def _meet(self, model: type[Model], values: dict[str, Any], lock: bool) -> Model:
        row = model.read(values)
        self.known[id(row)] = Known(row, dict(row.__dict__), decisive=lock)
        return row

    def rule(self, name: str, *, at: Row | UUID | None = None, on: date | None = None) -> Rule:
        """The rule in force where something lies, on a day; the nation's and today's, unless told otherwise.

        The deed remembers it.
        """
        found = self.book.find(name, on or self.today, self.book.place_of(at))
        self.applied[found.citation] = found.version
        return found

    def apply(self, rule_id: UUID) -> Rule:
        """The rule that a statement has found in force, remembered by the deed in the same way."""
        found = self.book.numbered(rule_id)
        self.applied[found.citation] = found.version
        return found

    # ask
    def ask(self, rules: Rules, verb: str, row: Row, *others: Row, reason: str | None = None) -> None:
        """May the actor do this? Then it will be a deed. `others`: rows the rule looks at or that change too."""
        rules.check(self.actor, verb, row, *others)
        self._cover(Asked(verb, row, reason, consequence=False), *others)

    def follow(self, verb: str, row: Row, *others: Row, reason: str | None = None) -> None:
        """A consequence of what was asked before, a deed of its own: the freed seat that goes to the next in line."""
        if not self.asked:
            raise Unasked(f"{verb} follows from nothing: call work.ask(RULES, verb, row) first.")
        self._cover(Asked(verb, row, reason, consequence=True), *others)

    def _cover(self, asked: Asked, *others: Row) -> None:
        self.asked.append(asked)
        for row in (asked.row, *others):
            self.known.setdefault(id(row), Known(row, None)).covered = True

    # write: collected, sent at the end
    def insert(self, row: Returned) -> Returned:
        self.known.setdefault(id(row), Known(row, None)).changes = row.__dict__
        return row

    def change(self, row: Returned, **values: Any) -> Returned:
        known = self.known[id(row)]
        if known.before is not None:
            known.changes = {**(known.changes or {}), **values}
        row.__dict__.update(values)
        return row

    def move(self, row: Returned, name: str, *, to: StrEnum | None = None, **values: Any) -> Returned:
        """Take the row along its machine's move, to one of its targets where it has several."""
        return self.change(row, state=row.machine.after(row.state, name, to), **values)  # type: ignore[attr-defined]

    def also(self, sql: str, *args: Any) -> None:
        """A statement that writes what is no row of ours, in the same transaction."""
        self.beside.append(Statement(sql, args))

    def refuse(self, row: Returned, refusal: Refusal) -> Returned:
        """Say no, and yet keep what was written: the wrong code that counts. `return work.refuse(row, NotNow(...))`."""
        self.refusal = refusal
        return row

    # what came of it
    def writes(self) -> list[Write]:
        """All rows, with a deed for each act; what was decided about is touched. Nothing, when nothing was written."""
        written = [known for known in self.known.values() if known.changes is not None]
        if not written:
            return []
        for known in written:
            if not known.covered:
                raise Unasked(f"A {type(known.row).__name__} was written that no rule was asked about.")
            if isinstance(known.row, Clocked) and (at := known.row.earliest()) != known.row.next_due:
                self.change(known.row, next_due=at)
        writes = []
        for (table, id), known in self._firm().items():
            writes.append(changed(table, known.changes or {}, id, (known.before or {})["version"]))
            known.row.__dict__["version"] += 1
        writes += [
            new(table_of(known.row), known.changes) for known in written if known.before is None and known.changes
        ]
        return [*writes, *(new("deed", self._deed(asked)) for asked in self.asked)]

    def decided_about(self) -> set[Place]:
        """The rows that may not change while it decides."""
        return set(self._firm())

    def _firm(self) -> dict[Place, Known]:
        """Rows that are written, or touched, only as they were read; one that was read twice counts once."""
        firm: dict[Place, Known] = {}
        for known in self.known.values():
            if known.before is None or not (known.decisive or known.changes is not None):
                continue
            place = table_of(known.row), known.before["id"]
            former = firm.get(place)
            if former and (former.before or {})["version"] != known.before["version"]:
                raise Faster({place})
            if former is None or former.changes is None:
                firm[place] = known
        return firm

    def _deed(self, asked: Asked) -> dict[str, Any]:
        known, row = self.known[id(asked.row)], asked.row
        first = self.first_deed is None
        said = {
            "id": new_id(),
            "at": self.now,
            "actor_id": None if asked.consequence else self.actor.id,
            "client_id": self.actor.client_id,
            "street_id": row.__dict__.get("street_id"),
            "verb": asked.verb,
            "noun": table_of(row),
            "subject_id": row.__dict__["id"],
            "cause_id": self.first_deed,
            "before": digest(known.before) if known.before else None,
            "after": digest(row.__dict__),
            "reason": asked.reason,
            "rules": self.applied or None,
            "key": self.key if first and not self.refusal else None,
            "input": self.input if first and not self.refusal else None,
            "era": self.era,
        }
        self.first_deed = self.first_deed or said["id"]
        return sealed(said) | {"version": 1}


def table_of(row: Row) -> str:
    return str(type(row).__table__.name)  # type: ignore[attr-defined]
