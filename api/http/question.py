"""What is asked: one GraphQL request, read from a body, a query string or a message, in bounded size and time."""

import asyncio
from collections.abc import Coroutine, Generator, Mapping
from contextlib import closing
from types import coroutine
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs

import orjson
from starlette.types import Receive

from api.http.problems import Problem

MOST_BYTES = 1_000_000
"""Of a request's body, and of a WebSocket message."""

HEARD_BYTES = 10 * MOST_BYTES
"""After so many the connection is cut."""

PATIENCE = 30
"""Seconds that a body may take to arrive."""


class Question(NamedTuple):
    """A document, the values of its variables and the name of the operation meant."""

    document: str
    variables: dict[str, Any]
    operation_name: str | None
    dry_run: bool = False
    """Only the cost is asked for."""

    @property
    def operation(self) -> tuple[str, dict[str, Any], str | None]:
        """What the engine is asked, in its order."""
        return self[:3]


def understood(said: Any) -> Question:
    """The question in a parsed body, whose shape is checked here and its meaning by the engine."""
    if isinstance(said, list):
        raise wrong("Batches are not taken: send one operation for each request.", "不支持批量请求，请逐个发送。")
    if not isinstance(said, dict):
        raise wrong("A GraphQL request is a JSON object.", "GraphQL 请求须为 JSON 对象。")
    document = said.get("query")
    if not isinstance(document, str):
        raise wrong("`query` must be a string with the document.", "query 须为包含文档的字符串。")
    name = said.get("operationName")
    if name is not None and not isinstance(name, str):
        raise wrong("`operationName` must be a string.", "operationName 须为字符串。")
    for field in ("variables", "extensions"):
        if (given := said.get(field)) is not None and not isinstance(given, dict):
            raise wrong(f"`{field}` must be an object.", f"{field} 须为对象。")
    dry_run = (said.get("extensions") or {}).get("dryRun", False)
    if not isinstance(dry_run, bool):
        raise wrong("`extensions.dryRun` must be true or false.", "extensions.dryRun 须为 true 或 false。")
    return Question(document, said.get("variables") or {}, name or None, dry_run)


def from_json(body: bytes | str) -> Question:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise wrong("The body is no JSON in UTF-8.", "请求正文不是 UTF-8 编码的 JSON。") from None
    return understood(said)


def from_query_string(query_string: bytes) -> Question:
    """The question of a GET; objects travel as JSON text."""
    try:
        fields = parse_qs(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise wrong("The query string cannot be read.", "查询字符串无法解析。") from None
    if any(len(values) > 1 for values in fields.values()):
        raise wrong("A parameter appears twice.", "参数重复。")
    said: dict[str, Any] = {name: values[0] for name, values in fields.items()}
    for field in ("variables", "extensions"):
        if said.get(field):
            try:
                said[field] = orjson.loads(said[field])
            except orjson.JSONDecodeError:
                raise wrong(f"`{field}` must be a JSON object.", f"{field} 须为 JSON 对象。") from None
        else:
            said.pop(field, None)
    return understood(said)


def wrong(en: str, zh: str) -> Problem:
    return Problem(400, "BAD_REQUEST", en, zh)


async def body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """The whole body. One that is somewhat too long is heard to its end, or its sender could not hear the refusal."""
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > HEARD_BYTES:
        raise too_long()
    coming = _gathered(receive)
    try:
        awaited = coming.send(None)
    except StopIteration as whole:  # most bodies have come when they are asked for: they need no timer
        return cast(bytes, whole.value)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _going_on(coming, awaited)
    except TimeoutError:
        raise Problem(
            408,
            "TOO_SLOW",
            f"The body did not arrive within {PATIENCE} seconds.",
            f"请求正文未在 {PATIENCE} 秒内到达。",
            headers={"Connection": "close"},
        ) from None


async def _gathered(receive: Receive) -> bytes:
    chunks, length = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise wrong("The request was not finished.", "请求未完成。")
        chunks.append(chunk := message.get("body", b""))
        if (length := length + len(chunk)) > MOST_BYTES:
            chunks.clear()
        more = message.get("more_body")
        if length > HEARD_BYTES or (length > MOST_BYTES and not more):
            raise too_long()
        if not more:
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


@coroutine
def _going_on(begun: Coroutine[Any, None, bytes], awaited: Any) -> Generator[Any, None, bytes]:
    """The end of a coroutine that was begun by hand and waits for something."""
    with closing(begun):
        yield awaited
        whole: bytes = yield from begun
        return whole


def too_long() -> Problem:
    return Problem(
        413,
        "TOO_LONG",
        f"A request may have {MOST_BYTES:,} bytes at most.",
        f"请求不得超过 {MOST_BYTES:,} 字节。",
        headers={"Connection": "close"},
    )
