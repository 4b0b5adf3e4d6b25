"""Do: showing that somebody has come."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.introductions import shown_by
from domain.errors import NotFound
from domain.programmes.access import RULES
from domain.programmes.check_in import code_in_force, fault_of, fresh_code, require_open
from domain.programmes.geofence import compared
from domain.programmes.models import Attendance, AttendanceSource, CheckInCode, Opportunity, Shift, Signup
from domain.programmes.presence import attendance_of, check_out_by, require_seat, require_somebody_else
from domain.programmes.qr import changes_every, is_scanned, shown_now
from domain.programmes.records import complete_record
from domain.programmes.states import AttendanceState, SignupState
from domain.programmes.walk_ins import is_identified
from domain.states import is_in
from domain.volunteers.consent import require_consent
from domain.volunteers.models import Volunteer
from domain.work import Work

SEAT_OF = (
    select(Signup)
    .join(Volunteer, col(Volunteer.id) == col(Signup.volunteer_id))
    .where(col(Signup.shift_id) == bindparam("shift"), is_in(Signup.state, SignupState.CONFIRMED))
    .where(col(Volunteer.person_id) == bindparam("person"))
)


async def show_check_in_code(work: Work, *, shift_id: UUID) -> CheckInCode:
    """The six digits and the QR code to show on the spot; ask again every `qrEvery` seconds. 显示签到码"""
    shift = await work.get(Shift, shift_id, lock=True)
    shown = await code_in_force(work, shift)
    code = shown or work.insert(fresh_code(work, shift))
    work.ask(RULES, "show_check_in_code", code, shift)
    require_open(work, shift)
    if code.qr != (qr := shown_now(work, shift)):
        work.change(code, qr=qr, qr_every=changes_every(work, shift))
    return code


async def check_in(
    work: Work,
    *,
    signup_id: UUID,
    code: Annotated[
        str | None,
        "The six digits shown on the spot, or what the QR code says; not needed by whoever runs the service.",
    ] = None,
    distance: Annotated[
        int | None, "How many metres from the place the device is, if the volunteer wants it kept; it decides nothing."
    ] = None,
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
    if distance is not None:
        opportunity = await work.get(Opportunity, shift.opportunity_id)
        work.change(attendance, **compared(distance, opportunity.radius))
    by_code = AttendanceSource.QR if is_scanned(code or "") else AttendanceSource.CODE
    return checked_in(work, attendance, shift, by_code if needs_code else AttendanceSource.SUPERVISOR)


async def check_in_at_kiosk(
    work: Work,
    *,
    shift_id: UUID,
    code: Annotated[str, "The code that the volunteer shows, from their account page."],
) -> Attendance:
    """Let a device on the spot check in the volunteer who shows their code to it. 签到机签到"""
    shift = await work.get(Shift, shift_id)
    work.ask(RULES, "check_in_at_kiosk", shift)
    person_id = await shown_by(work.run, code, work.now)
    seat = await work.first(Signup, SEAT_OF, shift=shift.id, person=person_id)
    if seat is None:
        raise NotFound(
            "no_seat_shown",
            "Nobody with a seat in this shift shows this code, or its time is over.",
            "没有该班次已确认名额的志愿者出示此代码，或代码已过期。",
            path="code",
            remedy=(
                "Show another from your account page, or ask whoever runs the service.",
                "请重新显示代码，或联系现场负责人。",
            ),
        )
    signup, volunteer, _, attendance = await attendance_of(work, seat.id)
    work.follow("check_in", attendance, signup, volunteer)
    require_somebody_else(work, volunteer)
    require_open(work, shift)
    require_consent(work, volunteer, shift)
    return checked_in(work, attendance, shift, AttendanceSource.KIOSK)


def checked_in(
    work: Work, attendance: Attendance, shift: Shift, source: AttendanceSource, at: datetime | None = None
) -> Attendance:
    """Now, unless somebody noted when it was."""
    until = check_out_by(work, shift)
    return work.move(attendance, "check_in", checked_in_at=at or work.now, source=source, check_out_by=until)


async def review_walk_in(work: Work, *, attendance_id: UUID) -> Attendance:
    """Time is over to show who came without a seat: else it is void. By the clock. 临时参加者身份核验期满"""
    attendance = await work.get(Attendance, attendance_id, lock=True)
    signup = await work.get(Signup, attendance.signup_id)
    volunteer = await work.get(Volunteer, signup.volunteer_id)
    work.rule("walk_in_identity", at=signup)
    work.ask(RULES, "review_walk_in", attendance)
    if await is_identified(work, volunteer):
        return work.move(attendance, "review_walk_in", to=attendance.state, identity_by=None)
    work.move(attendance, "review_walk_in", to=AttendanceState.VOID)
    await complete_record(work, await work.get(Shift, signup.shift_id), signup.id)
    return attendance
