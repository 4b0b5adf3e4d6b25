"""How many of those whom a community served began to serve others, and how soon? (群众参加志愿者)

That somebody was served is nobody's business: few people are not told apart from none, and months are the least time.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, and_, case, cast, func, select, true

from domain.access import Actor
from domain.communities.models import Community, StreetOffice
from domain.regulations.in_force import rule_in_force
from domain.states import is_in
from domain.volunteers.models import ServedResident, Volunteer
from domain.volunteers.states import ServedState


def conversions(
    _: Actor,
    *,
    since: Annotated[date | None, "Served from the month of this day on."] = None,
    until: Annotated[date | None, "Served up to the month of this day, which is included."] = None,
    street_id: Annotated[UUID | None, StreetOffice, "In one street alone."] = None,
    community_id: Annotated[UUID | None, Community, "In one community alone."] = None,
) -> Select[Any]:
    """One row for each community that served somebody, by street and community."""
    served, volunteer = ServedResident.__table__.alias(), Volunteer.__table__.alias()  # type: ignore[attr-defined]
    wanted = [is_in(served.c.state, ServedState.NOTED)]
    wanted += [served.c.street_id == street_id] if street_id is not None else []
    wanted += [served.c.community_id == community_id] if community_id is not None else []
    wanted += [_month(served.c.served_on) >= _month(since)] if since is not None else []
    wanted += [_month(served.c.served_on) <= _month(until)] if until is not None else []
    registered_on = cast(func.timezone("Asia/Shanghai", volunteer.c.registered_at), Date)
    afterwards = and_(volunteer.c.person_id == served.c.person_id, registered_on >= served.c.served_on)
    counted = (
        select(
            served.c.street_id,
            served.c.community_id,
            func.count().label("served"),
            func.count(volunteer.c.id).label("volunteers"),
            func.percentile_disc(0.5).within_group(registered_on - served.c.served_on).label("median_days"),
        )
        .select_from(served.outerjoin(volunteer, afterwards))
        .where(*wanted)
        .group_by(served.c.street_id, served.c.community_id)
        .subquery()
    )
    fewest = rule_in_force("fewest_counted", counted)
    enough = counted.c.served >= fewest.c.value

    def told(figure: Any) -> Any:
        return case((enough, cast(figure, Integer))).label(figure.key)

    return (
        select(
            counted.c.street_id,
            counted.c.community_id,
            *(told(figure) for figure in (counted.c.served, counted.c.volunteers, counted.c.median_days)),
        )
        .select_from(counted.join(fewest, true()))
        .order_by(counted.c.street_id, counted.c.community_id)
    )


def _month(day: Any) -> Any:
    return cast(func.date_trunc("month", cast(day, Date)), Date)
