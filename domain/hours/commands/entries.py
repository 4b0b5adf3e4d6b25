"""Do: writing service time down, and striking or correcting what was written."""

from typing import Annotated
from uuid import UUID

from domain.columns import day_of
from domain.errors import NotNow
from domain.hours.access import RULES
from domain.hours.commands.deciding import decided, entry_of, in_its_place, logged, replaced, voided
from domain.hours.evidence import ATTENDANCE_OF
from domain.hours.models import HourEntry
from domain.hours.states import HourState
from domain.hours.tiers import days
from domain.programmes.models import Attendance, Shift, Signup
from domain.programmes.records import complete_record
from domain.volunteers.models import Volunteer
from domain.wording import reasoned
from domain.work import Work


async def log_hours(
    work: Work,
    *,
    signup_id: Annotated[UUID, Signup, "The seat that was served in."],
    minutes: Annotated[int, "Whole minutes actually given."],
    reason: Annotated[str | None, "Needed if it is more than the shift's length."] = None,
) -> HourEntry:
    """Write down the time given in one shift. 登记服务时长"""
    signup = await work.get(Signup, signup_id, lock=True)
    volunteer = await work.get(Volunteer, signup.volunteer_id)
    shift = await work.get(Shift, signup.shift_id)
    attendance = await work.first(Attendance, ATTENDANCE_OF, signup=signup.id)
    that_day = await days(work, [volunteer.id], day_of(shift.starts_at))
    entry = await logged(work, signup, volunteer, shift, attendance, minutes, that_day, reason)
    await complete_record(work, shift, signup.id)
    return entry


async def return_hours(work: Work, *, hour_entry_id: UUID, reason: Annotated[str, "What is missing."]) -> HourEntry:
    """Send the entry back to whoever logged it. 退回服务时长"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    work.ask(RULES, "return_hours", entry, volunteer, *related, reason=reason)
    return work.move(entry, "return_hours", **decided(work), reason=reasoned(reason))


async def resubmit_hours(
    work: Work,
    *,
    hour_entry_id: UUID,
    reason: Annotated[str, "What was missing."],
    minutes: Annotated[int | None, "If it was not what was logged: a new entry says so."] = None,
) -> HourEntry:
    """Hand in again what was sent back. 重新提交服务时长"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    work.ask(RULES, "resubmit_hours", entry, volunteer, *related, reason=reason)
    if minutes in (None, entry.minutes):
        return work.move(entry, "resubmit_hours", to=HourState.LOGGED, reason=reasoned(reason))
    work.move(entry, "resubmit_hours", to=HourState.SUPERSEDED)
    return await in_its_place(work, entry, minutes or 0, reason, own=volunteer.person_id == work.actor.id)


async def reject_hours(
    work: Work, *, hour_entry_id: UUID, reason: Annotated[str, "Why it does not stand."]
) -> HourEntry:
    """Refuse the entry; another may be logged. 驳回服务时长"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    work.ask(RULES, "reject_hours", entry, volunteer, *related, reason=reason)
    return work.move(entry, "reject_hours", **decided(work), reason=reasoned(reason))


async def adjust_hours(
    work: Work,
    *,
    hour_entry_id: UUID,
    minutes: Annotated[int, "Whole minutes actually given: no fewer than before."],
    reason: Annotated[str, "Why the first figure was not right."],
) -> HourEntry:
    """Put a new entry in the place of one that is not right; somebody else verifies it. 更正服务时长"""
    old, volunteer, related = await entry_of(work, hour_entry_id)
    work.ask(RULES, "adjust_hours", old, volunteer, *related, reason=reason)
    if minutes < old.minutes:
        raise NotNow(
            "propose_first",
            "Fewer minutes are proposed to the volunteer first.",
            "减少时长须先征求志愿者意见。",
            path="minutes",
            remedy=("Propose it with proposeAdjustment.", "请使用 proposeAdjustment 提出拟更正时长。"),
        )
    return await replaced(work, old, minutes, reason)


async def void_hours(work: Work, *, hour_entry_id: UUID, reason: Annotated[str, "What was found."]) -> HourEntry:
    """Strike an entry that should never have been. It stays readable, and counts no more. 作废服务时长"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    work.ask(RULES, "void_hours", entry, volunteer, *related, reason=reason)
    return await voided(work, entry, reason)


async def suspect_hours(
    work: Work, *, hour_entry_id: UUID, reason: Annotated[str, "What speaks against it."]
) -> HourEntry:
    """Let an entry count no more while it is looked into. 标记存疑"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    work.ask(RULES, "suspect_hours", entry, volunteer, *related, reason=reason)
    return work.move(entry, "suspect_hours", reason=reasoned(reason))


async def clear_suspicion(work: Work, *, hour_entry_id: UUID, reason: Annotated[str, "What was found."]) -> HourEntry:
    """Nothing was wrong: the entry counts again, as it did. 解除存疑"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    work.ask(RULES, "clear_suspicion", entry, volunteer, *related, reason=reason)
    noticed = entry.notice_until is not None and entry.notice_until <= work.now
    to = HourState.FINAL if noticed else HourState.VERIFIED
    return work.move(entry, "clear_suspicion", to=to, reason=reasoned(reason))
