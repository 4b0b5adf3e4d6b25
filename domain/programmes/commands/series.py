"""Do: what whoever leads a service does about shifts that recur, and the clock with them."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.columns import day_of
from domain.errors import Invalid
from domain.organizations.models import Organization
from domain.organizations.states import OrganizationState
from domain.programmes.access import RULES
from domain.programmes.commands.shifts import (
    call_off,
    check_capacity,
    check_times,
    require_open,
    require_wanted,
    schedule,
    shift_of,
)
from domain.programmes.commands.waves import (
    EveryoneAfter,
    NeighboursAfter,
    NewcomersAfter,
    RegularsAfter,
    check_waves,
)
from domain.programmes.models import Opportunity, Position, Series, ServicePlan, Shift
from domain.programmes.recurrence import recurrence
from domain.programmes.states import SeriesState, ShiftState
from domain.states import is_in
from domain.work import Work

AHEAD = 60
"""Days ahead of which shifts open, unless told otherwise; a volunteer plans a month or two."""
LONGEST_AHEAD = 92

#: What of a series lies ahead from a day on.
FROM_A_DAY_ON = (
    select(Shift)
    .where(col(Shift.series_id) == bindparam("series"), col(Shift.occurrence) >= bindparam("day"))
    .where(is_in(Shift.state, ShiftState.SCHEDULED), col(Shift.starts_at) > bindparam("now"))
    .order_by(col(Shift.id))
)


async def open_series(
    work: Work,
    *,
    opportunity_id: UUID,
    rrule: Annotated[str, "On which days, as in RFC 5545: FREQ=WEEKLY;BYDAY=TU,TH. Days are China's."],
    starts_at: Annotated[datetime, "When the first shift begins."],
    ends_at: Annotated[datetime, "When the first shift ends."],
    capacity: Annotated[int, "How many can serve each time."],
    skips_holidays: Annotated[bool, "Whether it rests on public holidays."] = False,
    opens_ahead: Annotated[int, "Days ahead of which each shift opens for signups."] = AHEAD,
    position_id: Annotated[UUID | None, Position, "The position it is for; left out if all do the same."] = None,
    everyone_after: EveryoneAfter = None,
    neighbours_after: NeighboursAfter = None,
    regulars_after: RegularsAfter = None,
    newcomers_after: NewcomersAfter = None,
) -> Series:
    """Open shifts that recur: the next ones now, the others as their days come near. 开放系列班次"""
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    plan = await work.get(ServicePlan, opportunity.plan_id)
    recurs = recurrence(rrule)
    first = day_of(starts_at)
    series = Series.new(
        street_id=opportunity.street_id,
        community_id=opportunity.community_id,
        organization_id=opportunity.organization_id,
        opportunity_id=opportunity.id,
        position_id=position_id,
        rrule=recurs.rule,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
        skips_holidays=skips_holidays,
        opens_ahead=opens_ahead,
        everyone_after=everyone_after,
        neighbours_after=neighbours_after,
        regulars_after=regulars_after,
        newcomers_after=newcomers_after,
        until=min(recurs.until, plan.until),
        opened_until=first - timedelta(days=1),
    )
    work.ask(RULES, "open_series", series)
    await require_open(work, opportunity)
    await require_wanted(work, opportunity, position_id)
    check_times(work, shift_of(opportunity, starts_at, ends_at, capacity), plan)
    check_capacity(capacity)
    if not 1 <= opens_ahead <= LONGEST_AHEAD:
        raise Invalid(
            "wrong_opens_ahead",
            f"Shifts open 1 to {LONGEST_AHEAD} days ahead.",
            f"班次可提前 1 至 {LONGEST_AHEAD} 天开放。",
            path="opensAhead",
        )
    check_waves(series)
    require_among_its_days(series, first)
    return _open_what_is_near(work, work.insert(series), opportunity, plan)


async def extend_series(work: Work, *, series_id: UUID) -> Series:
    """The next shifts open, whose days have come near; after the last one it ends. By the clock. 续开系列班次"""
    series = await work.get(Series, series_id, lock=True)
    opportunity = await work.get(Opportunity, series.opportunity_id, lock=True)
    plan = await work.get(ServicePlan, opportunity.plan_id)
    work.ask(RULES, "extend_series", series)
    organization = await work.get(Organization, series.organization_id)
    is_over = next(series.days_after(series.opened_until), None) is None
    if is_over or organization.state == OrganizationState.DEREGISTERED:
        return work.move(series, "extend_series", to=SeriesState.ENDED)
    await require_open(work, opportunity)
    series = work.move(series, "extend_series", to=SeriesState.ACTIVE)
    return _open_what_is_near(work, series, opportunity, plan)


async def end_series(
    work: Work,
    *,
    series_id: UUID,
    day: Annotated[date, "The first day on which it no longer takes place; shifts from then on are called off."],
    reason: Annotated[str, "Why, for those who signed up."],
) -> Series:
    """Say that from a day on nothing of the series takes place. 终止系列班次"""
    series = await work.get(Series, series_id, lock=True)
    work.ask(RULES, "end_series", series, reason=reason)
    work.move(series, "end_series", until=min(series.until, day - timedelta(days=1)))
    if day > series.opened_until + timedelta(days=1):
        raise Invalid(
            "not_opened_so_far",
            f"Its shifts are open until {series.opened_until}; those after it would not be opened.",
            f"该系列班次目前开放至 {series.opened_until}，此后的班次将不再开放。",
            path="day",
            remedy=(f"Take a day until {series.opened_until + timedelta(days=1)}.", "请选择不晚于其次日的日期。"),
        )
    for shift in await work.all(Shift, FROM_A_DAY_ON, lock=True, series=series.id, day=day, now=work.now):
        work.follow("cancel_shift", shift, reason=reason)
        await call_off(work, shift, reason)
    return series


def require_among_its_days(series: Series, day: date) -> None:
    """Refuses a first shift on a day on which the series does not take place."""
    if next(series.days_after(day - timedelta(days=1)), None) != day:
        raise Invalid(
            "not_among_its_days",
            f"The first shift begins on {day}, which is not among the days that the rule names.",
            f"首个班次的日期 {day} 不在该规则的日期之内。",
            path="startsAt",
            remedy=("Begin on a day of the rule, within the service plan.", "请选择规则内、服务方案期限内的日期。"),
        )


def _open_what_is_near(work: Work, series: Series, opportunity: Opportunity, plan: ServicePlan) -> Series:
    near = work.today + timedelta(days=series.opens_ahead)
    for day in series.days_after(series.opened_until):
        if day > near:
            break
        shift = _shift(series, opportunity, day, work.now)
        if shift.starts_at > work.now:  # else the clock stood still for so long that it is over
            work.follow("open_shift", shift)
            schedule(work, shift, plan)
        work.change(series, opened_until=day)
    return series


def _shift(series: Series, opportunity: Opportunity, day: date, opens: datetime) -> Shift:
    of_series: dict[str, Any] = {"series_id": series.id, "occurrence": day, "position_id": series.position_id}
    begins, ends = series.times_on(day)
    return shift_of(opportunity, begins, ends, series.capacity, **of_series, **_waves(series, opens, begins))


def _waves(series: Series, opens: datetime, begins: datetime) -> dict[str, datetime]:
    """From when who may sign up for a shift that opens now; everybody at once, if it begins before it is their turn."""
    hours = {name: getattr(series, f"{name}_after") for name in ("everyone", "neighbours", "regulars", "newcomers")}
    moments = {f"{who}_from": opens + timedelta(hours=n) for who, n in hours.items() if n is not None}
    return moments if moments and moments["everyone_from"] < begins else {}
