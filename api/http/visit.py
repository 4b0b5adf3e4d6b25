"""One request or connection, as the log and the metrics see it."""

import re
from contextvars import ContextVar
from datetime import UTC, datetime
from random import getrandbits
from time import perf_counter
from typing import Any

from starlette.types import Scope

SANE = re.compile(rb"[A-Za-z0-9._:-]{8,64}")
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")


class Visit:
    """Nothing that is told of it tells who came: `client` is an application, `operation` a name from a document."""

    __slots__ = (
        "client",
        "ended",
        "headers",
        "method",
        "operation",
        "request_id",
        "route",
        "seconds",
        "started",
        "status",
    )

    def __init__(self, scope: Scope) -> None:
        self.started = perf_counter()
        self.method: str = scope.get("method", "WEBSOCKET")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        """As they came; never told."""
        self.request_id = request_id(self.headers.get(b"x-request-id"))
        self.route = "elsewhere"
        self.status = 0
        self.client: str | None = None
        self.operation: str | None = None

    def asks(self, operation_name: str | None) -> None:
        if operation_name and NAME.fullmatch(operation_name):
            self.operation = operation_name

    def end(self) -> None:
        self.seconds, self.ended = perf_counter() - self.started, datetime.now(UTC)

    @property
    def told(self) -> dict[str, Any]:
        """What the log's line says of it, once it has ended."""
        return {
            "method": self.method,
            "route": self.route,
            "status": self.status,
            "ms": round(self.seconds * 1000, 1),
            "client": self.client,
            "operation": self.operation,
            "request_id": self.request_id,
            "timestamp": self.ended,
        }


VISIT: ContextVar[Visit] = ContextVar("visit")
"""The one at hand, so that every line of the log names its request."""


def request_id(told: bytes | None) -> str:
    """The caller's own id of the request if it is a sane one, else a new one."""
    return told.decode() if told and SANE.fullmatch(told) else f"{getrandbits(128):032x}"
