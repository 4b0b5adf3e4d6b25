"""How much time was given in a community, a street or a whole district, month by month, at once?

From the sums beside the ledger, which are its own at every moment (domain/hours/summing.py). They hold no person, so
they are for everybody; how many people gave it, and for which organization, `hour_totals` counts entry by entry.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, cast, func, null, select
from sqlmodel import col

from domain.access import Actor
from domain.communities.models import Community, StreetOffice
from domain.hours.models import HourSum


class ReportGroup(StrEnum):
    """What a report lists. 报表口径"""

    MONTH = "month"
    """One row for each month of service. 按月"""
    COMMUNITY = "community"
    """One row for each community. 按社区"""
    STREET = "street"
    """One row for each street. 按街道"""


COLUMNS = {ReportGroup.MONTH: "month", ReportGroup.COMMUNITY: "community_id", ReportGroup.STREET: "street_id"}


def hour_report(
    _: Actor,
    *,
    group_by: ReportGroup,
    since: Annotated[date | None, "From the month of this day on."] = None,
    until: Annotated[date | None, "Up to the month of this day, which is included."] = None,
    community_id: Annotated[UUID | None, Community, "In one community alone."] = None,
    street_id: Annotated[UUID | None, StreetOffice, "In one street alone."] = None,
    district: Annotated[str | None, "In one district alone, by its code of GB/T 2260: 110105 is Chaoyang."] = None,
) -> Select[Any]:
    """One row for each group in which hours stand: months in their order, places by most minutes."""
    of = HourSum.__table__.alias()  # type: ignore[attr-defined]
    by = of.c[COLUMNS[group_by]]
    wanted = [of.c.community_id == community_id] if community_id is not None else []
    wanted += [of.c.street_id == street_id] if street_id is not None else []
    wanted += [of.c.month >= _month(since)] if since is not None else []
    wanted += [of.c.month <= _month(until)] if until is not None else []
    if district is not None:
        wanted.append(of.c.street_id.in_(select(col(StreetOffice.id)).where(col(StreetOffice.district) == district)))
    minutes = func.sum(of.c.minutes)
    return (
        select(
            *((by if name == by.key else null().cast(of.c[name].type)).label(name) for name in COLUMNS.values()),
            minutes.label("minutes"),
            func.sum(of.c.pending_minutes).label("pending_minutes"),
            func.sum(of.c.entries).label("entries"),
        )
        .where(*wanted)
        .group_by(by)
        .having(func.sum(of.c.entries) > 0)
        .order_by(*([] if group_by is ReportGroup.MONTH else [minutes.desc()]), by)
    )


def _month(day: date) -> ColumnElement[date]:
    return cast(func.date_trunc("month", cast(day, Date)), Date)
