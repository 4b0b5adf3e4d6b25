"""How much of the schema did the operations reach? Fields, arguments, operators and the values of enums, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    type_from_ast,
    value_from_ast_untyped,
    visit,
)


class Reached(Visitor):
    """Counts what is asked for: `Shift.plan`, `Query.shifts(orderBy)`, `IDFilter.eq`, `ShiftOrder.STARTS_AT_ASC`."""

    def __init__(self, graphql: GraphQLSchema) -> None:
        super().__init__()
        self.graphql, self.counts = graphql, Counter[str]()
        self._info = TypeInfo(graphql)
        self._last, self.operations = "", 0

    def add(self, document: str, variables: Mapping[str, Any]) -> None:
        self.operations += 1
        if document == self._last:  # the same by somebody else
            return
        self._last, node = document, parse(document)
        visit(node, TypeInfoVisitor(self._info, self))
        for definition in node.definitions:
            for declared in getattr(definition, "variable_definitions", None) or ():
                kind = type_from_ast(self.graphql, declared.type)
                name = declared.variable.name.value
                default = declared.default_value and value_from_ast_untyped(declared.default_value)
                self.counts.update(_inside(kind, variables.get(name, default)))

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self._info.get_parent_type()
        name = node.name.value
        if not name.startswith("__"):
            self.counts[f"{parent}.{name}"] += 1

    def enter_argument(self, node: Any, *_: Any) -> None:
        argument, field = self._info.get_argument(), self._info.get_field_def()
        parent = self._info.get_parent_type()
        if argument and field and not self._info.get_directive():
            self.counts[f"{parent}.{_name_of(parent, field)}({node.name.value})"] += 1
            self.counts.update(_inside(argument.type, value_from_ast_untyped(node.value, {})))


def _name_of(parent: Any, field: Any) -> Any:
    return next(name for name, f in parent.fields.items() if f is field)


def _inside(kind: Any, value: Any) -> Iterator[str]:
    """The operators and enum values within a value."""
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList):
        for item in value if isinstance(value, list) else [value]:
            yield from _inside(bare.of_type, item)
    elif isinstance(bare, GraphQLEnumType) and value is not None:
        yield f"{bare}.{value}"
    elif isinstance(bare, GraphQLInputObjectType) and isinstance(value, dict):
        for name, given in value.items():
            yield f"{bare}.{name}"
            yield from _inside(bare.fields[name].type, given)


def to_reach(graphql: GraphQLSchema) -> set[str]:
    """All that a query can ask for."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting: list[Any] = [graphql.query_type]
    while waiting:
        kind = waiting.pop()
        if kind.name in seen:
            continue
        seen.add(kind.name)
        if isinstance(kind, GraphQLEnumType):
            found |= {f"{kind}.{value}" for value in kind.values}
        elif isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            waiting += graphql.get_possible_types(kind)
        fields: dict[str, Any] = getattr(kind, "fields", {})
        found |= {f"{kind}.{name}" for name in fields}
        found |= {f"{kind}.{name}({argument})" for name, f in fields.items() for argument in getattr(f, "args", ())}
        for field in fields.values():
            given = [get_named_type(a.type) for a in getattr(field, "args", {}).values()]
            below = get_named_type(field.type)
            answers = isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and isinstance(below, GraphQLEnumType)
            waiting += given if answers else [*given, below]
    return found
