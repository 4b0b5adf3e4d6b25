"""Which operations are too complex to be looked at? Measured in linear time: each fragment once."""

from typing import Any, NamedTuple

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
)

TOKENS = 1500
COST = 10_000
"""Of one operation: `cost.py`."""


class Size(NamedTuple):
    """Depth, fields after the expansion of fragments, and aliases likewise."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


#: A depth below 15 would refuse the standard introspection query.
LIMITS = Size(depth=20, fields=2000, aliases=30)
CEILING = 10**9


#: What is measured, in Chinese.
ZH = {
    "depth": "深度",
    "fields": "字段数",
    "aliases": "别名数",
    "more tokens than": "词元数超过",
    "more comparisons of fields than": "字段比较次数超过",
    "cost": "成本",
}


def too_complex(what: str, measured: int, limit: int, node: Any = None) -> GraphQLError:
    zh = f"此操作的{ZH[what]} {measured}，上限为 {limit}。"
    return GraphQLError(
        f"This operation has {what} {measured}; the limit is {limit}.",
        node,
        extensions={"code": "QUERY_TOO_COMPLEX", "measured": measured, "limit": limit, "zh": zh},
    )


class Limits(ASTValidationRule):
    """Refuses what is over a limit, with both numbers. Cycles are NoFragmentCycles' business."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        for node, size in measured(context.document):
            for what, is_, limit in zip(Size._fields, size, LIMITS, strict=True):
                if is_ > limit:
                    context.report_error(too_complex(what, is_, limit, node))


def measured(document: DocumentNode) -> list[tuple[OperationDefinitionNode, Size]]:
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    known: dict[str, Size] = {}

    def of_fragment(name: str) -> Size:
        if name not in known:
            known[name] = Size()  # what a cycle finds
            if name in fragments:
                known[name] = of(fragments[name].selection_set)
        return known[name]

    def of(selections: SelectionSetNode | None) -> Size:
        depth = fields = aliases = 0
        for s in selections.selections if selections else ():
            if isinstance(s, FieldNode):
                inner = of(s.selection_set)
                inner = Size(inner.depth + 1, inner.fields + 1, inner.aliases + bool(s.alias))
            else:
                inner = of_fragment(s.name.value) if isinstance(s, FragmentSpreadNode) else of(s.selection_set)  # type: ignore[attr-defined]
            depth = max(depth, inner.depth)
            fields, aliases = min(fields + inner.fields, CEILING), min(aliases + inner.aliases, CEILING)
        return Size(depth, fields, aliases)

    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return [(o, of(o.selection_set)) for o in operations]
