"""Anyone reads which rules hold in a street on a day, and where each of them stands."""

from datetime import date, timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import typed
from domain.communities.commands import register_street_office, street_office
from domain.house import House
from domain.places import PROVINCES, names
from tests.acting import OPERATOR, ask, chinese, done
from tests.programmes.neighbourhood import Neighbourhood

IN_FORCE = """query InForce($street: ID, $on: Date) { rulesInForce(streetId: $street, on: $on) {
  rule { name jurisdiction jurisdictionName(language: "en") { text } value unit since until source verified version
    says(language: "en") { text } } } }"""


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def street(house: House, number: int, district: str) -> str:
    office = await done(house, register_street_office, number=number, name=chinese(f"街道{number}"), district=district)
    return typed("str", office.id)


async def held(engine: Engine, street: str | None, on: str | None = None) -> dict[str, dict[str, Any]]:
    data = await ask(engine, Actor(), IN_FORCE, street=street, on=on)
    return {found["rule"]["name"]: found["rule"] for found in data["rulesInForce"]}


async def test_in_beijing_an_agreement_is_asked_for_since_its_decree_and_nowhere_else(
    house: House, engine: Engine
) -> None:
    chaoyang, pudong = await street(house, 1, "110105"), await street(house, 2, "310115")
    rule = (await held(engine, chaoyang))["agreement_foreign"]
    assert rule["jurisdictionName"] == {"text": "Beijing"}
    assert rule["says"] == {"text": "A written agreement is made when a foreign person takes part."}
    assert (rule["source"], rule["verified"]) == ("北京市志愿服务促进条例第十八条", True)
    assert "agreement_foreign" in await held(engine, chaoyang, "2021-03-01")
    assert "agreement_foreign" not in await held(engine, chaoyang, "2021-02-28")
    assert "agreement_foreign" not in await held(engine, pudong)
    assert "agreement_foreign" not in await held(engine, None)


async def test_hangzhou_shows_the_law_of_zhejiang_and_ningbo_its_own(house: House, engine: Engine) -> None:
    hangzhou, ningbo = await street(house, 1, "330106"), await street(house, 2, "330203")
    assert (await held(engine, hangzhou))["minor_in_danger"]["jurisdictionName"] == {"text": "Zhejiang"}
    assert (await held(engine, ningbo))["minor_in_danger"]["jurisdictionName"] == {"text": "Ningbo"}
    assert "insurance_always" not in await held(engine, hangzhou)
    assert "insurance_always" in await held(engine, ningbo)


async def test_what_nobody_has_read_in_full_says_so(engine: Engine) -> None:
    rule = (await held(engine, None))["youngest_volunteer"]
    assert (rule["verified"], rule["jurisdictionName"]) == (False, {"text": "China"})


def some_district(digits: str) -> str | None:
    """The first district or county of a province, if the standard lists any."""
    numbers = (f"{digits}{number:04}" for number in range(101, 10_000))
    return next((code for code in numbers if not code.endswith("00") and "county" in names(code)), None)


async def test_the_schema_and_the_commands_read_one_and_the_same_book(house: House, engine: Engine) -> None:
    """In every province, on the eve of every rule's first day, and on that day."""
    codes = [known for digits in PROVINCES if (known := some_district(digits))]
    offices = [street_office(number, chinese(code), code) for number, code in enumerate(codes, 1)]
    for office in offices:
        await Neighbourhood(house).put(office)
    await house.refresh()
    days = sorted({rule.since - timedelta(days=ahead) for rule in house.book.rules for ahead in (0, 1)})
    ruled = sorted({rule.name for rule in house.book.rules})

    def found(name: str, day: date, place: str) -> tuple[str, str] | None:
        try:
            rule = house.book.find(name, day, place)
        except LookupError:
            return None
        return rule.jurisdiction, str(rule.since)

    for office in offices:
        place = house.book.places[office.number]
        for day in days:
            shown = await held(engine, typed("str", office.id), str(day))
            read = {name: rule for name in ruled if (rule := found(name, day, place))}
            assert {name: (r["jurisdiction"], r["since"]) for name, r in shown.items()} == read, (place, day)


async def test_a_street_that_there_is_not_has_no_rules(engine: Engine) -> None:
    assert await held(engine, f"str_{'0' * 32}") == {}


async def test_all_rules_can_be_searched_and_found_by_place(engine: Engine) -> None:
    data = await ask(
        engine,
        OPERATOR,
        """{ rules(filter: { jurisdiction: { eq: "CN-BJ" }, says: { contains: "FOREIGN" } }) {
          totalCount nodes { name } } }""",
    )
    assert data["rules"] == {"totalCount": 1, "nodes": [{"name": "agreement_foreign"}]}
