"""How is a page of a list found and printed, and how does it know where it stands?

An inner select, `page`, finds and prints the rows in order; an outer one puts them between brackets. Going backward the
rows are found last first, so they are numbered and turned round. Whether there are more is known from one row too many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ARRAY, case, exists, func, literal_column, or_, select
from sqlalchemy import Text as SqlText
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.engine import printing
from api.engine.arguments import TYPES, Slot
from api.engine.cursors import Order
from api.engine.declare import Graph
from api.engine.printing import Literal, Text, join

if TYPE_CHECKING:
    from api.engine.compile import Compiler, Nodes, Selection

TRUE, FALSE = Literal("true"), Literal("false")
Conditions = Callable[[Any], Sequence[Any]]


@dataclass(frozen=True)
class Size:
    """How many rows, and from which end."""

    rows: int
    backward: bool


class Page:
    """One page of the rows that meet the conditions, in an order."""

    def __init__(
        self, compiler: Compiler, graph: Graph, order: Order, size: Size, given: Mapping[str, Any], matching: Conditions
    ) -> None:
        self.compiler, self.graph, self.order, self.size, self.matching = compiler, graph, order, size, matching
        self.table = cast(Any, graph.model).__table__.alias()
        self.found = matching(self.table)  # at once: a missing scope is told whatever is asked of the page
        self.keys = {name: self._keys(given[name], name) for name in ("after", "before") if given.get(name) is not None}
        self.inner: list[Text] = []
        """What the inner select prints of each row."""
        self.cursor: Text | None = None
        """The inner column with the row's cursor, once it is asked for."""
        self.counted = False
        """Whether one row more is read than shown, to know whether there is one."""
        self.read = False
        """Whether anything asked for needs the rows."""

    def _keys(self, cursor: Slot, argument: str) -> list[Any]:
        order, bind = self.order, self.compiler.arguments.bind

        def key(i: int) -> Callable[[Mapping[str, Any]], Any]:
            return lambda values: order.read(cursor.get(values), argument)[i]

        return [bind(key(i), TYPES[t.of]) for i, t in enumerate(order.terms)]

    def printed(self, selection: Selection) -> Text:
        """The connection's JSON text."""
        make = {"edges": self._edges, "nodes": self._nodes, "pageInfo": self._page_info, "totalCount": self._total}
        self.counted = self._asks_for_more(selection)
        name = f"{self.graph.name}Connection"
        printed = self.compiler.object(name, selection, lambda nodes: make[nodes[0].name.value](nodes))
        if not self.read:
            return printed
        page = self._select()
        return cast(Text, select(printed).select_from(page).correlate_except(page).scalar_subquery())

    def _asks_for_more(self, selection: Selection) -> bool:
        """Whether it is asked if rows lie ahead, in the direction of reading."""
        ahead, info = "hasPreviousPage" if self.size.backward else "hasNextPage", self.compiler.type("PageInfo")
        asked = [self.compiler.merged(info, n) for n in selection.values() if n[0].name.value == "pageInfo"]
        return any(nodes[0].name.value == ahead for inner in asked for nodes in inner.values())

    # -- the rows ------------------------------------------------------------------------------------------------------

    def _select(self) -> Any:
        table, backward = self.table, self.size.backward
        page = (
            select(*[text.label(f"e{i}") for i, text in enumerate(self.inner or [TRUE])])
            .select_from(table)
            .where(*self.found, *self._between(table))
            .order_by(*self.order.by(table, backward=backward))
            .limit(literal_column(str(self.size.rows + self.counted)))
            .correlate_except(table)
            .subquery("page")
        )
        if not backward:
            return page
        return select(page, func.row_number().over().label("no")).correlate_except(page).subquery("page")

    def _between(self, table: Any) -> list[Any]:
        return [self.order.beyond(table, keys, backward=name == "before") for name, keys in self.keys.items()]

    def _print(self, text: Text) -> Text:
        """A text that the inner select prints, as the outer one finds it."""
        self.inner.append(text)
        return literal_column(f"page.e{len(self.inner) - 1}", SqlText)

    def _items(self, item: Text) -> Text:
        """The rows shown, between brackets."""
        if self.counted and not self.size.backward:
            shown: Any = self._all(item)[literal_column(f":{self.size.rows}")]
            return join(["[", func.coalesce(func.array_to_string(shown, printing.sql(",")), printing.sql("")), "]"])
        self.read = True
        order, where = self._turned()
        return printing.listed(item, order, where)

    def _all(self, value: Text) -> Any:
        """An array over the rows in the order they are shown; going forward with the one too many, at the end."""
        self.read = True
        order, where = self._turned()
        text = sql_cast(value, SqlText)  # what is the same for all rows is a literal, which has no type of its own
        found = func.array_agg(text if order is None else aggregate_order_by(text, order), type_=ARRAY(SqlText))
        return found if where is None else found.filter(where)

    def _turned(self) -> tuple[Any, Any]:
        """Going backward: the order in which an aggregate turns the rows round, and which of them it leaves out."""
        if not self.size.backward:
            return None, None
        shown: Any = literal_column(f"page.no <= {self.size.rows}") if self.counted else None
        return literal_column("page.no DESC"), shown

    # -- what can be asked ---------------------------------------------------------------------------------------------

    def _edges(self, nodes: Nodes) -> Text:
        name = f"{self.graph.name}Edge"
        with self.compiler.at(False, False):
            return self._items(
                self.compiler.object(name, self.compiler.merged(self.compiler.type(name), nodes), self._edge)
            )

    def _edge(self, nodes: Nodes) -> Text:
        if nodes[0].name.value == "cursor":
            return self._cursor()
        with self.compiler.at(False):
            return self._print(self._row(nodes))

    def _nodes(self, nodes: Nodes) -> Text:
        with self.compiler.at(False, False):
            return self._items(self._print(self._row(nodes)))

    def _row(self, nodes: Nodes) -> Text:
        return self.compiler.row(self.graph.name, self.compiler.of(self.graph, nodes), self.table)

    def _cursor(self) -> Text:
        """A row's cursor; it is printed once, wherever it is asked for."""
        if self.cursor is None:
            self.cursor = self._print(join(['"', self.order.cursor(self.table), '"']))
        return self.cursor

    def _page_info(self, nodes: Nodes) -> Text:
        leaves: dict[str, Callable[[], Text]] = {
            "hasNextPage": lambda: self._more(forward=True),
            "hasPreviousPage": lambda: self._more(forward=False),
            "startCursor": lambda: self._end(literal_column(str(min(1, self.size.rows)))),
            "endCursor": lambda: self._end(func.least(func.count(), literal_column(str(self.size.rows)))),
        }
        selection = self.compiler.merged(self.compiler.type("PageInfo"), nodes)
        return self.compiler.object("PageInfo", selection, lambda nodes: leaves[nodes[0].name.value]())

    def _end(self, place: Any) -> Text:
        return func.coalesce(self._all(self._cursor())[place], printing.NULL)

    def _more(self, *, forward: bool) -> Text:
        """Whether rows lie beyond the page: the one read too many, or some on the far side of a cursor."""
        more: list[Any] = []
        if forward != self.size.backward:
            self.read = True
            more.append(func.count() > literal_column(str(self.size.rows)))
        if (name := "before" if forward else "after") in self.keys:
            more.append(self._beyond(name))
        return case((or_(*more), TRUE), else_=FALSE) if more else FALSE

    def _beyond(self, name: str) -> Any:
        """Whether there are rows at a cursor or on its other side."""
        table = cast(Any, self.graph.model).__table__.alias()
        this_side = self.order.beyond(table, self.keys[name], backward=name == "before")
        where = [*self.matching(table), this_side.is_not(literal_column("true"))]
        return exists().where(*where).select_from(table).correlate_except(table)

    def _total(self, _: Nodes) -> Text:
        table = cast(Any, self.graph.model).__table__.alias()
        counted = select(func.count()).select_from(table).where(*self.matching(table)).correlate_except(table)
        return sql_cast(counted.scalar_subquery(), SqlText)
