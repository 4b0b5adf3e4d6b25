"""Do: noting who was served, so that it can be counted how many of them begin to serve others (群众参加志愿者)."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.introductions import shown_by
from domain.accounts.models import Person
from domain.columns import day_of
from domain.errors import NotFound, NotNow
from domain.programmes.models import Shift
from domain.programmes.states import ShiftState
from domain.volunteers.access import RULES
from domain.volunteers.models import ServedResident, Volunteer
from domain.work import Work

BY_PERSON = select(Volunteer).where(col(Volunteer.person_id) == bindparam("person"))


async def record_served(
    work: Work,
    *,
    shift_id: UUID,
    code: Annotated[str, "The code that the resident shows, from their account page."],
) -> ServedResident:
    """Note that a resident was served, who does not serve others yet and wants it noted. 登记服务对象"""
    shift = await work.get(Shift, shift_id)
    person_id = await shown_by(work.run, code, work.now)
    served = ServedResident.new(
        street_id=shift.street_id,
        community_id=shift.community_id,
        organization_id=shift.organization_id,
        shift_id=shift.id,
        person_id=person_id,
        served_on=day_of(shift.starts_at),
        noted_by_id=work.actor.id,
        noted_at=work.now,
    )
    work.ask(RULES, "record_served", served, shift)
    if shift.state not in {ShiftState.RUNNING, ShiftState.ENDED}:
        raise NotNow(
            "not_served_yet",
            "Nobody was served in it yet, or it is called off.",
            "该班次尚未开始或已取消。",
            remedy=("Note it when the service runs, or afterwards.", "请在服务进行时或结束后登记。"),
        )
    if person_id is None:
        raise NotFound(
            "nobody_shown",
            "Nobody shows this code, or its time is over.",
            "没有人出示此代码，或代码已过期。",
            path="code",
            remedy=("Let them show another, from their account page.", "请对方在账号页面重新显示代码。"),
        )
    person = await work.get(Person, person_id)
    if await work.first(Volunteer, BY_PERSON, person=person.id):
        raise NotNow(
            "serves_already",
            "They are a volunteer already: only who was served before is counted.",
            "对方已是志愿者；仅统计接受服务在先的居民。",
        )
    return work.insert(served)


async def withdraw_served(work: Work, *, served_resident_id: UUID) -> ServedResident:
    """Take back that somebody was served: they do not want it noted, or it was a mistake. 撤回服务对象登记"""
    served = await work.get(ServedResident, served_resident_id, lock=True)
    work.ask(RULES, "withdraw_served", served)
    return work.move(served, "withdraw_served")
