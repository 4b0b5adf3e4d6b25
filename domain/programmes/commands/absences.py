"""Do: what is done about whoever has not come, until it is known whether they came, and why not."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select
from sqlmodel import col

from domain.errors import Invalid, NotNow
from domain.programmes.access import RULES
from domain.programmes.commands.records import reopen_record
from domain.programmes.models import Attendance, AttendanceSource, CheckInCode, Excuse, Shift, Signup
from domain.programmes.presence import (
    attendance_of,
    breaks_of,
    minutes_there,
    require_objection,
    require_seat,
    require_times,
)
from domain.programmes.records import complete_record
from domain.programmes.states import AttendanceState, SignupState
from domain.rules import grounds
from domain.states import is_in
from domain.wording import reasoned
from domain.work import Work

MOST = 200
"""How many are noted as absent in one act; the clock goes on with the rest."""

of_the_shift = col(Signup.shift_id) == bindparam("shift")
its_attendance = exists().where(col(Attendance.signup_id) == col(Signup.id))
EXPECTED = (
    select(Attendance)
    .join(Signup, col(Signup.id) == col(Attendance.signup_id))
    .where(of_the_shift, is_in(Signup.state, SignupState.CONFIRMED))
    .where(is_in(Attendance.state, AttendanceState.EXPECTED))
    .order_by(col(Signup.id))
    .limit(MOST)
)
UNHEARD_OF = (
    select(Signup)
    .where(of_the_shift, is_in(Signup.state, SignupState.CONFIRMED), ~its_attendance)
    .order_by(col(Signup.id))
    .limit(MOST)
)

#: Whether anybody took note of who came: a code was shown, or something is known of somebody.
WAS_TAKEN = select(
    or_(
        exists().where(col(CheckInCode.shift_id) == bindparam("shift")),
        exists().where(
            of_the_shift,
            col(Attendance.signup_id) == col(Signup.id),
            ~is_in(Attendance.state, AttendanceState.EXPECTED),
        ),
    )
)


async def mark_no_show(work: Work, *, signup_id: UUID) -> Attendance:
    """Say, for now, that the volunteer has not come; checking in late takes it back. 暂记缺席"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    work.ask(RULES, "mark_no_show", attendance, signup, volunteer)
    require_seat(signup)
    patience = work.rule("no_show_after", at=shift)
    if work.now < shift.starts_at + timedelta(minutes=int(patience.value)):
        raise NotNow(
            "too_early_for_no_show",
            f"A volunteer may still come within {patience.value} minutes.",
            f"班次开始后 {patience.value} 分钟内志愿者仍可到场。",
            grounds=grounds(patience, work.actor.language),
        )
    work.move(attendance, "mark_no_show", objection_until=_objection_until(work, shift))
    await complete_record(work, shift, signup.id)
    return attendance


async def call_roll(work: Work, *, shift_id: UUID) -> Shift:
    """Whoever had a seat and of whom nothing is known did not come, as far as is known now. By the clock. 清点缺席

    Where nobody took note of who came, nothing follows about anybody.
    """
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "call_roll", shift)
    (was_taken,) = await work.values(WAS_TAKEN, shift=shift.id)
    expected = await work.all(Attendance, EXPECTED, shift=shift.id) if was_taken else []
    left = MOST - len(expected)
    unheard_of = await work.all(Signup, UNHEARD_OF, lock=True, shift=shift.id) if was_taken else []
    for signup in unheard_of[:left]:
        expected.append(work.insert(Attendance.new(street_id=signup.street_id, signup_id=signup.id)))
    until = _objection_until(work, shift)
    for attendance in expected:
        work.move(attendance, "presume_no_show", objection_until=until)
        work.follow("presume_no_show", attendance)
    return work.move(shift, "call_roll", roll_called_at=work.now if len(expected) < MOST else None)


async def explain_no_show(
    work: Work,
    *,
    signup_id: UUID,
    excuse: Annotated[Excuse, "What kept the volunteer away."],
    says: Annotated[str | None, "The same in your words."] = None,
) -> Attendance:
    """Say why the volunteer did not come; whoever runs the service answers. 说明缺席原因"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    work.ask(RULES, "explain_no_show", attendance, signup, volunteer)
    work.move(attendance, "explain_no_show", excuse=excuse, excuse_says=says)
    require_objection(work, attendance, shift)
    return attendance


async def excuse_no_show(
    work: Work,
    *,
    signup_id: UUID,
    excuse: Annotated[Excuse | None, "What kept the volunteer away; needed if they have not said so."] = None,
    reason: Annotated[str, "Why it holds."],
) -> Attendance:
    """Let the reason for an absence hold. 准予请假"""
    signup, volunteer, _, attendance = await attendance_of(work, signup_id)
    work.ask(RULES, "excuse_no_show", attendance, signup, volunteer, reason=reason)
    if (why := excuse or attendance.excuse) is None:
        raise Invalid("excuse_needed", "Say what kept the volunteer away.", "请选择缺席原因。", path="excuse")
    return work.move(attendance, "excuse_no_show", excuse=why, **_decided(work, reason))


async def uphold_no_show(work: Work, *, signup_id: UUID, reason: Annotated[str, "Why it does not hold."]) -> Attendance:
    """Say that what the volunteer explained does not hold. 维持缺席"""
    signup, volunteer, _, attendance = await attendance_of(work, signup_id)
    work.ask(RULES, "uphold_no_show", attendance, signup, volunteer, reason=reason)
    work.move(attendance, "uphold_no_show", **_decided(work, reason))
    if not attendance.is_explained:
        raise NotNow(
            "not_explained",
            "The volunteer has not explained it yet, and still may.",
            "志愿者尚未说明，仍在可说明期限内。",
            remedy=("It settles by itself if nobody explains it in time.", "逾期未说明的，自动确认为缺席。"),
        )
    return attendance


async def settle_no_show(work: Work, *, attendance_id: UUID) -> Attendance:
    """Nobody has explained the absence in time. By the clock. 确认缺席"""
    attendance = await work.get(Attendance, attendance_id, lock=True)
    signup = await work.get(Signup, attendance.signup_id)
    work.rule("no_show_objection", at=signup)
    work.ask(RULES, "settle_no_show", attendance)
    return work.move(attendance, "settle_no_show")


async def correct_attendance(
    work: Work,
    *,
    signup_id: UUID,
    checked_in_at: Annotated[datetime, "When the volunteer came."],
    checked_out_at: Annotated[datetime, "When the volunteer left."],
    reason: Annotated[str, "How that is known."],
) -> Attendance:
    """Say that the volunteer was there, and when, whatever was noted before. 更正出勤"""
    signup, volunteer, shift, attendance = await attendance_of(work, signup_id)
    work.ask(RULES, "correct_attendance", attendance, signup, volunteer, reason=reason)
    breaks = await breaks_of(work, attendance)
    work.move(attendance, "correct_attendance", source=AttendanceSource.SUPERVISOR, **_decided(work, reason))
    require_times(work, shift, checked_in_at, checked_out_at, "checkedOutAt")
    minutes = minutes_there(checked_in_at, checked_out_at, breaks)
    await reopen_record(work, shift, signup)
    return work.change(attendance, checked_in_at=checked_in_at, checked_out_at=checked_out_at, minutes=minutes)


def _objection_until(work: Work, shift: Shift) -> datetime:
    return work.now + timedelta(minutes=int(work.rule("no_show_objection", at=shift).value))


def _decided(work: Work, reason: str) -> dict[str, Any]:
    return {"decided_at": work.now, "decided_by_id": work.actor.id, "reason": reasoned(reason)}
