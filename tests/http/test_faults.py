"""What people are told when something is wrong on our side, and what the log tells, and what it never does."""

import asyncio
import json
from pathlib import Path

import httpx2

from sanshe.cluster import Cluster
from tests.conftest import furnish, say
from tests.http.conftest import Place, settled
from tests.http.tools import SIGNUP_CHANGED, events, frames, soon

SECRETS = ["zhang@example.org", "张三", "13900001111", "Legally"]


async def test_a_bug_is_masked_and_the_log_has_it_under_the_same_id(own_place: Place) -> None:
    await say(own_place.address, "ALTER TABLE street_office RENAME COLUMN district_name TO zhang_example_org")
    async with httpx2.AsyncClient(base_url=own_place.server.url, headers=await own_place.bearer()) as client:
        response = await client.post(
            "/graphql", json={"query": "{ streetOffices { nodes { districtName { text } } } }"}
        )
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "district" not in error["message"]
    line = json.loads(await own_place.server.says(error["extensions"]["id"]))
    assert line["level"] == "error"
    assert line["request_id"] == response.headers["x-request-id"]
    assert "UndefinedColumnError 42703" in line["trace"]


async def test_a_bug_at_the_gate_is_masked_too(own_place: Place) -> None:
    bearer = await own_place.bearer()
    await say(own_place.address, "ALTER TABLE token_family RENAME TO zhang_example_org")
    async with httpx2.AsyncClient(base_url=own_place.server.url, headers=bearer) as client:
        response = await client.post("/graphql", json={"query": "{ __typename }"})
    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["extensions"]["id"] in error["message"]
    assert "token_family" not in response.text
    assert "UndefinedTableError" in json.loads(await own_place.server.says(error["extensions"]["id"]))["trace"]
    async with frames(own_place.server.url) as socket:
        await socket.say({"type": "connection_init", "payload": bearer})
        assert await socket.closed() == 1011


async def test_the_log_tells_what_was_asked_and_never_a_word_about_a_person(own_place: Place) -> None:
    """Words about people sit wherever a caller can put them: variables, literals, addresses, headers, names."""
    await say(own_place.address, "ALTER TABLE street_office RENAME COLUMN district_name TO other")
    bearer = await own_place.bearer(await own_place.people.volunteer("Li"))
    names = json.dumps(SECRETS)
    async with httpx2.AsyncClient(base_url=own_place.server.url, headers=bearer) as client:
        for document in (
            f"query Known($a: String) {{ __type(name: {json.dumps(SECRETS[0])}) {{ name }} }}",
            f"{{ noSuchField(a: {names}) }}",
            f"{{ streetOffices {{ nodes {{ districtName {{ text }} }} }} }} # {names}",
            "query 张三 { __typename }",
        ):
            asked = {
                "query": document,
                "operationName": "Known" if "Known" in document else None,
                "variables": {"a": names},
            }
            await client.post("/graphql", json=asked)
            await client.get("/graphql", params={"query": document, "variables": json.dumps({"a": names})})
        await client.get(f"/{SECRETS[0]}/张三", params={"a": names}, headers={"X-Request-Id": SECRETS[2] + "@x"})
        await client.post("/login", data={"email": SECRETS[0], "password": SECRETS[2]})
        await client.post("/graphql", json={"query": "{ __typename }"}, headers={"X-Request-Id": "the-last-request"})
    line = json.loads(await own_place.server.says("the-last-request"))
    assert line["client"].startswith("cli_")
    assert line["status"] == 200
    assert line["route"] == "/graphql"
    assert line["ms"] > 0
    said = own_place.server.said
    assert '"operation":"Known"' in said
    token = bearer["Authorization"].split()[1]
    (person,) = await own_place.house.lanes.run("SELECT email FROM person WHERE name = 'Li'")
    for secret in (
        *SECRETS,
        json.dumps("张三")[1:-1],
        "%E5%BC%A0",
        token,
        token.split(".")[2],
        person["email"],
        "127.0.0.1:",
    ):
        assert secret not in said.replace(own_place.server.url, "")


async def test_the_database_gone_for_a_while_is_said_and_survived(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres")
    cluster.start()
    await furnish(cluster.address)
    hello = {"query": "{ streetOffices { totalCount } }"}
    try:
        async with (
            settled(cluster.address) as place,
            httpx2.AsyncClient(base_url=place.server.url, headers=await place.bearer(), timeout=30) as client,
        ):
            answer = (await client.post("/graphql", json=hello)).json()
            assert answer["data"] == {"streetOffices": {"totalCount": 1}}
            cluster.stop()
            for _ in range(2):  # once before and once after the gate forgets what it knew
                gone = await client.post("/graphql", json=hello)
                assert gone.status_code == 503
                assert gone.headers["retry-after"] == "2"
                assert gone.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
                await asyncio.sleep(1.1)
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/healthz")).status_code == 200
            async with frames(place.server.url) as socket:
                await socket.say({"type": "connection_init", "payload": _bearer_of(client)})
                assert await socket.closed() == 1013
            cluster.start()
            assert (await client.post("/graphql", json=hello)).status_code == 200
            assert (await client.get("/readyz")).status_code == 200
            shift = await place.shift()
            async with events(client, SIGNUP_CHANGED, shift=shift) as stream:
                await asyncio.sleep(3)  # the reader of news comes back by itself
                await place.signs_up(shift)
                assert (await soon(anext(stream)))[0] == "next"
            assert place.server.said.count("unforeseen") == 0
    finally:
        cluster.stop()


def _bearer_of(client: httpx2.AsyncClient) -> dict[str, str]:
    return {"Authorization": client.headers["Authorization"]}
