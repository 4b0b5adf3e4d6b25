"""What is read? A row of each type with all its fields, what is summed up, and what is told as news."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from api.engine.declare import Changes, Moves, One, RowsOf
from api.engine.kinds import Field
from api.roles import Line, lines
from api.schema import schema
from domain.accounts.models import RoleGrant, RoleName
from domain.columns import typed
from domain.hours.reports import ReportGroup
from domain.hours.totals import HourGroup
from tests.roles.matrix import guards, matrix, may
from tests.roles.town import Town, Viewer


@dataclass(frozen=True)
class Thing:
    """A row that is read, with all fields of its type."""

    line: Line
    row: Any
    document: str

    def expected(self, town: Town, viewer: Viewer, scopes: frozenset[str]) -> Any:
        """What each field should be: the scope that is missing, False for null, None for whatever, or the moves."""
        if self.line.scope not in scopes:
            return self.line.scope
        if not self._may(self.line, town, viewer):
            return False
        return {field.name: self._field(field, town, viewer, scopes) for field in fields_of(self.line.owner)}

    def _may(self, line: Line, town: Town, viewer: Viewer) -> bool:
        return may(line.who, town, viewer, self.row)

    def _field(self, field: Field, town: Town, viewer: Viewer, scopes: frozenset[str]) -> Any:
        source = field.source
        if guard := guards().get((field.owner, field.name)):
            if guard.scope not in scopes:
                return guard.scope
            if not self._may(guard, town, viewer):
                return False
        if isinstance(source, Moves):
            rules = source.rules
            moves = [(move, rules[move]) for move in self.row.machine.open_to(self.row.state)]
            return [m for m, who in moves if rules.scope(m) in scopes and may(who, town, viewer, self.row)]
        if isinstance(source, One) and not self._leads_on(source):
            return False
        target = field.kind.graphs[0].see if field.kind.graphs else None
        if target and target[0].scope(target[1]) not in scopes:
            return target[0].scope(target[1])
        return None

    def _leads_on(self, source: One) -> bool:
        return getattr(self.row, source.link) is not None


@dataclass(frozen=True)
class Sum(Thing):
    """Rows that are made for the question: which columns there are depends on it alone."""

    group: HourGroup | ReportGroup | None = None

    def _leads_on(self, source: One) -> bool:
        if self.group is None:
            return (self.line.owner, source.link) not in LEADING_NOWHERE
        return source.link == f"{self.group.value}_id"


GROUPS: dict[str, type[HourGroup | ReportGroup]] = {"HourTotal": HourGroup, "HourReport": ReportGroup}
"""What the rows of a type can be added up by."""

LEADING_NOWHERE = {("HourAnomaly", "rule_id")}
"""What is listed here looks impossible by no rule's number: somebody was in two places."""


def things(town: Town, room: str) -> list[Thing]:
    """A row of each type, or one in each of two states, or one of each role; and the rows of each plain type."""
    found: list[Thing] = []
    for line in lines(room):
        graph = schema().graphs.get(line.owner)
        if graph is None or line.names:
            continue
        if graph.model is None:
            found += _sums(line)
            continue
        for row in _of_each_kind(town.rows[graph.model]):
            id = typed(graph.model.prefix, row.id)
            found.append(Thing(line, row, f'node(id: "{id}") {{ ... on {graph.name} {{ {below(graph.name)} }} }}'))
    return found


def _sums(line: Line) -> Iterable[Sum]:
    for field in schema().fields.values():
        if field.owner == "Query" and isinstance(field.source, RowsOf) and field.kind.graphs[0].name == line.owner:
            if "groupBy" in field.arguments:
                for group in GROUPS[line.owner]:
                    asked = f"{field.name}(groupBy: {group.name}) {{ {below(line.owner)} }}"
                    yield Sum(line, None, asked, group)
            else:
                yield Sum(line, None, f"{field.name} {{ {below(line.owner)} }}")


def _of_each_kind(rows: list[Any]) -> list[Any]:
    apart = {getattr(row, "role", None) or getattr(row, "state", None): row for row in reversed(rows)}
    return list(reversed(apart.values()))[: len(RoleName) if isinstance(rows[0], RoleGrant) else 2]


@cache
def fields_of(name: str) -> list[Field]:
    return [field for field in schema().fields.values() if field.owner == name]


def below(name: str) -> str:
    """All fields of a type."""
    kind = schema().graphql.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    parts = []
    for field in fields_of(name):
        leaf = is_leaf_type(get_named_type(kind.fields[field.name].type))
        parts.append(field.name if leaf else f"{field.name} {{ __typename }}")
    return " ".join(parts)


@dataclass(frozen=True)
class News:
    """A subscription, and rows that something has happened to."""

    name: str
    things: list[Thing]

    @property
    def document(self) -> str:
        return f"subscription {{ {self.name} {{ {below(self.things[0].line.owner)} }} }}"


def news(town: Town) -> list[News]:
    found = []
    for field in schema().fields.values():
        if isinstance(field.source, Changes):
            line = next(line for line in matrix() if line.owner == field.kind.graphs[0].name and not line.names)
            rows = _of_each_kind(town.rows[field.source.model])
            found.append(News(field.name, [Thing(line, row, "") for row in rows]))
    return found


def compare(value: Any, path: tuple[str | int, ...], expected: Any, missing: dict[Any, Any], about: str) -> None:
    """What is told as missing is taken from `missing`."""
    error = missing.pop(path, None)
    if isinstance(expected, str):
        assert value is None, (path, about)
        assert error == {"code": "MISSING_SCOPE", "requires": [expected]}, (path, about)
        return
    assert error is None, (path, error, about)
    if expected is False:
        assert value in (None, []), (path, about)
    elif isinstance(expected, dict) and isinstance(value, list):
        for n, row in enumerate(value):
            compare(row, (*path, n), expected, missing, about)
    elif isinstance(expected, dict):
        assert value is not None, (path, about)
        for name, each in expected.items():
            compare(value[name], (*path, name), each, missing, about)
    elif isinstance(expected, list):
        assert value == expected, (path, about)
