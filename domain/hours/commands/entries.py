"""Do: writing service time down, and striking or correcting what was written."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.columns import day_of
from domain.errors import Invalid, NotNow
from domain.hours.access import RULES
from domain.hours.commands.deciding import decided, entry_of
from domain.hours.models import ASSURANCE, HourEntry, HourSource, Tier
from domain.hours.tiers import same_day, set_tiers
from domain.programmes.models import Attendance, AttendanceSource, Shift, Signup
from domain.programmes.states import AttendanceState, ShiftState, SignupState
from domain.rules import grounds
from domain.volunteers.models import Volunteer
from domain.wording import reasoned
from domain.work import Work

ATTENDANCE_OF = select(Attendance).where(col(Attendance.signup_id) == bindparam("signup"))


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
    entry = HourEntry.new(
        street_id=signup.street_id,
        community_id=signup.community_id,
        organization_id=signup.organization_id,
        volunteer_id=volunteer.id,
        shift_id=shift.id,
        signup_id=signup.id,
        attendance_id=attendance and attendance.id,
        served_on=day_of(shift.starts_at),
        minutes=minutes,
        **_evidence(attendance, minutes, own=volunteer.person_id == work.actor.id),
        tier=Tier.ORGANIZATION,  # until the day is added up below
        logged_at=work.now,
        logged_by_id=work.actor.id,
        reason=reason,
    )
    others = await same_day(work, entry)
    work.ask(RULES, "log_hours", entry, volunteer, signup, *others)
    _require_service(work, signup, shift, attendance)
    _check_minutes(work, minutes, shift, attendance, reason)
    set_tiers(work, work.insert(entry), others)
    return entry


async def reject_hours(
    work: Work, *, hour_entry_id: UUID, reason: Annotated[str, "Why it does not stand."]
) -> HourEntry:
    """Refuse the entry; another may be logged. 驳回服务时长"""
    entry, volunteer = await entry_of(work, hour_entry_id)
    work.ask(RULES, "reject_hours", entry, volunteer, reason=reason)
    return work.move(entry, "reject_hours", **decided(work), reason=reasoned(reason))


async def adjust_hours(
    work: Work,
    *,
    hour_entry_id: UUID,
    minutes: Annotated[int, "Whole minutes actually given."],
    reason: Annotated[str, "Why the first figure was not right."],
) -> HourEntry:
    """Put a new entry in the place of one that is not right; somebody else verifies it. 更正服务时长"""
    old, volunteer = await entry_of(work, hour_entry_id)
    work.ask(RULES, "adjust_hours", old, volunteer, reason=reason)
    shift = await work.get(Shift, old.shift_id)
    attendance = await work.first(Attendance, ATTENDANCE_OF, signup=old.signup_id)
    _check_minutes(work, minutes, shift, attendance, reasoned(reason))
    work.move(old, "adjust_hours", **decided(work))
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
        **_evidence(attendance, minutes, own=False),
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


async def void_hours(work: Work, *, hour_entry_id: UUID, reason: Annotated[str, "What was found."]) -> HourEntry:
    """Strike an entry that should never have been. It stays readable, and counts no more. 作废服务时长"""
    entry, volunteer = await entry_of(work, hour_entry_id)
    work.ask(RULES, "void_hours", entry, volunteer, reason=reason)
    return work.move(entry, "void_hours", **decided(work), reason=reasoned(reason))


# -- what is decided --------------------------------------------------------------------------------------------------


def _evidence(attendance: Attendance | None, minutes: int, *, own: bool) -> dict[str, object]:
    """How sure the entry is: the code seen on the spot vouches for the time between check-in and check-out alone."""
    source = HourSource.VOLUNTEER if own else HourSource.SUPERVISOR
    if attendance and attendance.source == AttendanceSource.CODE and minutes <= _attended(attendance):
        source = HourSource.CODE
    return {"source": source, "assurance": ASSURANCE[source]}


def _attended(attendance: Attendance) -> int:
    if attendance.checked_in_at is None or attendance.checked_out_at is None:
        return 0
    return _whole_minutes(attendance.checked_in_at, attendance.checked_out_at)


def _whole_minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds()) // 60


def _require_service(work: Work, signup: Signup, shift: Shift, attendance: Attendance | None) -> None:
    if shift.state == ShiftState.CANCELLED or signup.state != SignupState.CONFIRMED:
        raise NotNow("not_served", "No seat was held in this shift.", "该班次没有已确认的名额。")
    if work.now < shift.starts_at:
        raise NotNow("not_begun", "This shift has not begun.", "班次尚未开始。")
    if attendance and attendance.state == AttendanceState.NO_SHOW_PROVISIONAL:
        raise NotNow("no_show", "The volunteer is marked as absent.", "该志愿者已被暂记为缺席。")


def _check_minutes(work: Work, minutes: int, shift: Shift, attendance: Attendance | None, reason: str | None) -> None:
    if minutes <= 0:
        raise Invalid("no_minutes", "Give at least one minute.", "时长至少为 1 分钟。", path="minutes")
    longest = work.rule("longest_entry", at=shift)
    if minutes > longest.value:
        raise Invalid(
            "too_long",
            f"One entry holds {longest.value} minutes at most.",
            f"一条服务记录最长 {longest.value} 分钟。",
            path="minutes",
            grounds=grounds(longest, work.actor.language),
        )
    came = attendance.checked_in_at if attendance and attendance.checked_in_at else shift.starts_at
    if minutes > _whole_minutes(min(came, shift.starts_at), work.now):
        raise Invalid(
            "not_passed",
            "So much time has not passed since it began.",
            "自班次开始尚未经过这么长时间。",
            path="minutes",
        )
    if minutes > shift.minutes and not (reason and reason.strip()):
        raise Invalid(
            "reason_needed",
            f"The shift lasted {shift.minutes} minutes: say why it was more.",
            f"班次时长为 {shift.minutes} 分钟，超出部分须说明理由。",
            path="reason",
        )
