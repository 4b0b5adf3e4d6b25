"""Which rules hold in a street on a day, in SQL? What `Book.find` says in Python, of all names at once or of one."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from domain.access import NOW, Actor
from domain.communities.models import StreetOffice
from domain.places import NATION, jurisdiction_of
from domain.regulations.access import RULES
from domain.regulations.models import Rule


def rules_in_force(
    viewer: Actor,
    *,
    street_id: Annotated[UUID | None, StreetOffice, "The street; left out, what holds in the whole country."] = None,
    on: Annotated[date | None, "The day; left out, today in China."] = None,
) -> Select[Any]:
    """One rule of each name, by name."""
    rule, street = Rule.__table__.alias(), StreetOffice.__table__.alias()  # type: ignore[attr-defined]
    place = literal(NATION) if street_id is None else jurisdiction_of(street.c.district)
    day = cast(func.timezone("Asia/Shanghai", NOW), Date) if on is None else on
    nearest = (
        select(rule.c.id, rule.c.name)
        .ext(distinct_on(rule.c.name))
        .where(
            or_(rule.c.jurisdiction == place, func.starts_with(place, rule.c.jurisdiction.concat("-"))),
            rule.c.since <= day,
            or_(rule.c.until.is_(None), rule.c.until > day),
            RULES.sql(viewer, "see_rule", rule),
        )
        .order_by(rule.c.name, func.length(rule.c.jurisdiction).desc(), rule.c.since.desc(), rule.c.version.desc())
    )
    if street_id is not None:
        nearest = nearest.where(street.c.id == street_id)
    found = nearest.subquery()
    return select(found.c.id.label("rule_id")).order_by(found.c.name)


def rule_in_force(name: str, of: Any) -> Any:
    """The rule of a name in force today in the street of a row: its id and value."""
    rule, street = Rule.__table__.alias(), StreetOffice.__table__.alias()  # type: ignore[attr-defined]
    place, today = jurisdiction_of(street.c.district), cast(func.timezone("Asia/Shanghai", NOW), Date)
    near = or_(rule.c.jurisdiction == place, func.starts_with(place, rule.c.jurisdiction.concat("-")))
    return (
        select(rule.c.id, rule.c.value)
        .select_from(street.join(rule, near))
        .where(street.c.id == of.c.street_id, rule.c.name == name, rule.c.since <= today)
        .where(or_(rule.c.until.is_(None), today < rule.c.until))
        .order_by(func.length(rule.c.jurisdiction).desc(), rule.c.since.desc(), rule.c.version.desc())
        .limit(1)
        .lateral()
    )
