"""Do: confirming that time was given, by one person or by two, and letting it be final after its public notice."""

from uuid import UUID

from domain.hours.access import RULES
from domain.hours.commands.deciding import entry_of, verified
from domain.hours.models import HourEntry
from domain.work import Work


async def verify_hours(work: Work, *, hour_entry_id: UUID) -> HourEntry:
    """Confirm that the time was given. Nobody verifies their own service, nor what they logged. 核实服务时长"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    await verified(work, [(entry, volunteer)], related)
    return entry


async def finalize_hours(work: Work, *, hour_entry_id: UUID) -> HourEntry:
    """The public notice is over and nothing came of it. By the clock. 服务时长确定"""
    entry = await work.get(HourEntry, hour_entry_id, lock=True)
    work.ask(RULES, "finalize_hours", entry)
    return work.move(entry, "finalize_hours")
