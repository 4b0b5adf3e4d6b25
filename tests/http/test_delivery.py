"""News of what was done: to every process, in order, and never more of it than a follower can take."""

import asyncio
from contextlib import AsyncExitStack, aclosing
from typing import Any

import psutil
import pytest

from api import news
from api.news import FellBehind, News
from domain.house import House
from tests.acting import linked, somebody
from tests.http.conftest import Place
from tests.http.tools import SIGNUP_CHANGED, Frames, frames


def worker_holding(place: Place, port: int) -> int:
    """The process at the other end of the connection from this port."""
    for process in psutil.Process(place.server.process.pid).children(recursive=True):
        if any(c.raddr.port == port for c in process.net_connections("tcp") if c.status == "ESTABLISHED"):
            return process.pid
    raise AssertionError(f"Nobody holds the connection from port {port}.")


async def test_what_one_worker_does_reaches_those_who_listen_to_another(place: Place) -> None:
    shift = await place.shift()
    bearer = await place.bearer()
    async with AsyncExitStack() as stack:
        listeners: list[Frames] = []
        workers: set[int] = set()
        while len(workers) < 2 and len(listeners) < 20:
            client = await stack.enter_async_context(frames(place.server.url))
            await client.init(bearer)
            await client.subscribe("1", SIGNUP_CHANGED, shift=shift)
            workers.add(worker_holding(place, client.connection.local_address[1]))
            listeners.append(client)
        assert len(workers) == 2
        await asyncio.sleep(0.5)
        await place.signs_up(shift)
        for client in listeners:
            assert (await client.hear())["payload"]["data"]["signupChanged"]["state"] == "CONFIRMED"


async def test_only_those_hear_of_it_who_may_see_it(place: Place) -> None:
    shift = await place.shift()
    async with frames(place.server.url) as stranger, frames(place.server.url) as worker:
        for client, person in ((stranger, place.people.stranger), (worker, place.people.worker)):
            await client.init(await place.bearer(person))
            await client.subscribe("1", SIGNUP_CHANGED, shift=shift)
        await asyncio.sleep(0.5)
        await place.signs_up(shift)
        assert (await worker.hear())["type"] == "next"
        await stranger.say({"type": "ping"})
        assert await stranger.hear() == {"type": "pong"}, "and nothing before it"


async def test_only_those_hear_of_it_who_asked_for_it(place: Place) -> None:
    shift, other = await place.shift(), await place.shift()
    async with frames(place.server.url) as client:
        await client.init(await place.bearer())
        await client.subscribe("this", SIGNUP_CHANGED, shift=shift)
        await client.subscribe("other", SIGNUP_CHANGED, shift=other)
        await asyncio.sleep(0.5)
        await place.signs_up(other)
        assert (await client.hear())["id"] == "other"


@pytest.fixture
async def reader(house: House) -> Any:
    """News that is read, with nobody who links by himself."""
    told = News(house.lanes)
    reading = asyncio.create_task(told.read())
    yield told
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def test_followers_get_all_deeds_from_when_they_came_in_the_chains_order(house: House, reader: News) -> None:
    await somebody(house, "Before")
    await linked(house)
    async with aclosing(reader.follow()) as early, aclosing(reader.follow()) as late:
        first = asyncio.ensure_future(anext(early))
        await asyncio.sleep(0.1)
        people = [(await somebody(house, name)).id for name in ("An", "Bo", "Chen")]
        await linked(house)
        heard = [await first, await anext(early), await anext(early)]
        assert [deed["subject_id"] for deed in heard] == people
        next_one = asyncio.ensure_future(anext(late))
        await asyncio.sleep(0.1)
        newest = await somebody(house, "Dong")
        await linked(house)
        assert (await next_one)["subject_id"] == newest.id
        assert (await anext(early))["subject_id"] == newest.id


async def test_a_follower_who_does_not_keep_up_is_let_go_and_the_others_are_not(
    house: House, reader: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "BEHIND", 3)
    async with aclosing(reader.follow()) as slow, aclosing(reader.follow()) as quick:
        got = [asyncio.ensure_future(anext(follower)) for follower in (slow, quick)]
        await asyncio.sleep(0.1)
        for number in range(5):
            await somebody(house, f"Number{number}")
            await linked(house)
            await got[1]
            got[1] = asyncio.ensure_future(anext(quick))
        await got[0]
        with pytest.raises(FellBehind):
            await anext(slow)
        got[1].cancel()
        await asyncio.gather(got[1], return_exceptions=True)
    assert not reader.followers
