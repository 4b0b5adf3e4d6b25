"""What vouches for an entry, and which minutes can it hold?"""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.errors import Invalid, NotNow
from domain.hours.models import ASSURANCE, HourSource
from domain.programmes.models import SHOWN_ON_THE_SPOT, Attendance, Shift, Signup
from domain.programmes.states import ABSENT, AttendanceState, ShiftState, SignupState
from domain.rules import grounds
from domain.work import Work

ATTENDANCE_OF = select(Attendance).where(col(Attendance.signup_id) == bindparam("signup"))


def evidence(attendance: Attendance | None, minutes: int, *, own: bool) -> dict[str, object]:
    """How sure the entry is: the code seen on the spot vouches for the time between check-in and check-out alone."""
    source = HourSource.VOLUNTEER if own else HourSource.SUPERVISOR
    if attendance and by_code(attendance) and minutes <= (attendance.minutes or 0):
        source = HourSource.CODE
    return {"source": source, "assurance": ASSURANCE[source]}


def by_code(attendance: Attendance) -> bool:
    """Whether the times were taken when they were, and nobody had to say afterwards what they were."""
    return attendance.source in SHOWN_ON_THE_SPOT and attendance.decided_by_id is None


def _whole_minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds()) // 60


def require_service(work: Work, signup: Signup, shift: Shift, attendance: Attendance | None) -> None:
    if shift.state == ShiftState.CANCELLED or signup.state != SignupState.CONFIRMED:
        raise NotNow("not_served", "No seat was held in this shift.", "该班次没有已确认的名额。")
    if work.now < shift.starts_at:
        raise NotNow("not_begun", "This shift has not begun.", "班次尚未开始。")
    if attendance and attendance.state in ABSENT:
        raise NotNow(
            "no_show",
            "The volunteer is marked as absent.",
            "该志愿者已被记为缺席。",
            remedy=("If they were there, correct it with correctAttendance first.", "如确已到场，请先更正出勤记录。"),
        )
    if attendance and attendance.state == AttendanceState.VOID:
        raise NotNow("void", "It was never shown who this was.", "临时参加者未按期完成身份核验，记录已作废。")
    if attendance and attendance.state == AttendanceState.MISSING_CHECK_OUT:
        raise NotNow(
            "no_check_out",
            "The volunteer did not check out: nothing is credited before it is confirmed when they left.",
            "志愿者未签退，须先确认离开时间方可计时。",
            grounds=grounds(work.rule("missing_check_out", at=shift), work.actor.language),
            remedy=("Whoever runs the service confirms it with confirmCheckOut.", "请服务执行人员确认离开时间。"),
        )


def check_minutes(work: Work, minutes: int, shift: Shift, attendance: Attendance | None, reason: str | None) -> None:
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
