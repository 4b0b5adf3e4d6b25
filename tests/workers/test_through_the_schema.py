"""What a reader of the API learns about organizations and social workers, and what only some do."""

from datetime import date

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.columns import typed
from domain.house import House
from tests.acting import ask, somebody
from tests.workers.test_social_workers import SECRET, Place, place, qualified, registered, supervising

__all__ = ["place"]  # the fixture


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


WORKER = "query ($id: ID!) { socialWorker(id: $id) { state certificateNumber viewerCan agency { name { text } } } }"


async def test_a_certificate_number_is_shown_to_those_who_check_it_only(
    house: House, place: Place, engine: Engine
) -> None:
    mei, worker = await registered(house, place)
    stranger = await somebody(house, "Stranger")
    seen = {}
    for who, reader in {"mei": mei, "manager": place.manager, "officer": place.officer, "stranger": stranger}.items():
        seen[who] = (await ask(engine, reader, WORKER, id=typed("wrk", worker.id)))["socialWorker"]
    assert {who: shown["certificateNumber"] for who, shown in seen.items()} == {
        "mei": SECRET,
        "manager": SECRET,
        "officer": SECRET,
        "stranger": None,
    }
    assert {who: shown["viewerCan"] for who, shown in seen.items()} == {
        "mei": ["release_social_worker"],
        "manager": ["release_social_worker"],
        "officer": ["verify_qualification", "release_social_worker"],
        "stranger": [],
    }


async def test_who_supervises_a_community_is_public(house: House, place: Place, engine: Engine) -> None:
    _, worker = await qualified(house, place)
    await supervising(place, worker)
    stranger = await somebody(house, "Stranger")
    data = await ask(
        engine,
        stranger,
        "{ supervisions { nodes { since state community { name { text } } socialWorker { qualification } } } }",
    )
    assert data["supervisions"]["nodes"] == [
        {
            "since": date(2026, 6, 1).isoformat(),
            "state": "ASSIGNED",
            "community": {"name": {"text": "南湖西里"}},
            "socialWorker": {"qualification": "INTERMEDIATE"},
        }
    ]


async def test_an_organizations_staff_are_seen_from_within_and_by_the_street(
    house: House, place: Place, engine: Engine
) -> None:
    stranger = await somebody(house, "Stranger")
    document = (
        "query ($id: ID!) { organization(id: $id) { state unifiedCode staff { totalCount nodes { position } } } }"
    )
    for reader, count in ((place.manager, 1), (place.officer, 1), (place.neighbour, 0), (stranger, 0)):
        data = await ask(engine, reader, document, id=typed("org", place.agency.id))
        assert data["organization"]["state"] == "ACTIVE"
        assert data["organization"]["staff"]["totalCount"] == count
        assert [node["position"] for node in data["organization"]["staff"]["nodes"]] == ["总干事"] * count
