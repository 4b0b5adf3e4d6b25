"""Which rows does a page hold? Filters, orders and places, done by going through all rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cmp_to_key
from typing import Any, NamedTuple, cast
from uuid import UUID

from strawberry.utils.str_converters import to_camel_case

from api.engine.declare import Filters, Orders
from api.engine.kinds import LARGEST_PAGE, PAGE, Schema
from domain.columns import Row, untyped
from tests.oracle.rows import Rows, Sight, target_of


class Cursor(str):
    """The place of a row in an order, in words of our own."""

    __slots__ = ()


class Term(NamedTuple):
    """A column to order by."""

    name: str
    descends: bool


class Order:
    """A total order: nulls come last going up and first going down, ties are broken by id, in the first term's way."""

    def __init__(self, rows: Rows, model: type[Row], orders: Orders | None, given: Sequence[str] | None) -> None:
        self.rows, self.model = rows, model
        terms = [Term(name.lower(), way == "DESC") for name, _, way in (g.rpartition("_") for g in given or ())]
        if orders and not terms:
            terms = [Term(*orders.default)]
        terms.append(Term("id", terms[0].descends if terms else False))
        self.terms = [t for i, t in enumerate(terms) if t.name not in {earlier.name for earlier in terms[:i]}]

    def compare(self, one: Any, other: Any) -> int:
        """Below zero: `one` goes before `other`."""
        for name, descends in self.terms:
            a, b = getattr(one, name), getattr(other, name)
            if a != b:
                goes_before = b is None or (a is not None and a < b)
                return -1 if goes_before != descends else 1
        return 0

    def sorted(self, found: Sequence[Any]) -> list[Any]:
        return sorted(found, key=cmp_to_key(self.compare))

    def cursor(self, row: Any) -> Cursor:
        said = ",".join(f"{t.name}{'-' if t.descends else '+'}" for t in self.terms)
        return Cursor(f"{self.model.__name__}/{said}/{row.id.hex}")

    def row_at(self, cursor: str) -> Any:
        return self.rows.get(self.model, UUID(hex=cursor.rpartition("/")[2]))


def first(given: Mapping[str, Any]) -> int:
    """How many rows a list has that is no connection."""
    size = LARGEST_PAGE if given.get("first") is None else given["first"]
    assert 0 <= size <= LARGEST_PAGE
    return cast(int, size)


def page(order: Order, found: Sequence[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The connection: what lies between the cursors, cut to size."""
    after, before = (given.get(name) and order.row_at(given[name]) for name in ("after", "before"))
    rows = order.sorted(found)
    passed = [r for r in rows if after and order.compare(r, after) <= 0]
    ahead = [r for r in rows if before and order.compare(r, before) >= 0]
    between = [r for r in rows if r not in passed and r not in ahead]
    last = given.get("last")
    size = last if last is not None else PAGE if given.get("first") is None else given["first"]
    assert 0 <= size <= LARGEST_PAGE
    start = max(0, len(between) - size) if last is not None else 0
    shown = between[start : start + size]
    edges = [{"cursor": order.cursor(r), "node": r} for r in shown]
    return {
        "edges": edges,
        "nodes": shown,
        "totalCount": len(found),
        "pageInfo": {
            "hasPreviousPage": bool(passed) or start > 0,
            "hasNextPage": bool(ahead) or start + len(shown) < len(between),
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


# -- filters -----------------------------------------------------------------------------------------------------------


class Sieve:
    """A filter for one viewer: what it demands of a row. Null is as if left out."""

    def __init__(self, schema: Schema, sight: Sight, filters: Filters, given: Mapping[str, Any] | None) -> None:
        self.schema, self.sight, self.model = schema, sight, filters.model
        wanted = {name: value for name, value in (given or {}).items() if value is not None}
        self.columns = {name: wanted[key] for name in filters.columns if (key := to_camel_case(name)) in wanted}
        self.related = []
        for name, link in filters.related.items():
            if (key := to_camel_case(name)) in wanted:
                inner = schema.filters[link.filter]
                sight.demand(schema.of_model[inner.model].see)
                self.related.append((link, Sieve(schema, sight, inner, wanted[key])))

    def passes(self, row: Any) -> bool:
        return all(
            _matches(self.model, name, operator, getattr(row, name), wanted)
            for name, operators in self.columns.items()
            for operator, wanted in operators.items()
            if wanted is not None
        ) and all(self._leads_to_one(row, link, sieve) for link, sieve in self.related)

    def _leads_to_one(self, row: Any, link: Any, sieve: Sieve) -> bool:
        """Whether the link leads to a visible row that passes: the parent, or a child."""
        rows, see = self.sight.rows, self.schema.of_model[sieve.model].see
        parent = link.owner is self.model
        there = [rows.get(sieve.model, getattr(row, link.link))] if parent else []
        there = there if parent else rows.pointing(sieve.model, link.link, row.id)
        return any(other and self.sight.holds(see, other) and sieve.passes(other) for other in there)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "in": lambda value, wanted: value in wanted,
    "gte": lambda value, wanted: value >= wanted,
    "gt": lambda value, wanted: value > wanted,
    "lte": lambda value, wanted: value <= wanted,
    "lt": lambda value, wanted: value < wanted,
    "contains": lambda value, wanted: any(wanted.lower() in said.lower() for said in _sayings(value)),
}


def _matches(model: type[Row], name: str, operator: str, value: Any, wanted: Any) -> bool:
    if operator == "isNull":
        return (value is None) is wanted
    if value is None:
        return False
    if isinstance(value, UUID):
        target = model if name == "id" else target_of(model, name)
        prefix = target.prefix if target else ""
        wanted = [untyped(prefix, w) for w in wanted] if operator == "in" else untyped(prefix, wanted)
    return COMPARE[operator](value.name if isinstance(value, Enum) else value, wanted)


def _sayings(value: Any) -> list[str]:
    """What a text says, in all its languages."""
    if isinstance(value, str):
        return [value]
    return [value["text"], *(t["text"] for t in (value.get("translations") or {}).values())]
