"""What does whoever decides about an entry read first, and what is noted of the decision?"""

from typing import Any
from uuid import UUID

from domain.hours.models import HourEntry
from domain.volunteers.models import Volunteer
from domain.work import Work


async def entry_of(work: Work, hour_entry_id: UUID) -> tuple[HourEntry, Volunteer]:
    entry = await work.get(HourEntry, hour_entry_id, lock=True)
    return entry, await work.get(Volunteer, entry.volunteer_id)


def decided(work: Work) -> dict[str, Any]:
    return {"decided_at": work.now, "decided_by_id": work.actor.id}
