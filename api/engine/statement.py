"""What is sent to the database: SQL, how each of its parameters is got from a request, and the holes it may print.

All columns are compiled a second time for several requests that are asked together: what a request brings is then no
parameter but a column of `given`, which has a row for each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, select
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg, dialect

from api.engine.arguments import Getter
from api.engine.holes import Hole
from domain.together import Column, Question, Together, together

DIALECT: Any = dialect()  # type: ignore[no-untyped-call]
SHARING: Any = dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Statement:
    """SQL with the getters of its parameters, in order; `viewer` names those that come from the actor."""

    sql: str
    getters: tuple[tuple[Getter | None, Any], ...]
    """For each parameter: how to get it from the request's values; or None and the viewer's bind's name."""
    holes: tuple[Hole, ...]
    question: Question

    @cached_property
    def form(self) -> bytes:
        """Its fingerprint, SHA-256: what an answer kept from it depends on, besides the arguments."""
        return sha256(repr((self.sql, self.holes)).encode()).digest()

    @property
    def weight(self) -> int:
        """Characters of SQL."""
        return len(self.sql) + (len(self.question.together.sql) if self.question.together else 0)

    def arguments(self, values: Mapping[str, Any], viewer: Mapping[str, Any]) -> list[Any]:
        return [viewer[name] if get is None else get(values) for get, name in self.getters]


def statement(columns: Sequence[ColumnElement[Any]], getters: Mapping[str, Getter], holes: Sequence[Hole]) -> Statement:
    """A statement of these columns, also for several requests together.

    Parameters without a getter are the viewer's, or constants of the plan, which SQLAlchemy names.
    """
    selected = select(*[c.label(f"r{i}") for i, c in enumerate(columns)])
    done = selected.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    names = done.positiontup or ()
    found = [_parameter(name, getters, done) for name in names]
    return Statement(done.string, tuple(found), tuple(holes), Question(done.string, _together(selected, names)))


def _parameter(name: str, getters: Mapping[str, Getter], done: Any) -> tuple[Getter | None, Any]:
    if name in getters:
        return getters[name], name
    if not done.binds[name].unique:
        return None, name
    constant = done.params[name]
    return lambda _: constant, name


class Sharing(PGCompiler_asyncpg):
    """Writes what a request brings as a column of `given`, a constant of the plan as a parameter."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.given: dict[str, Any] = {}
        super().__init__(*args, **options)

    def visit_bindparam(self, bindparam: Any, **options: Any) -> str:  # type: ignore[override]
        if bindparam.unique:
            return super().visit_bindparam(bindparam, **options)  # type: ignore[no-untyped-call, no-any-return]
        self.given[bindparam.key] = bindparam.type
        return f"given.{bindparam.key}"


SHARING.statement_compiler = Sharing


def _together(selected: Any, names: Sequence[str]) -> Together | None:
    """The question asked for several; none if nothing in it is the request's."""
    done = selected.compile(dialect=SHARING, compile_kwargs={"render_postcompile": True})
    if not done.given:
        return None
    constants = [done.params[name] for name in done.positiontup or ()]
    columns = [
        Column(name, SHARING.type_compiler_instance.process(kind), isinstance(kind, ARRAY), names.index(name))
        for name, kind in done.given.items()
    ]
    return together(done.string, constants, columns)
