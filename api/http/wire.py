"""How does an answer go out? Head and body in one write; headers that recur are examined and written out once.

uvicorn sends the head first, one more system call and packet for each answer, and examines every header of it anew.
Together that took longer than all the rest of a request.
"""

from functools import lru_cache
from typing import Any

from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

#: What these say is uvicorn's to weigh.
DELICATE = {b"connection", b"transfer-encoding"}


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, whose answers go out as above."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        cycle.__class__ = Cycle  # which differs in `send` alone; uvicorn leaves no other place to say so
        super()._start_asgi_task(cycle, app)


class Cycle(RequestResponseCycle):
    """Keeps the start of an answer until there is a body, as ASGI asks; a whole answer of known length is one write.

    All others (streams, HEAD, slow readers, connections that are to close) go uvicorn's way.
    """

    start: Message | None = None

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start" and not self.response_started:
            self.start = message
            return
        start, self.start = self.start, None
        if start and (whole := self._whole(start, message)):
            self.response_started = self.response_complete = True
            self.waiting_for_100_continue = False
            self.transport.write(whole)
            self.message_event.set()
            self.on_response()
            return
        if start:
            await super().send(start)  # type: ignore[arg-type]
        await super().send(message)

    def _whole(self, start: Message, message: Message) -> bytes | None:
        """Head and body, if this is simply a whole answer to somebody who listens and stays."""
        if (
            message.get("more_body")
            or self.disconnected
            or self.flow.write_paused
            or not self.keep_alive
            or self.scope["method"] == "HEAD"
        ):
            return None
        body, length = message.get("body", b""), None
        lines = [STATUS_LINE[start["status"]]]
        for header in (*self.default_headers, *start.get("headers", ())):
            if header[0] == b"content-length":
                length = int(header[1])
            elif header[0] in DELICATE:
                return None
            lines.append(line(header))
        if length != len(body):
            return None
        return b"".join((*lines, b"\r\n", body))


@lru_cache(maxsize=1000)
def line(header: tuple[bytes, bytes]) -> bytes:
    """A header as it is sent. Raises RuntimeError, as uvicorn does, when it would be more than one."""
    name, value = header
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError("Invalid HTTP header.")
    return b"%b: %b\r\n" % (name.lower(), value)
