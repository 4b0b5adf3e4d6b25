"""What does whoever decides about an entry read and note, and how does a new entry take an old one's place?"""

from typing import Any
from uuid import UUID

from domain.hours.evidence import ATTENDANCE_OF, check_minutes, evidence
from domain.hours.models import HourEntry
from domain.hours.tiers import same_day, set_tiers
from domain.programmes.models import Attendance, Shift
from domain.volunteers.models import Volunteer
from domain.wording import reasoned
from domain.work import Work


async def entry_of(work: Work, hour_entry_id: UUID) -> tuple[HourEntry, Volunteer]:
    entry = await work.get(HourEntry, hour_entry_id, lock=True)
    return entry, await work.get(Volunteer, entry.volunteer_id)


def decided(work: Work) -> dict[str, Any]:
    return {"decided_at": work.now, "decided_by_id": work.actor.id}


async def replaced(work: Work, old: HourEntry, minutes: int, reason: str) -> HourEntry:
    """A new entry in the place of the old one, by the word of whoever acts; somebody else verifies it."""
    work.move(old, "adjust_hours", **decided(work))
    return await in_its_place(work, old, minutes, reason, own=False)


async def in_its_place(work: Work, old: HourEntry, minutes: int, reason: str, *, own: bool) -> HourEntry:
    shift = await work.get(Shift, old.shift_id)
    attendance = await work.first(Attendance, ATTENDANCE_OF, signup=old.signup_id)
    check_minutes(work, minutes, shift, attendance, reasoned(reason))
    new = HourEntry.new(
        street_id=old.street_id,
        community_id=old.community_id,
        organization_id=old.organization_id,
        volunteer_id=old.volunteer_id,
        shift_id=old.shift_id,
        signup_id=old.signup_id,
        attendance_id=attendance and attendance.id,
        served_on=old.served_on,
        minutes=minutes,
        **evidence(attendance, minutes, own=own),
        tier=old.tier,
        logged_at=work.now,
        logged_by_id=work.actor.id,
        supersedes_id=old.id,
        reason=reason,
    )
    others = await same_day(work, new)
    work.follow("log_hours", new, *others, reason=reason)
    set_tiers(work, work.insert(new), others)
    return new
