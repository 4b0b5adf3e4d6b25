"""Do: writing down, and verifying, what everybody gave in a shift, in one act."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, exists, or_, select
from sqlmodel import col

from domain.columns import day_of
from domain.errors import NotNow
from domain.hours.access import RULES
from domain.hours.commands.deciding import kin, logged, verified
from domain.hours.models import HourEntry
from domain.hours.states import PENDING, STANDING
from domain.hours.tiers import days
from domain.programmes.models import Attendance, Shift, Signup
from domain.programmes.records import complete_record
from domain.programmes.states import MEASURED, SignupState
from domain.programmes.walk_ins import IDENTIFYING
from domain.states import is_in
from domain.volunteers.models import IdentityDocument, Volunteer
from domain.work import Work

MOST = 100
"""How many entries are written in one act; what is left is for the next."""

THEIR_OWN = exists().where(
    col(Volunteer.id) == col(Signup.volunteer_id), col(Volunteer.person_id) == bindparam("actor")
)
WHO_THEY_ARE = exists().where(
    col(IdentityDocument.volunteer_id) == col(Signup.volunteer_id),
    is_in(IdentityDocument.state, *IDENTIFYING),
)
UNLOGGED = (
    select(Signup)
    .join(Attendance, col(Attendance.signup_id) == col(Signup.id))
    .where(
        col(Signup.shift_id) == bindparam("shift"),
        is_in(Signup.state, SignupState.CONFIRMED),
        is_in(Attendance.state, *MEASURED),
        col(Attendance.minutes) >= 1,
        or_(col(Attendance.identity_by).is_(None), WHO_THEY_ARE),
        ~exists().where(col(HourEntry.signup_id) == col(Signup.id), is_in(HourEntry.state, *STANDING)),
        ~THEIR_OWN,
    )
    .order_by(col(Signup.id))
    .limit(MOST)
)
WAITING = (
    select(HourEntry)
    .where(
        col(HourEntry.shift_id) == bindparam("shift"),
        is_in(HourEntry.state, *PENDING),
        col(HourEntry.logged_by_id) != bindparam("actor"),
    )
    .order_by(col(HourEntry.id))
)
ATTENDANCES = select(Attendance).where(col(Attendance.signup_id) == any_(bindparam("signups", type_=ARRAY(Uuid()))))
VOLUNTEERS = select(Volunteer).where(col(Volunteer.id) == any_(bindparam("volunteers", type_=ARRAY(Uuid()))))


async def log_shift_hours(work: Work, *, shift_id: UUID) -> Shift:
    """Write down, for all who checked in and out, the time between, up to the shift's length. 按班次登记服务时长"""
    shift = await work.get(Shift, shift_id)
    work.ask(RULES, "log_shift_hours", shift)
    signups = await work.all(Signup, UNLOGGED, lock=True, shift=shift.id, actor=work.actor.id)
    found = await work.all(Attendance, ATTENDANCES, signups=[signup.id for signup in signups])
    attendances = {attendance.signup_id: attendance for attendance in found}
    volunteers = await _volunteers(work, signups)
    that_day = await days(work, volunteers, day_of(shift.starts_at))
    for signup in signups:
        attendance = attendances[signup.id]
        minutes = min(attendance.minutes or 0, shift.minutes)
        await logged(work, signup, volunteers[signup.volunteer_id], shift, attendance, minutes, that_day)
    if not signups:
        raise NotNow(
            "nothing_to_log",
            "Nobody has checked in and out whose hours are not logged yet.",
            "没有已签到签退而尚未登记时长的志愿者。",
        )
    await complete_record(work, shift, *(signup.id for signup in signups))
    return shift


async def verify_shift_hours(work: Work, *, shift_id: UUID) -> Shift:
    """Confirm all entries of a shift that one may confirm. 按班次核实服务时长"""
    shift = await work.get(Shift, shift_id)
    work.ask(RULES, "verify_shift_hours", shift)
    entries = await work.all(HourEntry, WAITING, lock=True, shift=shift.id, actor=work.actor.id)
    volunteers, related = await _volunteers(work, entries), await kin(work)
    about = [(entry, volunteers[entry.volunteer_id]) for entry in entries]
    mine = [one for one in about if RULES.may(work.actor, "verify_hours", *one, *related)][:MOST]
    if not mine:
        raise NotNow(
            "nothing_to_verify",
            "No entry of this shift waits for you.",
            "该班次没有待您核实的服务时长。",
        )
    await verified(work, mine, related)
    return shift


async def _volunteers(work: Work, rows: Sequence[Signup] | Sequence[HourEntry]) -> dict[UUID, Volunteer]:
    found = await work.all(Volunteer, VOLUNTEERS, volunteers=[row.volunteer_id for row in rows])
    return {volunteer.id: volunteer for volunteer in found}
