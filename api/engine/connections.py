"""How is a page of a list found and printed? Keyset connections: order, filter, cursors, and where the page stands.

An inner select finds and prints the rows of the page, in order; an outer one puts them between brackets. Page sizes are
part of the plan: PostgreSQL plans well only for a limit it knows, and there are at most a hundred.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from graphql import GraphQLField, GraphQLObjectType, get_named_type
from sqlalchemy import Text as SqlText
from sqlalchemy import case, exists, false, func, literal_column, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from strawberry.utils.str_converters import to_camel_case

from api.engine import printing
from api.engine.arguments import TYPES, Slot
from api.engine.cursors import Order
from api.engine.declare import Every, Filters, Graph, Many, Orders
from api.engine.kinds import LARGEST_PAGE, PAGE, bare
from api.engine.plan import Refused, user_error
from api.engine.printing import Literal, Text, join
from domain import columns
from domain.columns import Row
from domain.house import model_named

if TYPE_CHECKING:
    from api.engine.compile import Compiler, Nodes, Selection

TRUE, FALSE = Literal("true"), Literal("false")
Conditions = Callable[[Any], Sequence[Any]]


# -- pages -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Size:
    """How many rows, and from which end."""

    rows: int
    backward: bool


class Lists:
    """Prints connections for a compiler."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler

    def page(self, graph: Graph, source: Many | Every, shown: GraphQLField, nodes: Nodes, link: Conditions) -> Text:
        """The connection's JSON text."""
        given = self.compiler.arguments.of(shown, nodes[0])
        selection = self.compiler.merged(cast(GraphQLObjectType, get_named_type(shown.type)), nodes)
        order = self._order(cast(type[Row], graph.model), source.order, given.get("orderBy"))

        def matching(table: Any) -> list[Any]:
            where = [source.where(table)] if source.where else []
            filtered = self.conditions(source.filter, given.get("filter"), table) if source.filter else []
            return [*link(table), *where, *self.compiler.visible(graph, table), *filtered]

        size = page_size({name: self.compiler.arguments.size(given.get(name)) for name in ("first", "last")})
        return Page(self.compiler, graph, order, size, given, matching).printed(selection)

    def _order(self, model: type[Row], orders: Orders | None, given: Any) -> Order:
        if orders is None:
            return Order.of(model, [])
        if not given:
            return Order.of(model, [orders.default])
        wanted = [term.rpartition("_") for term in given if term]
        return Order.of(model, [(name.lower(), way == "DESC") for name, _, way in wanted])

    # -- filters -------------------------------------------------------------------------------------------------------

    def conditions(self, filters: Filters, given: Any, table: Any) -> list[Any]:
        """What a filter demands of a row. Null is as if left out."""
        found: list[Any] = []
        related = {to_camel_case(name): link for name, link in filters.related.items()}
        names = {to_camel_case(name): name for name in filters.columns}
        for name, wanted in (given or {}).items():
            if wanted is None:
                continue
            if name in related:
                found.append(self._related(filters, related[name], wanted, table))
            else:
                found += self._operators(filters.model, names[name], wanted, table)
        return found

    def _related(self, filters: Filters, link: Any, wanted: Any, table: Any) -> Any:
        inner = self.compiler.schema.filters[link.filter]
        there = cast(Any, inner.model).__table__.alias()
        joint = there.c.id == table.c[link.link] if link.owner is filters.model else there.c[link.link] == table.c.id
        graph = self.compiler.schema.of_model[inner.model]
        where = [joint, *self.compiler.visible(graph, there), *self.conditions(inner, wanted, there)]
        return exists().where(*where).select_from(there).correlate_except(there)

    def _operators(self, model: type[Row], name: str, wanted: Mapping[str, Any], table: Any) -> list[Any]:
        column, of = table.c[name], bare(model.model_fields[name].annotation)
        arguments, prefix = self.compiler.arguments, _prefix(model, name) if of is UUID else None
        found = []
        for operator, value in wanted.items():
            if value is None:
                continue
            if operator == "isNull":
                found.append(column.is_(None) if value else column.is_not(None))
            elif operator == "contains":
                found.append(_contains(column, arguments.scalar(value, str), of))
            elif isinstance(of, type) and issubclass(of, Enum):
                values = [value] if operator == "eq" else [v for v in value if v is not None]
                found.append(column.in_([printing.sql(str(of[v].value)) for v in values]) if values else false())
            elif of is bool:
                found.append(column.is_(value))
            elif operator == "in":
                found.append(column == func.any(arguments.array(value, of, prefix=prefix)))
            else:
                found.append(COMPARE[operator](column, arguments.scalar(value, of, prefix=prefix)))
        return found


COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": lambda column, value: column == value,
    "gte": lambda column, value: column >= value,
    "gt": lambda column, value: column > value,
    "lte": lambda column, value: column <= value,
    "lt": lambda column, value: column < value,
}


def _prefix(model: type[Row], name: str) -> str | None:
    """Of a column with ids: whose they are, where its name tells."""
    if name == "id":
        return model.prefix
    try:
        return model_named(name.removesuffix("_id")).prefix
    except StopIteration:
        return None


def _contains(column: Any, wanted: Any, of: Any) -> Any:
    """Case is ignored; a text in several languages is searched in all of them."""

    def has(value: Any) -> Any:
        return func.strpos(func.lower(value), func.lower(wanted)) > literal_column("0")

    if of is not columns.Text:
        return has(column)
    each = func.jsonb_each(column.op("->", return_type=JSONB())(printing.sql("translations"))).table_valued(
        "key", "value"
    )
    text = each.c.value.op("->>")(printing.sql("text"))
    translated = exists().where(has(text)).select_from(each).correlate_except(each)
    return or_(has(column.op("->>")(printing.sql("text"))), translated)


def page_size(given: Mapping[str, Any]) -> Size:
    """The page's size, within limits; the shape of `first` and `last` is their value."""
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise Refused(user_error("first, last: ask for one of them."))
    name = "last" if last is not None else "first"
    rows = PAGE if given.get(name) is None else given[name]
    if not 0 <= rows <= LARGEST_PAGE:
        raise Refused(user_error(f"{name}: between 0 and {LARGEST_PAGE}, not {rows}."))
    return Size(rows, backward=last is not None)


class Page:
    """One page: an inner select finds and prints the rows in order, an outer one puts them between brackets."""

    def __init__(
        self, compiler: Compiler, graph: Graph, order: Order, size: Size, given: Mapping[str, Any], matching: Conditions
    ) -> None:
        self.compiler, self.graph, self.order, self.size, self.matching = compiler, graph, order, size, matching
        self.table = cast(Any, graph.model).__table__.alias()
        self.found = matching(self.table)  # at once: a missing scope is told whatever is asked of the page
        self.keys = {name: self._keys(given[name], name) for name in ("after", "before") if given.get(name) is not None}
        self.inner: list[Any] = []
        """What the inner select prints of each row."""
        self.outer: dict[str, Callable[[Any], list[Any]]] = {}
        """What the outer select makes of it, by the key it answers under."""
        self.counted = False
        """Whether one row more is read than shown, to know whether there is one."""

    def _keys(self, cursor: Slot, argument: str) -> list[Any]:
        order, bind = self.order, self.compiler.arguments.bind

        def key(i: int) -> Callable[[Mapping[str, Any]], Any]:
            return lambda values: order.read(cursor.get(values), argument)[i]

        return [bind(key(i), TYPES[t.of]) for i, t in enumerate(order.terms)]

    def printed(self, selection: Selection) -> Text:
        name = f"{self.graph.name}Connection"
        for answer, nodes in selection.items():
            asked = nodes[0].name.value
            make = {"edges": self._edges, "nodes": self._nodes, "pageInfo": self._page_info, "totalCount": self._total}
            self.outer[answer] = make[asked](nodes) if asked in make else lambda _: [json.dumps(name)]
        page = self._select() if self.inner else None
        parts: list[Any] = []
        for answer, make_ in self.outer.items():
            parts += [f"{',' if parts else '{'}{json.dumps(answer)}:", *make_(page)]
        printed = join([*parts, "}" if parts else "{}"])
        if page is None:
            return printed
        return cast(Text, select(printed).select_from(page).correlate_except(page).scalar_subquery())

    # -- the rows ------------------------------------------------------------------------------------------------------

    def _select(self) -> Any:
        table, backward = self.table, self.size.backward
        limit: Any = literal_column(str(self.size.rows + self.counted))
        rows = (
            select(*[e.label(f"e{i}") for i, e in enumerate(self.inner)])
            .select_from(table)
            .where(*self.found, *self._between(table))
            .order_by(*self.order.by(table, backward=backward))
            .limit(limit)
            .correlate_except(table)
            .subquery()
        )
        if not (self.counted or backward):
            return rows
        return select(*rows.c, func.row_number().over().label("no")).select_from(rows).correlate_except(rows).subquery()

    def _between(self, table: Any) -> list[Any]:
        return [self.order.beyond(table, keys, backward=name == "before") for name, keys in self.keys.items()]

    def _print(self, text: Text) -> Callable[[Any], Any]:
        """A text for each row, and how to find it in the page."""
        self.inner.append(text)
        name = f"e{len(self.inner) - 1}"
        return lambda page: page.c[name]

    def _shown(self, page: Any) -> Any:
        return page.c.no <= literal_column(str(self.size.rows)) if self.counted else None

    def _items(self, item: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
        def make(page: Any) -> list[Any]:
            return [printing.listed(item(page), order=self._reading_order(page), where=self._shown(page))]

        return make

    def _reading_order(self, page: Any) -> Any:
        """Said wherever rows are numbered: beside one ordered aggregate the others take their rows in its order."""
        if self.size.backward:
            return page.c.no.desc()
        return page.c.no.asc() if self.counted else None

    # -- what can be asked ---------------------------------------------------------------------------------------------

    def _edges(self, nodes: Nodes) -> Callable[[Any], list[Any]]:
        name = f"{self.graph.name}Edge"
        on = cast(GraphQLObjectType, self.compiler.schema.graphql.get_type(name))
        parts: list[Any] = []
        with self.compiler.at(False, False):
            for answer, inner in self.compiler.merged(on, nodes).items():
                parts.append(f"{',' if parts else '{'}{json.dumps(answer)}:")
                match inner[0].name.value:
                    case "cursor":
                        parts += ['"', self.order.cursor(self.table), '"']
                    case "node":
                        with self.compiler.at(False):
                            parts.append(self._row(inner))
                    case _:
                        parts.append(json.dumps(name))
        return self._items(self._print(join([*parts, "}" if parts else "{}"])))

    def _nodes(self, nodes: Nodes) -> Callable[[Any], list[Any]]:
        with self.compiler.at(False, False):
            return self._items(self._print(self._row(nodes)))

    def _row(self, nodes: Nodes) -> Text:
        return self.compiler.row(self.graph.name, self.compiler.of(self.graph, nodes), self.table)

    def _page_info(self, nodes: Nodes) -> Callable[[Any], list[Any]]:
        on = cast(GraphQLObjectType, self.compiler.schema.graphql.get_type("PageInfo"))
        selection = self.compiler.merged(on, nodes)
        asked = {n[0].name.value for n in selection.values()}
        ahead = "hasPreviousPage" if self.size.backward else "hasNextPage"
        self.counted |= bool(asked & {ahead, "startCursor", "endCursor"})
        cursor = self._print(self.order.cursor(self.table)) if self.counted else None

        def make(page: Any) -> list[Any]:
            leaves: dict[str, Callable[[], Any]] = {
                "hasNextPage": lambda: self._more(page, forward=True),
                "hasPreviousPage": lambda: self._more(page, forward=False),
                "startCursor": lambda: self._end(page, cursor, first=True),
                "endCursor": lambda: self._end(page, cursor, first=False),
            }
            parts: list[Any] = []
            for answer, inner in selection.items():
                name = inner[0].name.value
                parts.append(f"{',' if parts else '{'}{json.dumps(answer)}:")
                parts.append(leaves[name]() if name in leaves else '"PageInfo"')
            return [*parts, "}" if parts else "{}"]

        return make

    def _more(self, page: Any, *, forward: bool) -> Text:
        """Whether rows lie beyond the page: the one read too many, or some on the far side of a cursor."""
        if forward != self.size.backward:
            more: Any = func.count() > literal_column(str(self.size.rows))
            name = "before" if forward else "after"
            if name in self.keys:
                more = or_(more, self._beyond(name))
        else:
            name = "before" if forward else "after"
            if name not in self.keys:
                return FALSE
            more = self._beyond(name)
        return case((more, printing.sql("true")), else_=printing.sql("false"))

    def _beyond(self, name: str) -> Any:
        """Whether there are rows at a cursor or on its other side."""
        table = cast(Any, self.graph.model).__table__.alias()
        this_side = self.order.beyond(table, self.keys[name], backward=name == "before")
        where = [*self.matching(table), this_side.is_not(literal_column("true"))]
        return exists().where(*where).select_from(table).correlate_except(table)

    def _end(self, page: Any, cursor: Any, *, first: bool) -> Text:
        down = first == self.size.backward
        order = page.c.no.desc() if down else page.c.no.asc()
        found = func.array_agg(aggregate_order_by(cursor(page), order)).filter(self._shown(page))
        return func.coalesce(join(['"', found[literal_column("1")], '"']), printing.sql("null"))

    def _total(self, _: Nodes) -> Callable[[Any], list[Any]]:
        table = cast(Any, self.graph.model).__table__.alias()
        counted = select(func.count()).select_from(table).where(*self.matching(table)).correlate_except(table)
        return lambda _: [sql_cast(counted.scalar_subquery(), SqlText)]
