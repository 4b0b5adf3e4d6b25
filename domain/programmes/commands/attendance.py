"""Do: showing that somebody has come."""

from typing import Annotated
from uuid import UUID

from domain.programmes.access import RULES
from domain.programmes.check_in import code_in_force, fault_of, fresh_code, require_open
from domain.programmes.models import Attendance, AttendanceSource, CheckInCode, Shift, Signup
from domain.programmes.presence import attendance_of, check_out_by, require_seat
from domain.programmes.states import AttendanceState
from domain.programmes.walk_ins import is_identified
from domain.volunteers.consent import require_consent
from domain.volunteers.models import Volunteer
from domain.work import Work


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
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    needs_code = volunteer.person_id == work.actor.id
    fault = await fault_of(work, code, shift, attendance) if needs_code else None
    work.ask(RULES, "miss_check_in_code" if fault else "check_in", attendance, signup, volunteer)
    require_seat(signup)
    require_open(work, shift)
    require_consent(work, volunteer, shift)
    if fault:
        return work.refuse(work.change(attendance, wrong_codes=attendance.wrong_codes + 1), fault)
    source = AttendanceSource.CODE if needs_code else AttendanceSource.SUPERVISOR
    return checked_in(work, attendance, shift, source)


def checked_in(work: Work, attendance: Attendance, shift: Shift, source: AttendanceSource) -> Attendance:
    until = check_out_by(work, shift)
    return work.move(attendance, "check_in", checked_in_at=work.now, source=source, check_out_by=until)


async def review_walk_in(work: Work, *, attendance_id: UUID) -> Attendance:
    """Time is over to show who came without a seat: else it is void. By the clock. 临时参加者身份核验期满"""
    attendance = await work.get(Attendance, attendance_id, lock=True)
    signup = await work.get(Signup, attendance.signup_id)
    volunteer = await work.get(Volunteer, signup.volunteer_id)
    work.rule("walk_in_identity", at=signup)
    work.ask(RULES, "review_walk_in", attendance)
    if await is_identified(work, volunteer):
        return work.move(attendance, "review_walk_in", to=attendance.state, identity_by=None)
    return work.move(attendance, "review_walk_in", to=AttendanceState.VOID)
