"""The house is built as its plan says: one verb is one word everywhere, and every room has what a room has."""

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType
from sqlalchemy import Column, Date, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString

import domain.rooms  # noqa: F401
from api.engine.run import Engine
from api.schema import ROOMS, print_schema, schema
from domain.access import ROLES, Actor, Rules
from domain.accounts import personal
from domain.clock import Clocked
from domain.columns import Row, Table, new_id
from domain.house import House
from domain.notifications.about import CONCERNED
from domain.notifications.kinds import KINDS
from domain.notifications.silence import SILENT
from domain.papers import rooms
from domain.states import Machine
from tests.engine.test_every_field import arguments, selections

HOUSE = Path(__file__).parents[1]
MUTATIONS: Any = schema().graphql.mutation_type
CHINESE = re.compile(r"[\u4e00-\u9fff]")

#: Verbs that people do elsewhere than in GraphQL: on the sign-in pages, or at the command line.
ELSEWHERE = {
    "rotate_secret",
    "revoke_client",
    "use_initial_token",
    "revoke_initial_token",
    "amend_issuer",
    "distrust_issuer",
}

#: Rooms whose deeds are about nobody's service.
ABOUT_NO_SERVICE = {"accounts", "communities", "notifications", "organizations", "regulations", "workers"}

#: Verbs that nobody does: they follow from what somebody did, or from the time.
FOLLOWS = {
    "offer_seat",
    "need_action",
    "await_review",
    "hand_over",
    "close_booking",
    "offer_place",
    "cancel_enrolment",
    "close_enrolment",
    "cancel_signup",
    "close_waitlist",
    "presume_no_show",
    "cancel_attendance",
    "remind_record",
    "miss_record",
    "complete_record",
    "reopen_record",
}


def machines() -> Iterator[tuple[str, Machine]]:
    for room in rooms():
        if find_spec(f"domain.{room}.states"):
            states = vars(import_module(f"domain.{room}.states")).values()
            yield from ((room, thing) for thing in states if isinstance(thing, Machine))


MOVES = sorted({(room, move.name) for room, machine in machines() for move in machine.moves})


def below(kind: Any) -> Iterator[Any]:
    """The house's own classes below this one; tests have models too."""
    for one in kind.__subclasses__():
        yield from below(one)
        if one.__module__.startswith("domain.") and hasattr(one, "__table__"):
            yield one


TABLES = {model.__tablename__: model.__table__ for model in below(Table)}
MODELS = list(below(Row))
OF_THE_CLOCK = {
    (model.__module__.split(".")[1], verb)
    for model in below(Clocked)
    for verb in re.findall(r'Due\(.*"(\w+)"\)', inspect.getsource(model))
}


def rules(room: str) -> Rules:
    found: Rules = import_module(f"domain.{room}.access").RULES
    return found


def commands(room: str) -> dict[str, Any]:
    """What a room can do, by name: of `commands`, and in the room of people of more."""
    known = dict(vars(import_module(f"domain.{room}.commands")))
    for part in ("clients", "factors", "registration", "issuers", "erasure", "rights") if room == "accounts" else ():
        known |= vars(import_module(f"domain.accounts.{part}"))
    return {name: thing for name, thing in known.items() if inspect.iscoroutinefunction(thing)}


def camel(verb: str) -> str:
    head, *tail = verb.split("_")
    return head + "".join(word.capitalize() for word in tail)


def snake(field: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", field).lower()


# -- one verb, one word -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("room", "verb"), MOVES)
def test_a_move_has_its_rule(room: str, verb: str) -> None:
    assert verb in rules(room)


@pytest.mark.parametrize(("room", "verb"), [m for m in MOVES if m[1] not in FOLLOWS])
def test_a_move_has_its_command(room: str, verb: str) -> None:
    assert verb in commands(room)


@pytest.mark.parametrize(("room", "verb"), MOVES)
def test_a_move_that_people_make_has_its_mutation_and_no_other_has(room: str, verb: str) -> None:
    by_people = verb not in FOLLOWS | ELSEWHERE and (room, verb) not in OF_THE_CLOCK
    assert (camel(verb) in MUTATIONS.fields) == by_people


@pytest.mark.parametrize(("room", "verb"), sorted(OF_THE_CLOCK))
def test_what_falls_due_is_a_move_that_only_the_clock_makes(room: str, verb: str) -> None:
    assert (room, verb) in MOVES
    assert verb in commands(room)
    assert rules(room)[verb].says.en.startswith(("the clock", "a clock"))


def test_what_follows_from_something_else_may_be_done_by_nobody() -> None:
    of_nobody = {verb for room in rooms() for verb, who in rules(room).items() if who.says.en.startswith("nobody")}
    assert of_nobody == FOLLOWS


@pytest.mark.parametrize("field", sorted(MUTATIONS.fields))
def test_a_mutation_is_a_command_with_a_rule_of_one_room(field: str) -> None:
    assert [r for r in ROOMS if snake(field) in rules(r) and snake(field) in commands(r)], field


def test_a_table_of_rules_names_nothing_that_is_never_asked() -> None:
    done = {name for room in rooms() for name in commands(room)} | FOLLOWS
    said = "\n".join(file.read_text(encoding="utf-8") for file in (HOUSE / "domain").rglob("*.py"))
    for room in rooms():
        unused = [v for v in rules(room) if v not in done and not v.startswith("see_") and f'"{v}"' not in said]
        assert not unused, room


# -- every room has what a room has -----------------------------------------------------------------------------------


def test_the_floor_plan_the_schema_and_the_folders_name_the_same_rooms() -> None:
    plan = (HOUSE / "domain" / "rooms.py").read_text(encoding="utf-8")
    with_rows = set(re.findall(r"^import domain\.(\w+)\.models", plan, re.MULTILINE))
    assert set(ROOMS) == set(rooms()) == with_rows
    for room in ROOMS:
        assert (HOUSE / "api" / room / "types.py").exists(), room
        assert list((HOUSE / "tests" / room).glob("test_*.py")), room
        assert (HOUSE / "frontend-contract" / "operations" / f"{room}.graphql").exists(), room


def test_every_table_has_its_migration() -> None:
    written = "\n".join(file.read_text(encoding="utf-8") for file in (HOUSE / "migrations" / "versions").glob("*.py"))
    assert not [table for table in TABLES if f'create_table(\n        "{table}",' not in written]


def test_the_printed_schema_is_fresh() -> None:
    printed = (HOUSE / "schema.graphql").read_text(encoding="utf-8")
    assert printed.rstrip() == print_schema().rstrip(), "Run `make contract`."


# -- what can be read -------------------------------------------------------------------------------------------------


def wholes() -> Iterator[str]:
    """A question for each root with what is below it, and for each type with all its fields."""
    offered = schema()
    query: Any = offered.graphql.query_type
    for name, field in query.fields.items():
        yield f"{{ {name}{arguments(field)} {selections(field.type, 1)} }}"
    for name, shown in offered.graphs.items():
        if shown.model:
            fields = selections(offered.graphql.type_map[name], 1)
            yield f'{{ node(id: "{shown.model.prefix}_1") {{ ... on {name} {fields} }} }}'


@pytest.mark.slow
async def test_every_field_compiles_for_each_role_alone_and_for_a_token_without_scopes(house: House) -> None:
    engine = Engine(schema(), house)
    lone = [Actor(id=new_id(), roles={role: frozenset()}) for role in ROLES]
    bare = Actor(id=new_id(), roles=dict.fromkeys(ROLES, frozenset()), scopes=frozenset())
    for document in wholes():
        for actor in (*lone, bare):
            engine.explain(document, {}, None, actor)


ENUMS = {name: kind for name, kind in schema().graphql.type_map.items() if isinstance(kind, GraphQLEnumType)}


@pytest.mark.parametrize("name", sorted(name for name in ENUMS if not name.startswith("__")))
def test_an_enum_and_its_values_are_described_in_both_languages(name: str) -> None:
    said = {name: ENUMS[name].description, **{v: value.description for v, value in ENUMS[name].values.items()}}
    assert not [what for what, text in said.items() if not (text and CHINESE.search(text) and text[0].isascii())]


@pytest.mark.parametrize("field", sorted(MUTATIONS.fields))
def test_a_verb_is_described_in_both_languages(field: str) -> None:
    assert CHINESE.search(MUTATIONS.fields[field].description)


# -- rows -------------------------------------------------------------------------------------------------------------


def test_every_model_has_a_prefix_of_its_own() -> None:
    prefixes = Counter(model.prefix for model in MODELS)
    assert not [prefix for prefix, times in prefixes.items() if times > 1]
    assert all(re.fullmatch("[a-z]{3}", prefix) for prefix in prefixes)


#: What must be unique beyond a street (architecture, decision 10: avoid it), and why.
BEYOND_A_STREET = {
    "one_deed_per_key": "an idempotency key belongs to whoever gives it, wherever they act",
    "one_street_for_each_number": "the number is what ids of the street carry",
    "one_street_for_each_name": "a district has no two streets of one name",
    "one_organization_for_each_code": "the unified code is the nation's",
    "one_figure_for_each_line": "a printed table speaks of all streets of its district",
    "one_supervision_of_a_volunteer": "a volunteer has one supervisor, and serves in many streets",
}


def stays_in_a_street(index: Index) -> bool:
    """Whether two equal keys can only be of one street: it is named, or a row of the street is."""
    columns = [c for c in index.expressions if isinstance(c, Column)]
    parents = [key.column.table for c in columns for key in c.foreign_keys]
    return any(c.name == "street_id" for c in columns) or any("street_id" in table.c for table in parents)


def test_uniqueness_never_spans_streets_but_where_it_must() -> None:
    unique = [i for t in TABLES.values() if "street_id" in t.c for i in t.indexes if i.unique]
    assert {index.name for index in unique if not stays_in_a_street(index)} == set(BEYOND_A_STREET)


def test_a_refusal_and_what_a_mutation_gives_can_be_asked_for_side_by_side() -> None:
    """Fields of one name in a union must be of one type, or every frontend has to rename one of them."""
    types: Any = schema().graphql.type_map
    no = types["Refusal"].fields
    for field in MUTATIONS.fields.values():
        for given in field.type.types:
            clashing = {n for n in no.keys() & given.fields.keys() if str(no[n].type) != str(given.fields[n].type)}
            assert not clashing, given.name


# -- what is known about people ---------------------------------------------------------------------------------------

ABOUT_PEOPLE = sorted(name for name in TABLES if list(personal.leading(name)))


@pytest.mark.parametrize("name", ABOUT_PEOPLE)
def test_a_table_whose_keys_lead_to_people_stands_in_the_record_of_processing(name: str) -> None:
    assert (name in personal.KNOWN) != (name in personal.NOT_ABOUT_PEOPLE)


@pytest.mark.parametrize("name", sorted(personal.KNOWN))
def test_of_every_column_of_words_about_people_it_is_said_what_erasure_leaves(name: str) -> None:
    known, columns = personal.KNOWN[name], TABLES[name].c
    said = {*known.erased, *known.secret, *known.kept, *known.did}
    assert said <= set(columns.keys())
    states = {c.name for c in columns if str(c.type) == "TEXT"}  # an enum's values
    free = {c.name for c in columns if isinstance(c.type, AutoString | JSONB | Date | LargeBinary)} - states
    hashed = {c.name for c in columns if isinstance(c.type, LargeBinary)}
    if not known.gone:
        assert free - hashed <= said, "What becomes of these words when the person is erased?"


def test_what_names_people_can_be_found_by_an_index() -> None:
    for name in personal.KNOWN:
        leads = {i.expressions[0].name for i in TABLES[name].indexes if isinstance(i.expressions[0], Column)}
        leads |= {c.name for c in TABLES[name].c if c.unique or c.primary_key}
        wanted = {personal.KNOWN[name].of, *personal.naming(name)} - {None, "address"}
        assert wanted <= leads, name


def test_each_deed_about_peoples_service_is_told_of_or_it_is_said_why_not() -> None:
    """To tell of it, append to KINDS (domain/notifications/kinds.py); else give the reason in SILENT (silence.py)."""
    served = set(rooms()) - ABOUT_NO_SERVICE
    deeds = {verb for room in served for verb in rules(room) if not verb.startswith("see_")}
    assert deeds - set(KINDS) - set(SILENT) == set()
    assert (set(KINDS) | set(SILENT)) - deeds == set()
    assert set(KINDS) & set(SILENT) == set()
    assert all(SILENT.values())
    assert {kind.concerned for kind in KINDS.values()} == set(CONCERNED)
