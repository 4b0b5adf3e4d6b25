"""Who somebody is at this moment: their roles in force today, ready for the rules."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access import Actor
from domain.accounts.access import spaced
from domain.accounts.models import RoleName
from domain.columns import day_of
from domain.postgres import Run

#: Roles in force on a day: `until` is the first day on which a role is no longer held.
ROLES_ON = """
SELECT role, coalesce(street_id, community_id, organization_id) AS place_id FROM role_grant
WHERE person_id = $1 AND since <= $2 AND (until IS NULL OR until > $2)"""
PERSON = "SELECT state FROM person WHERE id = $1"


def roles(grants: Iterable[Any]) -> dict[str, frozenset[UUID]]:
    """Role → the places it is held in; a role held nowhere in particular is held in none."""
    held: defaultdict[str, set[UUID]] = defaultdict(set)
    for grant in grants:
        held[spaced(RoleName(grant["role"]))] |= {grant["place_id"]} - {None}
    return {name: frozenset(places) for name, places in held.items()}


async def actor_for(
    run: Run,
    person_id: UUID,
    *,
    now: datetime,
    scopes: frozenset[str] | None = None,
    client_id: str | None = None,
    language: str = "zh-Hans",
) -> Actor | None:
    """The person in the roles they hold today, China's day; nobody, if the account does not exist or is suspended."""
    found = await run(PERSON, (person_id,))
    if not found or found[0]["state"] != "active":
        return None
    grants = await run(ROLES_ON, (person_id, day_of(now)))
    return Actor(person_id, roles(grants), scopes, client_id, language, now)
