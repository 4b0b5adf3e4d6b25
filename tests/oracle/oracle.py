"""What is the right answer? graphql-core executes the published schema by the specification; a resolver reads rows.

Slow and obvious, and sharing nothing with the engine but the declarations: each kind of source is one case below, rules
have their Python reading, and what a declaration says in SQL is said again `by_hand`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, cast
from uuid import UUID

from graphql import GraphQLResolveInfo, GraphQLSchema, execute_sync, parse

from api.engine.declare import (
    By,
    Column,
    Either,
    Every,
    Expression,
    Graph,
    Many,
    Mine,
    MoneyColumns,
    Moves,
    One,
    RowsOf,
)
from api.engine.kinds import Argument, Field, Schema
from domain import columns
from domain.access import Actor
from domain.columns import typed, untyped
from tests.oracle import reading
from tests.oracle.by_hand import EXPRESSIONS, ROWS, WHERE
from tests.oracle.pages import Order, Sieve, first, page
from tests.oracle.rows import Rows, Sight

NOTHING = UUID(int=0)
"""What an id of another type names."""


class Oracle:
    """Answers operations from the rows of one town."""

    def __init__(self, schema: Schema, graphql: GraphQLSchema, rows: Rows) -> None:
        self.schema, self.graphql, self.rows = schema, graphql, rows

    def answer(self, document: str, variables: Mapping[str, Any], name: str | None, actor: Actor) -> tuple[Any, Any]:
        """The data, and (path, code, missing scopes) of each error."""
        reader = Reader(self.schema, Sight(self.rows, actor))
        done = execute_sync(
            self.graphql,
            parse(document),
            variable_values=dict(variables),
            operation_name=name,
            field_resolver=reader.resolve,
            type_resolver=reader.type_of,
        )
        errors = [{"path": e.path, "extensions": e.extensions or {"code": "INTERNAL"}} for e in done.errors or ()]
        return done.data, errors


class Reader:
    """Reads fields for one viewer."""

    def __init__(self, schema: Schema, sight: Sight) -> None:
        self.schema, self.sight, self.rows, self.actor = schema, sight, sight.rows, sight.actor

    def type_of(self, row: Any, _info: Any, _abstract: Any) -> str:
        """Of a row behind an interface or in a union."""
        return self.schema.of_model[type(row)].name

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **given: Any) -> Any:
        owner, name = info.parent_type.name, info.field_name
        if (owner, name) == ("Query", "node"):
            return self.node(given["id"])
        if (owner, name) == ("Query", "nodes"):
            return [_kept(self.node, id) for id in given["ids"]]
        declared = self.schema.fields.get((owner, name))
        if declared is None:  # a part of a page, a text or an amount
            return source[name]
        if guard := getattr(declared.source, "guard", None):
            self.sight.demand(guard)
            if not self.sight.holds(guard, source):
                return None
        return self.value(declared, source, given)

    def value(self, declared: Field, row: Any, given: Mapping[str, Any]) -> Any:
        source, graphs, place = declared.source, declared.kind.graphs, (declared.owner, declared.name)
        match source:
            case Column():
                return self.shown(declared, _held(row, source.name or declared.python), given)
            case MoneyColumns():
                return reading.money(getattr(row, source.amount), getattr(row, source.currency))
            case Expression():
                return self.shown(declared, EXPRESSIONS[place](self.sight, row, **_python(declared, given)), given)
            case Moves():
                return source.machine.can(source.rules, self.actor, row, *self.rows.everything)
            case One():
                return self.linked(graphs[0], _held(row, source.link))
            case Either():
                links = zip(source.links, graphs, strict=True)
                link = next((link for link in links if getattr(row, link[0]) is not None), None)
                return link and self.linked(link[1], getattr(row, link[0]))
            case Many():
                model = cast(Any, graphs[0].model)
                return self.page(declared, self.rows.pointing(model, source.link, row.id), given)
            case Every():
                return self.page(declared, self.rows.tables[cast(Any, graphs[0].model)], given)
            case By():
                (wanted,) = _python(declared, given).values()
                return self.only(graphs[0], source.column, wanted)
            case Mine():
                return self.only(graphs[0], source.column, self.actor.id)
            case RowsOf():
                found = self.computed(declared, given, row)
                return found[: first(given)] if declared.kind.many else next(iter(found), None)
        raise TypeError(f"{place}: {source} is no source")

    def shown(self, declared: Field, value: Any, given: Mapping[str, Any]) -> Any:
        of = declared.kind.of
        if of is columns.Text:
            language = given.get("language")
            return reading.text(value, self.actor.language if language is None else language)
        if of is UUID:
            return typed(cast(Any, self.schema.graphs[declared.owner].model).prefix, value)
        return reading.shown(value)

    # -- ways to a row: through each of them its type's rule is asked --------------------------------------------------

    def seen(self, graph: Graph, row: Any) -> Any:
        return row if row and self.sight.holds(graph.see, row) else None

    def linked(self, graph: Graph, id: UUID | None) -> Any:
        if id is None:
            return None
        self.sight.demand(graph.see)
        return self.seen(graph, self.rows.get(graph.model, id))

    def only(self, graph: Graph, column: str, wanted: Any) -> Any:
        self.sight.demand(graph.see)
        found = [r for r in self.rows.tables[cast(Any, graph.model)] if getattr(r, column) == wanted != None]  # noqa: E711
        return next((row for row in found if self.seen(graph, row)), None)

    def node(self, id: str) -> Any:
        graph = self.schema.of_prefix.get(id.partition("_")[0])
        return graph and self.only(graph, "id", untyped(cast(Any, graph.model).prefix, id))

    def computed(self, declared: Field, given: Mapping[str, Any], row: Any) -> list[Any]:
        see = declared.kind.graphs[0].see
        self.sight.demand(see)
        allowed = see is None or see[0][see[1]].test(self.actor)
        of = () if row is None else (row,)
        return ROWS[declared.owner, declared.name](self.sight, *of, **_python(declared, given)) if allowed else []

    def page(self, declared: Field, rows: Sequence[Any], given: Mapping[str, Any]) -> Any:
        source, graph = cast(Many | Every, declared.source), declared.kind.graphs[0]
        self.sight.demand(graph.see)
        found = [row for row in rows if self.seen(graph, row)]
        if source.where:
            found = [row for row in found if WHERE[declared.owner, declared.name](self.sight, row)]
        if source.filter:
            sieve = Sieve(self.schema, self.sight, source.filter, given.get("filter"))
            found = [row for row in found if sieve.passes(row)]
        return page(Order(self.rows, cast(Any, graph.model), source.order, given.get("orderBy")), found, given)


def _held(row: Any, column: str) -> Any:
    """A row of a table has attributes, one of `rows` has keys."""
    return row[column] if isinstance(row, dict) else getattr(row, column)


def _kept(read: Any, id: str) -> Any:
    """What was read, or the error: graphql-core puts it at the element's place."""
    try:
        return read(id)
    except Exception as error:
        return error


def _python(declared: Field, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a function of the domain: null and left out are None."""
    return {a.python: _argument(a, given.get(a.name)) for a in declared.arguments.values()}


def _argument(argument: Argument, value: Any) -> Any:
    if value is None or not isinstance(value, list):
        return None if value is None else _one(argument, value)
    return [_one(argument, v) for v in value]


def _one(argument: Argument, value: Any) -> Any:
    of = argument.kind.of
    if of is UUID:
        return untyped(cast(Any, argument.model).prefix, value) or NOTHING
    return of[value] if isinstance(of, type) and issubclass(of, Enum) else value
