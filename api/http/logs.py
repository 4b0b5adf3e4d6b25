"""What is written to the log: lines of names and numbers, never a word about a person.

Exceptions are told by their kind and their places in the code. Their messages stay unsaid: they quote what people sent.
"""

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import orjson
import structlog
from structlog.typing import EventDict, Processor

from api.http.visit import VISIT, Visit

WHILE = 0.02
"""Seconds that the line of a request may wait for others."""

LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z


def configure(form: str) -> None:
    """All loggers, ours and the libraries', write to the standard error output, as `json` or for a `console`."""
    common: list[Processor] = [
        of_a_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        speechless,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(serializer=_json)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*common, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *common],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would tell whole addresses, passwords too
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # it would tell addresses and query strings


def of_requests(form: str) -> Callable[[Visit], None]:
    """What writes the line of a request, the one line of which there are many."""
    if form == "json":
        return _Together().tell
    log = structlog.get_logger()
    return lambda visit: log.info("request", **visit.told)  # on the console, the time is that of the writing


class _Together:
    """Past all processors, and the lines of a while at once: structlog, or a write, takes longer than many answers."""

    def __init__(self) -> None:
        self.waiting: list[Visit] = []

    def tell(self, visit: Visit) -> None:
        if not self.waiting:
            asyncio.get_running_loop().call_later(WHILE, self._write)
        self.waiting.append(visit)

    def _write(self) -> None:
        visits, self.waiting = self.waiting, []
        lines = [orjson.dumps({**visit.told, "event": "request", "level": "info"}, option=LINE) for visit in visits]
        sys.stderr.buffer.write(b"".join(lines))
        sys.stderr.buffer.flush()


def of_a_request(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Name the request in whose course something is said."""
    if visit := VISIT.get(None):
        event["request_id"] = visit.request_id
    return event


def speechless(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by the kinds and places of it and of its causes."""
    error = event.pop("exc_info", None)
    if error:
        error = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
        event["trace"] = "\n".join(_lines(error))
    return event


def _lines(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        state = f" {error.sqlstate}" if isinstance(error, asyncpg.PostgresError) else ""
        yield f"{type(error).__module__}.{type(error).__qualname__}{state}"
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
