"""Which rooms make up the schema? One line each."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from api import limits
from api.engine.build import build
from api.engine.kinds import Schema

ROOMS = (
    "accounts",
    "regulations",
    "communities",
    "organizations",
    "workers",
    "volunteers",
    "programmes",
    "hours",
    "training",
    "notifications",
)


@cache
def schema() -> Schema:
    """The schema of all rooms: each brings `api/<room>/types.py` and, where something can be done, `mutations.py`."""
    names = [f"api.{room}.{part}" for room in ROOMS for part in ("types", "mutations")]
    return build(*(import_module(name) for name in names if find_spec(name)), limits)


def print_schema() -> str:
    """The schema as text, sorted, with its directives."""
    return schema().print()
