"""What printed figures come to: shares, sums and what does not add up, as SQL says it."""

from datetime import date
from io import BytesIO
from typing import Any

from sqlalchemy import select

from domain.access import Actor
from domain.columns import new_id
from domain.communities.figures import ROW, foreign_share, population_inconsistencies, population_summary
from domain.communities.imports import import_population
from domain.communities.printed import read_table
from domain.house import House
from domain.work import compiled
from tests.communities.test_population_import import CHAOYANG, bring, table

READER = Actor(new_id())
UNSCOPED = Actor(new_id(), scopes=frozenset({"hours:read"}))


async def found(house: House, statement: Any) -> list[dict[str, Any]]:
    sql, args = compiled(statement)
    return [dict(row) for row in await house.lanes.run(sql, args({}))]


async def test_shares_of_people_from_abroad_are_those_of_the_study(house: House) -> None:
    await bring(house, CHAOYANG)
    summary = await found(house, population_summary(READER))
    assert [(row["streets"], row["total"], row["from_abroad"], str(row["foreign_share"])) for row in summary] == [
        (23, 2_274_562, 39_502, "0.0174")
    ]


async def test_sql_finds_the_inconsistencies_that_the_import_reported(house: House) -> None:
    wrong = CHAOYANG.replace(b"2274562", b"2274563")
    await bring(house, wrong)
    reported = [
        (fault.printed_name, fault.figure, fault.printed, fault.summed)
        for fault in read_table(BytesIO(wrong)).inconsistencies()
    ]
    shown = await found(house, population_inconsistencies(READER))
    assert [(row["printed_name"], row["figure"], row["printed"], row["summed"]) for row in shown] == reported
    assert [row["line"] for row in shown][-1] is None


async def test_a_superseded_table_counts_no_more(house: House) -> None:
    await bring(house, CHAOYANG)
    await bring(house, CHAOYANG.replace(b"30862", b"27208").replace(b"697755", b"694101"))
    assert len(await found(house, population_summary(READER))) == 1
    assert len(await found(house, population_inconsistencies(READER))) == 9


async def test_each_month_and_district_is_summed_by_itself(house: House) -> None:
    await bring(house, CHAOYANG)
    for district, period in (("110105", date(2011, 3, 1)), ("110108", date(2010, 3, 1))):
        await import_population(house, BytesIO(CHAOYANG), source_name="later", district=district, period=period)
    assert [(row["district"], row["period"].year) for row in await found(house, population_summary(READER))] == [
        ("110105", 2011),
        ("110105", 2010),
        ("110108", 2010),
    ]
    only = population_summary(READER, period=date(2010, 3, 1), district="110108")
    assert [row["total"] for row in await found(house, only)] == [2_274_562]


async def test_whoever_lacks_the_scope_finds_nothing(house: House) -> None:
    await bring(house, CHAOYANG)
    assert await found(house, population_summary(UNSCOPED)) == []
    assert await found(house, population_inconsistencies(UNSCOPED)) == []


async def test_where_nobody_lives_there_is_no_share(house: House) -> None:
    await bring(house, table("1,无人岛,0,0,0,0,0,0,0,0"))
    assert [row["foreign_share"] for row in await found(house, population_summary(READER))] == [None]


async def test_each_streets_share_is_that_of_the_study(house: House) -> None:
    await bring(house, CHAOYANG)
    share = foreign_share(ROW.c.from_abroad, ROW.c.total)
    shown = await found(house, select(ROW.c.printed_name, share.label("share")))
    shares = {row["printed_name"]: str(row["share"]) for row in shown}
    assert [shares[name] for name in ("望京", "麦子店", "建外", "三里屯", "亚运村")] == [
        *("0.0489", "0.0445", "0.0208", "0.0158", "0.0037")
    ]
