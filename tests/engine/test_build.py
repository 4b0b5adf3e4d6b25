"""Mistakes in declarations are found when the schema is built, and the schema says what its rules demand."""

import sys
from types import ModuleType
from typing import Any

import pytest
from graphql import GraphQLEnumType, is_introspection_type, is_specified_scalar_type

from api.engine.build import build
from api.engine.declare import Connection, Node, by_id, column, command, every, filters, graph, many, one, orders, rows
from api.engine.kinds import Fault
from tests.engine import library
from tests.engine.conftest import catalogue_schema
from tests.engine.library import RULES


def room(**things: Any) -> ModuleType:
    """A room with a patron's type and these things."""
    made = ModuleType("room")
    for name, thing in {"Patron": Patron, "Query": Query, **things}.items():
        setattr(made, name, thing)
        if isinstance(thing, type):
            thing.__module__ = "room"
    sys.modules["room"] = made
    return made


@graph(library.Patron, see=(RULES, "see_patron"))
class Patron(Node):
    """Who gives."""

    name: str


class Query:
    patron: "Patron | None" = by_id(library.Patron)
    """One."""


def faults(**things: Any) -> str:
    with pytest.raises(Fault) as found:
        build(room(**things))
    return str(found.value)


def test_all_mistakes_are_named_at_once() -> None:
    @graph(library.Tome, see=(RULES, "see_tome"))
    class Tome(Node):
        """A tome."""

        pages: int
        colour: str
        donor: Patron = one(library.Tome.donor_id)
        note: str = column(guard=(RULES, "see_note"))
        shelf_id: "UUID"  # type: ignore[name-defined] # noqa: F821
        other: "Nowhere | None" = one(library.Tome.shelf_id)  # type: ignore[name-defined] # noqa: F821
        rarely: list[str] | None = column("tags")

    said = faults(Tome=Tome)
    for expected in (
        "Tome.pages: the column pages can be null",
        "Tome.colour: Tome has no column colour",
        "Tome.donor: Patron can be hidden or missing",
        "Tome.note: a guarded field must be `| None`",
        "Tome.shelf_id: name 'UUID' is not defined",
        "Tome.other: name 'Nowhere' is not defined",
    ):
        assert expected in said
    assert "Tome.rarely" not in said


def test_a_list_of_computed_rows_has_the_argument_first_already() -> None:
    @graph()
    class Total:
        """A total."""

        minutes: int
        """How many."""

    def totals(_: Any, *, first: int) -> Any: ...

    class Roots:
        sums: list[Total] = rows(totals)
        """Totals."""

    assert "Query.sums: a list has an argument `first` of its own" in faults(Total=Total, Query=Roots)


def test_what_is_guarded_can_neither_be_filtered_nor_ordered_by() -> None:
    @graph(library.Tome, see=(RULES, "see_tome"))
    class Tome(Node):
        """A tome."""

        remark: str | None = column("note", guard=(RULES, "see_note"))

    class Roots:
        a: "Connection[Tome]" = every(library.Tome, filter=filters(library.Tome, "note"))
        """A."""
        b: "Connection[Tome]" = every(library.Tome, order=orders(library.Tome, "note"))
        """B."""

    Roots.__name__ = "Query"
    said = faults(Tome=Tome, Query=Roots)
    assert "Query.a: note is guarded" in said
    assert "Query.b: note is guarded" in said


def test_a_model_has_one_type_and_everything_a_description() -> None:
    @graph(library.Patron, see=(RULES, "see_patron"))
    class Giver(Node):
        tomes: "Connection[Patron]" = many(library.Tome.donor_id)

    said = faults(Giver=Giver)
    assert "Patron is shown by 2 types" in said
    assert "Giver has no description" in said
    assert "Giver.tomes has no description" in said


def test_a_command_needs_a_rule_of_its_name() -> None:
    async def burn_tome(work: Any) -> library.Tome:
        """Burn it."""
        raise NotImplementedError

    with pytest.raises(TypeError, match="burn_tome"):
        command(burn_tome)


def test_a_text_is_searched_and_a_string_also_compared() -> None:
    made: Any = catalogue_schema().graphql.type_map
    offered = {name: set(made[made["TomeFilter"].fields[name].type.name].fields) for name in ("title", "author")}
    assert offered == {"title": {"contains"}, "author": {"eq", "in", "contains"}}


def test_rules_are_printed_where_they_hold() -> None:
    printed = catalogue_schema().print()
    assert (
        'type Patron implements Node @requires(roles: "the patron or an operator", scopes: ["patrons:read"])' in printed
    )
    assert 'phone: String @requires(roles: "the patron", scopes: ["library:read"])' in printed
    assert 'remark: String @requires(roles: "an operator", scopes: ["library.notes:read"])' in printed
    adding = printed[printed.index("addTome(") :]
    assert '): AddTomeResult @requires(roles: "an operator", scopes: ["library:write"])' in adding[:200]


def test_links_to_another_scope_are_nullable_and_those_to_the_same_are_not() -> None:
    graphql = catalogue_schema().graphql
    fields: Any = {n: graphql.type_map[n].fields for n in ("Query", "Patron", "Shelf", "Tome")}  # type: ignore[attr-defined]
    assert str(fields["Query"]["tomes"].type) == "TomeConnection"
    assert str(fields["Patron"]["tomes"].type) == "TomeConnection"
    assert str(fields["Shelf"]["tomes"].type) == "TomeConnection!"
    assert str(fields["Tome"]["shelf"].type) == "Shelf!"
    assert str(fields["Tome"]["donor"].type) == "Patron"


def test_everything_in_the_schema_is_described() -> None:
    for name, kind in catalogue_schema().graphql.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        assert kind.description, name
        things = kind.values if isinstance(kind, GraphQLEnumType) else getattr(kind, "fields", {})
        for inner, thing in things.items():
            assert thing.description, f"{name}.{inner}"
            for argument, a in getattr(thing, "args", {}).items():
                assert a.description, f"{name}.{inner}({argument})"


def test_enum_values_carry_both_languages() -> None:
    state: Any = catalogue_schema().graphql.type_map["TomeState"]
    assert state.values["OPEN"].description == "On the shelf. 在架"
    assert state.values["LENT"].description == "Lent. 借出"
