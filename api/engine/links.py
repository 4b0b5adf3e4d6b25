"""How is another row reached: by a link, by a key, as the viewer's own, by a function, by its typed id?

What is reached is a subquery in the row or at the root, and the type's rule is part of its condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from graphql import GraphQLField, GraphQLList, get_nullable_type
from sqlalchemy import ARRAY, Integer, Uuid, bindparam, case, func, literal_column, select
from sqlalchemy import Text as SqlText

from api.engine import printing
from api.engine.arguments import Slot, Values, filled
from api.engine.connections import page_size
from api.engine.declare import By, Either, Graph, Mine, One, RowsOf
from api.engine.kinds import LARGEST_PAGE, Field, usual
from api.engine.plan import Refused, user_error
from api.engine.printing import NULL, Literal, Text
from domain import columns

if TYPE_CHECKING:
    from api.engine.compile import Compiler, Nodes


class Links:
    """Prints linked rows for a compiler. What is printed is NULL when there is no row, or none that may be seen."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler

    def _row(self, graph: Graph, nodes: Nodes, column: str, value: Any) -> Any:
        compiler = self.compiler
        return compiler.row_where(graph, compiler.of(graph, nodes), lambda t: [t.c[column] == value])

    def one(self, source: One, graph: Graph, nodes: Nodes, table: Any) -> Any:
        """The row at a link; a scope that is missing is told only where there is a link."""
        link = table.c[source.link]
        printed = self.compiler.or_missing(lambda: self._row(graph, nodes, "id", link))
        return case((link.is_not(None), printed)) if isinstance(printed, Literal) else printed

    def either(self, source: Either, graphs: Sequence[Graph], nodes: Nodes, table: Any) -> Any:
        pairs = zip(source.links, graphs, strict=True)
        return func.coalesce(*[self.one(One(link), graph, nodes, table) for link, graph in pairs])

    def by(self, source: By, declared: Field, shown: GraphQLField, nodes: Nodes) -> Any:
        (value,) = self.compiler.call(declared, shown, nodes[0]).values()
        return self._row(declared.kind.graphs[0], nodes, source.column, value)

    def mine(self, source: Mine, graph: Graph, nodes: Nodes) -> Any:
        return self._row(graph, nodes, source.column, bindparam("viewer_id", type_=Uuid()))

    def rows(self, source: RowsOf, declared: Field, shown: GraphQLField, nodes: Nodes, table: Any) -> Any:
        compiler, graph, many = self.compiler, declared.kind.graphs[0], declared.kind.many
        first = (compiler.viewer,) if table is None else (table, compiler.viewer)
        asked = source.fn(*first, **compiler.call(declared, shown, nodes[0]))
        found = asked.subquery() if table is None else asked.correlate(table).lateral()
        conditions = compiler.visible(graph, found)
        with compiler.at(*[False] * many):
            row = compiler.row(graph.name, compiler.of(graph, nodes), found)
        size = self._first(source, shown, nodes) if many else 1
        each = select(row.label("item")).select_from(found).where(*conditions).limit(literal_column(str(size)))
        each = each.correlate_except(found)
        if not many:
            return each.scalar_subquery()
        listed = printing.listed(literal_column("each.item", SqlText))
        return select(listed).select_from(each.subquery("each")).scalar_subquery()

    def _first(self, source: RowsOf, shown: GraphQLField, nodes: Nodes) -> int:
        """Of how many rows a list consists that is no connection."""
        arguments = self.compiler.arguments
        return page_size({"first": arguments.size(arguments.of(shown, nodes[0]).get("first"))}, usual(source)).rows

    # -- node(id:) and nodes(ids:) -------------------------------------------------------------------------------------

    def node(self, shown: GraphQLField, nodes: Nodes) -> Text:
        given = self.compiler.arguments.of(shown, nodes[0])
        if isinstance(get_nullable_type(shown.type), GraphQLList):
            return self._nodes(given["ids"], nodes)
        graph = self.compiler.schema.of_prefix.get(self.compiler.arguments.prefix(given["id"]))
        if graph is None:
            return NULL
        bound = self.compiler.arguments.scalar(given["id"], UUID, prefix=cast(Any, graph.model).prefix)
        return func.coalesce(self._row(graph, nodes, "id", bound), NULL)

    def _nodes(self, ids: Any, nodes: Nodes) -> Text:
        """Things of several types in the order of their ids: typed ids are unnested, each type looks for its own."""
        arguments = self.compiler.arguments
        found = arguments.prefix(ids) if isinstance(ids, Slot) else {arguments.prefix(i) for i in ids}

        def wanted(values: Values) -> list[str]:
            if len(given := cast(list[str], filled(ids, values))) > LARGEST_PAGE:
                raise Refused(user_error(f"ids: at most {LARGEST_PAGE}, not {len(given)}."))
            return given

        graphs = [g for prefix, g in sorted(self.compiler.schema.of_prefix.items()) if prefix in found]
        places = {cast(Any, g.model).prefix: n for n, g in enumerate(graphs)}
        untyped = arguments.bind(lambda values: [_digits(i) for i in wanted(values)], ARRAY(Uuid()))
        kinds = arguments.bind(
            lambda values: [places.get(i.partition("_")[0], -1) for i in wanted(values)], ARRAY(Integer())
        )
        each = (
            func.unnest(untyped, kinds).table_valued("id", "kind", with_ordinality="no").render_derived(name="wanted")
        )
        arms = []
        with self.compiler.at(True):
            for n, graph in enumerate(graphs):
                printed = self.compiler.or_missing(partial(self._row, graph, nodes, "id", each.c.id))
                arms.append((each.c.kind == literal_column(str(n)), printed))
        item = func.coalesce(case(*arms), NULL) if arms else NULL
        listed = printing.listed(item, order=each.c.no)
        return select(listed).select_from(each).correlate_except(each).scalar_subquery()


def _digits(id: str) -> UUID | None:
    head, _, _ = id.partition("_")
    return columns.untyped(head, id)
