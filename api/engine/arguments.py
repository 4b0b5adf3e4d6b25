"""What does the compiler know of an argument? Its shape; a value itself is a slot that is filled when the plan runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FieldNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)
from sqlalchemy import ARRAY, BindParameter, Boolean, Date, DateTime, Integer, Numeric, Uuid, bindparam
from sqlalchemy import Text as SqlText

from api.engine import coerce
from api.engine.coerce import ABSENT
from api.engine.plan import Operation, Refused, user_error
from domain.columns import untyped

CONDITION = GraphQLNonNull(GraphQLBoolean)
Path = tuple[str | int, ...]
Values = Mapping[str, Any]
Getter = Callable[[Values], Any]

TYPES: dict[Any, Any] = {
    UUID: Uuid(),
    int: Integer(),
    str: SqlText(),
    bool: Boolean(),
    datetime: DateTime(timezone=True),
    date: Date(),
    Decimal: Numeric(),
}


@dataclass(frozen=True)
class Slot:
    """A value that is given with the request: where it lies in the variables."""

    path: Path

    def get(self, values: Values) -> Any:
        found: Any = values
        for step in self.path:
            found = found[step]
        return found


@dataclass(frozen=True)
class Pinned(Slot):
    """A literal whose value belongs to the plan's key; it is bound all the same."""

    value: Any

    def get(self, values: Values) -> Any:
        return self.value


class NullGiven(Refused):
    """A variable that may be null, because it has a default, was given null where none may be."""

    def __init__(self, name: str) -> None:
        super().__init__(user_error(f"Variable '${name}' is null where no null may be."))


class Arguments:
    """The arguments of fields, as far as the plan may know them, and the parameters that will carry the rest."""

    def __init__(self, operation: Operation, shapes: Mapping[str, Any]) -> None:
        self.operation, self.shapes = operation, shapes
        self.getters: dict[str, Getter] = {}

    def of(self, field: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """By name: what is known (None for null), a Slot, or a structure of them; nothing for what is left out."""
        given = {a.name.value: a.value for a in node.arguments or ()}
        found = {name: self._value(given[name], a.type) for name, a in field.args.items() if name in given}
        return {name: value for name, value in found.items() if value is not ABSENT}

    def _value(self, node: ValueNode, kind: Any) -> Any:
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(node, VariableNode):
            name = node.name.value
            if self.shapes[name] is None and isinstance(kind, GraphQLNonNull):
                raise NullGiven(name)
            return self._shaped(self.shapes[name], bare, (name,))
        if node.loc and (lifted := self.operation.at.get(node.loc.start)):
            return self._shaped(self.shapes[lifted], bare, (lifted,))
        if isinstance(node, NullValueNode):
            return None
        if isinstance(bare, GraphQLList):
            items = node.values if isinstance(node, ListValueNode) else (node,)
            found = [self._value(item, bare.of_type) for item in items]
            return [None if item is ABSENT else item for item in found]
        if isinstance(bare, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
            pairs = {f.name.value: self._value(f.value, bare.fields[f.name.value].type) for f in node.fields}
            return self._defaults(bare) | {name: value for name, value in pairs.items() if value is not ABSENT}
        if isinstance(node, BooleanValueNode | EnumValueNode):
            return node.value
        return Pinned((), coerce.coercer(bare)(value_from_ast_untyped(node)))

    def holds(self, node: ValueNode) -> bool:
        """Whether the condition of a directive is true."""
        return bool(self._value(node, CONDITION))

    @staticmethod
    def _defaults(kind: GraphQLInputObjectType) -> dict[str, Any]:
        return {name: f.default_value for name, f in kind.fields.items() if f.default_value is not Undefined}

    def _shaped(self, shape: Any, kind: Any, path: Path) -> Any:
        """What a shape tells of a value."""
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if shape is coerce.PRESENT:
            return Slot(path)
        if shape is None or shape is ABSENT or coerce.by_value(bare):
            return shape
        if isinstance(bare, GraphQLList):
            if coerce.scalars(bare):
                return Slot(path)
            return [self._shaped(s, bare.of_type, (*path, i)) for i, s in enumerate(shape)]
        if isinstance(bare, GraphQLInputObjectType):
            return {name: self._shaped(s, bare.fields[name].type, (*path, name)) for name, s in shape}
        return Slot(path)

    def size(self, value: Any) -> Any:
        """A page's size: its shape is its value."""
        return self._shape(value, coerce.pinned)

    def prefix(self, value: Any) -> Any:
        """Of an id, the type it names; of a variable with ids, all of them."""
        return self._shape(value, coerce.prefix)

    def _shape(self, value: Any, shape: Callable[[Any], Any]) -> Any:
        if isinstance(value, Pinned):
            return shape(value.value)
        return self.shapes[str(value.path[0])] if isinstance(value, Slot) else value

    # -- parameters ----------------------------------------------------------------------------------------------------

    def bind(self, get: Getter, kind: Any) -> BindParameter[Any]:
        """A parameter that is filled by `get` when the plan runs."""
        name = f"s{len(self.getters)}"
        self.getters[name] = get
        return bindparam(name, type_=kind)

    def scalar(self, value: Any, of: Any, *, prefix: str | None = None) -> Any:
        """A parameter for a scalar; ids lose their prefix, and are NULL if it is another type's."""
        return self.bind(_getter(value, _converter(of, prefix)), TYPES[of])

    def array(self, value: Any, of: Any, *, prefix: str | None = None) -> Any:
        """A parameter for a list of scalars; ids of another type are left out."""
        convert = _converter(of, prefix)
        items = [_getter(item, convert) for item in value] if isinstance(value, list) else None
        whole = value.get if isinstance(value, Slot) else None

        def get(values: Values) -> list[Any]:
            found = [g(values) for g in items] if items is not None else [convert(v) for v in whole(values)]  # type: ignore[misc]
            return [v for v in found if v is not None]

        return self.bind(get, ARRAY(TYPES[of]))


def _getter(value: Any, convert: Callable[[Any], Any]) -> Getter:
    if not isinstance(value, Slot):
        return lambda _: None if value is None else convert(value)
    if isinstance(value, Pinned):
        fixed = convert(value.value)
        return lambda _: fixed
    if len(value.path) == 1:
        name = str(value.path[0])
        return lambda values: convert(values[name])
    return lambda values: convert(value.get(values))


def _converter(of: Any, prefix: str | None) -> Callable[[Any], Any]:
    if of is not UUID:
        return lambda value: value
    if prefix is None:
        return lambda text: None if text is None else untyped(text.partition("_")[0], text)
    return lambda text: None if text is None else untyped(prefix, text)


def filled(value: Any, values: Values) -> Any:
    """A structure with its slots filled: the input of a mutation."""
    if isinstance(value, Slot):
        return value.get(values)
    if isinstance(value, dict):
        return {name: filled(v, values) for name, v in value.items()}
    return [filled(v, values) for v in value] if isinstance(value, list) else value
