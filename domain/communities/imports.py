"""How does a printed table of a district's people come into the house, whole or not at all?"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from domain.access import Actor
from domain.columns import Text
from domain.communities.access import RULES
from domain.communities.commands import street_office
from domain.communities.models import PopulationFigure, PopulationTable, StreetOffice
from domain.communities.printed import Printed, read_table
from domain.communities.sums import Inconsistency
from domain.errors import Invalid
from domain.house import House
from domain.work import Work

OPERATOR = Actor(roles={"operator": frozenset()})
"""Whoever sits at the house's own command line."""

HELD = (
    select(PopulationTable)
    .where(col(PopulationTable.district) == bindparam("district"), col(PopulationTable.period) == bindparam("period"))
    .where(col(PopulationTable.superseded_at).is_(None))
    .order_by(col(PopulationTable.id))
    .with_for_update()
)
ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtext("import_population")))
OFFICES = select(StreetOffice).where(col(StreetOffice.district) == bindparam("district"))
EARLIER = (
    select(PopulationFigure)
    .join(StreetOffice, col(StreetOffice.id) == PopulationFigure.street_id)
    .where(col(StreetOffice.district) == bindparam("district"))
    .order_by(col(PopulationFigure.id))
)
SUFFIX = re.compile(r"(街道|街道办事处)$")
LAST_NUMBER = select(func.coalesce(func.max(StreetOffice.number), 0).label("number"))


@dataclass(frozen=True)
class Report:
    """What an import did, and what in the table does not add up."""

    table: PopulationTable
    unchanged: bool
    offices: list[str]
    """The names of the street offices it brought into being."""
    inconsistencies: list[Inconsistency]

    def say(self, language: str) -> str:
        return "\n".join(self._zh() if language.startswith("zh") else self._en())

    def __str__(self) -> str:
        return f"{self.say('zh')}\n\n{self.say('en')}"

    def _columns_add_up(self) -> bool:
        return all(fault.parts for fault in self.inconsistencies)

    def _en(self) -> Iterable[str]:
        if self.unchanged:
            yield f"Imported before, nothing changed: {self.table.streets} rows of {self.table.period:%Y-%m}."
        else:
            yield f"{self.table.streets} rows of {self.table.period:%Y-%m} imported as printed."
            yield f"{len(self.offices)} street offices are new."
        if (total := self.table.printed_total) is None:
            yield "The table has no row of totals to hold its columns against."
        elif self._columns_add_up():
            said = f"{total['total']:,} people, {total['from_abroad']:,} from abroad"
            yield f"All columns add up to the printed totals: {said}."
        yield f"{len(self.inconsistencies)} inconsistencies, kept as printed:"
        yield from (f"  {fault.say('en')}" for fault in self.inconsistencies)

    def _zh(self) -> Iterable[str]:
        if self.unchanged:
            yield f"此表已导入，未作任何改动：{self.table.period:%Y-%m}，{self.table.streets}行。"
        else:
            yield f"已按原表导入{self.table.period:%Y-%m}数据{self.table.streets}行。"
            yield f"新建街道办事处{len(self.offices)}个。"
        if (total := self.table.printed_total) is None:
            yield "此表没有合计行，无法核对各列合计。"
        elif self._columns_add_up():
            yield f"各列之和均与合计行一致：总计{total['total']:,}人，境外人员{total['from_abroad']:,}人。"
        yield f"发现{len(self.inconsistencies)}处不一致，均保留原数："
        yield from (f"  {fault.say('zh')}" for fault in self.inconsistencies)


async def import_population(
    house: House,
    source: BinaryIO,
    *,
    source_name: str,
    district: str,
    period: date,
    progress: Callable[[int], None] = lambda rows: None,
) -> Report:
    """Import a table of the district's people in one unit of work, as an operator.

    `district` is a code of GB/T 2260, `period` any day of the month the table speaks of. Raises `Broken` where the file
    is no such table; nothing is stored then. The same table a second time changes nothing; another table of the same
    month and source takes the place of the former, which is kept.
    """
    printed = read_table(source, progress)
    async with house.begin(OPERATOR) as work:
        return await _import(work, printed, source_name, district, period.replace(day=1))


async def _import(work: Work, printed: Printed, source: str, district: str, period: date) -> Report:
    if period > work.today:
        raise Invalid("not_yet", "This month is still to come.", "该月份尚未到来。", path="period")
    await work.values(ONE_AT_A_TIME)  # two at once would give two streets one number
    held = await work.all(PopulationTable, HELD, district=district, period=period)
    same = [table for table in held if table.content == printed.content]
    if same:
        return Report(same[0], True, [], printed.inconsistencies())
    table = PopulationTable.new(
        district=district,
        period=period,
        source=source,
        content=printed.content,
        streets=len(printed.rows),
        printed_total=printed.total and printed.total.figures,
        imported_at=work.now,
    )
    former = [table for table in held if table.source == source]
    known = await _known_offices(work, district)
    new = await _new_offices(work, [row.name for row in printed.rows if row.name not in known], district)
    figures = [
        PopulationFigure.new(
            street_id=(known | new)[row.name].id,
            population_table_id=table.id,
            period=period,
            line=row.line,
            number=row.number,
            printed_name=row.name,
            **row.figures,
        )
        for row in printed.rows
    ]
    for row in (table, *new.values(), *figures):
        work.insert(row)
    work.ask(RULES, "import_population", table, *former, *figures)
    for old in former:
        work.change(old, superseded_at=work.now)
    for office in new.values():
        work.follow("register_street_office", office)
    return Report(table, False, list(new), printed.inconsistencies())


async def _known_offices(work: Work, district: str) -> dict[str, StreetOffice]:
    """The district's street offices, by their name, its short form, and every name they were printed under before."""
    offices = {office.id: office for office in await work.all(StreetOffice, OFFICES, district=district)}
    earlier = await work.all(PopulationFigure, EARLIER, district=district)
    printed = {figure.printed_name: offices[figure.street_id] for figure in earlier}
    named = {office.name["text"]: office for office in offices.values()}
    return printed | {SUFFIX.sub("", name): office for name, office in named.items()} | named


async def _new_offices(work: Work, names: list[str], district: str) -> dict[str, StreetOffice]:
    first = (await work.values(LAST_NUMBER))["number"] + 1
    return {name: street_office(n, _chinese(name), district) for n, name in enumerate(names, first)}


def _chinese(text: str) -> Text:
    return {"language": "zh-Hans", "text": text}
