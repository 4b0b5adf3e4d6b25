"""What is sent to the database: SQL, how each of its parameters is got from a request, and the holes it may print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from api.engine.arguments import Getter
from api.engine.holes import Hole
from api.engine.printing import Text

DIALECT: Any = dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Statement:
    """SQL with the getters of its parameters, in order; `viewer` names those that come from the actor."""

    sql: str
    getters: tuple[tuple[Getter | None, Any], ...]
    """For each parameter: how to get it from the request's values; or None and the viewer's bind's name."""
    holes: tuple[Hole, ...]

    @cached_property
    def form(self) -> bytes:
        """Its fingerprint, SHA-256: what an answer kept from it depends on, besides the arguments."""
        return sha256(repr((self.sql, self.holes)).encode()).digest()

    def arguments(self, values: Mapping[str, Any], viewer: Mapping[str, Any]) -> list[Any]:
        return [viewer[name] if get is None else get(values) for get, name in self.getters]


def statement(columns: Sequence[Text], getters: Mapping[str, Getter], holes: Sequence[Hole]) -> Statement:
    """A statement of these columns. Parameters without a getter are the viewer's, or constants of the plan."""
    selected = select(*[c.label(f"r{i}") for i, c in enumerate(columns)])
    done = selected.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    found = [_parameter(name, getters, done.params.get(name)) for name in done.positiontup or ()]
    return Statement(done.string, tuple(found), tuple(holes))


def _parameter(name: str, getters: Mapping[str, Getter], constant: Any) -> tuple[Getter | None, Any]:
    if name in getters:
        return getters[name], name
    if name in {"viewer_id", "viewer_language", "viewer_main_language", "now"} or name.startswith("viewer_at_"):
        return None, name
    return lambda _: constant, name
