"""Do: showing who came."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.errors import NotNow
from domain.programmes.access import RULES
from domain.programmes.check_in import code_in_force, fault_of, fresh_code, require_open
from domain.programmes.models import Attendance, AttendanceSource, CheckInCode, Shift, Signup
from domain.programmes.states import SignupState
from domain.rules import grounds
from domain.volunteers.consent import require_consent
from domain.volunteers.models import Volunteer
from domain.work import Work

ATTENDANCE_OF = select(Attendance).where(col(Attendance.signup_id) == bindparam("signup"))


async def show_check_in_code(work: Work, *, shift_id: UUID) -> CheckInCode:
    """The six digits to show on the spot; ask again when they no longer count. 显示签到码"""
    shift = await work.get(Shift, shift_id, lock=True)
    shown = await code_in_force(work, shift)
    code = shown or work.insert(fresh_code(work, shift))
    work.ask(RULES, "show_check_in_code", code, shift)
    require_open(work, shift)
    return code


async def check_in(
    work: Work,
    *,
    signup_id: UUID,
    code: Annotated[str | None, "The six digits shown on the spot; not needed by whoever runs the service."] = None,
) -> Attendance:
    """Say that the volunteer has come. 签到"""
    signup, volunteer, shift, attendance = await _attendance(work, signup_id)
    needs_code = volunteer.person_id == work.actor.id
    fault = await fault_of(work, code, shift, attendance) if needs_code else None
    work.ask(RULES, "miss_check_in_code" if fault else "check_in", attendance, signup, volunteer)
    _require_seat(signup)
    require_open(work, shift)
    require_consent(work, volunteer, shift)
    if fault:
        return work.refuse(work.change(attendance, wrong_codes=attendance.wrong_codes + 1), fault)
    source = AttendanceSource.CODE if needs_code else AttendanceSource.SUPERVISOR
    return work.move(attendance, "check_in", checked_in_at=work.now, source=source)


async def check_out(work: Work, *, signup_id: UUID) -> Attendance:
    """Say that the volunteer has left. 签退"""
    signup, volunteer, _, attendance = await _attendance(work, signup_id)
    work.ask(RULES, "check_out", attendance, signup, volunteer)
    return work.move(attendance, "check_out", checked_out_at=work.now)


async def mark_no_show(work: Work, *, signup_id: UUID) -> Attendance:
    """Say, for now, that the volunteer has not come; checking in late takes it back. 暂记缺席"""
    signup, volunteer, shift, attendance = await _attendance(work, signup_id)
    work.ask(RULES, "mark_no_show", attendance, signup, volunteer)
    _require_seat(signup)
    patience = work.rule("no_show_after", at=shift)
    if work.now < shift.starts_at + timedelta(minutes=int(patience.value)):
        raise NotNow(
            "too_early_for_no_show",
            f"A volunteer may still come within {patience.value} minutes.",
            f"班次开始后 {patience.value} 分钟内志愿者仍可到场。",
            grounds=grounds(patience, work.actor.language),
        )
    return work.move(attendance, "mark_no_show")


async def _attendance(work: Work, signup_id: UUID) -> tuple[Signup, Volunteer, Shift, Attendance]:
    """The signup, whose it is, its shift, and its attendance, which begins when somebody first asks."""
    signup = await work.get(Signup, signup_id, lock=True)
    attendance = await work.first(Attendance, ATTENDANCE_OF, signup=signup.id)
    return (
        signup,
        await work.get(Volunteer, signup.volunteer_id),
        await work.get(Shift, signup.shift_id),
        attendance or work.insert(Attendance.new(street_id=signup.street_id, signup_id=signup.id)),
    )


def _require_seat(signup: Signup) -> None:
    if signup.state != SignupState.CONFIRMED:
        raise NotNow("no_seat", "There is no confirmed seat in this shift.", "该班次没有已确认的名额。")
