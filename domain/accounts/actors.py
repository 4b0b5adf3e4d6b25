"""Who somebody is at this moment: their roles in force today, ready for the rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access import Actor
from domain.accounts.access import spaced
from domain.accounts.addresses import READ_HERE, spoken
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


#: Whoever a token family speaks for, with one record for each role; no record when anything has ended.
BEARER = """
SELECT f.person_id, f.client_id, p.locale, c.roles, g.role,
       coalesce(g.street_id, g.community_id, g.organization_id) AS place_id
FROM token_family f
JOIN client c ON c.id = f.client_id AND c.state = 'active'
LEFT JOIN person p ON p.id = f.person_id
LEFT JOIN role_grant g ON g.person_id = f.person_id AND g.since <= $2 AND (g.until IS NULL OR g.until > $2)
WHERE f.id = $1 AND f.revoked_at IS NULL AND (f.person_id IS NULL OR p.state = 'active')"""


async def bearer(run: Run, family_id: UUID, *, now: datetime, scopes: frozenset[str], client_id: str) -> Actor | None:
    """The person, or the application itself, that a token of this family speaks for; in the language of their account.

    Nobody, when the family or the application is revoked or the person suspended.
    """
    found = await run(BEARER, (family_id, day_of(now)))
    if not found:
        return None
    if found[0]["person_id"] is None:
        held = {name: frozenset(map(UUID, places)) for name, places in found[0]["roles"].items()}
        return Actor(found[0]["client_id"], held, scopes, client_id, READ_HERE[0], now, is_client=True)
    language = spoken(found[0]["locale"]) or READ_HERE[0]
    held = roles(record for record in found if record["role"])
    return Actor(found[0]["person_id"], held, scopes, client_id, language, now)


#: The person that somebody at a trusted issuer elsewhere is linked to, with one record for each role.
GUEST = """
SELECT l.person_id, p.locale, g.role, coalesce(g.street_id, g.community_id, g.organization_id) AS place_id
FROM linked_subject l
JOIN issuer i ON i.id = l.issuer_id AND i.state = 'trusted'
JOIN person p ON p.id = l.person_id AND p.state = 'active'
LEFT JOIN role_grant g ON g.person_id = p.id AND g.since <= $3 AND (g.until IS NULL OR g.until > $3)
WHERE l.issuer_id = $1 AND l.subject = $2 AND l.unlinked_at IS NULL"""


async def guest(
    run: Run,
    issuer_id: UUID,
    subject: str,
    given: Mapping[str, frozenset[UUID]],
    *,
    now: datetime,
    scopes: frozenset[str],
    client_id: str,
) -> Actor | None:
    """The person whom the issuer's token speaks for, in their roles here and those that its word gives.

    Nobody, when the issuer is distrusted, nobody is linked to the subject, or the person is suspended.
    """
    found = await run(GUEST, (issuer_id, subject, day_of(now)))
    if not found:
        return None
    held = roles(record for record in found if record["role"])
    both = {name: held.get(name, frozenset()) | given.get(name, frozenset()) for name in {*held, *given}}
    return Actor(found[0]["person_id"], both, scopes, client_id, spoken(found[0]["locale"]) or READ_HERE[0], now)
