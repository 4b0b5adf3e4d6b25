"""What becomes of a place that could not be filled? Null up to the nearest place that may be null, and an error.

A plan prints a hole as its number between two characters U+0001 (see printing.py); most answers have none, and are
never looked at in Python. Each hole knows of every step of the path to it whether that place may be null: GraphQL's
null bubbling is a walk up that path.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

MARK = re.compile("\x01(\\d+)\x01")
HOLE = "\x01"


@dataclass(frozen=True)
class Hole:
    """Why a place is empty, and which places on the way to it may be null."""

    message: str
    code: str
    requires: tuple[str, ...] = ()
    nullable: tuple[bool, ...] = ()

    def error(self, path: Sequence[str | int]) -> dict[str, Any]:
        requires = {"requires": list(self.requires)} if self.requires else {}
        return {"message": self.message, "path": list(path), "extensions": {"code": self.code, **requires}}


def fill(text: str, holes: Sequence[Hole]) -> tuple[Any, list[dict[str, Any]]]:
    """The data of a response, with nulls where they belong, and the errors."""
    data: Any = orjson.loads(MARK.sub(r'{"\\u0001":\1}', text))
    errors = []
    for path, number in list(_find(data, ())):
        hole = holes[number]
        errors.append(hole.error(path))
        data = _empty(data, path, hole.nullable)
    return data, errors


def _find(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], int]]:
    if isinstance(data, dict):
        if HOLE in data:
            yield path, data[HOLE]
        else:
            for name, value in data.items():
                yield from _find(value, (*path, name))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _find(value, (*path, i))


def _empty(data: Any, path: Sequence[str | int], nullable: Sequence[bool]) -> Any:
    """Set to null the deepest place on the path that may be null; data itself may always be."""
    depth = max((i + 1 for i, may in enumerate(nullable) if may), default=0)
    if depth == 0 or data is None:
        return None
    inner = data
    for step in path[: depth - 1]:
        inner = inner[step]
        if inner is None:  # another hole has emptied a place above
            return data
    inner[path[depth - 1]] = None
    return data
