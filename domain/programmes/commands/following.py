"""Do: changing a shift of a series and all that follow it; as in RFC 5545 the series ends, and another goes on."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.columns import day_of
from domain.programmes.access import RULES
from domain.programmes.commands.rescheduling import Moved, besides_in, reschedule
from domain.programmes.commands.series import FROM_A_DAY_ON, require_among_its_days
from domain.programmes.commands.shifts import check_capacity, check_times, resize, shift_of
from domain.programmes.models import Booking, Opportunity, Series, ServicePlan, Shift, Signup
from domain.programmes.recurrence import rest
from domain.programmes.states import SeriesState
from domain.work import Work


async def change_series(
    work: Work,
    *,
    series_id: UUID,
    starts_at: Annotated[datetime, "When the first shift that changes begins, on its day in the series."],
    ends_at: Annotated[datetime, "When that shift ends."],
    capacity: Annotated[int, "How many can serve each time from then on."],
    reason: Annotated[str, "Why, for those who signed up."],
) -> Series:
    """Give a shift and all that follow other times of the day, or seats; what differs already stays. 调整后续班次"""
    series = await work.get(Series, series_id, lock=True)
    opportunity = await work.get(Opportunity, series.opportunity_id)
    plan = await work.get(ServicePlan, opportunity.plan_id)
    first = day_of(starts_at)
    ahead = await work.all(Shift, FROM_A_DAY_ON, lock=True, series=series.id, day=first, now=work.now)
    besides = await besides_in(work, ahead)
    work.ask(RULES, "change_series", series, *ahead, *besides, reason=reason)
    work.move(series, "change_series", to=SeriesState.ACTIVE)
    require_among_its_days(series, first)
    check_times(work, shift_of(opportunity, starts_at, ends_at, capacity), plan)
    check_capacity(capacity)
    as_planned = [shift for shift in ahead if (shift.starts_at, shift.ends_at) == series.times_of(shift)]
    as_large = [shift for shift in ahead if shift.capacity == series.capacity]
    following = _from_then_on(work, series, first)
    work.change(following, starts_at=starts_at, ends_at=ends_at, capacity=capacity)
    for shift in ahead:
        work.change(shift, series_id=following.id)
    await _move(work, plan, following, as_planned, besides, reason)
    for shift in as_large:
        work.follow("change_capacity", shift)
        await resize(work, shift, capacity)
    return following


def _from_then_on(work: Work, series: Series, first: date) -> Series:
    """The series itself, if nothing of it is before that day; else another that goes on where it now stops."""
    before = first - timedelta(days=1)
    since = day_of(series.starts_at)
    if first == since:
        return series
    following = Series.new(
        street_id=series.street_id,
        community_id=series.community_id,
        organization_id=series.organization_id,
        opportunity_id=series.opportunity_id,
        position_id=series.position_id,
        rrule=rest(series.rrule, since, first),
        starts_at=series.starts_at,
        ends_at=series.ends_at,
        capacity=series.capacity,
        skips_holidays=series.skips_holidays,
        opens_ahead=series.opens_ahead,
        everyone_after=series.everyone_after,
        neighbours_after=series.neighbours_after,
        regulars_after=series.regulars_after,
        newcomers_after=series.newcomers_after,
        until=series.until,
        opened_until=max(series.opened_until, before),
    )
    work.follow("open_series", work.insert(following))
    work.change(series, until=before)
    if next(series.days_after(series.opened_until), None) is None:
        work.move(series, "change_series", to=SeriesState.ENDED)
    return following


async def _move(
    work: Work, plan: ServicePlan, following: Series, shifts: list[Shift], besides: list[Booking | Signup], reason: str
) -> None:
    moved = [Moved(shift, *following.times_of(shift)) for shift in shifts]
    moved = [one for one in moved if (one.shift.starts_at, one.shift.ends_at) != (one.starts_at, one.ends_at)]
    for shift, _, _ in moved:
        work.follow("reschedule_shift", shift, reason=reason)
    of = {shift.id for shift, _, _ in moved}
    await reschedule(work, plan, moved, [one for one in besides if one.shift_id in of])
