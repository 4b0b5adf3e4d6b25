"""When does somebody serve? Their shifts, as a calendar tells them: one entry each, whatever became of it."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.columns import Text
from domain.postgres import Run
from domain.programmes.states import SignupState

PAST = timedelta(days=90)
"""How long shifts stay after their end."""
MOST = 1000


class Appointment(NamedTuple):
    """A person and a shift. Somebody who withdrew and came back has one still, told by the latest signup."""

    shift_id: UUID
    volunteer_id: UUID
    state: SignupState
    starts_at: datetime
    ends_at: datetime
    offer_expires_at: datetime | None
    title: Text
    tasks: Text
    risks: Text
    place: Text
    position: Text | None
    acts: int
    """How many acts changed it so far; it only rises."""
    changed_at: datetime
    """When the last of them was done."""


# Versions are no measure of change: a shift's rises with each seat that somebody else takes. Deeds tell what was done
# to it, to its opportunity and position, and to all signups of this person for it.
APPOINTMENTS = """
SELECT * FROM (
    SELECT DISTINCT ON (h.id) h.id AS shift_id, v.id AS volunteer_id, s.state, h.starts_at, h.ends_at,
           s.offer_expires_at, o.title, coalesce(p.tasks, o.tasks) AS tasks, o.risks,
           coalesce(p.place, o.place) AS place, p.title AS position, done.acts,
           greatest(s.signed_up_at, done.last) AS changed_at
    FROM volunteer v JOIN signup s ON s.volunteer_id = v.id
    JOIN shift h ON h.id = s.shift_id JOIN opportunity o ON o.id = h.opportunity_id
    LEFT JOIN position p ON p.id = h.position_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS acts, max(d.at) AS last FROM deed d
        WHERE d.subject_id = ANY(ARRAY[h.id, o.id, p.id]
                                 || ARRAY(SELECT id FROM signup WHERE shift_id = h.id AND volunteer_id = v.id))) done
    WHERE v.person_id = $1 AND h.ends_at > $2
    ORDER BY h.id, s.signed_up_at DESC, s.id DESC) appointment
ORDER BY starts_at, shift_id LIMIT $3"""


async def appointments(run: Run, person: UUID, now: datetime) -> list[Appointment]:
    """Those ahead and of the last while, in order of time."""
    return [
        Appointment(**{**dict(found), "state": SignupState(found["state"])})
        for found in await run(APPOINTMENTS, (person, now - PAST, MOST))
    ]
