"""What is asked: one GraphQL request, read from a body, a query string or a message, in bounded size and time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
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


@dataclass(frozen=True, slots=True)
class Question:
    """A document, the values of its variables and the name of the operation meant."""

    document: str
    variables: dict[str, Any]
    operation_name: str | None


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
    if not isinstance(name, str | None):
        raise wrong("`operationName` must be a string.", "operationName 须为字符串。")
    for field in ("variables", "extensions"):
        if not isinstance(said.get(field), dict | None):
            raise wrong(f"`{field}` must be an object.", f"{field} 须为对象。")
    return Question(document, said.get("variables") or {}, name or None)


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
    chunks, length = [], 0
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise wrong("The request was not finished.", "请求未完成。")
                chunks.append(chunk := message.get("body", b""))
                if (length := length + len(chunk)) > MOST_BYTES:
                    chunks.clear()
                if length > HEARD_BYTES or (length > MOST_BYTES and not message.get("more_body")):
                    raise too_long()
                if not message.get("more_body"):
                    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    except TimeoutError:
        raise Problem(
            408,
            "TOO_SLOW",
            f"The body did not arrive within {PATIENCE} seconds.",
            f"请求正文未在 {PATIENCE} 秒内到达。",
            headers={"Connection": "close"},
        ) from None


def too_long() -> Problem:
    return Problem(
        413,
        "TOO_LONG",
        f"A request may have {MOST_BYTES:,} bytes at most.",
        f"请求不得超过 {MOST_BYTES:,} 字节。",
        headers={"Connection": "close"},
    )
