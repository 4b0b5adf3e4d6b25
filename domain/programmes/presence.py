"""Whose attendance is it, and how long were they there?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.access import not_found
from domain.columns import Table
from domain.errors import Invalid, NotAllowed, NotNow
from domain.programmes.check_in import opens_at
from domain.programmes.models import Attendance, Break, Shift, Signup
from domain.programmes.states import SignupState
from domain.rules import grounds
from domain.volunteers.models import Volunteer
from domain.work import Work

OF = (
    select(*(Table.metadata.tables[name] for name in ("signup", "volunteer", "shift", "attendance")))
    .join(Volunteer, col(Volunteer.id) == col(Signup.volunteer_id))
    .join(Shift, col(Shift.id) == col(Signup.shift_id))
    .outerjoin(Attendance, col(Attendance.signup_id) == col(Signup.id))
    .where(col(Signup.id) == bindparam("signup"))
)
BREAKS_OF = select(Break).where(col(Break.attendance_id) == bindparam("attendance")).order_by(col(Break.began_at))


async def attendance_of(work: Work, signup_id: UUID) -> tuple[Signup, Volunteer, Shift, Attendance]:
    """The signup, whose it is, its shift, and its attendance, which begins when somebody first asks."""
    found = await work.together((Signup, Volunteer, Shift, Attendance), OF, only=Signup, signup=signup_id)
    if found is None:
        raise not_found(Signup)
    signup, volunteer, shift, attendance = found
    if attendance is None:
        attendance = work.insert(Attendance.new(street_id=signup.street_id, signup_id=signup.id))
    return signup, volunteer, shift, attendance


async def breaks_of(work: Work, attendance: Attendance) -> list[Break]:
    """In the order in which they began."""
    return await work.all(Break, BREAKS_OF, attendance=attendance.id)


def require_seat(signup: Signup) -> None:
    if signup.state != SignupState.CONFIRMED:
        raise NotNow("no_seat", "There is no confirmed seat in this shift.", "该班次没有已确认的名额。")


def require_somebody_else(work: Work, volunteer: Volunteer) -> None:
    """Nobody vouches for themselves."""
    if volunteer.person_id == work.actor.id:
        raise NotAllowed(
            "oneself",
            "You do not check yourself in on your own word.",
            "不能凭本人的确认为自己签到。",
            remedy=("Type the code that is shown, or ask a colleague.", "请输入现场签到码，或请同事为您签到。"),
        )


def check_out_by(work: Work, shift: Shift) -> datetime:
    return shift.ends_at + timedelta(minutes=int(work.rule("missing_check_out", at=shift).value))


def minutes_there(came: datetime, left: datetime, breaks: Iterable[Break]) -> int:
    """Whole minutes between, without what of them was a break; one that was not ended lasts until the end."""
    within = (min(b.ended_at or left, left) - max(b.began_at, came) for b in breaks)
    paused = sum((pause for pause in within if pause > timedelta()), timedelta())
    return max((left - came - paused) // timedelta(minutes=1), 0)


def require_times(work: Work, shift: Shift, came: datetime, left: datetime, path: str) -> None:
    """Refuses times at which nobody can have been there. `path` names the field that says when they left."""
    early = work.rule("check_in_early", at=shift)
    if came < opens_at(shift, int(early.value)):
        raise Invalid(
            "before_check_in",
            f"Nobody comes earlier than {early.value} minutes before the shift.",
            f"到场时间不得早于班次开始前 {early.value} 分钟。",
            path="checkedInAt",
            grounds=grounds(early, work.actor.language),
        )
    if left < came:
        raise Invalid("left_before_coming", "They left before they came.", "离开时间早于到场时间。", path=path)
    if left > work.now:
        raise Invalid("in_the_future", "That moment has not come yet.", "该时间尚未到来。", path=path)
    longest = work.rule("longest_entry", at=shift)
    if left - came > timedelta(minutes=int(longest.value)):
        raise Invalid(
            "too_long",
            f"One entry of service holds {longest.value} minutes at most.",
            f"一条服务记录最长 {longest.value} 分钟。",
            path=path,
            grounds=grounds(longest, work.actor.language),
        )


def require_objection(work: Work, attendance: Attendance, shift: Shift) -> None:
    """Refuses once an absence can be explained no longer, though the clock be late."""
    if attendance.objection_until and work.now >= attendance.objection_until:
        term = work.rule("no_show_objection", at=shift)
        raise NotNow(
            "objection_over",
            f"An absence is explained within {term.value // 60} hours.",
            f"缺席应在 {term.value // 60} 小时内说明。",
            grounds=grounds(term, work.actor.language),
            remedy=("Whoever runs the service can still excuse it.", "服务执行人员仍可准予请假。"),
        )
