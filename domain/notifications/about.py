"""Whom does a deed concern, and what is told about the thing it was done to? One query for each kind of thing."""

from typing import Any

from domain.accounts.states import PersonState
from domain.postgres import Run

# Who has a role that answers for a shift, today in China.
ANSWERS = """
    SELECT DISTINCT h.id, g.person_id, h.id AS shift_id, {until} AS until, NULL::int AS minutes, NULL::int AS instead
    FROM shift h JOIN role_grant g ON {roles}
     AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN g.since AND coalesce(g.until - 1, 'infinity')
    WHERE h.id = ANY($1)"""
LEADS = """(g.role = 'organization_manager' AND g.organization_id = h.organization_id
     OR g.role = 'social_worker' AND (g.organization_id = h.organization_id OR g.community_id = h.community_id))"""
OVERSEES = "g.role = 'street_officer' AND g.street_id = h.street_id"

#: Noun, or what a kind names → whom such things concern, in which shift, and what their words may name.
CONCERNED = {
    "signup": """
    SELECT s.id AS subject_id, v.person_id, s.shift_id, s.offer_expires_at AS until,
           NULL::int AS minutes, NULL::int AS instead
    FROM signup s JOIN volunteer v ON v.id = s.volunteer_id WHERE s.id = ANY($1)""",
    "shift": """
    SELECT h.id, v.person_id, h.id, h.starts_at, NULL::int AS minutes, NULL::int AS instead
    FROM shift h JOIN signup s ON s.shift_id = h.id AND s.state = 'confirmed' JOIN volunteer v ON v.id = s.volunteer_id
    WHERE h.id = ANY($1)""",
    "booking": """
    SELECT b.id, v.person_id, b.shift_id, b.names_due_at AS until, NULL::int AS minutes, NULL::int AS instead
    FROM booking b JOIN volunteer v ON v.id = b.contact_id WHERE b.id = ANY($1)""",
    "swap": """
    SELECT w.id, v.person_id, w.shift_id, w.expires_at AS until, NULL::int AS minutes, NULL::int AS instead
    FROM swap w JOIN volunteer v ON v.id IN (w.giver_id, w.taker_id) WHERE w.id = ANY($1)""",
    "record": ANSWERS.format(
        until="((h.record_due + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')",
        roles=LEADS,
    ),
    "overdue record": ANSWERS.format(until="NULL::timestamptz", roles=f"({LEADS} OR {OVERSEES})"),
    "attendance": """
    SELECT a.id, v.person_id, s.shift_id, a.objection_until AS until, a.minutes, NULL::int AS instead
    FROM attendance a JOIN signup s ON s.id = a.signup_id JOIN volunteer v ON v.id = s.volunteer_id
    WHERE a.id = ANY($1)""",
    "hour_entry": """
    SELECT e.id, v.person_id, e.shift_id, NULL::timestamptz AS until, e.minutes, n.minutes AS instead
    FROM hour_entry e JOIN volunteer v ON v.id = e.volunteer_id LEFT JOIN hour_entry n ON n.supersedes_id = e.id
    WHERE e.id = ANY($1)""",
    "hour_case": """
    SELECT c.id, v.person_id, e.shift_id, c.answer_due AS until, e.minutes, c.minutes AS instead
    FROM hour_case c JOIN volunteer v ON v.id = c.volunteer_id JOIN hour_entry e ON e.id = c.hour_entry_id
    WHERE c.id = ANY($1)""",
}

# Only those with an open account are told; only to an address that is known to be theirs is written.
TOLD = """
SELECT c.subject_id, c.person_id, c.shift_id, c.until, c.minutes, c.instead, o.title, o.place, h.starts_at, h.ends_at,
       (SELECT jsonb_object_agg(verb, way) FROM message_choice WHERE person_id = p.id) AS chosen,
       p.locale, CASE WHEN p.email_verified_at IS NOT NULL THEN p.email END AS email
FROM ({}) AS c (subject_id, person_id, shift_id, until, minutes, instead)
JOIN person p ON p.id = c.person_id JOIN shift h ON h.id = c.shift_id JOIN opportunity o ON o.id = h.opportunity_id
WHERE p.state = '{}' ORDER BY c.subject_id, c.person_id"""


async def concerned(run: Run, whom: str, subjects: list[Any]) -> list[Any]:
    """Each person whom one of these things concerns, with what may be said of it and how they are reached."""
    return await run(TOLD.format(CONCERNED[whom], PersonState.ACTIVE.value), (subjects,))
