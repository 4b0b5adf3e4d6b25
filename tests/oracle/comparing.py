"""Do two answers say the same? Cursors may be written differently, as long as they name the same places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.oracle.pages import Cursor


class Cursors:
    """Which cursor of the engine's stands for which of the oracle's, as far as answers have told."""

    def __init__(self) -> None:
        self.ours: dict[str, Cursor] = {}
        self.theirs: dict[Cursor, str] = {}

    def meet(self, ours: Any, theirs: Any) -> Any:
        """The oracle's data with the engine's cursors in it; one place has one cursor, and one cursor one place."""
        if isinstance(ours, Cursor) and isinstance(theirs, str):
            same = self.ours.setdefault(theirs, ours) == ours and self.theirs.setdefault(ours, theirs) == theirs
            return theirs if same else ours
        if isinstance(ours, dict) and isinstance(theirs, dict):
            return {name: self.meet(value, theirs.get(name)) for name, value in ours.items()}
        if isinstance(ours, list) and isinstance(theirs, list):
            return [self.meet(o, t) for o, t in zip(ours, theirs, strict=False)] + ours[len(theirs) :]
        return ours


def told(data: Any, errors: Sequence[dict[str, Any]]) -> list[str]:
    """Why places are null: the place, what code and which scopes if the error is its own.

    Where null has spread from below, the specification leaves open which of several errors below are listed.
    """
    found = set()
    for error in errors:
        place = list(_down_to_null(data, error["path"]))
        own = len(place) == len(error["path"])
        said = (error["extensions"]["code"], error["extensions"].get("requires")) if own else "spread from below"
        found.add(f"{place}: {said}")
    return sorted(found)


def _down_to_null(data: Any, path: Sequence[str | int]) -> Iterator[str | int]:
    for step in path:
        if data is None:
            return
        yield step
        data = data[step]
    assert data is None, f"an error at {path}, where there is something"


def at(data: Any, path: Sequence[str]) -> Iterator[Any]:
    """What lies at these keys, through all lists on the way."""
    if isinstance(data, list):
        for item in data:
            yield from at(item, path)
    elif not path:
        yield data
    elif isinstance(data, dict):
        yield from at(data.get(path[0]), path[1:])
