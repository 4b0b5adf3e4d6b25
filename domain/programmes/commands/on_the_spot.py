"""Do: checking in whom one has before oneself, many at once; and who comes without a seat."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlmodel import col

from domain.accounts.introductions import shown_by
from domain.errors import Invalid, NotFound, NotNow, Refusal
from domain.programmes.access import RULES
from domain.programmes.check_in import require_open
from domain.programmes.commands.attendance import checked_in
from domain.programmes.commands.signups import MYSELF_AND_SHIFT, seat_or_place
from domain.programmes.eligibility import Asked, require_all
from domain.programmes.models import Attendance, AttendanceSource, Shift, Signup
from domain.programmes.presence import require_seat, require_somebody_else
from domain.programmes.requirements import RequirementCode
from domain.programmes.states import CAME
from domain.programmes.walk_ins import is_identified
from domain.volunteers.consent import require_consent
from domain.volunteers.models import Volunteer
from domain.volunteers.showing import nobody_shows
from domain.work import Work

MOST = 100
"""How many are checked in in one act."""

THESE = select(Signup).where(col(Signup.id) == any_(bindparam("ids", type_=ARRAY(Uuid()))))
THEIRS = select(Attendance).where(col(Attendance.signup_id) == any_(bindparam("ids", type_=ARRAY(Uuid()))))
WHOSE = select(Volunteer).where(col(Volunteer.id) == any_(bindparam("ids", type_=ARRAY(Uuid()))))


async def check_in_many(
    work: Work,
    *,
    shift_id: UUID,
    signup_ids: Annotated[list[UUID], f"Those who are there, {MOST} at most; who has come already stays as it is."],
) -> Shift:
    """Say of many that they have come: all of them, or none. 批量签到"""
    shift = await work.get(Shift, shift_id)
    work.ask(RULES, "check_in_many", shift)
    require_open(work, shift)
    ids = list(dict.fromkeys(signup_ids))
    if not 1 <= len(ids) <= MOST:
        raise Invalid("wrong_number", f"Name 1 to {MOST} signups.", f"请选择 1 至 {MOST} 个报名。", path="signupIds")
    signups = {signup.id: signup for signup in await work.all(Signup, THESE, lock=True, ids=ids)}
    came = {attendance.signup_id: attendance for attendance in await work.all(Attendance, THEIRS, ids=ids)}
    found = await work.all(Volunteer, WHOSE, ids=[signup.volunteer_id for signup in signups.values()])
    volunteers = {volunteer.id: volunteer for volunteer in found}
    for n, id in enumerate(ids):
        signup = signups.get(id)
        if signup is None or signup.shift_id != shift.id:
            raise NotFound("not_of_this_shift", "This is no signup of the shift.", "不是本班次的报名。", path=_path(n))
        volunteer = volunteers[signup.volunteer_id]
        attendance = came.get(id) or work.insert(Attendance.new(street_id=signup.street_id, signup_id=signup.id))
        if attendance.state in CAME:
            continue
        work.ask(RULES, "check_in", attendance, signup, volunteer)
        try:
            require_somebody_else(work, volunteer)
            require_seat(signup)
            require_consent(work, volunteer, shift)
            checked_in(work, attendance, shift, AttendanceSource.SUPERVISOR)
        except Refusal as no:
            no.path = _path(n)
            raise
    return shift


async def admit_walk_in(
    work: Work,
    *,
    shift_id: UUID,
    code: Annotated[str, "The code that the volunteer shows, from their account page."],
) -> Shift:
    """Give a seat that is free to a volunteer who came without one, and check them in. 临时参加者现场登记

    Until it is verified who they are no hours are logged for them, and after some days the attendance is void.
    """
    work.ask(RULES, "admit_walk_in", await work.get(Shift, shift_id))
    volunteer, shift, asked = await _who_shows(work, code, shift_id)
    require_somebody_else(work, volunteer)
    require_open(work, shift)
    if shift.taken >= shift.capacity:
        raise NotNow("full", "All seats are taken.", "名额已满。")
    require_all(work, [one for one in asked if one[0] != RequirementCode.BEGUN])
    signup = work.insert(seat_or_place(shift, volunteer, work))
    work.change(shift, taken=shift.taken + 1)
    work.follow("sign_up", signup, shift)
    until = work.now + timedelta(days=int(work.rule("walk_in_identity", at=shift).value))
    identity_by = None if await is_identified(work, volunteer) else until
    attendance = Attendance.new(street_id=shift.street_id, signup_id=signup.id, walk_in=True, identity_by=identity_by)
    work.ask(RULES, "check_in", work.insert(attendance), signup, volunteer)
    checked_in(work, attendance, shift, AttendanceSource.SUPERVISOR)
    return shift


async def _who_shows(work: Work, code: str, shift_id: UUID) -> tuple[Volunteer, Shift, Asked]:
    """The volunteer who shows the code, the shift, and what of it they meet."""
    person_id = await shown_by(work.run, code, work.now)
    found = await work.together((Volunteer, Shift), MYSELF_AND_SHIFT, person=person_id, shift=shift_id, now=work.now)
    if found is None:
        raise nobody_shows()
    return found


def _path(n: int) -> str:
    return f"signupIds.{n}"
