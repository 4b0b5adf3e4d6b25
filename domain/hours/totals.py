"""How much time was given: by person, community, organization, street or month?

What communities and organizations achieved is for everybody. What a person gave is for those who may see that person's
entries: so a question that names or lists volunteers counts only what the viewer may see.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, case, cast, func, null, select
from sqlmodel import col

from domain.access import Actor
from domain.communities.models import StreetOffice
from domain.hours.access import RULES
from domain.hours.models import HourEntry
from domain.hours.states import COUNTED, STANDING
from domain.states import is_in


class HourGroup(StrEnum):
    """What to add up by. 统计口径"""

    VOLUNTEER = "volunteer"
    """One row for each volunteer. 按志愿者"""
    COMMUNITY = "community"
    """One row for each community. 按社区"""
    ORGANIZATION = "organization"
    """One row for each organization. 按社会组织"""
    MONTH = "month"
    """One row for each month of service. 按月"""
    STREET = "street"
    """One row for each street. 按街道"""


def hour_totals(
    viewer: Actor,
    *,
    group_by: HourGroup,
    since: date | None = None,
    until: date | None = None,
    volunteer_id: UUID | None = None,
    community_id: UUID | None = None,
    organization_id: UUID | None = None,
    street_id: Annotated[UUID | None, StreetOffice, "In one street alone."] = None,
    district: Annotated[str | None, "In one district alone, by its code of GB/T 2260: 110105 is Chaoyang."] = None,
) -> Select[Any]:
    """One row for each group; the days are counted in China, both included."""
    entry = HourEntry.__table__.alias()  # type: ignore[attr-defined]
    month = cast(func.date_trunc("month", entry.c.served_on), Date)
    columns: dict[HourGroup, ColumnElement[Any]] = {
        HourGroup.VOLUNTEER: entry.c.volunteer_id,
        HourGroup.COMMUNITY: entry.c.community_id,
        HourGroup.ORGANIZATION: entry.c.organization_id,
        HourGroup.MONTH: month,
        HourGroup.STREET: entry.c.street_id,
    }
    by = columns[group_by]
    counted = is_in(entry.c.state, *COUNTED)
    minutes = func.sum(case((counted, entry.c.minutes), else_=0))
    totals = select(
        *(
            (column if group is group_by else null().cast(column.type)).label(name)
            for (group, column), name in zip(columns.items(), NAMES, strict=True)
        ),
        minutes.label("minutes"),
        (func.sum(entry.c.minutes) - minutes).label("pending_minutes"),
        func.count().label("entries"),
        func.count(entry.c.volunteer_id.distinct()).label("volunteers"),
    ).where(is_in(entry.c.state, *STANDING))
    if group_by is HourGroup.VOLUNTEER or volunteer_id is not None:
        totals = totals.where(RULES.sql(viewer, "see_hour_entry", entry))
    given = {
        entry.c.volunteer_id: volunteer_id,
        entry.c.community_id: community_id,
        entry.c.organization_id: organization_id,
        entry.c.street_id: street_id,
    }
    for column, value in given.items():
        if value is not None:
            totals = totals.where(column == value)
    if district is not None:
        totals = totals.where(
            entry.c.street_id.in_(select(col(StreetOffice.id)).where(col(StreetOffice.district) == district))
        )
    if since is not None:
        totals = totals.where(entry.c.served_on >= since)
    if until is not None:
        totals = totals.where(entry.c.served_on <= until)
    return totals.group_by(by).order_by(minutes.desc(), by)


NAMES = ("volunteer_id", "community_id", "organization_id", "month", "street_id")


def verified_minutes(volunteer: Any, viewer: Actor) -> ColumnElement[int]:
    """What one volunteer gave, of the entries that the viewer may see."""
    entry = HourEntry.__table__.alias()  # type: ignore[attr-defined]
    return (
        select(func.coalesce(func.sum(entry.c.minutes), 0))
        .where(
            entry.c.volunteer_id == volunteer.c.id,
            is_in(entry.c.state, *COUNTED),
            RULES.sql(viewer, "see_hour_entry", entry),
        )
        .scalar_subquery()
    )
