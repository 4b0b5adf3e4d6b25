"""Do: opening a shift, or all of a series, to some before others, so that not whoever is quickest gets every seat."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from domain.columns import minute_of
from domain.errors import Invalid
from domain.programmes.access import RULES, takes_signups
from domain.programmes.models import Series, Shift
from domain.programmes.requirements import RequirementCode, refusal
from domain.work import Work

EveryoneAfter = Annotated[
    int | None, "Hours after a shift opens, from which on everybody may sign up; null, if at once."
]
NeighboursAfter = Annotated[int | None, "The same for those who live in the community; 0 is at once."]
RegularsAfter = Annotated[int | None, "The same for those who have served with the organization."]
NewcomersAfter = Annotated[int | None, "The same for those who have not."]


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
    _require_before_everybody(waves, everyone_from)
    return work.change(shift, everyone_from=everyone_from, **waves)


async def open_series_in_waves(
    work: Work,
    *,
    series_id: UUID,
    everyone_after: EveryoneAfter = None,
    neighbours_after: NeighboursAfter = None,
    regulars_after: RegularsAfter = None,
    newcomers_after: NewcomersAfter = None,
) -> Series:
    """Say so of each shift that the series opens from now on; those that are open stay as they are. 系列班次分批开放"""
    series = await work.get(Series, series_id, lock=True)
    work.ask(RULES, "open_series_in_waves", series)
    work.move(series, "open_series_in_waves", everyone_after=everyone_after, neighbours_after=neighbours_after)
    work.change(series, regulars_after=regulars_after, newcomers_after=newcomers_after)
    check_waves(series)
    return series


def check_waves(series: Series) -> None:
    """Refuses waves that would open after the shift, or after everybody."""
    waves = {name: getattr(series, name) for name in ("neighbours_after", "regulars_after", "newcomers_after")}
    for name, hours in {"everyone_after": series.everyone_after, **waves}.items():
        if hours is not None and not 0 <= hours < 24 * series.opens_ahead:
            raise Invalid(
                "opens_too_late",
                f"Shifts open {series.opens_ahead} days ahead: that many hours, and fewer, lie before them.",
                f"班次提前 {series.opens_ahead} 天开放，小时数须少于此期间。",
                path=_field(name),
            )
    _require_before_everybody(waves, series.everyone_after)


def _field(name: str) -> str:
    who, unit = name.split("_")
    return who + unit.capitalize()


def _require_before_everybody(waves: dict[str, Any], everybody: Any) -> None:
    """Refuses a wave that opens when everybody may sign up already."""
    for name, opens in waves.items():
        if opens is not None and (everybody is None or opens >= everybody):
            raise Invalid(
                "not_before_everybody",
                "A wave opens before the shift is open to everybody.",
                "分批开放的时间须早于向所有人开放的时间。",
                path=_field(name),
                remedy=("Say from when everybody may sign up.", "请先指定向所有人开放的时间。"),
            )
