"""How does an operation become one SQL statement whose answer is the response?

One output column per root field, so that all of them are read in one moment. Every row is printed as JSON text; a link
is a subquery, a list an aggregate over one. Wherever rows of a type are reached, the type's rule is part of the
condition: `visible` is the one place where it enters. The compiler knows *shapes* of viewer and variables, no values.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    is_abstract_type,
)
from sqlalchemy import ColumnElement, Uuid, case, func, select
from sqlalchemy.sql.elements import False_, True_

from api.engine import printing
from api.engine.arguments import Arguments, NullGiven
from api.engine.connections import Lists
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
    Rule,
)
from api.engine.holes import Hole
from api.engine.kinds import Field, Schema
from api.engine.leaves import Leaves
from api.engine.links import Links
from api.engine.plan import Operation, key
from api.engine.printing import NULL, Text
from api.engine.statement import Statement, statement
from domain.access import Actor

MISSING_SCOPE, BAD_USER_INPUT = "MISSING_SCOPE", "BAD_USER_INPUT"
Nodes = list[FieldNode]
Selection = dict[str, Nodes]
Where = Callable[[Any], Sequence[Any]]


class MissingScope(Exception):
    """The token lacks a scope that a place needs."""

    def __init__(self, *scopes: str) -> None:
        super().__init__(f"This token lacks the scope {' '.join(scopes)}.")
        self.scopes = scopes

    def error(self) -> GraphQLError:
        return GraphQLError(str(self), extensions={"code": MISSING_SCOPE, "requires": list(self.scopes)})


@dataclass(frozen=True)
class Plan:
    """What a query runs: one statement, and the response's keys around its columns."""

    statement: Statement | None
    keys: tuple[tuple[bytes, int | bytes], ...]
    """Each root: the text before it, and the number of its column or what is known already."""
    introspected: tuple[tuple[str, Nodes], ...] = ()
    """Keys and nodes of `__schema` and `__type`, which graphql-core answers."""


def shape_of(actor: Actor) -> Actor:
    """Somebody with the actor's roles and scopes and nothing else: all that a rule's SQL may be made from."""
    return Actor(UUID(int=0) if actor.person_id else None, {role: frozenset() for role in actor.roles}, actor.scopes)


class Compiler:
    """Compiles one operation for one shape of its variables and of the viewer."""

    def __init__(self, schema: Schema, operation: Operation, shapes: Mapping[str, Any], viewer: Actor) -> None:
        self.schema, self.operation, self.viewer = schema, operation, viewer
        self.arguments = Arguments(operation, shapes)
        self.leaves, self.links, self.lists = Leaves(self), Links(self), Lists(self)
        self.holes: list[Hole] = []
        self.nullable: list[bool] = []
        """Whether each step of the path to the place at hand may be null."""

    # -- what is asked for ---------------------------------------------------------------------------------------------

    def collect(self, on: GraphQLObjectType, selections: SelectionSetNode | None, into: Selection) -> Selection:
        """The fields asked of an object of this type, by the key they answer under."""
        for s in selections.selections if selections else ():
            if not self._included(s):
                continue
            if isinstance(s, FieldNode):
                into.setdefault(key(s), []).append(s)
            elif isinstance(s, FragmentSpreadNode):
                fragment = self.operation.fragments[s.name.value]
                if self._applies(on, fragment.type_condition.name.value):
                    self.collect(on, fragment.selection_set, into)
            elif isinstance(s, InlineFragmentNode) and (
                s.type_condition is None or self._applies(on, s.type_condition.name.value)
            ):
                self.collect(on, s.selection_set, into)
        return into

    def merged(self, on: GraphQLObjectType, nodes: Nodes) -> Selection:
        """The fields asked below a field that may occur several times."""
        into: Selection = {}
        for node in nodes:
            self.collect(on, node.selection_set, into)
        return into

    def _applies(self, on: GraphQLObjectType, condition: str) -> bool:
        if on.name == condition:
            return True
        other = self.schema.graphql.get_type(condition)
        return is_abstract_type(other) and self.schema.graphql.is_sub_type(other, on)

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name in {"skip", "include"} and self.arguments.holds(directive.arguments[0].value) == (name == "skip"):
                return False
        return True

    # -- the whole -----------------------------------------------------------------------------------------------------

    def query(self) -> Plan:
        columns_: list[ColumnElement[Any]] = []
        keys: list[tuple[bytes, int | bytes]] = []
        introspected: list[tuple[str, Nodes]] = []
        root = self.operation.root
        for name, nodes in self.collect(root, self.operation.node.selection_set, {}).items():
            before = f"{'{' if not keys else ','}{json.dumps(name)}:".encode()
            asked = nodes[0].name.value
            if asked == "__typename":
                keys.append((before, b'"%s"' % root.name.encode()))
            elif asked.startswith("__"):
                introspected.append((name, nodes))
                keys.append((before, name.encode()))
            else:
                keys.append((before, len(columns_)))
                columns_.append(printing.encoded(self.field(root, nodes, None)))
        if not keys:
            keys.append((b"{", b""))
        return Plan(self._statement(columns_) if columns_ else None, tuple(keys), tuple(introspected))

    def shown(
        self, graph: Graph, selection: Selection, *, path: Sequence[bool], where: Where = lambda _: ()
    ) -> Statement:
        """One row by its id, the value `row`: a mutation's payload, a subscription's event."""
        with self.at(*path):
            condition = self.arguments.bind(lambda values: values["row"], Uuid())
            printed = self.or_missing(
                lambda: self.row_where(graph, selection, lambda t: [t.c.id == condition, *where(t)])
            )
        return self._statement([func.coalesce(printed, printing.sql("null"))])

    def _statement(self, columns_: Sequence[ColumnElement[Any]]) -> Statement:
        return statement(columns_, self.arguments.getters, self.holes)

    # -- holes ---------------------------------------------------------------------------------------------------------

    @contextmanager
    def at(self, *nullable: bool) -> Any:
        """Further steps on the path."""
        self.nullable += nullable
        try:
            yield
        finally:
            del self.nullable[len(self.nullable) - len(nullable) :]

    def hole(self, message: str, code: str, *requires: str) -> Text:
        self.holes.append(Hole(message, code, requires, tuple(self.nullable)))
        return printing.hole(len(self.holes) - 1)

    def or_missing(self, make: Callable[[], Any]) -> Any:
        """What is made, or what stands there if the token lacks a scope for it."""
        try:
            return make()
        except MissingScope as missing:
            return self.hole(str(missing), MISSING_SCOPE, *missing.scopes)

    def or_hole(self, value: Text, where: str) -> Text:
        """What must not be null, and what stands there if it is."""
        return func.coalesce(value, self.hole(f"Cannot return null for non-nullable field {where}.", "INTERNAL"))

    # -- rows ----------------------------------------------------------------------------------------------------------

    def visible(self, graph: Graph, table: Any) -> list[Any]:
        """The condition under which the viewer sees a row; the one place where a type's rule enters."""
        if graph.see is None:
            return []
        rules, verb = graph.see
        self.demand(graph.see)
        rule = rules[verb].sql(self.viewer, table)
        return [] if isinstance(rule, True_) else [rule]

    def demand(self, rule: Rule) -> None:
        scope = rule[0].scope(rule[1])
        if not self.viewer.may_use(scope):
            raise MissingScope(scope)

    def row_where(self, graph: Graph, selection: Selection, where: Where) -> Any:
        """The one visible row that meets a condition, printed; NULL when there is none."""
        table = graph.model.__table__.alias()  # type: ignore[union-attr]
        conditions = [*where(table), *self.visible(graph, table)]
        printed = self.row(graph.name, selection, table)
        return select(printed).select_from(table).where(*conditions).correlate_except(table).scalar_subquery()

    def row(self, name: str, selection: Selection, table: Any) -> Text:
        """A row of `table` as an object of the type."""
        on = self.type(name)
        return self.object(name, selection, lambda nodes: self.field(on, nodes, table))

    def object(self, name: str, selection: Selection, value: Callable[[Nodes], Any]) -> Text:
        """What is asked of an object of the type, by the keys it answers under."""
        of = {answer: nodes for answer, nodes in selection.items() if nodes[0].name.value != "__typename"}
        return printing.keyed((k, value(of[k]) if k in of else json.dumps(name)) for k in selection)

    def type(self, name: str) -> GraphQLObjectType:
        return cast(GraphQLObjectType, self.schema.graphql.get_type(name))

    def of(self, graph: Graph, nodes: Nodes) -> Selection:
        return self.merged(self.type(graph.name), nodes)

    # -- fields --------------------------------------------------------------------------------------------------------

    def field(self, on: GraphQLObjectType, nodes: Nodes, table: Any) -> Text:
        """One field's JSON text: never NULL, a hole if it must."""
        name = nodes[0].name.value
        shown = on.fields[name]
        may_be_null = not isinstance(shown.type, GraphQLNonNull)
        with self.at(may_be_null):
            declared = self.schema.fields.get((on.name, name))
            try:
                if declared is None:
                    return cast(Text, self.or_missing(lambda: self.links.node(shown, nodes)))
                return cast(Text, self.or_missing(lambda: self._guarded(declared, shown, nodes, table)))
            except NullGiven as null:
                return self.hole(str(null), BAD_USER_INPUT)

    def _guarded(self, declared: Field, shown: GraphQLField, nodes: Nodes, table: Any) -> Text:
        guard: Rule | None = getattr(declared.source, "guard", None)
        if guard is None:
            return self._source(declared, shown, nodes, table)
        self.demand(guard)
        rule = guard[0][guard[1]].sql(self.viewer, table)
        if isinstance(rule, False_):
            return NULL
        value = self._source(declared, shown, nodes, table)
        return value if isinstance(rule, True_) else cast(Text, case((rule, value), else_=NULL))

    def _source(self, declared: Field, shown: GraphQLField, nodes: Nodes, table: Any) -> Text:
        where = f"{declared.owner}.{declared.name}"
        value, sure = self._value(declared, shown, nodes, table)
        if sure:
            return cast(Text, value)
        if isinstance(shown.type, GraphQLNonNull):
            return self.or_hole(value, where)
        return cast(Text, func.coalesce(value, NULL))

    def _value(self, declared: Field, shown: GraphQLField, nodes: Nodes, table: Any) -> tuple[Any, bool]:
        """The text of a field, and whether it is certain not to be NULL."""
        source, kind = declared.source, declared.kind
        match source:
            case Column():
                column = table.c[source.name or declared.python]
                certain = self.schema.graphs[declared.owner].model is not None and not column.nullable
                return self.leaves.printed(declared, shown, nodes, column, certain=certain), certain
            case Expression():
                value = source.fn(table, self.viewer, **self.call(declared, shown, nodes[0]))
                return self.leaves.printed(declared, shown, nodes, value), False
            case MoneyColumns():
                return self.leaves.money(nodes, table.c[source.amount], table.c[source.currency]), False
            case Moves():
                state = cast(Any, self.schema.graphs[declared.owner].model).state
                return printing.string(source.machine.viewer_can(source.rules, self.viewer, state, table)), True
            case One():
                return self.links.one(source, kind.graphs[0], nodes, table), False
            case Either():
                return self.links.either(source, kind.graphs, nodes, table), False
            case By():
                return self.links.by(source, declared, shown, nodes), False
            case Mine():
                return self.links.mine(source, kind.graphs[0], nodes), False
            case RowsOf():
                return self.links.rows(source, declared, shown, nodes, table), kind.many
            case Many():
                graph = kind.graphs[0]
                return self.lists.page(graph, source, shown, nodes, lambda t: [t.c[source.link] == table.c.id]), True
            case Every():
                return self.lists.page(kind.graphs[0], source, shown, nodes, lambda _: []), True
        raise TypeError(f"{declared.owner}.{declared.name} has no source")

    # -- arguments of functions ----------------------------------------------------------------------------------------

    def call(self, declared: Field, shown: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """The keyword arguments of a function: bound values, None for null and for what is left out."""
        given = self.arguments.of(shown, node)
        return {a.python: self.parameter(a, given.get(a.name)) for a in declared.arguments.values()}

    def parameter(self, argument: Any, value: Any) -> Any:
        if value is None:
            return None
        of, prefix = argument.kind.of, argument.model.prefix if argument.model else None
        if argument.name in self.schema.enums or isinstance(value, bool):
            return value
        if (enum := self.schema.enums.get(getattr(of, "__name__", ""))) is of:
            return [enum[v] for v in value] if isinstance(value, list | tuple) else enum[value]
        if argument.kind.many:
            return self.arguments.array(value, of, prefix=prefix)
        return self.arguments.scalar(value, of, prefix=prefix)
