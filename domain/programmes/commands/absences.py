"""Do: what is done about whoever has not come."""

from datetime import timedelta
from uuid import UUID

from domain.errors import NotNow
from domain.programmes.access import RULES
from domain.programmes.models import Attendance
from domain.programmes.presence import attendance_of, require_seat
from domain.rules import grounds
from domain.work import Work


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
    return work.move(attendance, "mark_no_show")
