"""An operation's answers as a stream of events: GraphQL over SSE, one connection for each operation."""

import asyncio
from contextlib import aclosing

from starlette.types import Receive, Send

from api.http.live import Bearer, Departed, Live
from api.http.problems import Headers, problem_of
from api.http.question import Question
from api.http.rates import Bucket

ALIVE = 15
"""Seconds after which a comment shows that the stream still stands."""


async def stream(
    question: Question, bearer: Bearer, bucket: Bucket, live: Live, receive: Receive, send: Send, headers: Headers
) -> None:
    """Send each answer as `next`, and `complete` at the end.

    When the bearer has departed or the house closes, the stream breaks off without `complete`: come again.
    """
    with live.connection(bearer.actor):
        start = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"), *headers]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await _say(send, b":\n\n")  # so that the client knows at once that it is heard
        ways_to_end = (
            _pump(question, bearer, bucket, live, send),
            _murmur(send),
            _disconnected(receive),
            bearer.departure(),
            live.leaving.wait(),
        )
        tasks = [asyncio.create_task(way) for way in ways_to_end]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await send({"type": "http.response.body"})


async def _pump(question: Question, bearer: Bearer, bucket: Bucket, live: Live, send: Send) -> None:
    try:
        async with aclosing(live.answers(question, bearer, bucket)) as bodies:
            async for body in bodies:
                await _say(send, _next(body))
    except Departed:
        return
    except Exception as error:
        await _say(send, _next(problem_of(error).body))
    await _say(send, b"event: complete\ndata:\n\n")


def _next(body: bytes) -> bytes:
    """JSON from the database may have line breaks between its values; within them they are escaped."""
    return b"event: next\ndata: " + body.replace(b"\n", b" ") + b"\n\n"


async def _murmur(send: Send) -> None:
    while True:
        await asyncio.sleep(ALIVE)
        await _say(send, b":\n\n")


async def _say(send: Send, event: bytes) -> None:
    await send({"type": "http.response.body", "body": event, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
