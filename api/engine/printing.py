"""How does a value become JSON text inside PostgreSQL?

Concatenated text beats json_build_object by up to 40 %. What stands in literals here is the schema's own or a name of
the GraphQL grammar ([_A-Za-z0-9]); values are columns or bound parameters.

A place that must hold something and holds nothing, or may not be shown, prints a *hole*: its number between two
characters U+0001, which no JSON text contains. `holes.py` turns them into errors.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, case, cast, func, literal_column
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.compiler import compiles

Text = ColumnElement[str]
WIDTH = 24


def sql(text: str) -> ColumnElement[Any]:
    """Text of our own as a SQL literal."""
    return literal_column("'" + text.replace("'", "''") + "'", SqlText)


class Literal(ColumnElement[str]):
    """JSON text that is known when the plan is made."""

    type = SqlText()
    inherit_cache = False

    def __init__(self, text: str) -> None:
        self.text = text


@compiles(Literal)
def _literal(element: Literal, compiler: Any, **_: Any) -> str:
    quoted = element.text.replace("'", "''")
    return f"E'{quoted.replace(chr(1), chr(92) + 'x01')}'" if "\x01" in quoted else f"'{quoted}'"


class Concatenation(ColumnElement[str]):
    """Parts in a row; nested in bundles, so that neither compiler nor PostgreSQL recurses deeply or copies twice."""

    type = SqlText()
    inherit_cache = False

    def __init__(self, parts: Sequence[ColumnElement[Any]]) -> None:
        self.parts = parts


@compiles(Concatenation)
def _concatenation(element: Concatenation, compiler: Any, **kw: Any) -> str:
    kw = {name: value for name, value in kw.items() if name not in {"add_to_result_map", "within_columns_clause"}}
    done: list[str] = [compiler.process(part.self_group(), **kw) for part in element.parts]
    while len(done) > 1:
        done = ["(" + " || ".join(done[i : i + WIDTH]) + ")" for i in range(0, len(done), WIDTH)]
    return done[0]


NULL = Literal("null")


def join(parts: Iterable[Any]) -> Text:
    """Strings and expressions, one after the other; neighbouring strings become one literal."""
    done: list[Any] = []
    for part in parts:
        inner = part.parts if isinstance(part, Concatenation) else (Literal(part) if isinstance(part, str) else part,)
        for one in inner:
            if done and isinstance(one, Literal) and isinstance(done[-1], Literal):
                done[-1] = Literal(done[-1].text + one.text)
            else:
                done.append(one)
    return done[0] if len(done) == 1 else Concatenation(done)


def hole(number: int) -> Literal:
    return Literal(f"\x01{number}\x01")


def keyed(values: Iterable[tuple[str, Any]]) -> Text:
    """Values by their keys, between braces."""
    parts: list[Any] = []
    for key, value in values:
        parts += [f"{',' if parts else '{'}{json.dumps(key)}:", value]
    return join([*parts, "}" if parts else "{}"])


def encoded(text: Text) -> ColumnElement[bytes]:
    """The text as the bytes that are sent on; read as a text it would be decoded and encoded again."""
    return func.convert_to(text, sql("UTF8"), type_=LargeBinary)


def listed(item: Text, order: Any = None, where: Any = None) -> Text:
    """The items of all rows between brackets."""
    comma = sql(",") if order is None else aggregate_order_by(sql(","), order)
    items: Any = func.string_agg(item, comma, type_=SqlText)
    return join(["[", func.coalesce(items if where is None else items.filter(where), sql("")), "]"])


# -- scalars -----------------------------------------------------------------------------------------------------------


def string(value: Any) -> Text:
    return cast(func.to_json(value), SqlText)


def identity(prefix: str, column: Any) -> Text:
    """A typed id."""
    return join([f'"{prefix}_', func.encode(func.uuid_send(column, type_=LargeBinary), sql("hex")), '"'])


def moment(value: Any) -> Text:
    return func.replace(string(value), sql("+00:00"), sql("Z"))


def enum(kind: type[Enum], value: Any, *, many: bool = False) -> Text:
    """A stored value as its name in the schema."""
    if all(m.name == str(m.value).upper() for m in kind):
        return func.upper(string(value)) if many else join(['"', func.upper(value), '"'])
    if many:
        raise TypeError(f"a list of {kind.__name__}, whose names are not its values in upper case")
    return case({str(m.value): sql(f'"{m.name}"') for m in kind}, value=value)


def scalar(kind: Any, value: Any, *, many: bool = False) -> Text:
    """A value of a plain type, or a list of them; NULL stays NULL."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return enum(kind, value, many=many)
    if many:
        if kind not in (str, int, bool):
            raise TypeError(f"a list of {kind!r} cannot be printed")
        return string(value)
    if kind in (int, bool):
        return cast(value, SqlText)
    if kind in (str, date):
        return string(value)
    if kind is Decimal:
        return join(['"', cast(value, SqlText), '"'])
    if kind is datetime:
        return moment(value)
    raise TypeError(f"{kind!r} cannot be printed")


# -- texts in several languages ----------------------------------------------------------------------------------------


class Words:
    """A `words()` column in a language: as written in it, else translated; then in its main language; else as is."""

    def __init__(self, column: Any, language: Any, main: Any) -> None:
        self.column, self.language, self.main = column, language, main
        self.translations = column.op("->", return_type=JSONB())(sql("translations"))
        self.written = column.op("->>")(sql("language"))

    def _best(self, translated: Any, source: Any) -> Any:
        main = func.split_part(self.written, sql("-"), literal_column("1"))
        return func.coalesce(
            case((self.written != self.language, translated(self.language))),
            case((main != self.main, translated(self.main))),
            source,
        )

    def _leaf(self, name: str, arrow: str) -> Any:
        """Of the translation, or of the whole, which has the text at the same place."""
        best = self._best(self.translations.op("->", return_type=JSONB()), self.column)
        return best.op(arrow)(sql(name))

    def text(self) -> Text:
        return cast(self._leaf("text", "->"), SqlText)

    def language_of(self) -> Text:
        there = self.translations.op("?")
        return string(self._best(lambda language: case((there(language), language)), self.written))

    def status(self) -> Text:
        return join(['"', func.upper(func.coalesce(self._leaf("status", "->>"), sql("source"))), '"'])
