"""A body is waited for, but not for ever."""

import asyncio
from typing import Any

import pytest

from api.http import question
from api.http.problems import Problem


class Sender:
    """Sends the parts of a body, each after a while."""

    def __init__(self, *parts: bytes, pause: float = 0) -> None:
        self.parts, self.pause = list(parts), pause
        self.interrupted = False

    async def receive(self) -> Any:
        try:
            if self.pause:
                await asyncio.sleep(self.pause)
        except BaseException:
            self.interrupted = True
            raise
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts)}


@pytest.mark.parametrize("pause", [0, 0.01])
async def test_a_body_in_parts_is_heard_to_its_end(pause: float) -> None:
    assert await question.body({}, Sender(b"{", b"", b"}", pause=pause).receive) == b"{}"


async def test_a_body_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "PATIENCE", 0.05)
    sender = Sender(b"{", *[b" "] * 20, b"}", pause=0.01)
    with pytest.raises(Problem) as slow:
        await question.body({}, sender.receive)
    assert slow.value.status == 408
    assert sender.interrupted


async def test_whoever_stops_waiting_stops_the_hearing() -> None:
    sender = Sender(b"{}", pause=10)
    hearing = asyncio.create_task(question.body({}, sender.receive))
    await asyncio.sleep(0.01)
    hearing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hearing
    assert sender.interrupted
