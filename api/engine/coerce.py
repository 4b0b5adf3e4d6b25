"""What does a request's value become before it is bound, and what of it may shape the plan?

Coercers agree with graphql-core (a test compares them), but are made once per type; enums stay their schema names.
A *shape* is all that the SQL text may depend on: booleans and enums by value, scalars only as null, absent or present,
input objects by their keys. The compiler is given shapes, never values: it cannot put a value into the text.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
)

Coercer = Callable[[Any], Any]
Shaper = Callable[[Any], Any]


class Bad(ValueError):
    """A value that its type does not accept."""


class _Mark:
    """Equal only to itself, so that no value is taken for it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


#: A variable that was not given, as against null; and one that was, when its value is no matter.
ABSENT, PRESENT = _Mark("absent"), _Mark("present")


# -- coercion ----------------------------------------------------------------------------------------------------------


def coercer(kind: Any) -> Coercer:
    """The coercer of an input type."""
    if isinstance(kind, GraphQLNonNull):
        return _required(coercer(kind.of_type))
    inner = _coercer(kind)
    return lambda value: None if value is None else inner(value)


def _required(inner: Coercer) -> Coercer:
    def coerce(value: Any) -> Any:
        if value is None:
            raise Bad("must not be null")
        return inner(value)

    return coerce


def _coercer(kind: Any) -> Coercer:
    if isinstance(kind, GraphQLList):
        item = coercer(kind.of_type)
        return lambda value: [item(v) for v in value] if isinstance(value, list) else [item(value)]
    if isinstance(kind, GraphQLEnumType):
        return _one_of(frozenset(kind.values), kind.name)
    if isinstance(kind, GraphQLInputObjectType):
        return _object(kind)
    return BUILT_IN.get(kind.name) or _custom(kind)


def _one_of(names: frozenset[str], enum: str) -> Coercer:
    def coerce(value: Any) -> str:
        if isinstance(value, str) and value in names:
            return value
        raise Bad(f"is no value of {enum}")

    return coerce


def _object(kind: GraphQLInputObjectType) -> Coercer:
    fields: dict[str, Coercer] | None = None  # made at first use: inputs may contain themselves
    defaults = {name: f.default_value for name, f in kind.fields.items() if f.default_value is not Undefined}
    required = [n for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull) and n not in defaults]

    def coerce(value: Any) -> dict[str, Any]:
        nonlocal fields
        if not isinstance(value, dict):
            raise Bad(f"is no {kind.name}")
        if fields is None:
            fields = {name: coercer(f.type) for name, f in kind.fields.items()}
        done = dict(defaults)
        for name, given in value.items():
            if name not in fields:
                raise Bad(f"has the unknown field {name!r}")
            try:
                done[name] = fields[name](given)
            except Bad as bad:
                raise Bad(f"{name} {bad}") from None
        for name in required:
            if name not in value:
                raise Bad(f"{name} is required")
        return done

    return coerce


def _custom(kind: GraphQLScalarType) -> Coercer:
    def coerce(value: Any) -> Any:
        try:
            return kind.parse_value(value)
        except GraphQLError as error:
            raise Bad(error.message) from None

    return coerce


def whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is int and -(2**31) <= value < 2**31:
        return value
    raise Bad("is no Int of 32 bits")


def string(value: Any) -> str:
    if not isinstance(value, str):
        raise Bad("is no String")
    if "\x00" in value:
        raise Bad("has the character NUL in it")
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise Bad("has half a character in it")
    return value


def boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise Bad("is no Boolean")


def identifier(value: Any) -> str:
    if type(value) is int or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    if isinstance(value, str):
        return string(value)
    raise Bad("is no ID")


BUILT_IN: dict[str, Coercer] = {"Int": whole, "String": string, "Boolean": boolean, "ID": identifier}


# -- shapes ------------------------------------------------------------------------------------------------------------


def shaper(kind: Any) -> Shaper:
    """What of a coerced value of this type may shape a plan."""
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if by_value(kind):
        return lambda value: value
    if isinstance(kind, GraphQLList):
        if scalars(kind):
            return presence
        item = shaper(kind.of_type)
        return lambda value: value if value is None or value is ABSENT else tuple(map(item, value))
    if isinstance(kind, GraphQLInputObjectType):
        return _object_shaper(kind)
    return presence


def presence(value: Any) -> Any:
    return value if value is None or value is ABSENT else PRESENT


def by_value(kind: Any) -> bool:
    """Booleans and enums: few values, which choose the text."""
    return isinstance(kind, GraphQLEnumType) or getattr(kind, "name", None) == "Boolean"


def scalars(kind: GraphQLList[Any]) -> bool:
    """A list that is bound as one array."""
    item = kind.of_type.of_type if isinstance(kind.of_type, GraphQLNonNull) else kind.of_type
    return isinstance(item, GraphQLScalarType) and not by_value(item)


def _object_shaper(kind: GraphQLInputObjectType) -> Shaper:
    fields: dict[str, Shaper] | None = None

    def shape(value: Any) -> Any:
        nonlocal fields
        if value is None or value is ABSENT:
            return value
        if fields is None:
            fields = {name: shaper(f.type) for name, f in kind.fields.items()}
        return tuple((name, fields[name](value[name])) for name in sorted(value))

    return shape


def pinned(value: Any) -> Any:
    """Page sizes: at most a hundred, and the planner wants to know them."""
    return value


def opaque(value: Any) -> Any:
    """The input of a mutation: handed to the command, no matter for SQL."""
    return presence(value)


def prefix(value: Any) -> Any:
    """Of an id, the type it names."""
    return value if value is None or value is ABSENT else value.partition("_")[0][:8]


def prefixes(value: Any) -> Any:
    return value if value is None or value is ABSENT else tuple(sorted({prefix(v) for v in value}))
