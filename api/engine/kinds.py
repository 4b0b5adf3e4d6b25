"""What does a field or an argument hold? The words that schema and compiler share."""

import inspect
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union
from uuid import UUID

import strawberry
from graphql import GraphQLSchema

from api.engine.declare import Filters, Graph, Orders, RowsOf, Source
from domain.columns import Row

PLAIN = {int: "Int", str: "String", bool: "Boolean", datetime: "DateTime", date: "Date", Decimal: "Decimal", UUID: "ID"}
"""Python's types for the scalars of the schema."""

PAGE, LARGEST_PAGE = 20, 100


def usual(source: RowsOf) -> int:
    """How many objects a list that is no connection has at most, if nothing is said."""
    return source.most or LARGEST_PAGE


@dataclass(frozen=True)
class Kind:
    """What a field holds: `of` is a scalar's Python type, an enum, Text, Money, or graphs (several: a union)."""

    of: Any
    nullable: bool = False
    many: bool = False
    connection: bool = False

    @property
    def graphs(self) -> tuple[Graph, ...]:
        return self.of if isinstance(self.of, tuple) else ()


@dataclass(frozen=True)
class Argument:
    """A parameter of a function or command, and how the schema shows it."""

    python: str
    name: str
    kind: Kind
    description: str
    default: Any = inspect.Parameter.empty
    model: type[Row] | None = None
    """Whose id it is."""
    may_be_absent: bool = False


@dataclass(frozen=True)
class Field:
    """A field of the schema and where it comes from."""

    owner: str
    python: str
    name: str
    kind: Kind
    source: Source
    arguments: Mapping[str, Argument] = field(default_factory=dict)


class Fault(TypeError):
    """Mistakes in declarations."""


def bare(annotation: Any) -> Any:
    """`datetime` in `datetime | None`."""
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return next(a for a in typing.get_args(annotation) if a is not type(None))
    return annotation


@dataclass
class Schema:
    """The strawberry schema, and beside it what each of its names means."""

    strawberry: strawberry.Schema
    fields: dict[tuple[str, str], Field]
    graphs: dict[str, Graph]
    filters: dict[str, Filters]
    orders: dict[str, Orders]
    enums: dict[str, type[Enum]]

    def __post_init__(self) -> None:
        self.graphql: GraphQLSchema = self.strawberry._schema
        self.of_model = {g.model: g for g in self.graphs.values() if g.model}
        self.of_prefix = {m.prefix: g for m, g in self.of_model.items()}

    def print(self) -> str:
        return self.strawberry.as_str()
