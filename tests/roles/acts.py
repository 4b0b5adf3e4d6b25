"""What is tried to be done? Each mutation with something it is meant for, and with something in a wrong state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLNonNull, get_named_type

from api.roles import ONES_OWN, Line, lines
from api.schema import schema
from domain.accounts.models import Person, RoleGrant
from domain.columns import typed
from domain.programmes.models import Attendance, Signup
from domain.programmes.states import ATTENDANCE, AttendanceState
from domain.volunteers.charter import EDITION
from tests.roles.matrix import may
from tests.roles.town import Town, Viewer

WORDS = {
    "jurisdiction": '"CN-BJ"',
    "verb": '"offer_seat"',
    "language": '"en"',
    "code": '"02"',
    "district": '"110105"',
    "number": "9",
    "seats": "2",
    "minutes": "60",
    "capacity": "9",
    "rrule": '"FREQ=DAILY"',
    "day": '"2026-01-01"',
    "birthDate": '"1990-02-28"',
    "since": '"2026-01-01"',
    "until": '"2098-01-01"',
    "issuedOn": '"2020-01-01"',
    "clock": '"2026-06-01T04:00:00Z"',
    "at": '"2098-06-01T04:00:00Z"',
    "checkedInAt": '"2098-06-01T04:00:00Z"',
    "checkedOutAt": '"2098-06-01T05:00:00Z"',
    "startsAt": '"2098-06-01T04:00:00Z"',
    "endsAt": '"2098-06-01T06:00:00Z"',
    "charterEdition": str(EDITION),
    "charterLanguage": '"en"',
}
BY_KIND = {"Boolean": "true", "Decimal": '"9"', "String": '"words"', "TextInput": '{language: "en", text: "words"}'}
#: What makes a row of one's own.
THEIR_OWN = {"register_volunteer", "file_rights_request", "declare_kinship", "register_device"}
#: What is made for somebody who is not known yet when it is asked who does it.
FOR_SOMEBODY = {"invite_volunteer", "record_served"}
#: What is done with the attendance in a seat.
OF_A_SEAT = {move.name for move in ATTENDANCE.moves}


@dataclass(frozen=True)
class Act:
    """A mutation in this town, with what it is given, and what it is about then."""

    line: Line
    document: str
    row: Any
    timely: bool = True
    """Whether the row is in a state to do so."""

    @property
    def verb(self) -> str:
        return self.line.rule[1]

    def allowed(self, town: Town, viewer: Viewer) -> bool:
        if self.verb in {
            "register_volunteer",
            "file_rights_request",
            "declare_kinship",
            "register_device",
        }:  # it is their own row
            return not viewer.is_client
        return may(self.line.who, town, viewer, self.row)

    def denial(self, town: Town, viewer: Viewer) -> tuple[str, str]:
        """The kind and code that somebody hears who may not."""
        if code := ONES_OWN.get(self.verb):
            return "NOT_ALLOWED", code
        seen = may(self.line.seen, town, viewer, self.row) and not (viewer.person and self.verb in FOR_SOMEBODY)
        return ("NOT_ALLOWED", "not_allowed") if seen else ("NOT_FOUND", "not_found")


def acts(town: Town, room: str) -> list[Act]:
    return [act for line in lines(room) if line.owner == "Mutation" for act in _acts(town, line)]


def _acts(town: Town, line: Line) -> Iterator[Act]:
    verb = line.rule[1]
    if verb in {"grant_role", "revoke_role"}:
        yield from _grants(town, line)
        return
    known = {argument.model for argument in schema().fields["Mutation", line.names[0]].arguments.values()}
    moved = Attendance if verb in OF_A_SEAT else next((model for model in known if _moves(model, verb)), None)
    if moved:
        for timely in (True, False):
            for row in [row for row in town.rows[moved] if (row.state in _moves(moved, verb)) is timely][:1]:
                yield Act(line, _document(line, _values(town, line, row)), row, timely)
        return
    served = next(row for row in town.rows[Attendance] if row.state == AttendanceState.CHECKED_OUT)
    values = _values(town, line, served if verb == "log_hours" else None)
    if line.about in known or verb == "find_person":
        yield Act(line, _document(line, values), town.one(line.about))
    else:
        whose = {"person_id": town.one(Person).id} if "personId" in values else {}
        yield Act(line, _document(line, values), town.fresh(line.about, **whose))


def _moves(model: Any, verb: str) -> frozenset[Any]:
    """The states from which the verb leads on."""
    machine = getattr(model, "machine", None)
    return frozenset(state for m in machine.moves if m.name == verb for state in m.sources) if machine else frozenset()


def _grants(town: Town, line: Line) -> Iterator[Act]:
    for grant in town.rows[RoleGrant]:
        if line.rule[1] == "grant_role":
            place = {f"{noun}Id": f'"{id}"' for noun, id in _place(grant)}
            values = {**place, "personId": f'"{typed("usr", grant.person_id)}"', "role": grant.role.name}
        else:
            values = {"roleGrantId": f'"{typed("rol", grant.id)}"'}
        yield Act(line, _document(line, values), grant)


def _place(grant: RoleGrant) -> Iterator[tuple[str, str]]:
    for noun, prefix in (("street", "str"), ("community", "com"), ("organization", "org")):
        if id := getattr(grant, f"{noun}_id"):
            yield noun, typed(prefix, id)


def _document(line: Line, values: Mapping[str, str]) -> str:
    written = ", ".join(f"{name}: {value}" for name, value in values.items())
    return f"{line.names[0]}(input: {{{written}}}) {{ __typename ... on Refusal {{ kind code message }} }}"


def _values(town: Town, line: Line, given: Any) -> dict[str, str]:
    """All that it must be given; a row of each kind, the one that is `given` if it is of that kind."""
    if type(given) is Attendance:
        given = next(row for row in town.rows[Signup] if row.id == given.signup_id)
    (name,) = line.names
    mutation = schema().graphql.mutation_type
    assert mutation
    fields = get_named_type(mutation.fields[name].args["input"].type).fields
    wanted = {n: f.type for n, f in fields.items() if isinstance(f.type, GraphQLNonNull)}
    if name == "assignSupervision":
        wanted["communityId"] = fields["communityId"].type
    if name == "createCourse":
        wanted["organizationId"] = fields["organizationId"].type
    arguments = schema().fields["Mutation", name].arguments
    values = {}
    for n, of in wanted.items():
        model = arguments[n].model if n in arguments else None
        if model:
            values[n] = f'"{typed(model.prefix, (given if type(given) is model else town.one(model)).id)}"'
        else:
            values[n] = (
                f'"{town.code}"'
                if n == "code" and name in {"findPerson", "declareKinship"}
                else _value(n, get_named_type(of))
            )
    return values


def _value(name: str, kind: Any) -> str:
    if name in WORDS:
        return WORDS[name]
    return next(iter(kind.values)) if hasattr(kind, "values") else BY_KIND[kind.name]
