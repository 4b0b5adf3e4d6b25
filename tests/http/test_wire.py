"""What the server writes for what an application sends: to the byte, and in how many writes."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.http.wire import Protocol

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HELLO: list[Message] = [
    {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5"), (b"x-kind", b"greeting")]},
    {"type": "http.response.body", "body": b"hello"},
]


class Wire(asyncio.Transport):
    """Notes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def resume_reading(self) -> None: ...

    def pause_reading(self) -> None: ...


async def written(
    messages: list[Message], request: bytes = GET, protocol: type[HttpToolsProtocol] = Protocol, fault: bool = False
) -> Wire:
    """What goes over the wire when the application sends these messages to each request."""

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(dict(message))
        if fault:
            raise LookupError

    configuration = uvicorn.Config(application, log_config=None, access_log=False, lifespan="off")
    configuration.load()
    state = ServerState()
    state.default_headers = [(b"date", b"today")]
    wire, server = Wire(), protocol(configuration, state, {})
    server.connection_made(wire)
    server.data_received(request)
    while state.tasks:
        await asyncio.gather(*state.tasks)
    server.connection_lost(None)
    return wire


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(text: bytes = b"", more: bool = False) -> Message:
    return {"type": "http.response.body", "body": text, "more_body": more}


async def test_a_whole_answer_is_one_write() -> None:
    (answer,) = (await written(HELLO)).writes
    assert answer == b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 5\r\nx-kind: greeting\r\n\r\nhello"


ANSWERS: dict[str, tuple[list[Message], bytes]] = {
    "whole": (HELLO, GET),
    "to several at once": (HELLO, GET * 3),
    "to HEAD": (HELLO, GET.replace(b"GET", b"HEAD")),
    "to somebody who leaves": (HELLO, GET.replace(b"Host", b"Connection: close\r\nHost")),
    "in HTTP/1.0": (HELLO, GET.replace(b"1.1", b"1.0")),
    "to a body that is announced": (HELLO, b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"),
    "names in capitals": ([start((b"Content-Length", b"5"), (b"X-Kind", b"greeting")), body(b"hello")], GET),
    "of unknown length": ([start(), body(b"hello")], GET),
    "in parts": ([start((b"content-length", b"5")), body(b"he", True), body(b"llo")], GET),
    "a stream": ([start(), body(b"he", True), body(b"llo", True), body()], GET),
    "that closes": ([start((b"content-length", b"5"), (b"connection", b"close")), body(b"hello")], GET),
    "chunked by itself": ([start((b"transfer-encoding", b"chunked")), body(b"hello")], GET),
    "empty": ([start(status=204), body()], GET),
    "empty of known length": ([start((b"content-length", b"0"), status=404), body()], GET),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_every_answer_is_to_the_byte_what_uvicorn_writes(name: str) -> None:
    messages, request = ANSWERS[name]
    ours = await written(messages, request)
    theirs = await written(messages, request, HttpToolsProtocol)
    assert b"".join(ours.writes) == b"".join(theirs.writes)
    assert ours.closed is theirs.closed


@pytest.mark.parametrize("header", [(b"x-kind", b"a\r\nset-cookie: b"), (b"x-kind\r\nset-cookie", b"b"), (b"", b"\n")])
async def test_a_header_never_becomes_two(header: tuple[bytes, bytes]) -> None:
    wire = await written([start((b"content-length", b"5"), header), body(b"hello")])
    assert b"set-cookie" not in b"".join(wire.writes)
    assert b"".join(wire.writes).startswith(b"HTTP/1.1 500") or wire.closed


@pytest.mark.parametrize("length", [b"4", b"6"])
async def test_an_answer_of_another_length_than_it_says_is_not_sent_as_if_it_were_good(length: bytes) -> None:
    assert (await written([start((b"content-length", length)), body(b"hello")])).closed


@pytest.mark.parametrize("sent", [0, 1])
async def test_what_fails_before_a_body_is_a_500(sent: int) -> None:
    wire = await written(HELLO[:sent], fault=True)
    assert b"".join(wire.writes).startswith(b"HTTP/1.1 500 Internal Server Error")


async def test_a_slow_reader_is_waited_for() -> None:
    resumed: list[Callable[[], None]] = []

    class Slow(Protocol):
        def _start_asgi_task(self, cycle: Any, app: Any) -> None:
            self.flow.pause_writing()
            super()._start_asgi_task(cycle, app)
            asyncio.get_running_loop().call_later(0.05, self._resume)

        def _resume(self) -> None:
            resumed.append(self.flow.resume_writing)
            assert self.transport.writes == []  # type: ignore[attr-defined]
            self.flow.resume_writing()

    wire = await written(HELLO, protocol=Slow)
    assert resumed
    assert b"".join(wire.writes).endswith(b"hello")
