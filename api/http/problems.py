"""The ways a request fails before or beside its answer, said in English and Chinese.

What nobody foresaw is masked: the caller gets an id, and the log has the id and the place.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from secrets import token_hex
from typing import Any

import orjson
import structlog
from starlette.types import Send

from api.context import Unauthorized
from api.engine.workshop import Busy
from api.news import FellBehind
from domain.errors import TooSlow, Unavailable

log = structlog.get_logger()

Headers = Iterable[tuple[bytes, bytes]]

RETRY_AFTER = "2"
"""Seconds."""


class Problem(Exception):
    """A failed request: the HTTP status and headers, the machine's `code`, the sentence for people."""

    def __init__(
        self, status: int, code: str, en: str, zh: str, *, headers: Mapping[str, str] | None = None, **extensions: str
    ) -> None:
        super().__init__(en)
        self.status, self.code, self.headers = status, code, headers or {}
        self.error: dict[str, Any] = {"message": en, "extensions": {"code": code, "zh": zh, **extensions}}

    @property
    def body(self) -> bytes:
        """A GraphQL response with this one error."""
        return orjson.dumps({"errors": [self.error]})


def problem_of(error: Exception) -> Problem:
    """What to tell the caller about any exception; one that nobody foresaw is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Unauthorized):
        return Problem(
            401,
            "UNAUTHORIZED",
            "This needs a valid access token.",
            "需要有效的访问令牌。",
            headers={"WWW-Authenticate": error.www_authenticate},
        )
    if isinstance(error, FellBehind):
        return Problem(
            429, "FELL_BEHIND", "You read more slowly than things happen: subscribe anew.", "读取过慢，请重新订阅。"
        )
    if isinstance(error, Busy):
        return Problem(
            503,
            "BUSY",
            "Too many documents that were never seen before: nothing was done, try again soon.",
            "新文档过多，未执行任何操作，请稍后重试。",
            headers={"Retry-After": RETRY_AFTER},
        )
    if isinstance(error, Unavailable):
        return Problem(
            503,
            "UNAVAILABLE",
            "The database cannot be reached. Try again soon: with the same idempotencyKey nothing is done twice.",
            "数据库暂时无法连接，请稍后重试；使用同一 idempotencyKey 不会重复执行。",
            headers={"Retry-After": RETRY_AFTER},
        )
    if isinstance(error, TooSlow):
        return Problem(
            503,
            "TOO_SLOW",
            "This took longer than is allowed; nothing was done. Ask for less, or try again soon.",
            "处理超时，未执行任何操作，请缩小请求范围或稍后重试。",
            headers={"Retry-After": RETRY_AFTER},
        )
    error_id = token_hex(8)
    log.error("unforeseen", error_id=error_id, exc_info=error)
    return Problem(
        500,
        "INTERNAL",
        f"Something went wrong on our side. If you report it, name {error_id}.",
        f"服务内部出错，反馈时请注明 {error_id}。",
        id=error_id,
    )


async def answer(problem: Problem, send: Send, media: str = "application/json", headers: Headers = ()) -> None:
    """Send the problem as a response."""
    own = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await respond(send, problem.status, problem.body, media, [*headers, *own])


async def respond(send: Send, status: int, body: bytes, media: str, headers: Headers = ()) -> None:
    """Send a whole response."""
    told = [_content_type(media), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


@cache
def _content_type(media: str) -> tuple[bytes, bytes]:
    return b"content-type", f"{media}; charset=utf-8".encode()
