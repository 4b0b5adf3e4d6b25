"""Operations as event streams: GraphQL over SSE, one connection for each."""

import asyncio

import httpx2

from tests.http.conftest import Place
from tests.http.tools import SIGNUP_CHANGED, events, soon


async def test_a_subscription_streams_what_happens(place: Place, known: httpx2.AsyncClient) -> None:
    shift = await place.shift()
    async with events(known, SIGNUP_CHANGED, shift=shift) as stream:
        await asyncio.sleep(0.5)
        await place.signs_up(shift)
        name, result = await soon(anext(stream))
        assert (name, result["data"]["signupChanged"]["state"]) == ("next", "CONFIRMED")
        await place.signs_up(shift)
        assert (await soon(anext(stream)))[0] == "next"


async def test_a_query_is_one_event_and_the_end(known: httpx2.AsyncClient) -> None:
    async with events(known, "{ __typename }") as stream:
        (name, result), end = [event async for event in stream]
        assert (name, result["data"], end) == ("next", {"__typename": "Query"}, ("complete", None))


async def test_a_refused_document_is_told_and_ends(known: httpx2.AsyncClient) -> None:
    async with events(known, "subscription { noSuchField }") as stream:
        (name, result), end = [event async for event in stream]
        assert (name, set(result)) == ("next", {"errors"})
        assert end == ("complete", None)


async def test_a_subscription_may_be_asked_by_get(place: Place, known: httpx2.AsyncClient) -> None:
    asked = {"query": "{ __typename }"}
    response = await known.get("/graphql", params=asked, headers={"Accept": "text/event-stream"})
    assert "event: next" in response.text


async def test_without_a_token_there_is_no_stream(client: httpx2.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"Accept": "text/event-stream"})
    assert response.status_code == 401


async def test_nothing_is_told_to_somebody_whose_access_was_taken_away(place: Place) -> None:
    shift = await place.shift()
    colleague = place.people.colleague
    headers = await place.bearer(colleague)
    async with (
        httpx2.AsyncClient(base_url=place.server.url, headers=headers, timeout=30) as client,
        events(client, SIGNUP_CHANGED, shift=shift) as stream,
    ):
        await asyncio.sleep(0.5)
        await place.signs_up(shift)
        assert (await soon(anext(stream)))[0] == "next"
        await place.house.lanes.run("UPDATE token_family SET revoked_at = now() WHERE person_id = $1", (colleague.id,))
        await asyncio.sleep(1.1)  # the gate may believe what it knew a second ago
        await place.signs_up(shift)
        assert [event async for event in stream] == [], "no `next`, and no `complete` either: it was cut off"
