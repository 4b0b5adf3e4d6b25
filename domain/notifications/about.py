"""Whom does a deed concern, and what is told about the thing it was done to? One query for each kind of thing.

A minor's guardian, once they have consented, is told the same as the minor.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import literal_column

from domain.accounts.states import PersonState
from domain.postgres import Run
from domain.programmes.eligibility import lacking
from domain.programmes.models import Shift
from domain.training.nearest import nearest_training
from domain.volunteers.models import Volunteer
from domain.work import DIALECT

# Who has a role that answers for a shift, today in China.
ANSWERS = """
    SELECT DISTINCT h.id, h.state, g.person_id, NULL::uuid, h.id, {until}, NULL::int, NULL::int
    FROM shift h JOIN role_grant g ON {roles}
     AND ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date BETWEEN g.since AND coalesce(g.until - 1, 'infinity')
    WHERE h.id = ANY($1)"""
LEADS = """(g.role = 'organization_manager' AND g.organization_id = h.organization_id
     OR g.role = 'social_worker' AND (g.organization_id = h.organization_id OR g.community_id = h.community_id))"""
OVERSEES = "g.role = 'street_officer' AND g.street_id = h.street_id"

#: Noun, or what a kind names → whom such things concern, as volunteers or not, in which shift, what words may name.
CONCERNED = {
    "signup": """
    SELECT s.id AS subject_id, s.state, v.person_id, v.id AS volunteer_id, s.shift_id,
           coalesce(s.held_until, s.offer_expires_at) AS until, NULL::int AS minutes, NULL::int AS instead
    FROM signup s JOIN volunteer v ON v.id = s.volunteer_id WHERE s.id = ANY($1)""",
    "walk_in": """
    SELECT s.id, s.state, v.person_id, v.id, s.shift_id, NULL::timestamptz, NULL::int, NULL::int
    FROM signup s JOIN attendance a ON a.signup_id = s.id AND a.walk_in JOIN volunteer v ON v.id = s.volunteer_id
    WHERE s.id = ANY($1)""",
    "shift": """
    SELECT h.id, h.state, v.person_id, v.id, h.id, h.starts_at, NULL::int, NULL::int
    FROM shift h JOIN signup s ON s.shift_id = h.id AND s.state IN ('confirmed', 'needs_action', 'pending_review')
    JOIN volunteer v ON v.id = s.volunteer_id WHERE h.id = ANY($1)""",
    "opportunity": """
    SELECT DISTINCT ON (o.id, v.id) o.id, o.state, v.person_id, v.id, h.id, h.starts_at, NULL::int, NULL::int
    FROM opportunity o JOIN shift h ON h.opportunity_id = o.id AND h.state = 'scheduled' AND h.starts_at > $2
    JOIN signup s ON s.shift_id = h.id
     AND s.state IN ('confirmed', 'needs_action', 'pending_review', 'offered', 'waitlisted')
    JOIN volunteer v ON v.id = s.volunteer_id WHERE o.id = ANY($1) ORDER BY o.id, v.id, h.starts_at""",
    "position": """
    SELECT DISTINCT ON (i.id, v.id) i.id, i.state, v.person_id, v.id, h.id, h.starts_at, NULL::int, NULL::int
    FROM position i JOIN shift h ON h.position_id = i.id AND h.state = 'scheduled' AND h.starts_at > $2
    JOIN signup s ON s.shift_id = h.id
     AND s.state IN ('confirmed', 'needs_action', 'pending_review', 'offered', 'waitlisted')
    JOIN volunteer v ON v.id = s.volunteer_id WHERE i.id = ANY($1) ORDER BY i.id, v.id, h.starts_at""",
    "swap": """
    SELECT w.id, w.state, v.person_id, v.id, w.shift_id, w.expires_at, NULL::int, NULL::int
    FROM swap w JOIN volunteer v ON v.id IN (w.giver_id, w.taker_id) WHERE w.id = ANY($1)""",
    "invitation": """
    SELECT i.id, i.state, v.person_id, v.id, i.shift_id, i.expires_at, NULL::int, NULL::int
    FROM invitation i JOIN volunteer v ON v.id = i.volunteer_id WHERE i.id = ANY($1)""",
    "answered invitation": """
    SELECT i.id, i.state, one.person_id, one.volunteer_id, i.shift_id, i.expires_at, NULL::int, NULL::int
    FROM invitation i JOIN volunteer v ON v.id = i.volunteer_id
    CROSS JOIN LATERAL (VALUES (v.person_id, v.id), (i.invited_by_id, NULL)) one (person_id, volunteer_id)
    WHERE i.id = ANY($1)""",
    "record": ANSWERS.format(
        until="((h.record_due + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')",
        roles=LEADS,
    ),
    "undecided signup": """
    SELECT DISTINCT s.id, s.state, g.person_id, NULL::uuid, s.shift_id, s.held_until, NULL::int, NULL::int
    FROM signup s JOIN shift h ON h.id = s.shift_id JOIN role_grant g ON {roles}
     AND ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date BETWEEN g.since AND coalesce(g.until - 1, 'infinity')
    WHERE s.id = ANY($1) AND s.state = 'pending_review'""".replace("{roles}", LEADS),
    "overdue record": ANSWERS.format(until="NULL::timestamptz", roles=f"({LEADS} OR {OVERSEES})"),
    "booking": """
    SELECT b.id, b.state, v.person_id, v.id, b.shift_id, b.names_due_at, NULL::int, NULL::int
    FROM booking b JOIN volunteer v ON v.id = b.contact_id WHERE b.id = ANY($1)""",
    "attendance": """
    SELECT a.id, a.state, v.person_id, v.id, s.shift_id, a.objection_until, a.minutes, NULL::int
    FROM attendance a JOIN signup s ON s.id = a.signup_id JOIN volunteer v ON v.id = s.volunteer_id
    WHERE a.id = ANY($1)""",
    "hour_entry": """
    SELECT e.id, e.state, v.person_id, v.id, e.shift_id, NULL::timestamptz, e.minutes, n.minutes
    FROM hour_entry e JOIN volunteer v ON v.id = e.volunteer_id LEFT JOIN hour_entry n ON n.supersedes_id = e.id
    WHERE e.id = ANY($1)""",
    "hour_case": """
    SELECT c.id, c.state, v.person_id, v.id, e.shift_id, c.answer_due, e.minutes, c.minutes
    FROM hour_case c JOIN volunteer v ON v.id = c.volunteer_id JOIN hour_entry e ON e.id = c.hour_entry_id
    WHERE c.id = ANY($1)""",
    "enrolment": """
    SELECT e.id, e.state, v.person_id, v.id, NULL::uuid, e.offer_expires_at, NULL::int, NULL::int
    FROM enrolment e JOIN volunteer v ON v.id = e.volunteer_id WHERE e.id = ANY($1)""",
    "agreement": """
    SELECT a.id, a.state, v.person_id, v.id, NULL::uuid, NULL::timestamptz, NULL::int, NULL::int
    FROM agreement a JOIN volunteer v ON v.id = a.volunteer_id WHERE a.id = ANY($1)""",
    "volunteer": """
    SELECT v.id, NULL::text, v.person_id, v.id, NULL::uuid, NULL::timestamptz, NULL::int, NULL::int
    FROM volunteer v WHERE v.id = ANY($1)""",
    "guardian": """
    SELECT v.id, NULL::text, v.guardian_id, NULL::uuid, NULL::uuid, NULL::timestamptz, NULL::int, NULL::int
    FROM volunteer v WHERE v.id = ANY($1)""",
    "identity_document": """
    SELECT d.id, d.state, v.person_id, v.id, NULL::uuid, NULL::timestamptz, NULL::int, NULL::int
    FROM identity_document d JOIN volunteer v ON v.id = d.volunteer_id WHERE d.id = ANY($1)""",
    "competence": """
    SELECT k.id, k.state, v.person_id, v.id, NULL::uuid, (k.until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai',
           NULL::int, NULL::int
    FROM competence k JOIN volunteer v ON v.id = k.volunteer_id WHERE k.id = ANY($1)""",
    "lapsed competence": """
    SELECT k.id, k.state, v.person_id, v.id, NULL::uuid, NULL::timestamptz, NULL::int, NULL::int
    FROM competence k JOIN volunteer v ON v.id = k.volunteer_id WHERE k.id = ANY($1) AND NOT EXISTS (
        SELECT FROM competence n WHERE n.volunteer_id = k.volunteer_id AND n.state = 'current'
        AND (n.skill, n.language) IS NOT DISTINCT FROM (k.skill, k.language))""",
    "insurance": """
    SELECT i.id, i.state, v.person_id, v.id, NULL::uuid, NULL::timestamptz, NULL::int, NULL::int
    FROM insurance i JOIN volunteer v ON v.id = i.volunteer_id WHERE i.id = ANY($1)""",
    "served_resident": """
    SELECT n.id, n.state, n.person_id, NULL::uuid, n.shift_id, NULL::timestamptz, NULL::int, NULL::int
    FROM served_resident n WHERE n.id = ANY($1)""",
    "kinship": """
    SELECT k.id, k.state, one.person_id, NULL::uuid, NULL::uuid, NULL::timestamptz, NULL::int, NULL::int
    FROM kinship k CROSS JOIN LATERAL (VALUES (k.person_id), (k.relative_id)) one (person_id) WHERE k.id = ANY($1)""",
}


def _sql(written: Any) -> str:
    return str(written.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


#: Of a signup whose holder misses skills, which ones; and where one of them is learnt next.
LACKING = _sql(
    lacking("skill", Volunteer.__table__.alias("who"), Shift.__table__.alias("h"))  # type: ignore[attr-defined]
)
NEAREST = _sql(nearest_training(literal_column("lacks.skills"), literal_column("$2"), literal_column("h.starts_at")))

# Only those with an open account are told; only to an address that is known to be theirs is written.
TOLD = """
SELECT c.subject_id, c.state, c.person_id AS whose, c.volunteer_id, c.shift_id, c.until, c.minutes, c.instead,
       told.person_id, told.ward, coalesce(o.title, r.title) AS title, i.title AS position,
       coalesce(i.place, o.place, t.place) AS place,
       coalesce(h.starts_at, t.starts_at) AS starts_at, coalesce(h.ends_at, t.ends_at) AS ends_at,
       (SELECT jsonb_object_agg(verb, way) FROM message_choice WHERE person_id = p.id) AS chosen,
       (SELECT jsonb_object_agg(m.code, r.source) FROM signup s CROSS JOIN jsonb_each_text(s.missing) m (code, rule_id)
        LEFT JOIN rule r ON r.id = m.rule_id::uuid WHERE s.id = c.subject_id) AS missing,
       g.name AS organization, o.risks, lacks.skills AS lacking, learnt.title AS course, learnt.starts_at AS course_at,
       p.locale, CASE WHEN p.email_verified_at IS NOT NULL THEN p.email END AS email
FROM ({concerned}) AS c (subject_id, state, person_id, volunteer_id, shift_id, until, minutes, instead)
CROSS JOIN LATERAL (
    SELECT c.person_id, NULL AS ward
    UNION ALL SELECT guardian_id, display_name FROM volunteer
              WHERE id = c.volunteer_id AND guardian_consented_at IS NOT NULL AND guardian_until > $2) told
JOIN person p ON p.id = told.person_id
LEFT JOIN shift h ON h.id = c.shift_id LEFT JOIN opportunity o ON o.id = h.opportunity_id
LEFT JOIN position i ON i.id = h.position_id LEFT JOIN organization g ON g.id = h.organization_id
LEFT JOIN enrolment n ON n.id = c.subject_id LEFT JOIN training t ON t.id = n.training_id
LEFT JOIN course r ON r.id = t.course_id
LEFT JOIN competence k ON k.id = c.subject_id LEFT JOIN signup u ON u.id = c.subject_id AND u.missing ? 'skill_missing'
LEFT JOIN volunteer who ON who.id = u.volunteer_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN k.id IS NOT NULL THEN jsonb_build_array(coalesce(k.skill, k.language))
                WHEN u.id IS NOT NULL THEN {lacking} END AS skills) lacks
LEFT JOIN LATERAL ({nearest}) learnt ON lacks.skills IS NOT NULL
WHERE p.state = '{active}' ORDER BY c.subject_id, told.ward NULLS FIRST, told.person_id"""


async def concerned(run: Run, whom: str, subjects: list[Any], now: datetime) -> list[Any]:
    """Each person whom one of these things concerns, with what may be said of it and how they are reached."""
    told = TOLD.format(concerned=CONCERNED[whom], active=PersonState.ACTIVE.value, lacking=LACKING, nearest=NEAREST)
    return await run(told, (subjects, now))
