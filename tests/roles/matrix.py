"""What should be answered? The role matrix read for a viewer, a row and a token, and the questions that try it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type, is_leaf_type

from api.engine.declare import Moves, One
from api.engine.kinds import Field
from api.roles import Line, lines
from api.schema import ROOMS, schema
from domain.access import Who
from domain.accounts.models import RoleGrant, RoleName
from domain.columns import snake, typed
from domain.organizations.models import Organization
from domain.ways import Ground
from tests.roles.town import Town, Viewer

FACTS = {
    "anyone who has signed in": True,
    "in person, not through an application": False,
    "before guardian until": True,
    "from guardian consented at on": True,
    "if there is a community": False,
    "from starts at on": False,
    "from ends at on": False,
    "from offer expires at on": False,
}
"""What is so in the town, whoever looks at whatever."""


@cache
def matrix() -> list[Line]:
    return [line for room in ROOMS for line in lines(room)]


def may(who: Who, town: Town, viewer: Viewer, row: Any, *also: str) -> bool:
    """Whether some way is open to them. `also`: columns that would name them in what they are about to make."""
    return any(all(_holds(g, town, viewer, row, also) is g.so for g in way) for way in who.ways)


def _holds(ground: Ground, town: Town, viewer: Viewer, row: Any, also: tuple[str, ...]) -> bool:
    if ground.person:
        return ground.person in (viewer.person, *also)
    if not ground.role:
        return _is_so(ground.en, row)
    if viewer.role is None or viewer.role.value.replace("_", " ") != ground.role:
        return False
    another = type(row) is Organization and row.id != town.organization.id
    there = viewer.here and viewer.kind == ground.place and not (another and ground.place == "organization")
    return ground.place is None or there


def _is_so(fact: str, row: Any) -> bool:
    """A state of the row itself; of other rows, the town has one that is in it."""
    if not (said := re.fullmatch(r"while the (.+) is (.+)", fact)):
        return FACTS[fact]
    if row is None or said[1] != snake(type(row).__name__).replace("_", " "):
        return True
    state = row.role if isinstance(row, RoleGrant) else row.state
    return state.value in said[2].split(" or ")


# -- mutations ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """A mutation in this town, with what it is given."""

    line: Line
    document: str
    row: Any
    also: tuple[str, ...] = ()

    def allowed(self, town: Town, viewer: Viewer) -> bool:
        return may(self.line.who, town, viewer, self.row, *self.also)


WORDS = {
    "language": '"en"',
    "code": '"02"',
    "district": '"110105"',
    "number": "9",
    "minutes": "60",
    "capacity": "9",
    "birthDate": '"1990-02-28"',
    "since": '"2026-01-01"',
    "until": '"2098-01-01"',
    "issuedOn": '"2020-01-01"',
    "startsAt": '"2098-06-01T04:00:00Z"',
    "endsAt": '"2098-06-01T06:00:00Z"',
}
BY_KIND = {"String": '"words"', "TextInput": '{language: "en", text: "words"}'}
ONES_OWN = {
    "register_volunteer": ("volunteer.person_id",),
    "file_rights_request": ("rights_request.person_id",),
}


def acts(town: Town, room: str) -> list[Act]:
    return [act for line in lines(room) if line.owner == "Mutation" for act in _acts(town, line)]


def _acts(town: Town, line: Line) -> Iterator[Act]:
    verb = line.rule[1]
    if verb not in {"grant_role", "revoke_role"}:
        yield Act(line, _document(town, line, {}), None, ONES_OWN.get(verb, ()))
        return
    for grant in town.rows[RoleGrant]:
        place = {f"{noun}Id": f'"{id}"' for noun, id in _place(grant)}
        granting = {**place, "personId": f'"{typed("usr", grant.person_id)}"', "role": grant.role.name}
        revoking = {"roleGrantId": f'"{typed("rol", grant.id)}"'}
        yield Act(line, _document(town, line, granting if verb == "grant_role" else revoking), grant)


def _place(grant: RoleGrant) -> Iterator[tuple[str, str]]:
    for noun, prefix in (("street", "str"), ("community", "com"), ("organization", "org")):
        if id := getattr(grant, f"{noun}_id"):
            yield noun, typed(prefix, id)


def _document(town: Town, line: Line, given: dict[str, str]) -> str:
    (name,) = line.names
    field = schema().fields["Mutation", name]
    mutation = schema().graphql.mutation_type
    assert mutation
    kind = get_named_type(mutation.fields[name].args["input"].type)
    wanted = {n: f.type for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)}
    if "volunteerId" in kind.fields and "communityId" in kind.fields and name == "assignSupervision":
        wanted["communityId"] = kind.fields["communityId"].type
    values = {n: given[n] if n in given else _value(town, line, field, n, of) for n, of in wanted.items()} | given
    written = ", ".join(f"{n}: {value}" for n, value in values.items())
    return f"{name}(input: {{{written}}}) {{ __typename ... on Refusal {{ kind code }} }}"


def _value(town: Town, line: Line, field: Field, name: str, of: Any) -> str:
    verb, kind = line.rule[1], get_named_type(of)
    argument = field.arguments.get(name)
    if argument and argument.model:
        machine = getattr(argument.model, "machine", None)
        states = [s for m in machine.moves if m.name == verb for s in m.sources] if machine else []
        if verb in {"check_in", "check_out", "mark_no_show"}:
            return f'"{town.seat_for(verb)}"'
        return f'"{town.id(argument.model, states)}"'
    if verb == "find_person":
        return f'"{town.code}"'
    if name in WORDS:
        return WORDS[name]
    return next(iter(kind.values)) if hasattr(kind, "values") else BY_KIND[kind.name]


# -- fields ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """A row that is read, with all fields of its type."""

    line: Line
    row: Any
    document: str

    @property
    def fields(self) -> Iterable[Field]:
        return (f for f in schema().fields.values() if f.owner == self.line.owner)

    def expected(self, town: Town, viewer: Viewer, scopes: frozenset[str]) -> Any:
        """What each field should be: MISSING and the scope, False for null, True for something, or the moves."""
        if self.line.scope not in scopes:
            return self.line.scope
        if not may(self.line.who, town, viewer, self.row):
            return False
        return {field.name: self._field(field, town, viewer, scopes) for field in self.fields}

    def _field(self, field: Field, town: Town, viewer: Viewer, scopes: frozenset[str]) -> Any:
        source = field.source
        for line in matrix():
            if line.owner == field.owner and field.name in line.names:
                if line.scope not in scopes:
                    return line.scope
                if not may(line.who, town, viewer, self.row):
                    return False
        if isinstance(source, Moves):
            rules = source.rules
            open_now = self.row.machine.open_to(self.row.state)
            return [m for m in open_now if rules.scope(m) in scopes and may(rules[m], town, viewer, self.row)]
        if isinstance(source, One) and getattr(self.row, source.link) is None:
            return False
        target = field.kind.graphs[0].see if field.kind.graphs else None
        if target and target[0].scope(target[1]) not in scopes:
            return target[0].scope(target[1])
        return None  # whatever it holds


def things(town: Town, room: str) -> list[Thing]:
    found = []
    for line in lines(room):
        graph = schema().graphs.get(line.owner)
        if graph and graph.model and not line.names:
            for row in _of_each_kind(town.rows[graph.model]):
                id = typed(graph.model.prefix, row.id)
                found.append(Thing(line, row, f'node(id: "{id}") {{ ... on {graph.name} {{ {_below(graph.name)} }} }}'))
    return found


def _of_each_kind(rows: list[Any]) -> list[Any]:
    """One row; or one of each state, or of each role, up to three."""
    apart = {getattr(row, "role", None) or getattr(row, "state", None): row for row in reversed(rows)}
    return list(reversed(apart.values()))[: len(RoleName) if isinstance(rows[0], RoleGrant) else 2]


def _below(name: str) -> str:
    kind = schema().graphql.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    fields = (f for f in schema().fields.values() if f.owner == name)
    parts = []
    for field in fields:
        leaf = is_leaf_type(get_named_type(kind.fields[field.name].type))
        parts.append(field.name if leaf else f"{field.name} {{ __typename }}")
    return " ".join(parts)
