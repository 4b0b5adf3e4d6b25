"""Whom does a rule let through in this town? The role matrix read for a viewer and a row."""

import re
from functools import cache
from typing import Any

from api.roles import Line, lines
from api.schema import ROOMS
from domain.access import Who
from domain.columns import snake
from domain.organizations.models import Organization
from domain.ways import Ground
from tests.roles.town import Town, Viewer

FACTS = {
    "in person, not through an application": False,
    "before guardian until": True,
    "before guardian consent until": True,
    "from starts at on": False,
    "from ends at on": False,
    "from offer expires at on": False,
    "from expires at on": False,
    "from names due at on": False,
    "from next due on": False,
    "from notice until on": False,
    "from answer due on": False,
    "from check out by on": False,
    "from objection until on": False,
    "from identity by on": False,
    "from remind at on": False,
    "from record review at on": False,
    "from record recount at on": False,
}
"""What is so in the town, whoever looks at whatever."""


@cache
def matrix() -> list[Line]:
    return [line for room in ROOMS for line in lines(room)]


@cache
def guards() -> dict[tuple[str, str], Line]:
    """The lines of fields that are guarded besides their type, by type and field."""
    return {(line.owner, name): line for line in matrix() if line.owner != "Mutation" for name in line.names}


def may(who: Who, town: Town, viewer: Viewer, row: Any) -> bool:
    """Whether some way is open to them."""
    return any(all(_holds(g, town, viewer, row) is g.so for g in way) for way in who.ways)


def _holds(ground: Ground, town: Town, viewer: Viewer, row: Any) -> bool:
    if ground.person:
        table, _, column = ground.person.partition(".")
        here = table == getattr(type(row), "__tablename__", None)
        return getattr(row, column) == viewer.id if here else ground.person == viewer.person
    if not ground.role:
        return _is_so(ground.en, viewer, row)
    if viewer.role is None or viewer.role.value.replace("_", " ") != ground.role:
        return False
    another = type(row) is Organization and row.id != town.organization.id
    there = viewer.here and viewer.kind == ground.place and not (another and ground.place == "organization")
    return ground.place is None or there


def _is_so(fact: str, viewer: Viewer, row: Any) -> bool:
    """A state, or the like, of the row itself; of other rows, the town has one that is in it."""
    if fact == "anyone who has signed in":
        return not viewer.is_client
    if fact == "if there is a community":
        return row.community_id is not None
    if not (said := re.fullmatch(r"while the ([^']+)(?:'s (.+))? is (.+)", fact)):
        return FACTS[fact]
    if said[1] != snake(type(row).__name__).replace("_", " "):
        return True
    state = getattr(row, (said[2] or "state").replace(" ", "_"))
    return state is not None and state.value in said[3].split(" or ")
