"""What is there to do, for anybody who looks? Published opportunities with their shifts ahead."""

from datetime import datetime
from typing import Any

from domain.postgres import Run

MOST = 5000
"""Shifts."""

ON_OFFER = """
SELECT o.id, o.title, o.tasks, o.risks, o.place, o.latitude, o.longitude,
       p.id AS position_id, p.title AS position, p.tasks AS position_tasks, p.place AS position_place,
       g.id AS organization_id, g.name AS organization, h.id AS shift_id, h.starts_at, h.ends_at
FROM opportunity o JOIN organization g ON g.id = o.organization_id JOIN shift h ON h.opportunity_id = o.id
LEFT JOIN position p ON p.id = h.position_id
WHERE o.state = 'published' AND h.state = 'scheduled' AND h.starts_at > $1
ORDER BY g.id, o.id, h.starts_at, h.id LIMIT $2"""


async def on_offer(run: Run, now: datetime) -> list[Any]:
    """One record for each shift, those of an opportunity and of an organization together."""
    return list(await run(ON_OFFER, (now, MOST)))
