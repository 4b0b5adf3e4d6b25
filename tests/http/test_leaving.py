"""How a server ends that is asked to: what runs is finished, who listens is told, nothing is cut off."""

import asyncio
import signal

import asyncpg
import httpx2

from domain import history
from tests.acting import linked
from tests.http.conftest import Place
from tests.http.tools import SIGN_UP, SIGNUP_CHANGED, events, frames, soon


async def test_it_finishes_what_runs_and_says_goodbye_to_those_who_listen(own_place: Place) -> None:
    shift, volunteer = await own_place.shift(), await own_place.people.volunteer()
    process, headers = own_place.server.process, await own_place.bearer(volunteer)
    blocker = await asyncpg.connect(own_place.address)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("SELECT FROM shift FOR UPDATE")
    async with (
        httpx2.AsyncClient(base_url=own_place.server.url, headers=headers, timeout=30) as client,
        frames(own_place.server.url) as socket,
        events(client, SIGNUP_CHANGED, shift=shift) as stream,
    ):
        await socket.init(headers)
        await socket.subscribe("1", SIGNUP_CHANGED, shift=shift)
        body = {"query": SIGN_UP, "variables": {"shift": shift, "key": "while leaving"}}
        running = asyncio.create_task(client.post("/graphql", json=body))
        await asyncio.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert await socket.closed() in {1001, 1012}, "the conversation says so, or on a busy machine the server first"
        assert [event async for event in stream] == [], "it breaks off without `complete`: come again"
        assert not running.done()
        await transaction.rollback()
        assert (await soon(running)).json()["data"] == {"signUp": {"__typename": "Signup"}}
    assert await asyncio.to_thread(process.wait, 20) == 0
    assert '"event":"closed"' in own_place.server.said
    assert "unforeseen" not in own_place.server.said
    await blocker.close()


async def test_after_it_has_left_every_deed_finds_its_place_when_the_next_one_comes(own_place: Place) -> None:
    own_place.server.stop()
    await own_place.shift()
    assert await history.waiting(own_place.house.lanes.run) > 0
    await linked(own_place.house)
    assert await history.waiting(own_place.house.lanes.run) == 0
