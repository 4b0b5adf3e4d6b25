"""What does a room look like on paper? Its README, printed from its rows, rules, machines and commands.

`python -m domain.papers` prints every room's README anew; a test fails while one is stale.
"""

import inspect
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from types import ModuleType
from typing import Any

from domain.access import Rules
from domain.columns import Row
from domain.states import Machine

HOUSE = Path(__file__).parent
NOTICE = "<!-- Printed by `python -m domain.papers` from this room's code: change that, not this. -->"


def rooms() -> list[str]:
    """The rooms that have rules."""
    return sorted(room.name for room in iter_modules([str(HOUSE)]) if room.ispkg and _has(room.name, "access"))


def print_room(room: str) -> str:
    """The room's README: what is in it, who may do what, when, and what that does."""
    about = inspect.getdoc(import_module(f"domain.{room}")) or ""
    return "\n\n".join([f"# {room}", NOTICE, about, *_what(room), *_who(room), *_when(room), *_do(room)]) + "\n"


def readme(room: str) -> Path:
    return HOUSE / room / "README.md"


def _what(room: str) -> Iterable[str]:
    yield "## What 有什么"
    models = [
        m
        for module in _modules(room)
        for m in vars(module).values()
        if isinstance(m, type) and issubclass(m, Row) and m.__module__ == module.__name__
    ]
    yield _table(("id", "table", "what it is"), [(f"`{m.prefix}_`", f"`{m.__tablename__}`", _said(m)) for m in models])


def _who(room: str) -> Iterable[str]:
    yield "## Who 谁可以"
    access = _part(room, "access")
    yield access.RULES.table()
    if grants := getattr(access, "grants_table", None):
        yield grants()


def _when(room: str) -> Iterable[str]:
    states = vars(_part(room, "states")).values() if _has(room, "states") else ()
    machines = [thing for thing in states if isinstance(thing, Machine)]
    if machines:
        yield "## When 何时可以"
    for machine in machines:
        yield f"### {machine.noun}"
        yield f"```mermaid\n{machine.mermaid()}\n```"


def _do(room: str) -> Iterable[str]:
    rules: Rules = _part(room, "access").RULES
    said = {
        name: _said(thing)
        for module in _modules(room)
        for name, thing in vars(module).items()
        if name in rules and inspect.iscoroutinefunction(thing) and thing.__module__ == module.__name__
    }
    if said:
        yield "## Do 能做什么"
        yield _table(("verb", "what it does"), [(f"`{verb}`", said[verb]) for verb in rules if verb in said])


def _modules(room: str) -> Iterator[ModuleType]:
    for module in walk_packages([str(HOUSE / room)], f"domain.{room}."):
        yield import_module(module.name)


def _has(room: str, part: str) -> bool:
    return find_spec(f"domain.{room}.{part}") is not None


def _part(room: str, part: str) -> Any:
    return import_module(f"domain.{room}.{part}")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _said(thing: Any) -> str:
    """The first paragraph of its docstring, on one line."""
    first = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return " ".join(first.split()).replace("|", "\\|")


def main() -> None:
    """Print the README of every room, or of those that are named."""
    for room in sys.argv[1:] or rooms():
        readme(room).write_text(print_room(room), encoding="utf-8")


if __name__ == "__main__":
    main()
