"""Which rows does a connection have, in which order, and how many of them are on a page? Its arguments tell.

Page sizes are part of the plan: PostgreSQL plans well only for a limit it knows, and there are at most a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from graphql import GraphQLField, GraphQLObjectType, get_named_type
from sqlalchemy import exists, false, func, literal_column, or_
from sqlalchemy.dialects.postgresql import JSONB
from strawberry.utils.str_converters import to_camel_case

from api.engine import printing
from api.engine.cursors import Order
from api.engine.declare import Every, Filters, Graph, Many, Orders
from api.engine.kinds import LARGEST_PAGE, PAGE, bare
from api.engine.pages import Conditions, Page, Size
from api.engine.plan import Refused, user_error
from api.engine.printing import Text
from domain import columns
from domain.columns import Row
from domain.writing import model_named

if TYPE_CHECKING:
    from api.engine.compile import Compiler, Nodes


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
            seen = self.compiler.visible(graph, table)  # a scope is missing for the list before one is for its filter
            where = [source.where(table)] if source.where else []
            filtered = self.conditions(source.filter, given.get("filter"), table) if source.filter else []
            return [*link(table), *where, *seen, *filtered]

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
    """Of a column with ids: whose they are, by its foreign key, else where its name tells."""
    if name == "id":
        return model.prefix
    for key in cast(Any, model).__table__.c[name].foreign_keys:
        return model_named(key.column.table.name).prefix
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


def page_size(given: Mapping[str, Any], usual: int = PAGE) -> Size:
    """The page's size, within limits; the shape of `first` and `last` is their value. `usual`: if neither is given."""
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise Refused(user_error("first, last: ask for one of them."))
    name = "last" if last is not None else "first"
    rows = usual if given.get(name) is None else given[name]
    if not 0 <= rows <= LARGEST_PAGE:
        raise Refused(user_error(f"{name}: between 0 and {LARGEST_PAGE}, not {rows}."))
    return Size(rows, backward=last is not None)
