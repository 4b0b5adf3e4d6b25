"""What does an operation cost? Added up from what it asks for, before it is compiled, by the weights in the schema.

    cost of a field = its weight + its arguments' weights + size × (its type's weight + the cost of what is asked below)

The size is 1 but for lists, where `@listSize` says it. Of the types that an object may have, the dearest counts.
Fragments are followed and fields merged as the compiler does it, so what is asked for twice is paid for once; that walk
is no longer than the number of fields that `limits.py` allows, which is measured first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from api.engine import weights
from api.engine.arguments import NullGiven, Slot
from api.engine.compile import Compiler, Nodes, Selection
from api.engine.connections import page_size
from api.engine.limits import CEILING, COST, too_complex
from api.engine.plan import Refused

Sizes = Mapping[str, int]
"""Of how many objects a field consists, by its name."""


@dataclass(frozen=True)
class Cost:
    """What operations of one shape cost: `base`, and so much for each id of a list that comes with the request."""

    base: int
    each: tuple[tuple[Slot, int], ...]

    @property
    def too_much(self) -> bool:
        """Whether it is over the limit whatever the ids."""
        return self.base > COST

    def of(self, values: Mapping[str, Any]) -> int:
        """The cost with these values. Raises Refused when it is over the limit."""
        found = self.base
        for ids, each in self.each:
            found += each * len(ids.get(values))
        if found > COST:
            raise Refused(too_complex("cost", min(found, CEILING), COST))
        return found


def cost_of(asked: Compiler) -> Cost:
    """The cost of what a compiler could compile."""
    added = _Sum(asked)
    root = asked.operation.root
    base = added.selection(root, asked.collect(root, asked.operation.node.selection_set, {}), {})
    return Cost(base, tuple(added.each))


def told(cost: int) -> bytes:
    """The end of an answer, which tells its cost."""
    return b',"extensions":{"cost":{"requested":%d,"limit":%d}}}' % (cost, COST)


class _Sum:
    """A walk over what is asked; what hangs on the number of ids is put aside in `each`."""

    def __init__(self, asked: Compiler) -> None:
        self.asked, self.graphql = asked, asked.schema.graphql
        self.each: list[tuple[Slot, int]] = []

    def selection(self, on: GraphQLObjectType, selection: Selection, sizes: Sizes) -> int:
        return sum(self._field(on, nodes, sizes) for nodes in selection.values())

    def _field(self, on: GraphQLObjectType, nodes: Nodes, sizes: Sizes) -> int:
        try:
            return self._asked(on, nodes, sizes)
        except NullGiven:  # it will be null and an error
            return 0

    def _asked(self, on: GraphQLObjectType, nodes: Nodes, sizes: Sizes) -> int:
        name = nodes[0].name.value
        field = cast(GraphQLField, self.graphql.get_field(on, name))
        given = self.asked.arguments.of(field, nodes[0]) if nodes[0].arguments else {}
        found = weights.weight(field, 0) + self._given(given, field.args)
        if is_leaf_type(get_named_type(field.type)):
            return found
        listed = weights.list_size(field)
        if listed is None:
            return found + sizes.get(name, 1) * self._object(field, nodes, {})
        slices = listed.slicing_arguments or []
        if listed.assumed_size:
            ends = {end: self.asked.arguments.size(given.get(end)) for end in slices}
            rows = page_size(ends, listed.assumed_size).rows
            if listed.sized_fields:
                return found + self._object(field, nodes, dict.fromkeys(listed.sized_fields, rows))
            return found + rows * self._object(field, nodes, {})
        ids, each = given[slices[0]], self._object(field, nodes, {})
        if isinstance(ids, Slot):
            self.each.append((ids, each))
            return found
        return found + len(ids) * each

    def _object(self, field: GraphQLField, nodes: Nodes, sizes: Sizes) -> int:
        """The dearest of the types that it may have."""
        named: Any = get_named_type(field.type)
        types = self.graphql.get_possible_types(named) if is_abstract_type(named) else (named,)
        return max(weights.weight(t, 1) + self.selection(t, self.asked.merged(t, nodes), sizes) for t in types)

    def _given(self, given: Mapping[str, Any], inputs: Mapping[str, Any]) -> int:
        """The weights of what is given; null is as if left out."""
        found = 0
        for name, value in given.items():
            if value is None:
                continue
            found += weights.weight(inputs[name], 0)
            kind = get_named_type(inputs[name].type)
            if isinstance(kind, GraphQLInputObjectType):
                found += sum(self._given(v, kind.fields) for v in _objects(value))
        return found


def _objects(value: Any) -> list[Mapping[str, Any]]:
    """The input objects in a value, as far as they are known."""
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, Mapping)]
