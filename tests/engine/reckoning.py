"""The cost of an operation, reckoned from the printed schema alone, as the specification of its directives says."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
    value_from_ast_untyped,
)

from tests.engine.conftest import catalogue_schema


@cache
def published() -> GraphQLSchema:
    return build_schema(catalogue_schema().print())


def said(thing: Any, directive: str) -> dict[str, Any] | None:
    """The arguments of a directive where it stands in the schema."""
    for node in (thing.ast_node and thing.ast_node.directives) or ():
        if node.name.value == directive:
            return {a.name.value: value_from_ast_untyped(a.value) for a in node.arguments}
    return None


def weight(thing: Any, default: int) -> int:
    cost = said(thing, "cost")
    return default if cost is None else int(cost["weight"])


class Reckoning:
    def __init__(self, document: str, variables: Mapping[str, Any]) -> None:
        definitions = parse(document).definitions
        self.variables = variables
        self.fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        (self.operation,) = (d for d in definitions if isinstance(d, OperationDefinitionNode))

    def cost(self) -> int:
        root: Any = published().get_root_type(self.operation.operation)
        return self.below(root, [self.operation.selection_set], {})

    def below(self, on: GraphQLObjectType, sets: list[SelectionSetNode], sizes: Mapping[str, int]) -> int:
        asked: dict[str, list[FieldNode]] = {}
        for one in sets:
            for node in self.fields(on, one):
                asked.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return sum(self.field(on, nodes, sizes) for nodes in asked.values() if nodes[0].name.value != "__typename")

    def fields(self, on: GraphQLObjectType, selections: SelectionSetNode) -> Iterator[FieldNode]:
        node: Any
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
                continue
            inner = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            condition: Any = inner.type_condition and published().get_type(inner.type_condition.name.value)
            if condition in {None, on} or (is_abstract_type(condition) and published().is_sub_type(condition, on)):
                yield from self.fields(on, inner.selection_set)

    def field(self, on: GraphQLObjectType, nodes: list[FieldNode], sizes: Mapping[str, int]) -> int:
        field = on.fields[nodes[0].name.value]
        given = {a.name.value: self.value(a.value) for a in nodes[0].arguments or ()}
        own = weight(field, 0) + self.inputs(field.args, given)
        named: Any = get_named_type(field.type)
        if is_leaf_type(named):
            return own
        size, inner = sizes.get(nodes[0].name.value, 1), {}
        if listed := said(field, "listSize"):
            slices = [given[name] for name in listed.get("slicingArguments", ()) if given.get(name) is not None]
            length = slices[0] if slices else listed["assumedSize"]
            length = length if isinstance(length, int) else len(length)
            if "sizedFields" in listed:
                inner = dict.fromkeys(listed["sizedFields"], length)
            else:
                size = length
        types = published().get_possible_types(named) if is_abstract_type(named) else [named]
        sets = [node.selection_set for node in nodes if node.selection_set]
        return own + size * max(weight(t, 1) + self.below(t, sets, inner) for t in types)

    def value(self, node: Any) -> Any:
        return value_from_ast_untyped(node, dict(self.variables))

    def inputs(self, inputs: Mapping[str, Any], given: Mapping[str, Any]) -> int:
        found = 0
        for name, value in given.items():
            kind = get_named_type(inputs[name].type)
            if value is not None:
                found += weight(inputs[name], 0)
                found += self.inputs(kind.fields, value) if isinstance(kind, GraphQLInputObjectType) else 0
        return found
