"""Do: opening a shift to some before others, so that not whoever is quickest gets every seat."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.columns import minute_of
from domain.errors import Invalid
from domain.programmes.access import RULES, takes_signups
from domain.programmes.models import Shift
from domain.programmes.requirements import RequirementCode, refusal
from domain.work import Work


async def open_in_waves(
    work: Work,
    *,
    shift_id: UUID,
    everyone_from: Annotated[datetime | None, "From when everybody may sign up; null, if at once."] = None,
    neighbours_from: Annotated[datetime | None, "The same for those who live in the community."] = None,
    regulars_from: Annotated[datetime | None, "The same for those who have served with the organization."] = None,
    newcomers_from: Annotated[datetime | None, "The same for those who have not."] = None,
) -> Shift:
    """Say from when who may sign up; whoever has a seat already keeps it. 分批开放报名"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "open_in_waves", shift)
    if not takes_signups.test(work.actor, shift):
        raise refusal(work, RequirementCode.BEGUN)
    if everyone_from and everyone_from >= shift.starts_at:
        raise Invalid(
            "opens_too_late",
            f"Everybody may sign up before it begins, {minute_of(shift.starts_at)}, Beijing time.",
            f"须在班次开始（北京时间{minute_of(shift.starts_at)}）前向所有人开放。",
            path="everyoneFrom",
        )
    waves = {"neighbours_from": neighbours_from, "regulars_from": regulars_from, "newcomers_from": newcomers_from}
    for name, opens in waves.items():
        if opens and (everyone_from is None or opens >= everyone_from):
            raise Invalid(
                "not_before_everybody",
                "A wave opens before the shift is open to everybody.",
                "分批开放的时间须早于向所有人开放的时间。",
                path=name.split("_")[0] + "From",
                remedy=("Say from when everybody may sign up.", "请先指定向所有人开放的时间。"),
            )
    return work.change(shift, everyone_from=everyone_from, **waves)
