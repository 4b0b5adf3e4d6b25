"""Do: breaks, leaving, and what is done when nobody knows when somebody left."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.columns import minute_of
from domain.errors import Invalid, NotNow
from domain.programmes.access import RULES
from domain.programmes.models import Attendance, Break, Shift, Signup
from domain.programmes.presence import attendance_of, breaks_of, minutes_there, require_objection, require_times
from domain.programmes.states import AttendanceState
from domain.rules import grounds
from domain.work import Work


async def begin_break(work: Work, *, signup_id: UUID) -> Attendance:
    """Say that the volunteer has a break, which is not counted. 开始休息"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    pause = Break.new(street_id=attendance.street_id, attendance_id=attendance.id, began_at=work.now)
    work.ask(RULES, "begin_break", attendance, signup, volunteer, pause)
    work.move(attendance, "begin_break")
    _require_in_time(work, attendance, shift)
    work.insert(pause)
    return attendance


async def end_break(work: Work, *, signup_id: UUID) -> Attendance:
    """Say that the volunteer goes on. 结束休息"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    breaks = await breaks_of(work, attendance)
    work.ask(RULES, "end_break", attendance, signup, volunteer, *breaks)
    work.move(attendance, "end_break")
    _require_in_time(work, attendance, shift)
    work.change(breaks[-1], ended_at=work.now)
    return attendance


async def check_out(work: Work, *, signup_id: UUID) -> Attendance:
    """Say that the volunteer has left. 签退"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    breaks = await breaks_of(work, attendance)
    work.ask(RULES, "check_out", attendance, signup, volunteer, *breaks)
    work.move(attendance, "check_out")
    _require_in_time(work, attendance, shift)
    return left(work, attendance, breaks, work.now)


async def miss_check_out(work: Work, *, attendance_id: UUID) -> Attendance:
    """Nobody has said until when the volunteer was there: it credits nothing yet. By the clock. 逾期未签退"""
    attendance = await work.get(Attendance, attendance_id, lock=True)
    signup = await work.get(Signup, attendance.signup_id)
    work.rule("missing_check_out", at=signup)
    work.ask(RULES, "miss_check_out", attendance)
    return work.move(attendance, "miss_check_out")


async def confirm_check_out(
    work: Work, *, signup_id: UUID, at: Annotated[datetime, "When the volunteer left."]
) -> Attendance:
    """Say when the volunteer left who did not check out. 确认离开时间"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    breaks = await breaks_of(work, attendance)
    work.ask(RULES, "confirm_check_out", attendance, signup, volunteer, *breaks)
    work.move(attendance, "confirm_check_out", decided_at=work.now, decided_by_id=work.actor.id)
    came = attendance.checked_in_at or shift.starts_at
    require_times(work, shift, came, at, "at")
    last = max([came, *(b.ended_at or b.began_at for b in breaks)])
    if at < last:
        raise Invalid(
            "before_the_last_known",
            f"The volunteer was there at {minute_of(last)}, Beijing time.",
            f"北京时间{minute_of(last)}志愿者仍在现场。",
            path="at",
        )
    return left(work, attendance, breaks, at)


async def propose_times(
    work: Work,
    *,
    signup_id: UUID,
    checked_in_at: Annotated[datetime, "When the volunteer came."],
    checked_out_at: Annotated[datetime, "When the volunteer left."],
) -> Attendance:
    """Say when you were there; it stands beside the record until whoever runs the service decides. 申报实际时间"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    work.ask(RULES, "propose_times", attendance, signup, volunteer)
    work.move(attendance, "propose_times", proposed_in_at=checked_in_at, proposed_out_at=checked_out_at)
    if attendance.state == AttendanceState.NO_SHOW_PROVISIONAL:
        require_objection(work, attendance, shift)
    require_times(work, shift, checked_in_at, checked_out_at, "checkedOutAt")
    return attendance


def left(work: Work, attendance: Attendance, breaks: list[Break], at: datetime) -> Attendance:
    """A break that was not ended ends with the service."""
    for pause in breaks:
        if pause.ended_at is None:
            work.change(pause, ended_at=at)
    minutes = minutes_there(attendance.checked_in_at or at, at, breaks)
    return work.change(attendance, checked_out_at=at, minutes=minutes)


def _require_in_time(work: Work, attendance: Attendance, shift: Shift) -> None:
    """Refuses once somebody else has to confirm when the volunteer left, though the clock be late."""
    if attendance.check_out_by and work.now >= attendance.check_out_by:
        patience = work.rule("missing_check_out", at=shift)
        raise NotNow(
            "check_out_over",
            f"Check-out ended {patience.value} minutes after the shift.",
            f"班次结束 {patience.value} 分钟后不再接受签退。",
            grounds=grounds(patience, work.actor.language),
            remedy=("Say with proposeTimes when you left.", "请使用 proposeTimes 申报离开时间。"),
        )
