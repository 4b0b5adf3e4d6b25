"""What do the printed figures come to, in SQL? Only tables that hold are counted, each by itself."""

from datetime import date
from typing import Annotated, Any

from sqlalchemy import ColumnElement, Integer, Numeric, Select, and_, cast, func, literal, null, select, union_all

from domain.access import Actor
from domain.communities.access import RULES
from domain.communities.models import PopulationFigure, PopulationTable
from domain.communities.printed import TOTAL
from domain.communities.sums import SUMS, Figure

ROW: Any = PopulationFigure.__table__  # type: ignore[attr-defined]
TABLE: Any = PopulationTable.__table__  # type: ignore[attr-defined]

Period = Annotated[date | None, "Only figures of the month that begins on this day."]
District = Annotated[str | None, "Only figures of the district with this code of GB/T 2260."]


def holds(figure: Any) -> ColumnElement[bool]:
    """Whether a figure's table was not superseded by a corrected one."""
    table = TABLE.alias()
    return (
        select(table.c.id).where(table.c.id == figure.c.population_table_id, table.c.superseded_at.is_(None)).exists()
    )


def foreign_share(from_abroad: Any, total: Any) -> ColumnElement[Any]:
    """The share of people from abroad among all, 0 to 1 with four decimals; null where nobody lives."""
    return func.round(cast(from_abroad, Numeric) / func.nullif(total, 0), 4, type_=Numeric)


def population_summary(viewer: Actor, *, period: Period = None, district: District = None) -> Select[Any]:
    """A row for each table that holds, newest first: the sums over its streets."""
    sums = {figure.value: func.sum(ROW.c[figure.value]) for figure in Figure}
    return (
        select(
            TABLE.c.id.label("population_table_id"),
            TABLE.c.district,
            TABLE.c.period,
            TABLE.c.source,
            func.count(ROW.c.id).label("streets"),
            *(cast(total, Integer).label(figure) for figure, total in sums.items()),
            foreign_share(sums["from_abroad"], sums["total"]).label("foreign_share"),
        )
        .join_from(TABLE, ROW, ROW.c.population_table_id == TABLE.c.id)
        .where(_asked(period, district), RULES.sql(viewer, "see_population_figure", ROW))
        .group_by(TABLE.c.id)
        .order_by(TABLE.c.period.desc(), TABLE.c.district, TABLE.c.id)
    )


def population_inconsistencies(viewer: Actor, *, period: Period = None, district: District = None) -> Select[Any]:
    """Printed figures that are not the sums they should be, line by line; a table's own totals come last."""
    asked = and_(_asked(period, district), RULES.sql(viewer, "see_population_figure", ROW))
    rows = [
        select(
            *(ROW.c.street_id, ROW.c.population_table_id, TABLE.c.period, ROW.c.line, ROW.c.printed_name),
            *_against(figure, ROW.c[figure], _sum(ROW.c[part] for part in parts)),
        )
        .join_from(ROW, TABLE, ROW.c.population_table_id == TABLE.c.id)
        .where(asked, ROW.c[figure] != _sum(ROW.c[part] for part in parts))
        for figure, parts in SUMS.items()
    ]
    totals = []
    for figure in Figure:
        printed = cast(TABLE.c.printed_total[figure.value].astext, Integer)
        summed = cast(func.sum(ROW.c[figure.value]), Integer)
        totals.append(
            select(
                null().label("street_id"),
                TABLE.c.id.label("population_table_id"),
                *(TABLE.c.period, null().label("line"), literal(TOTAL).label("printed_name")),
                *_against(figure.value, printed, summed),
            )
            .join_from(TABLE, ROW, ROW.c.population_table_id == TABLE.c.id)
            .where(asked)
            .group_by(TABLE.c.id)
            .having(printed != summed)
        )
    found = union_all(*rows, *totals).subquery()
    return select(found).order_by(found.c.period.desc(), found.c.population_table_id, found.c.line, found.c.figure)


def _asked(period: date | None, district: str | None) -> ColumnElement[bool]:
    wanted = [TABLE.c.superseded_at.is_(None)]
    if period is not None:
        wanted.append(TABLE.c.period == period)
    if district is not None:
        wanted.append(TABLE.c.district == district)
    return and_(*wanted)


def _sum(parts: Any) -> Any:
    first, *others = parts
    return sum(others, start=first)


def _against(figure: str, printed: Any, summed: Any) -> tuple[Any, ...]:
    return literal(figure).label("figure"), printed.label("printed"), summed.label("summed")
