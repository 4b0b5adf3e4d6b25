"""What goes on by itself ends when it is told to, also in the very moment in which it is woken."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from api.background import Linker, Rulebook, forever
from api.news import News
from domain.house import House

PATIENCE = 10

Waiting = tuple[Callable[[], Awaitable[object]], asyncio.Event]


@pytest.fixture(params=["linking", "keeping", "reading"])
def waiting(house: House, request: pytest.FixtureRequest) -> Waiting:
    """A task that waits for something, and what it waits for."""
    linker, rulebook, news = Linker(house), Rulebook(house), News(house.lanes)
    kinds: dict[str, Waiting] = {
        "linking": (linker.link, linker.wanted),
        "keeping": (rulebook.keep, rulebook.told),
        "reading": (news.read, news.woken),
    }
    return kinds[request.param]


@pytest.mark.parametrize("turns", range(4))
async def test_it_ends_although_it_is_woken_at_that_moment(waiting: Waiting, turns: int) -> None:
    carry_out, woken = waiting
    task = asyncio.create_task(forever("a test", carry_out))
    await asyncio.sleep(0.3)
    woken.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    ended, _ = await asyncio.wait([task], timeout=PATIENCE)
    assert ended, "it went on as if nobody had told it to end"
