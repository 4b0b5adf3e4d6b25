"""One WebSocket: graphql-transport-ws, frame by frame, and with the client that frontends use."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from api.http import conversation, live
from tests.http.conftest import Place
from tests.http.tools import NODE, SCRIPTS, SIGNUP_CHANGED, frames, soon

HELLO = "{ __typename }"


async def test_queries_and_mutations_are_answered_too(place: Place) -> None:
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        await client.subscribe("1", HELLO)
        said = await client.hear()
        assert (said["id"], said["type"], said["payload"]["data"]) == ("1", "next", {"__typename": "Query"})
        assert await client.hear() == {"id": "1", "type": "complete"}
        await client.subscribe("1", "mutation { __typename }")
        assert (await client.hear())["payload"]["data"] == {"__typename": "Mutation"}


async def test_the_token_may_come_with_the_handshake(place: Place) -> None:
    async with frames(place.server.url, **await place.bearer()) as client:
        await client.init({})
        await client.subscribe("1", HELLO)
        assert (await client.hear())["type"] == "next"


async def test_a_refused_document_is_an_error_of_its_operation_only(place: Place) -> None:
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        for document in ("{", "{ noSuchField }", "subscription { noSuchField }"):
            await client.subscribe("1", document)
            said = await client.hear()
            assert (said["id"], said["type"]) == ("1", "error")
            assert said["payload"][0]["message"]
        await client.subscribe("1", HELLO)
        assert (await client.hear())["type"] == "next"


async def test_pings_are_answered_before_and_after_the_greeting(place: Place) -> None:
    async with frames(place.server.url) as client:
        await client.say({"type": "ping", "payload": {"n": 1}})
        assert await client.hear() == {"type": "pong", "payload": {"n": 1}}
        await client.init(await place.bearer())
        await client.say({"type": "pong"})
        await client.say({"type": "ping"})
        assert await client.hear() == {"type": "pong"}


SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": HELLO}}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (SUBSCRIBE, 4401),
        ({"type": "connection_init"}, 4403),
        ({"type": "connection_init", "payload": {"Authorization": "Bearer x.y.z"}}, 4403),
        ({"type": "connection_init", "payload": {"Authorization": 7}}, 4403),
        ({"type": "connection_init", "payload": []}, 4403),
        ("{", 4400),
        ("[]", 4400),
        ('"ping"', 4400),
        (b"\x00\x01", 4400),
        ({"type": "start", "id": "1"}, 4400),
        ({"type": 7}, 4400),
        ({"type": "next", "id": "1", "payload": {}}, 4400),
        ("[" * 100_000, 4400),
        ("[" * 1_000_001, 1009),
    ],
)
async def test_who_does_not_keep_to_the_protocol_before_the_greeting_is_hung_up_on(
    place: Place, message: Any, code: int
) -> None:
    async with frames(place.server.url) as client:
        await client.say(message)
        assert await client.closed() == code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "connection_init"}, 4429),
        ({"type": "subscribe", "payload": {"query": HELLO}}, 4400),
        ({"type": "subscribe", "id": "", "payload": {"query": HELLO}}, 4400),
        ({"type": "subscribe", "id": 1, "payload": {"query": HELLO}}, 4400),
        ({"type": "subscribe", "id": "1"}, 4400),
        ({"type": "subscribe", "id": "1", "payload": {}}, 4400),
        ({"type": "subscribe", "id": "1", "payload": {"query": 7}}, 4400),
        ({"type": "subscribe", "id": "1", "payload": {"query": HELLO, "variables": []}}, 4400),
        ({"type": "complete"}, 4400),
    ],
)
async def test_who_does_not_keep_to_the_protocol_after_the_greeting_is_hung_up_on(
    place: Place, message: Any, code: int
) -> None:
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        await client.say(message)
        assert await client.closed() == code


@pytest.mark.parametrize("protocol", [None, "graphql-ws", "chat"])
async def test_only_one_protocol_is_spoken(place: Place, protocol: str | None) -> None:
    async with frames(place.server.url, protocol) as client:
        assert await client.closed() == 4406


async def test_who_does_not_greet_is_hung_up_on(place: Place) -> None:
    async with frames(place.server.url) as client:
        assert await client.closed() == 4408


async def test_a_page_of_another_origin_gains_nothing_by_cookies(place: Place) -> None:
    headers = {"Origin": "https://elsewhere.example", "Cookie": "session=anything"}
    async with frames(place.server.url, **headers) as client:
        await client.say({"type": "connection_init"})
        assert await client.closed() == 4403


async def test_there_is_a_websocket_at_one_address_only(place: Place) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with frames(f"{place.server.url}/elsewhere"):
            pass
    assert refused.value.response.status_code in {403, 404}


async def test_an_operation_runs_until_its_client_completes_it_and_its_name_is_free_then(place: Place) -> None:
    shift = await place.shift()
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        await client.subscribe("a", SIGNUP_CHANGED, shift=shift)
        await client.subscribe("b", SIGNUP_CHANGED, shift=shift)
        await client.subscribe("pause", HELLO)
        assert [(await client.hear())["id"], (await client.hear())["type"]] == ["pause", "complete"]
        await place.signs_up(shift)
        both = [await client.hear(), await client.hear()]
        assert {said["id"] for said in both} == {"a", "b"}
        assert both[0]["payload"]["data"]["signupChanged"]["state"] == "CONFIRMED"
        await client.say({"type": "complete", "id": "a"})
        await place.signs_up(shift)
        assert (await client.hear())["id"] == "b"
        await client.subscribe("a", HELLO)
        assert (await client.hear())["id"] == "a"


async def test_a_name_in_use_cannot_be_used_again(place: Place) -> None:
    shift = await place.shift()
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        await client.subscribe("a", SIGNUP_CHANGED, shift=shift)
        await client.subscribe("a", SIGNUP_CHANGED, shift=shift)
        assert await client.closed() == 4409


async def test_one_connection_carries_a_bounded_number_of_operations(place: Place) -> None:
    shift = await place.shift()
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        for number in range(conversation.MOST_OPERATIONS + 1):
            await client.subscribe(str(number), SIGNUP_CHANGED, shift=shift)
        said = await client.hear()
        assert (said["id"], said["type"]) == (str(conversation.MOST_OPERATIONS), "error")
        assert said["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"


async def test_one_person_holds_a_bounded_number_of_connections(own_place: Place) -> None:
    bearer = await own_place.bearer()
    async with asyncio.TaskGroup() as group, frames(own_place.server.url) as one_too_many:
        done = asyncio.Event()
        ready = asyncio.Semaphore(0)

        async def hold() -> None:
            async with frames(own_place.server.url) as client:
                await client.init(bearer)
                ready.release()
                await done.wait()

        for _ in range(live.MOST_CONNECTIONS):
            group.create_task(hold())
        for _ in range(live.MOST_CONNECTIONS):
            await ready.acquire()
        await one_too_many.say({"type": "connection_init", "payload": bearer})
        assert await one_too_many.closed() == 4429
        async with httpx2.AsyncClient(base_url=own_place.server.url, headers=bearer) as client:
            response = await client.post("/graphql", json={"query": HELLO}, headers={"Accept": "text/event-stream"})
            assert response.status_code == 429
        done.set()


async def test_a_connection_ends_with_its_token(place: Place) -> None:
    async with frames(place.server.url) as client:
        await client.init(await place.bearer(lasting=timedelta(seconds=3)))
        assert await client.closed() == 4403


@pytest.mark.node
async def test_the_client_of_graphql_ws_is_served(place: Place) -> None:
    shift = await place.shift()
    token = (await place.bearer())["Authorization"].split()[1]
    arguments = [place.server.url.replace("http", "ws") + "/graphql", token, SIGNUP_CHANGED]
    process = await asyncio.create_subprocess_exec(
        NODE,
        SCRIPTS / "subscribe.mjs",
        *arguments,
        json.dumps({"shift": shift}),
        "2",
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    assert json.loads(await soon(process.stdout.readline())) == {"ready": True}
    await asyncio.sleep(0.5)
    await place.signs_up(shift)
    await place.signs_up(shift)
    out, _ = await soon(process.communicate())
    results = [json.loads(line) for line in out.splitlines()]
    assert [result["data"]["signupChanged"]["state"] for result in results] == ["CONFIRMED", "CONFIRMED"]
