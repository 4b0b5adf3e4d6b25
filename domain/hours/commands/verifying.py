"""Do: confirming that time was given, by one person or by two, and letting it be final after its public notice."""

from uuid import UUID

from domain.calendar import working_days_after
from domain.columns import end_of
from domain.hours.access import RULES, SPEAKS_FOR
from domain.hours.commands.deciding import decided, entry_of
from domain.hours.models import HourEntry
from domain.hours.states import HourState
from domain.hours.tiers import is_beyond_quota, require_tier, same_day, set_tiers
from domain.work import Work


async def verify_hours(work: Work, *, hour_entry_id: UUID) -> HourEntry:
    """Confirm that the time was given. Nobody verifies their own service, nor what they logged. 核实服务时长"""
    entry, volunteer = await entry_of(work, hour_entry_id)
    others = await same_day(work, entry)
    rule = set_tiers(work, entry, others)
    if entry.state == HourState.LOGGED:
        require_tier(work, entry, volunteer, rule)
    work.ask(RULES, "verify_hours", entry, volunteer, *others)
    if entry.state == HourState.LOGGED and await is_beyond_quota(work, entry):
        spoke_for = next(tier for tier, who in SPEAKS_FOR.items() if who.test(work.actor, entry))
        first = {"first_verified_at": work.now, "first_verified_by_id": work.actor.id, "first_verified_for": spoke_for}
        return work.move(entry, "verify_hours", to=HourState.PENDING_SECOND, **first)
    notice = working_days_after(work.today, int(work.rule("public_notice", at=entry).value))
    return work.move(entry, "verify_hours", to=HourState.VERIFIED, notice_until=end_of(notice.day), **decided(work))


async def finalize_hours(work: Work, *, hour_entry_id: UUID) -> HourEntry:
    """The public notice is over and nothing came of it. By the clock. 服务时长确定"""
    entry = await work.get(HourEntry, hour_entry_id, lock=True)
    work.ask(RULES, "finalize_hours", entry)
    return work.move(entry, "finalize_hours")
