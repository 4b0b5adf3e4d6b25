"""Which columns has a list, and what stands in them? What is asked of its nodes, in that order."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from api.http.question import wrong

Path = tuple[str, ...]
#: What is asked for, by the name under which it is answered; nothing below a value.
Tree = dict[str, "Tree"]

NODES = "nodes"


def tree(document: str, operation_name: str | None) -> Tree:
    """What an operation asks for; the document was found to be valid."""
    parsed = parse(document, no_location=True)
    fragments = {d.name.value: d for d in parsed.definitions if isinstance(d, FragmentDefinitionNode)}
    found: Tree = {}
    _collect(_operation(parsed, operation_name).selection_set, fragments, found)
    return found


def _operation(parsed: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in parsed.definitions if isinstance(d, OperationDefinitionNode)]
    return next(o for o in operations if name is None or (o.name and o.name.value == name))


def _collect(selected: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], found: Tree) -> None:
    """Fields of the same name are one, where the first of them stands (GraphQL, 6.3.2)."""
    for selection in selected.selections:
        if isinstance(selection, FieldNode):
            below = found.setdefault((selection.alias or selection.name).value, {})
            if selection.selection_set:
                _collect(selection.selection_set, fragments, below)
        elif isinstance(selection, FragmentSpreadNode):
            _collect(fragments[selection.name.value].selection_set, fragments, found)
        elif isinstance(selection, InlineFragmentNode):
            _collect(selection.selection_set, fragments, found)


def the_list(asked: Tree) -> Path:
    """Where the one list is that the operation asks for."""
    lists = list(_lists(asked, ()))
    if len(lists) != 1:
        raise wrong(
            "An export holds one list: ask for the `nodes` and the `pageInfo` of one connection.",
            "导出仅支持一个列表：请查询一个连接的 nodes 与 pageInfo。",
        )
    return lists[0]


def _lists(asked: Tree, path: Path) -> Iterator[Path]:
    if NODES in asked:
        yield path
        return
    for name, below in asked.items():
        yield from _lists(below, (*path, name))


def at(found: Any, path: Path) -> Any:
    """What stands there; None, where something above it is not there or not to be seen; of a list, of each in it."""
    for number, name in enumerate(path):
        if found is None:
            return None
        if isinstance(found, list):
            return [at(each, path[number:]) for each in found]
        found = found.get(name)
    return found


def columns(asked: Tree, path: Path) -> list[Path]:
    """One for each value of a node."""
    return list(_values(at(asked, (*path, NODES)), ()))


def _values(below: Tree, path: Path) -> Iterator[Path]:
    for name, deeper in below.items():
        if deeper:
            yield from _values(deeper, (*path, name))
        else:
            yield (*path, name)


def cells(node: Any, columns: list[Path]) -> list[str]:
    """A row, each value as the answer in JSON has it."""
    return [_written(at(node, column)) for column in columns]


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "; ".join(map(_written, value)) if isinstance(value, list) else str(value)
