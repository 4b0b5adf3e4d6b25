"""What a reader of the API learns about streets and the people counted there."""

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import new_id, typed
from domain.house import House
from tests.acting import OPERATOR, ask
from tests.communities.test_population_import import CHAOYANG, bring

READER = Actor(new_id(), scopes=frozenset({"communities:read"}))


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def test_shares_of_people_from_abroad_per_street_and_over_all(house: House, engine: Engine) -> None:
    await bring(house, CHAOYANG)
    data = await ask(
        engine,
        READER,
        """query Shares($period: Date!) {
          populationSummary(period: $period, district: "110105") { streets total fromAbroad foreignShare }
          populationFigures(first: 100, orderBy: [LINE_ASC]) {
            totalCount
            nodes { printedName total fromAbroad foreignShare street { name { text } districtName { text } } }
          }
        }""",
        period="2010-03-01",
    )
    assert data["populationSummary"] == [
        {"streets": 23, "total": 2_274_562, "fromAbroad": 39_502, "foreignShare": "0.0174"}
    ]
    figures = data["populationFigures"]
    assert figures["totalCount"] == len(figures["nodes"]) == 23
    shares = {node["street"]["name"]["text"]: node["foreignShare"] for node in figures["nodes"]}
    assert [shares[name] for name in ("望京", "麦子店", "建外", "三里屯", "亚运村")] == [
        *("0.0489", "0.0445", "0.0208", "0.0158", "0.0037")
    ]
    assert figures["nodes"][0]["street"]["districtName"]["text"] == "北京市朝阳区"


async def test_inconsistencies_show_both_sums(house: House, engine: Engine) -> None:
    await bring(house, CHAOYANG)
    data = await ask(
        engine,
        READER,
        """{
          populationInconsistencies {
            printedName line figure printed summed street { number } populationTable { source }
          }
        }""",
    )
    found = data["populationInconsistencies"]
    assert len(found) == 10
    assert {
        "printedName": "八里庄",
        "line": 8,
        "figure": "INCOMING",
        "printed": 28_267,
        "summed": 31_921,
        "street": {"number": 7},
        "populationTable": {"source": "the study"},
    } in found


async def test_a_superseded_tables_figures_are_found_in_the_table_only(house: House, engine: Engine) -> None:
    await bring(house, CHAOYANG)
    await bring(house, CHAOYANG.replace(b"30862", b"27208").replace(b"697755", b"694101"))
    data = await ask(
        engine,
        READER,
        """{
          populationFigures { totalCount }
          streetOffices(first: 1) { nodes { populationFigures { totalCount } } }
          populationTables { nodes { supersededAt figures { totalCount } } }
        }""",
    )
    assert data["populationFigures"]["totalCount"] == 23
    assert data["streetOffices"]["nodes"][0]["populationFigures"]["totalCount"] == 1
    tables = data["populationTables"]["nodes"]
    assert sorted(table["supersededAt"] is None for table in tables) == [False, True]
    assert [table["figures"]["totalCount"] for table in tables] == [23, 23]


async def test_an_operator_registers_a_street_office_through_the_schema(house: House, engine: Engine) -> None:
    document = """mutation Register($input: RegisterStreetOfficeInput!) {
      registerStreetOffice(input: $input) {
        ... on StreetOffice { id number name(language: "en") { text language status } }
        ... on Refusal { kind code message path }
      }
    }"""
    given = {
        "number": 7,
        "district": "110105",
        "name": {"text": "望京", "translations": [{"language": "en", "text": "Wangjing"}]},
        "idempotencyKey": "first",
    }
    made = (await ask(engine, OPERATOR, document, input=given))["registerStreetOffice"]
    assert made["name"] == {"text": "Wangjing", "language": "en", "status": "CHECKED"}
    assert (await ask(engine, OPERATOR, document, input=given))["registerStreetOffice"] == made
    refused = await ask(engine, OPERATOR, document, input=given | {"number": 0, "idempotencyKey": "second"})
    assert refused["registerStreetOffice"] == {
        "kind": "INVALID",
        "code": "wrong_number",
        "message": "街道编号应在1至262143之间。",
        "path": "number",
    }
    found = await ask(engine, READER, "query ($id: ID!) { streetOffice(id: $id) { number } }", id=made["id"])
    assert found == {"streetOffice": {"number": 7}}
    assert await ask(
        engine, READER, "query ($id: ID!) { streetOffice(id: $id) { number } }", id=typed("str", new_id())
    ) == {"streetOffice": None}
