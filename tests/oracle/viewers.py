"""Who can ask? Random viewers: somebody or nobody, with roles in places, and a token for everything or for a little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from api.engine.declare import Moves
from api.engine.kinds import Schema
from domain.access import ROLES, Actor
from domain.columns import Row
from tests.conftest import NOON
from tests.oracle.rows import Rows
from tests.oracle.towns import LANGUAGES

STRANGER = UUID(int=7)


def viewer(rows: Rows, people: type[Row], scopes: Sequence[str], number: Callable[[int], int]) -> Actor:
    """Chosen by numbers below others; the plainest is a stranger without roles, whose token is for everything."""
    ids = [STRANGER, None, *(person.id for person in rows.tables[people])]
    places = [STRANGER, *places_of(rows)]
    roles = {
        sorted(ROLES)[number(len(ROLES))]: frozenset(
            places if number(2) else [places[number(len(places))] for _ in range(number(4))]
        )
        for _ in range(number(6))
    }
    granted = frozenset(scopes[number(len(scopes))] for _ in range(number(12))) if number(4) == 3 else None
    language = LANGUAGES[number(len(LANGUAGES) - 1)]
    return Actor(ids[number(len(ids))], roles, granted, language=language, now=NOON)


def everybody(rows: Rows, people: type[Row]) -> Actor:
    """One person with every role everywhere."""
    everywhere = frozenset(places_of(rows))
    return Actor(rows.tables[people][0].id, dict.fromkeys(ROLES, everywhere), language="en-GB", now=NOON)


def places_of(rows: Rows) -> list[UUID]:
    """Streets, communities and organizations."""
    return [row.id for model, there in rows.tables.items() if model.prefix in {"str", "com", "org"} for row in there]


def scopes_of(schema: Schema) -> list[str]:
    """Every scope that an answer can depend on."""
    rules = [graph.see for graph in schema.graphs.values()]
    for field in schema.fields.values():
        source = field.source
        rules.append(getattr(source, "guard", None))
        rules += [(source.rules, move.name) for move in source.machine.moves] if isinstance(source, Moves) else []
    return sorted({rule[0].scope(rule[1]) for rule in rules if rule})
