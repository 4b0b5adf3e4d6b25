"""Where does a row stand in an order, and how is that written down?

A cursor is the values of the order's columns at a row, its id last, so that no two rows stand in one place: base64url
of JSON, tied to its list and order by a short mark. It tells the reader nothing that the rows do not.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID
from zlib import crc32

import orjson
from graphql import GraphQLError
from sqlalchemy import LargeBinary, and_, func, literal_column, or_, tuple_
from sqlalchemy import Text as SqlText
from sqlalchemy import cast as sql_cast

from api.engine import printing
from api.engine.kinds import bare
from api.engine.plan import Refused, user_error
from api.engine.printing import Text
from api.engine.values import read_decimal
from domain.columns import Row

BASE64URL = {"'+'": "-", "'/'": "_", "'='": "", r"E'\n'": ""}
"""What PostgreSQL's base64 has, as SQL, and what base64url has there."""


@dataclass(frozen=True)
class Term:
    """A column to order by."""

    name: str
    descends: bool
    nullable: bool
    of: Any

    def by(self, table: Any, *, backward: bool = False) -> Any:
        """PostgreSQL's own places for nulls (last going up, first going down), so that an index can serve both ways."""
        return table.c[self.name].desc() if self.descends != backward else table.c[self.name].asc()

    def key(self, table: Any) -> Any:
        """Its value in a cursor."""
        value = table.c[self.name]
        return sql_cast(value, SqlText) if self.of is Decimal else value

    def read(self, value: Any) -> Any:
        """The value back from a cursor; ValueError or TypeError when it is none."""
        if value is None and self.nullable:
            return None
        if self.of is int:
            if type(value) is not int or abs(value) >= 2**31:
                raise ValueError(value)
            return value
        if not isinstance(value, str) or "\x00" in value:
            raise TypeError(value)
        return READ[self.of](value)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


READ: dict[Any, Callable[[str], Any]] = {
    str: str,
    UUID: UUID,
    datetime: _moment,
    date: date.fromisoformat,
    Decimal: read_decimal,
}


@dataclass(frozen=True)
class Order:
    """A total order of a model's rows."""

    terms: tuple[Term, ...]
    mark: str

    @classmethod
    def of(cls, model: type[Row], names: Sequence[tuple[str, bool]]) -> Order:
        terms: list[Term] = []
        for name, descends in names:
            if name not in {t.name for t in terms}:
                terms.append(_term(model, name, descends))
        if "id" not in {t.name for t in terms}:
            terms.append(_term(model, "id", terms[0].descends if terms else False))
        said = ",".join(f"{t.name}{'-' if t.descends else '+'}" for t in terms)
        return cls(tuple(terms), f"{crc32(f'{model.__name__}:{said}'.encode()):08x}")

    def by(self, table: Any, *, backward: bool) -> list[Any]:
        return [t.by(table, backward=backward) for t in self.terms]

    def cursor(self, table: Any) -> Text:
        """A row's cursor, base64url of its JSON."""
        value = func.json_build_array(printing.sql(self.mark), *[t.key(table) for t in self.terms])
        bytes_ = func.convert_to(sql_cast(value, SqlText), printing.sql("UTF8"), type_=LargeBinary)
        encoded: Any = func.encode(bytes_, printing.sql("base64"), type_=SqlText)
        for found, instead in BASE64URL.items():  # translate() would do it at once, and take ten times as long
            encoded = func.replace(encoded, literal_column(found), printing.sql(instead), type_=SqlText)
        return cast(Text, encoded)

    def read(self, cursor: str, argument: str) -> list[Any]:
        """The keys in a cursor of this list in this order; any other is refused."""
        try:
            mark, *keys = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if mark == self.mark and len(keys) == len(self.terms):
                return [t.read(k) for t, k in zip(self.terms, keys, strict=True)]
        except (ValueError, TypeError, ArithmeticError, GraphQLError):
            pass
        raise Refused(user_error(f"{argument}: this is no cursor of this list in this order."))

    def beyond(self, table: Any, keys: Sequence[Any], *, backward: bool) -> Any:
        """The rows strictly after the place of the keys; with `backward`, strictly before."""
        ways = {t.descends != backward for t in self.terms}
        if len(ways) == 1 and not any(t.nullable for t in self.terms):
            here = tuple_(*[table.c[t.name] for t in self.terms])
            return here < tuple_(*keys) if ways == {True} else here > tuple_(*keys)
        arms = []
        for i, (term, k) in enumerate(zip(self.terms, keys, strict=True)):
            same = [_same(table.c[t.name], k0, t) for t, k0 in zip(self.terms[:i], keys[:i], strict=True)]
            arms.append(and_(*same, _further(table.c[term.name], k, term, term.descends != backward)))
        return or_(*arms)


def _same(column: Any, k: Any, term: Term) -> Any:
    return column.is_not_distinct_from(k) if term.nullable else column == k


def _further(column: Any, k: Any, term: Term, down: bool) -> Any:
    """Nulls come last going up and first going down."""
    if not term.nullable:
        return column < k if down else column > k
    if down:
        return or_(column < k, and_(k.is_(None), column.is_not(None)))
    return or_(column > k, and_(k.is_not(None), column.is_(None)))


def _term(model: type[Row], name: str, descends: bool) -> Term:
    of = bare(model.model_fields[name].annotation)
    of = str if isinstance(of, type) and issubclass(of, Enum) else of
    return Term(name, descends, bool(cast(Any, model).__table__.c[name].nullable), of)
