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
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)
from sqlalchemy import ARRAY, Integer, Uuid, bindparam, case, column, func, literal_column, select
from sqlalchemy import Text as SqlText
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql.elements import False_, True_

from api.engine import printing
from api.engine.arguments import Arguments, NullGiven, Slot, Values, filled
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
from api.engine.kinds import LARGEST_PAGE, Field, Schema
from api.engine.plan import Operation, Refused, key, user_error
from api.engine.printing import NULL, Text, Words, join
from api.engine.statement import Statement, statement
from domain import columns
from domain.access import Actor
from domain.columns import Row

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
    return Actor(UUID(int=0) if actor.id else None, {role: frozenset() for role in actor.roles}, actor.scopes)


class Compiler:
    """Compiles one operation for one shape of its variables and of the viewer."""

    def __init__(self, schema: Schema, operation: Operation, shapes: Mapping[str, Any], viewer: Actor) -> None:
        self.schema, self.operation, self.viewer = schema, operation, viewer
        self.arguments = Arguments(operation, shapes)
        self.lists = Lists(self)
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
        columns_: list[Text] = []
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
                columns_.append(self.field(root, nodes, None))
        if not keys:
            keys.append((b"{", b""))
        return Plan(self._statement(columns_) if columns_ else None, tuple(keys), tuple(introspected))

    def shown(
        self, graph: Graph, selection: Selection, *, path: Sequence[bool], where: Where = lambda _: ()
    ) -> Statement:
        """One row by its id, the value `row`: a mutation's payload, a subscription's event."""
        with self.at(*path):
            try:
                condition = self.arguments.bind(lambda values: values["row"], Uuid())
                printed = self.row_where(graph, selection, lambda t: [t.c.id == condition, *where(t)])
            except MissingScope as missing:
                printed = self.missing(missing)
        return self._statement([func.coalesce(printed, printing.sql("null"))])

    def _statement(self, columns_: Sequence[Text]) -> Statement:
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

    def missing(self, missing: MissingScope) -> Text:
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
        on = cast(GraphQLObjectType, self.schema.graphql.get_type(name))
        parts: list[Any] = []
        for answer, nodes in selection.items():
            parts.append(f"{',' if parts else '{'}{json.dumps(answer)}:")
            asked = nodes[0].name.value
            parts.append(json.dumps(name) if asked == "__typename" else self.field(on, nodes, table))
        return join([*parts, "}" if parts else "{}"])

    def of(self, graph: Graph, nodes: Nodes) -> Selection:
        return self.merged(cast(GraphQLObjectType, self.schema.graphql.get_type(graph.name)), nodes)

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
                    return self._node_field(shown, nodes)
                return self._guarded(declared, shown, nodes, table)
            except MissingScope as missing:
                return self.missing(missing)
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
                column_ = table.c[source.name or declared.python]
                certain = self.schema.graphs[declared.owner].model is not None and not column_.nullable
                return self._printed(declared, shown, nodes, column_, table), certain
            case Expression():
                value = source.fn(table, self.viewer, **self._call(declared, shown, nodes[0]))
                return self._printed(declared, shown, nodes, value, table), False
            case MoneyColumns():
                return self._money(nodes, table.c[source.amount], table.c[source.currency]), False
            case Moves():
                state = declared_state(self.schema.graphs[declared.owner])
                return printing.string(source.machine.viewer_can(source.rules, self.viewer, state, table)), True
            case One():
                return self._one(source, kind.graphs[0], nodes, table), False
            case Either():
                return self._either(source, kind.graphs, nodes, table), False
            case Many():
                graph = kind.graphs[0]
                return self.lists.page(graph, source, shown, nodes, lambda t: [t.c[source.link] == table.c.id]), True
            case Every():
                return self.lists.page(kind.graphs[0], source, shown, nodes, lambda _: []), True
            case By():
                return self._by(source, declared, shown, nodes), False
            case Mine():
                graph, me = kind.graphs[0], self._viewer_id()
                return self.row_where(graph, self.of(graph, nodes), lambda t: [t.c[source.column] == me]), False
            case RowsOf():
                return self._rows(source, declared, shown, nodes, table), kind.many
        raise TypeError(f"{declared.owner}.{declared.name} has no source")

    @staticmethod
    def _viewer_id() -> Any:
        return bindparam("viewer_id", type_=Uuid())

    # -- values --------------------------------------------------------------------------------------------------------

    def _printed(self, declared: Field, shown: GraphQLField, nodes: Nodes, value: Any, table: Any) -> Text:
        kind = declared.kind
        if kind.of is UUID:
            return printing.identity(self._prefix(declared.owner), value)
        if kind.of is columns.Text:
            given = self.arguments.of(shown, nodes[0]).get("language")
            return self._words(value, given, self.merged(cast(Any, get_named_type(shown.type)), nodes))
        if kind.of is columns.Money:
            raise TypeError("money needs two columns: money(amount, currency)")
        return printing.scalar(kind.of, value, many=kind.many)

    def _prefix(self, owner: str) -> str:
        return cast(type[Row], self.schema.graphs[owner].model).prefix

    def _object(self, name: str, selection: Selection, leaf: Callable[[str, Nodes], Any]) -> Text:
        """A small object of fixed fields."""
        parts: list[Any] = []
        for answer, nodes in selection.items():
            asked = nodes[0].name.value
            parts.append(f"{',' if parts else '{'}{json.dumps(answer)}:")
            parts.append(json.dumps(name) if asked == "__typename" else leaf(asked, nodes))
        return join([*parts, "}" if parts else "{}"])

    def _money(self, nodes: Nodes, amount: Any, currency: Any) -> Text:
        on = cast(GraphQLObjectType, self.schema.graphql.get_type("Money"))
        quoted = join(['"', sql_cast(amount, SqlText), '"'])
        leaf = {"amount": quoted, "currency": printing.string(currency)}
        printed = self._object("Money", self.merged(on, nodes), lambda asked, _: leaf[asked])
        return case((amount.is_not(None), printed))

    def _words(self, value: Any, language: Any, selection: Selection) -> Text:
        words = Words(value, *self._languages(language))
        leaves: dict[str, Callable[[Nodes], Text]] = {
            "text": lambda _: words.text(),
            "language": lambda _: words.language_of(),
            "status": lambda _: words.status(),
            "translations": lambda nodes: self._translations(words, nodes),
        }
        return case((value.is_not(None), self._object("Text", selection, lambda asked, nodes: leaves[asked](nodes))))

    def _languages(self, given: Any) -> tuple[Any, Any]:
        if given is None:
            return bindparam("viewer_language", type_=SqlText()), bindparam("viewer_main_language", type_=SqlText())
        main = self.arguments.bind(lambda values: given.get(values).partition("-")[0], SqlText())
        return self.arguments.scalar(given, str), main

    def _translations(self, words: Words, nodes: Nodes) -> Text:
        on = cast(GraphQLObjectType, self.schema.graphql.get_type("Translation"))
        each = func.jsonb_each(words.translations).table_valued("key", column("value", words.column.type)).alias()
        leaf = {
            "language": printing.string(each.c.key),
            "text": printing.string(each.c.value.op("->>")(printing.sql("text"))),
            "status": join(['"', func.upper(each.c.value.op("->>")(printing.sql("status"))), '"']),
        }
        item = self._object("Translation", self.merged(on, nodes), lambda asked, _: leaf[asked])
        listed = printing.listed(item, order=each.c.key.collate("C"))
        return select(listed).select_from(each).correlate_except(each).scalar_subquery()

    def _call(self, declared: Field, shown: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """The keyword arguments of a function: bound values, None for null and for what is left out."""
        given = self.arguments.of(shown, node)
        return {a.python: self._parameter_of(a, given.get(a.name)) for a in declared.arguments.values()}

    def _parameter_of(self, argument: Any, value: Any) -> Any:
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

    # -- links ---------------------------------------------------------------------------------------------------------

    def _one(self, source: One, graph: Graph, nodes: Nodes, table: Any) -> Any:
        link = table.c[source.link]
        try:
            return self.row_where(graph, self.of(graph, nodes), lambda t: [t.c.id == link])
        except MissingScope as missing:
            return case((link.is_not(None), self.missing(missing)))

    def _either(self, source: Either, graphs: Sequence[Graph], nodes: Nodes, table: Any) -> Any:
        arms = []
        for link, graph in zip(source.links, graphs, strict=True):
            arms.append((table.c[link].is_not(None), self._one(One(link), graph, nodes, table)))
        return case(*arms)

    def _by(self, source: By, declared: Field, shown: GraphQLField, nodes: Nodes) -> Any:
        graph = declared.kind.graphs[0]
        argument = next(iter(declared.arguments.values()))
        value = self.arguments.of(shown, nodes[0])[argument.name]
        bound = self._parameter_of(argument, value)
        return self.row_where(graph, self.of(graph, nodes), lambda t: [t.c[source.column] == bound])

    def _rows(self, source: RowsOf, declared: Field, shown: GraphQLField, nodes: Nodes, table: Any) -> Any:
        graph = declared.kind.graphs[0]
        first = (self.viewer,) if table is None else (table, self.viewer)
        found = source.fn(*first, **self._call(declared, shown, nodes[0])).subquery()
        conditions = self.visible(graph, found)
        if declared.kind.many:
            with self.at(False):
                printed = printing.listed(self.row(graph.name, self.of(graph, nodes), found))
            return select(printed).select_from(found).where(*conditions).correlate_except(found).scalar_subquery()
        printed = self.row(graph.name, self.of(graph, nodes), found)
        one = select(printed).select_from(found).where(*conditions).limit(literal_column("1"))
        return one.correlate_except(found).scalar_subquery()

    # -- node(id:) and nodes(ids:) -------------------------------------------------------------------------------------

    def _node_field(self, shown: GraphQLField, nodes: Nodes) -> Text:
        given = self.arguments.of(shown, nodes[0])
        if isinstance(get_list(shown), GraphQLList):
            return self._nodes(given["ids"], nodes)
        graph = self.schema.of_prefix.get(self.arguments.prefix(given["id"]))
        if graph is None:
            return NULL
        bound = self.arguments.scalar(given["id"], UUID, prefix=cast(Any, graph.model).prefix)
        return func.coalesce(self.row_where(graph, self.of(graph, nodes), lambda t: [t.c.id == bound]), NULL)

    def _nodes(self, ids: Any, nodes: Nodes) -> Text:
        """Things of several types in the order of their ids: typed ids are unnested, each type looks for its own."""
        whole = isinstance(ids, Slot)
        found = self.arguments.prefix(ids) if whole else {self.arguments.prefix(i) for i in ids}

        def wanted(values: Values) -> list[str]:
            if len(given := cast(list[str], filled(ids, values))) > LARGEST_PAGE:
                raise Refused(user_error(f"ids: at most {LARGEST_PAGE}, not {len(given)}."))
            return given

        graphs = [g for prefix, g in sorted(self.schema.of_prefix.items()) if prefix in found]
        places = {cast(Any, g.model).prefix: n for n, g in enumerate(graphs)}
        untyped = self.arguments.bind(lambda values: [_digits(i) for i in wanted(values)], ARRAY(Uuid()))
        kinds = self.arguments.bind(
            lambda values: [places.get(i.partition("_")[0], -1) for i in wanted(values)], ARRAY(Integer())
        )
        each = (
            func.unnest(untyped, kinds).table_valued("id", "kind", with_ordinality="no").render_derived(name="wanted")
        )
        arms = []
        with self.at(True):
            for n, graph in enumerate(graphs):
                try:
                    printed = self.row_where(graph, self.of(graph, nodes), lambda t: [t.c.id == each.c.id])
                except MissingScope as missing:
                    printed = self.missing(missing)
                arms.append((each.c.kind == literal_column(str(n)), printed))
        item = func.coalesce(case(*arms), NULL) if arms else NULL
        listed = printing.listed(item, order=each.c.no)
        return select(listed).select_from(each).correlate_except(each).scalar_subquery()


def get_list(shown: GraphQLField) -> Any:
    return shown.type.of_type if isinstance(shown.type, GraphQLNonNull) else shown.type


def declared_state(graph: Graph) -> Any:
    """The model's state column, as rules name it."""
    return cast(Any, graph.model).state


def _digits(id: str) -> UUID | None:
    head, _, _ = id.partition("_")
    return columns.untyped(head, id)
