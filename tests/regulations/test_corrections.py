"""Operators correct the law's numbers by new versions: they decide from then on, everywhere, and nothing before."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from api.background import Rulebook, forever
from api.engine.run import Engine
from api.schema import schema
from domain.columns import typed
from domain.errors import Conflict, Invalid, NotAllowed
from domain.house import House
from domain.postgres import Lanes
from domain.regulations.commands import add_rule, amend_rule
from domain.regulations.models import Rule
from tests.acting import OPERATOR, chinese, done, street
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood


def known(house: House, name: str = "record_due") -> Rule:
    return house.book.find(name, date(2026, 6, 1))


BEIJING: dict[str, Any] = {
    "jurisdiction": "CN-BJ",
    "since": date(2026, 1, 1),
    "value": Decimal(3),
    "says": chinese("三个工作日", "Three working days"),
    "source": "北京市规定",
    "verified": True,
    "reason": "The decree was published.",
}


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it does; two minutes, on a machine however busy."""
    async with asyncio.timeout(120):
        while not await holds():  # noqa: ASYNC110 the database tells in its own time
            await asyncio.sleep(0.02)


async def test_a_correction_decides_from_now_on_and_what_was_decided_names_the_version_it_was_decided_by(
    here: Neighbourhood,
) -> None:
    house = here.house
    before = await here.shift()
    amended = await done(house, amend_rule, rule_id=known(house).id, value=Decimal(3), reason="Misread.")
    await house.refresh()
    after = await here.shift()
    assert (before.record_due, after.record_due) == (date(2026, 6, 18), date(2026, 6, 9))
    deeds = await house.lanes.run("SELECT rules FROM deed WHERE verb = 'open_shift' ORDER BY id")
    cited = [house.book.cited("record_due@CN/2021-02-01", deed["rules"]["record_due@CN/2021-02-01"]) for deed in deeds]
    assert [(rule.version, int(rule.value)) for rule in cited] == [(1, 10), (2, 3)]
    assert (amended.source, amended.says, amended.since) == (cited[0].source, cited[0].says, cited[0].since)


async def test_a_rule_of_ones_own_holds_in_a_province_and_in_no_other(here: Neighbourhood) -> None:
    house = here.house
    rule = await done(house, add_rule, rule_id=known(house).id, **BEIJING)
    assert (rule.name, rule.unit, rule.jurisdiction_name["text"]) == ("record_due", "working days", "北京市")
    await house.refresh()
    assert (await here.shift()).record_due == date(2026, 6, 9)
    assert house.book.find("record_due", date(2026, 6, 1), "CN-SH-310115").value == 10


async def test_only_operators_may(here: Neighbourhood) -> None:
    for command, given in ((add_rule, BEIJING | {"jurisdiction": "nowhere"}), (amend_rule, {"reason": "So."})):
        with pytest.raises(NotAllowed):
            await here.do(here.manager, command, rule_id=known(here.house).id, **given)


async def test_of_two_who_correct_the_same_version_one_is_told_that_somebody_was_faster(house: House) -> None:
    async def amend(value: int) -> Any:
        return await done(house, amend_rule, rule_id=known(house).id, value=Decimal(value), reason="Misread.")

    answers = await asyncio.gather(*(amend(n) for n in range(1, 9)), return_exceptions=True)
    no = [answer for answer in answers if isinstance(answer, Conflict)]
    assert {answer.code for answer in no} == {"rule_exists"}
    assert [answer.version for answer in answers if isinstance(answer, Rule)] == [2]
    assert len(no) == 7


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("jurisdiction", "BJ"),
        ("jurisdiction", "CN-XX"),
        ("jurisdiction", "CN-ZJ-339999"),
        ("jurisdiction", "CN-BJ-330200"),
        ("jurisdiction", "CN-%"),
        ("jurisdiction", ""),
        ("value", Decimal(-1)),
        ("value", Decimal(10) ** 9),
        ("until", date(2026, 1, 1)),
        ("source", " "),
        ("source", "x\x00y"),
        ("says", {"language": "zh-Hans", "text": ""}),
    ],
)
async def test_what_can_be_no_rule_is_refused(house: House, path: str, wrong: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        await done(house, add_rule, rule_id=known(house).id, **BEIJING | {path: wrong})
    assert refusal.value.path == path


@pytest.mark.parametrize("place", ["CN", "CN-HK", "CN-ZJ-330200", "CN-ZJ-330200-330203", "CN-BJ-110105"])
async def test_a_rule_may_hold_in_the_country_a_province_a_city_or_a_district(house: House, place: str) -> None:
    rule = await done(house, add_rule, rule_id=known(house).id, **BEIJING | {"jurisdiction": place})
    await house.refresh()
    assert house.book.find("record_due", date(2026, 6, 1), place).id == rule.id


async def test_through_the_schema_a_correction_is_answered_with_the_new_version(house: House) -> None:
    amend = """mutation Amend($input: AmendRuleInput!) { amendRule(input: $input) {
      ... on Rule { name value version until verified } ... on Refusal { code } } }"""
    given = {"ruleId": typed("rul", known(house).id), "until": "2027-01-01", "reason": "It ends."}
    answer = await Engine(schema(), house).execute(amend, {"input": given}, None, OPERATOR)
    rule = json.loads(answer.body)["data"]["amendRule"]
    assert rule == {"name": "record_due", "value": "10", "version": 2, "until": "2027-01-01", "verified": True}


async def test_every_process_hears_of_a_correction_and_of_a_street(house: House, database: str, clock: Clock) -> None:
    lanes = await Lanes(database, size=2).open()
    other = await House(lanes, clock).open()
    keeping = asyncio.create_task(forever("rulebook", Rulebook(other).keep))
    try:
        await done(house, amend_rule, rule_id=known(house).id, value=Decimal(4), reason="Misread.")

        async def heard() -> bool:
            return known(other).value == 4

        await until(heard)
        await street(house, 4711, "新街")

        async def placed() -> bool:
            return other.book.places.get(4711) == "CN-BJ-110105"

        await until(placed)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await lanes.close()


async def test_a_correction_made_while_nobody_listened_is_read_once_the_connection_is_back(
    house: House, database: str, clock: Clock
) -> None:
    lanes = await Lanes(database, size=2).open()
    other = await House(lanes, clock).open()
    keeping = asyncio.create_task(forever("rulebook", Rulebook(other).keep))
    listens = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN \"rules\"%'"
    try:

        async def listening() -> bool:
            return bool(await house.lanes.run(listens))

        await until(listening)
        connection = await asyncpg.connect(database)
        await connection.execute("SET session_replication_role = replica")  # its triggers tell nobody
        await connection.execute("UPDATE rule SET value = 4 WHERE name = 'record_due'")
        await connection.close()
        await house.lanes.run(f"SELECT pg_terminate_backend(pid) FROM ({listens}) AS l")

        async def heard() -> bool:
            return known(other).value == 4

        await until(heard)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await lanes.close()
