"""When: state machines as data, which can be run, asked, drawn, constrained and put into SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, Text, and_, case, cast, func, literal_column, null
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import False_
from sqlmodel import Field

from domain.access import Actor, Rules, state_in
from domain.errors import NotNow


@dataclass(frozen=True)
class Move:
    """One step of a life. Its name is the command's, the mutation's, the rule's and the deed's name.

    Where it leads to one of several targets, the command says to which.
    """

    name: str
    sources: frozenset[StrEnum]
    targets: frozenset[StrEnum]


def move(name: str, sources: StrEnum | Iterable[StrEnum], targets: StrEnum | Iterable[StrEnum]) -> Move:
    return Move(name, _set(sources), _set(targets))


def _set(states: StrEnum | Iterable[StrEnum]) -> frozenset[StrEnum]:
    return frozenset({states} if isinstance(states, StrEnum) else states)


@dataclass(frozen=True)
class Machine:
    """The states of a noun and the moves between them; `start` is where a new one begins."""

    noun: str
    start: StrEnum
    moves: tuple[Move, ...]

    def after(self, state: StrEnum, name: str, to: StrEnum | None = None) -> StrEnum:
        for m in self.moves:
            if m.name == name and state in m.sources:
                (target,) = m.targets if to is None else m.targets & {to}
                return target
        raise NotNow(
            "wrong_state",
            f"This {self.noun} is {state.value}: it is not the moment to {name.replace('_', ' ')}.",
            f"当前状态为 {state.value}，不能进行此操作（{name}）。",
        )

    def open_to(self, state: StrEnum) -> list[str]:
        return [m.name for m in self.moves if state in m.sources]

    def can(self, rules: Rules, actor: Actor, row: Any, *others: Any) -> list[str]:
        """Moves that state and time allow and the rules grant: the Python reading of viewerCan."""
        granted = (m for m in self.open_to(row.state) if rules.may(actor, m, row, *others))
        return [m for m in granted if rules.when(m).test(actor, row, *others)]

    def viewer_can(self, rules: Rules, viewer: Actor, state: Any, *tables: Any) -> ColumnElement[list[str]]:
        """The same as a SQL array, compiled per set of roles; a move the roles can never do leaves no trace."""
        arms = []
        for m in self.moves:
            now = and_(state_in(state, *m.sources).sql(viewer, *tables), rules.when(m.name).sql(viewer, *tables))
            may = and_(now, rules.sql(viewer, m.name, *tables))
            if not isinstance(may, False_):
                arms.append(case((may, literal_column(f"'{m.name}'"))))
        return func.array_remove(cast(array(arms), ARRAY(Text)), null())

    def column(self) -> Any:
        """Text with a CHECK: an ENUM type would need a migration of its own and a codec of its own."""
        allowed = ", ".join(f"'{s.value}'" for s in type(self.start))
        check = CheckConstraint(f"state IN ({allowed})", name=f"{self.noun.replace(' ', '_')}_state")
        return Field(default=self.start, sa_type=Text, sa_column_args=[check], nullable=False)

    def mermaid(self) -> str:
        steps = ((s, t, m.name) for m in self.moves for s in sorted(m.sources) for t in sorted(m.targets))
        arrows = (f"    {source.value} --> {target.value}: {name}" for source, target, name in steps)
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.start.value}", *arrows])


def is_in(state: Any, *states: StrEnum) -> ColumnElement[bool]:
    """A condition with the states written out: a partial index is of use only to a statement that shows them."""
    written: ColumnElement[bool] = state.in_([literal_column(f"'{s.value}'") for s in sorted(states)])
    return written


def written(states: Iterable[StrEnum]) -> str:
    """The states as a partial index lists them, in the order in which `is_in` writes them."""
    return "({})".format(", ".join(f"'{state.value}'" for state in sorted(states)))
