"""One unit of work: a person, a moment, what was read, asked and written. It commits whole, or not at all.

A command loads (with a lock on what it decides about), asks permission, decides by rules, collects its writes, returns.
All writes of a commit travel as one statement, one deed for each act. Four trips: BEGIN, lock, write, COMMIT.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, func, insert, literal_column, select, update
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from domain.access import Actor, Rules, not_found
from domain.clock import Clocked
from domain.columns import Row, Table, day_of, new_id
from domain.errors import Conflict, Refusal, Unasked
from domain.history import Deed, digest, sealed
from domain.postgres import Run
from domain.rules import Book, Rule

Model = TypeVar("Model", bound=Row)
Returned = TypeVar("Returned", bound=Row)
Command = Callable[..., Awaitable[Returned]]

DIALECT = dialect()  # type: ignore[no-untyped-call]
PARTS = 100
"""So many writes travel in one statement; a larger commit, as of a cancelled shift with its waitlist, takes several."""


class Faster(Exception):
    """A row read without a lock was changed by somebody else meanwhile: carry out the command again."""


# -- statements, compiled once ----------------------------------------------------------------------------------------


@lru_cache(maxsize=2000)
def compiled(statement: Any) -> tuple[str, Callable[[dict[str, Any]], list[Any]]]:
    """The text, and from named values the list for its $1, $2 …; values written into the statement are kept."""
    done = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    order, fixed = done.positiontup or (), done.params
    return done.string, lambda binds: [binds[name] if name in binds else fixed[name] for name in order]


@lru_cache(maxsize=500)
def by_id(model: type[Row], lock: bool) -> str:
    table = model.__table__  # type: ignore[attr-defined]
    one = select(table).where(table.c.id == bindparam("id"))
    return compiled(one.with_for_update(of=table, key_share=True) if lock else one)[0]


@lru_cache(maxsize=2000)
def _write(shape: tuple[tuple[type[Table], tuple[str, ...], bool], ...]) -> tuple[str, list[int]]:
    """All writes of one commit as one statement that counts the changed rows; (model, columns, is it a change?)."""
    parts, kept, n = [], [], iter(range(100_000))
    for i, (model, columns, change) in enumerate(shape):
        table = model.__table__  # type: ignore[attr-defined]
        values = {c: bindparam(f"p{next(n)}", type_=table.c[c].type) for c in columns}
        if change:
            same = (table.c.id == bindparam(f"p{next(n)}", type_=table.c.id.type)) & (
                table.c.version == bindparam(f"p{next(n)}", type_=table.c.version.type)
            )
            statement = update(table).where(same).values({**values, "version": table.c.version + literal_column("1")})
            parts.append(statement.returning(table.c.id).cte(f"w{i}"))
            kept.append(select(func.count()).select_from(parts[-1]).scalar_subquery())
        else:
            parts.append(insert(table).values(values).cte(f"w{i}"))
    counted = sum(kept[1:], start=kept[0]) if kept else literal_column("0")
    done = select(counted.label("kept")).add_cte(*parts).compile(dialect=DIALECT)
    return done.string, [int(name[1:]) for name in done.positiontup or ()]


# -- the unit of work -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Known:
    """A row this work has met: as it was when read (None if new), and what is to be written."""

    row: Row
    before: dict[str, Any] | None
    changes: dict[str, Any] | None = None
    covered: bool = False


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
    key: str | None = None
    input: bytes | None = None
    known: dict[int, Known] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    applied: dict[str, int] = field(default_factory=dict)
    first_deed: UUID | None = None
    refusal: Refusal | None = None

    @property
    def today(self) -> date:
        """The day it is in China."""
        return day_of(self.now)

    # read
    async def get(self, model: type[Model], id: UUID, *, lock: bool = False) -> Model:
        """The row; with `lock`, what is decided about it holds until this work is done."""
        found = await self.run(by_id(model, lock), (id,))
        if not found:
            raise not_found(model)
        return self._meet(model, found[0])

    async def all(self, model: type[Model], statement: Any, **binds: Any) -> list[Model]:
        """Rows of a model for `select(Model)`. Build the statement once, at module level."""
        sql, args = compiled(statement)
        return [self._meet(model, record) for record in await self.run(sql, args(binds))]

    async def first(self, model: type[Model], statement: Any, **binds: Any) -> Model | None:
        return next(iter(await self.all(model, statement, **binds)), None)

    async def values(self, statement: Any, **binds: Any) -> Any:
        """The first record of a statement that asks for values, not rows."""
        sql, args = compiled(statement)
        return next(iter(await self.run(sql, args(binds))), None)

    def _meet(self, model: type[Model], record: Any) -> Model:
        row = model.read(dict(record))
        self.known[id(row)] = Known(row, dict(row.__dict__))
        return row

    def rule(self, name: str, *, jurisdiction: str = "CN") -> Rule:
        """The rule in force today; the deed remembers which version was applied."""
        found = self.book.find(name, self.today, jurisdiction)
        self.applied[name] = found.version
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

    # write: collected, sent by the flush
    def insert(self, row: Returned) -> Returned:
        self.known.setdefault(id(row), Known(row, None)).changes = row.__dict__
        return row

    def change(self, row: Returned, **values: Any) -> Returned:
        known = self.known[id(row)]
        if known.before is not None:
            known.changes = {**(known.changes or {}), **values}
        row.__dict__.update(values)
        return row

    def move(self, row: Returned, name: str, **values: Any) -> Returned:
        """Take the row along its machine's move."""
        return self.change(row, state=row.machine.after(row.state, name), **values)  # type: ignore[attr-defined]

    def refuse(self, row: Returned, refusal: Refusal) -> Returned:
        """Say no, and yet keep what was written: the wrong code that counts. `return work.refuse(row, NotNow(...))`."""
        self.refusal = refusal
        return row

    # flush
    async def flush(self) -> None:
        """Write all rows and their deeds as one statement; nothing is sent when nothing was written."""
        written = [known for known in self.known.values() if known.changes is not None]
        if not written:
            return
        for known in written:
            if not known.covered:
                raise Unasked(f"A {type(known.row).__name__} was written that no rule was asked about.")
            if isinstance(known.row, Clocked) and (at := known.row.earliest()) != known.row.next_due:
                self.change(known.row, next_due=at)
        shape: list[tuple[type[Table], tuple[str, ...], bool]] = []
        values: list[list[Any]] = []
        for known in written:
            changes, old = known.changes or {}, known.before
            shape.append((type(known.row), tuple(changes), old is not None))
            values.append([*changes.values(), *((old["id"], old["version"]) if old else ())])
        for asked in self.asked:
            deed = self._deed(asked)
            shape.append((Deed, tuple(deed), False))
            values.append(list(deed.values()))
        kept = 0
        try:
            for n in range(0, len(shape), PARTS):
                sql, order = _write(tuple(shape[n : n + PARTS]))
                given = [value for part in values[n : n + PARTS] for value in part]
                kept += (await self.run(sql, [given[i] for i in order]))[0]["kept"]
        except asyncpg.UniqueViolationError as error:
            raise _taken(error.constraint_name) from error
        changed = [known for known in written if known.before is not None]
        if kept != len(changed):
            raise Faster
        for known in changed:
            known.row.__dict__["version"] += 1

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
            "noun": type(row).__table__.name,  # type: ignore[attr-defined]
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


def _taken(constraint: str | None) -> Conflict:
    """What a violated uniqueness means, in the words its index carries."""
    for table in Table.metadata.tables.values():
        for thing in (*table.indexes, *table.constraints):
            if getattr(thing, "name", None) == constraint and "en" in thing.info:
                return Conflict(thing.info.get("code", "taken"), thing.info["en"], thing.info["zh"])
    return Conflict("taken", "This exists already.", "该记录已存在。")
