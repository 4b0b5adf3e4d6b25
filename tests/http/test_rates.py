"""What a client hears of costs and limits, and what it gets when it has spent too much."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from api.engine.limits import COST, LIMITS, TOKENS
from api.http import rates
from api.http.problems import Problem
from api.http.rates import Rates
from domain.access import Actor
from domain.columns import new_id
from tests.http.conftest import Place, settled
from tests.http.tools import SIGN_UP, SIGNUP_CHANGED, frames

LIST = "{ streetOffices(first: 3) { nodes { id } } }"
PRICE = {"requested": 20 + 1 + 3, "limit": COST}
DRY = {"dryRun": True}
DEAR = "{ " + " ".join(f"a{i}: hourTotals(groupBy: MONTH) {{ minutes }}" for i in range(9)) + " }"


async def ask(client: httpx2.AsyncClient, query: str, **more: Any) -> httpx2.Response:
    return await client.post("/graphql", json={"query": query, **more})


async def test_every_answer_tells_what_it_cost(known: httpx2.AsyncClient) -> None:
    assert (await ask(known, LIST)).json()["extensions"] == {"cost": PRICE}
    assert (await known.get("/graphql", params={"query": LIST})).json()["extensions"] == {"cost": PRICE}


async def test_a_dry_run_tells_the_cost_and_does_nothing(place: Place, known: httpx2.AsyncClient) -> None:
    told = {"data": None, "extensions": {"cost": PRICE}}
    assert (await ask(known, LIST, extensions=DRY)).json() == told
    assert (await known.get("/graphql", params={"query": LIST, "extensions": '{"dryRun": true}'})).json() == told
    accept = {"Accept": "application/graphql-response+json"}
    whole = await known.post("/graphql", json={"query": LIST, "extensions": DRY}, headers=accept)
    assert (whole.status_code, whole.json()) == (200, told)
    assert (await ask(known, SIGNUP_CHANGED, variables={"shift": "shf_1"}, extensions=DRY)).json()["data"] is None
    volunteer = await place.bearer(await place.people.volunteer())
    asked = {"shift": await place.shift(), "key": "dry"}
    before = await place.house.lanes.run("SELECT count(*) FROM signup")
    body = {"query": SIGN_UP, "variables": asked, "extensions": DRY}
    dry = (await known.post("/graphql", json=body, headers=volunteer)).json()
    assert dry == {"data": None, "extensions": {"cost": {"requested": 101, "limit": COST}}}
    assert await place.house.lanes.run("SELECT count(*) FROM signup") == before
    done = await known.post("/graphql", json={**body, "extensions": {}}, headers=volunteer)
    assert done.json()["data"] == {"signUp": {"__typename": "Signup"}}
    again = await known.post("/graphql", json={**body, "extensions": {}}, headers=volunteer)
    assert again.json() == done.json(), "the answer that is kept, with its cost"


async def test_a_dry_run_needs_a_token_and_good_values(client: httpx2.AsyncClient, place: Place) -> None:
    assert (await ask(client, LIST, extensions=DRY)).status_code == 401
    client.headers.update(await place.bearer())
    assert (await ask(client, LIST, extensions={"dryRun": "yes"})).status_code == 400
    wrong = await ask(
        client, "query ($n: Int) { communities(first: $n) { totalCount } }", variables={"n": "x"}, extensions=DRY
    )
    assert wrong.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "data" not in wrong.json()


async def test_a_dry_run_on_a_long_connection(place: Place) -> None:
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        payload = {"query": LIST, "extensions": DRY}
        await client.say({"id": "1", "type": "subscribe", "payload": payload})
        assert (await client.hear())["payload"] == {"data": None, "extensions": {"cost": PRICE}}


async def test_the_limits_can_be_asked_for(known: httpx2.AsyncClient) -> None:
    response = await ask(
        known, "{ limits { operationCost depth fields aliases tokens pageSize bodyBytes rate { cost seconds } } }"
    )
    asked = response.json()["data"]["limits"]
    assert asked["rate"] == {"cost": 1_000_000, "seconds": 60}
    assert (asked["operationCost"], asked["depth"], asked["fields"]) == (COST, LIMITS.depth, LIMITS.fields)
    assert (asked["aliases"], asked["tokens"], asked["pageSize"]) == (LIMITS.aliases, TOKENS, 100)
    assert response.json()["extensions"]["cost"]["requested"] == 2
    assert response.headers["ratelimit-policy"] == f'"cost";q={asked["rate"]["cost"]};w={asked["rate"]["seconds"]}'


async def test_the_headers_tell_what_is_left(place: Place, client: httpx2.AsyncClient) -> None:
    headers = await place.bearer(await place.people.volunteer())
    first, second = [await client.post("/graphql", json={"query": DEAR}, headers=headers) for _ in range(2)]
    for response in (first, second):
        assert re.fullmatch(r'"cost";r=9[89]\d{4};t=[12]', response.headers["ratelimit"])
        exposed = response.headers["access-control-expose-headers"].split(", ")
        assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed)


@pytest.fixture
async def strict(database: str) -> AsyncIterator[Place]:
    """Where everybody may spend the cost of one operation in a minute."""
    async with settled(database, {"RATE_LIMIT": str(COST)}) as place:
        yield place


async def test_who_has_spent_too_much_waits_and_nobody_else_does(strict: Place) -> None:
    async with httpx2.AsyncClient(base_url=strict.server.url, headers=await strict.bearer(), timeout=30) as client:
        limits = (await ask(client, "{ limits { rate { cost } } }")).json()["data"]["limits"]
        assert limits == {"rate": {"cost": COST}}
        for _ in range(2):
            assert (await ask(client, DEAR)).status_code == 200
        refused = await ask(client, "{ __typename }")
        assert refused.status_code == 429
        (error,) = refused.json()["errors"]
        assert error["extensions"]["code"] == "TOO_MANY_REQUESTS"
        wait = int(refused.headers["retry-after"])
        assert 50 <= wait <= 60
        assert f"{wait} seconds" in error["message"]
        assert f"{wait} 秒" in error["extensions"]["zh"]
        assert re.fullmatch(r'"cost";r=0;t=1[012]\d', refused.headers["ratelimit"])
        stream = await client.post("/graphql", json={"query": LIST}, headers={"Accept": "text/event-stream"})
        assert stream.status_code == 429
        async with frames(strict.server.url) as connection:
            await connection.init(await strict.bearer())
            await connection.subscribe("1", LIST)
            said = await connection.hear()
            assert (said["type"], said["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_REQUESTS")
        other = await client.post(
            "/graphql", json={"query": DEAR}, headers=await strict.bearer(strict.people.colleague)
        )
        assert other.status_code == 200


# -- buckets -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A time that stands still until a test moves it."""
    now = [100.0]
    monkeypatch.setattr(rates, "monotonic", lambda: now[0])
    return now


def test_a_bucket_fills_again_at_an_even_pace(clock: list[float]) -> None:
    house, who = Rates(600), Actor(id=new_id(), client_id="cli_1")
    house.admit(who).spend(600)
    with pytest.raises(Problem) as refused:
        house.admit(who)
    assert refused.value.headers["Retry-After"] == "1"
    clock[0] += 1
    assert dict(house.admit(who).headers)[b"ratelimit"] == b'"cost";r=9;t=60'
    clock[0] += 30
    assert dict(house.admit(who).headers)[b"ratelimit"] == b'"cost";r=308;t=30'
    clock[0] += 3600
    assert dict(house.admit(who).headers)[b"ratelimit"] == b'"cost";r=599;t=1'


def test_what_is_owed_is_paid_back_first(clock: list[float]) -> None:
    house, who = Rates(600), Actor(id=new_id(), client_id="cli_1")
    house.admit(who).spend(1200)
    clock[0] += 59
    with pytest.raises(Problem) as refused:
        house.admit(who)
    assert refused.value.headers["Retry-After"] == "2"
    clock[0] += 2
    house.admit(who)


def test_a_person_has_a_bucket_in_each_application_and_few_are_kept(clock: list[float]) -> None:
    house, person = Rates(600), new_id()
    house.admit(Actor(id=person, client_id="cli_1")).spend(600)
    house.admit(Actor(id=person, client_id="cli_2"))
    with pytest.raises(Problem):
        house.admit(Actor(id=person, client_id="cli_1"))
    for _ in range(10_010):
        house.admit(Actor(id=new_id(), client_id="cli_1"))
    assert len(house._buckets) == 10_000


def test_the_last_of_a_bucket_can_be_spent(clock: list[float]) -> None:
    house, who = Rates(600), Actor(id=new_id(), client_id="cli_1")
    house.admit(who).spend(599)
    house.admit(who).spend(1)
    with pytest.raises(Problem):
        house.admit(who)


def test_many_others_do_not_wash_a_debt_away(clock: list[float]) -> None:
    house, who = Rates(600), Actor(id=new_id(), client_id="cli_1")
    house.admit(who).spend(6000)
    for _ in range(3):
        for _ in range(6_000):
            house.admit(Actor(id=new_id(), client_id="cli_1"))
        with pytest.raises(Problem):
            house.admit(who)
