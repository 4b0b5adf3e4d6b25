"""One request or connection, as the log and the metrics see it."""

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import getrandbits
from time import perf_counter

SANE = re.compile(rb"[A-Za-z0-9._:-]{8,64}")
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")


@dataclass(slots=True)
class Visit:
    """Nothing here tells who came: `client` is an application, `operation` a name from a document."""

    request_id: str
    started: float = field(default_factory=perf_counter)
    status: int = 0
    client: str | None = None
    operation: str | None = None

    def asks(self, operation_name: str | None) -> None:
        if operation_name and NAME.fullmatch(operation_name):
            self.operation = operation_name


VISIT: ContextVar[Visit] = ContextVar("visit")
"""The one at hand, so that every line of the log names its request."""


def request_id(told: bytes) -> str:
    """The caller's own id of the request if it is a sane one, else a new one."""
    return told.decode() if SANE.fullmatch(told) else f"{getrandbits(128):032x}"
