"""How does somebody take a list away that they see on a screen? By the same query, at this address, page after page.

Each page is asked of the engine as on the screen, for the same person: so the same filters, order and rules of row and
field hold. The file is whole or there is none: it is sent when its last page has come.
"""

import asyncio
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import parse_qs

import orjson
from starlette.types import Receive, Scope, Send

from api.context import Gate
from api.engine.run import Engine
from api.exports.columns import at, cells, columns, the_list, tree
from api.exports.sheets import MEDIA, WRITERS, Format
from api.http import question
from api.http.endpoint import HEADERS, PREFLIGHT
from api.http.negotiation import demand_json
from api.http.problems import Problem, answer, problem_of, respond
from api.http.question import Question, wrong
from api.http.rates import Bucket, Rates
from api.http.visit import Visit
from api.oauth.dpop import Proof
from domain.access import Actor

PAGE = 100
MOST_ROWS = 10_000
IN_MEMORY = 1_000_000
"""Bytes of a file that are kept in memory."""
CHUNK = 65_536


# Without the cursor there is no next page, and without the variables it would be the first again.
NO_PAGES = wrong(
    "Ask for `pageInfo { hasNextPage endCursor }`, and pass `first: $first, after: $after`.",
    "请查询 pageInfo { hasNextPage endCursor }，并传入 first: $first, after: $after。",
)


class Refused(Exception):
    """The engine's own answer, which says why there is no list."""


class Exports:
    """An ASGI application."""

    def __init__(self, engine: Engine, gate: Gate, rates: Rates) -> None:
        self.engine, self.gate, self.rates = engine, gate, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        try:
            await self._answer(scope, scope["visit"], receive, send)
        except Refused as refused:
            await respond(send, 400, refused.args[0], "application/json", HEADERS)
        except Exception as error:
            await answer(problem_of(error), send, headers=HEADERS)

    async def _answer(self, scope: Scope, visit: Visit, receive: Receive, send: Send) -> None:
        if visit.method == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        if visit.method != "POST":
            raise Problem(405, "METHOD_NOT_ALLOWED", "Use POST.", "请用 POST。", headers={"Allow": "POST"})
        proof = Proof.of(scope) if b"dpop" in visit.headers else None
        actor = await self.gate.actor(
            visit.headers.get(b"authorization"), visit.headers.get(b"accept-language", b""), proof
        )
        visit.client = actor.client_id
        bucket = self.rates.admit(actor)
        form = _form(scope["query_string"])
        demand_json(visit.headers.get(b"content-type", b""), visit.headers.get(b"content-encoding", b""))
        asked = question.from_json(await question.body(visit.headers, receive))
        visit.asks(asked.operation_name)
        pages = List(self.engine, asked, actor, bucket)
        rows = [row async for row in pages.rows()]
        with SpooledTemporaryFile(IN_MEMORY) as file:
            await asyncio.to_thread(WRITERS[form], file, rows)
            await _send_file(file, form, send)


class List:
    """The pages of one query for one person."""

    def __init__(self, engine: Engine, asked: Question, actor: Actor, bucket: Bucket) -> None:
        self.engine, self.asked, self.actor, self.bucket = engine, asked, actor, bucket

    async def rows(self) -> AsyncIterator[list[str]]:
        """The names of the columns, then the values of each node."""
        page, after, number = await self._page(None), None, 0
        shape = tree(self.asked.document, self.asked.operation_name)
        path = the_list(shape)
        named = columns(shape, path)
        yield [".".join(column) for column in named]
        while shown := at(page, path):
            for node in shown["nodes"]:
                number += 1
                if number > MOST_ROWS:
                    raise Problem(
                        413,
                        "TOO_MANY_ROWS",
                        f"A file holds {MOST_ROWS:,} rows at most: narrow the filter.",
                        f"一个文件最多 {MOST_ROWS:,} 行，请缩小筛选范围。",
                    )
                yield cells(node, named)
            about = shown.get("pageInfo") or {}
            if not {"hasNextPage", "endCursor"} <= set(about) or after == about["endCursor"] is not None:
                raise NO_PAGES
            if not about["hasNextPage"]:
                return
            self.bucket.admit()
            page = await self._page(after := about["endCursor"])

    async def _page(self, after: str | None) -> Any:
        document, variables, name = self.asked.operation
        if after is None and await self.engine.kind_of(document, name, self.actor) not in {"query", None}:
            raise wrong("An export is a query.", "导出仅支持查询操作。")
        given = await self.engine.execute(
            document, {**variables, "first": PAGE, "after": after}, name, self.actor, self.bucket.spend
        )
        found = orjson.loads(given.body)
        if "errors" in found:
            raise Refused(given.body)
        return found["data"]


def _form(query_string: bytes) -> Format:
    try:
        return Format(parse_qs(query_string.decode("ascii", "replace"))["format"][-1])
    except (KeyError, ValueError):
        raise wrong("Ask for `?format=csv` or `?format=xlsx`.", "请使用 ?format=csv 或 ?format=xlsx。") from None


async def _send_file(file: IO[bytes], form: Format, send: Send) -> None:
    length = file.seek(0, 2)
    file.seek(0)
    headers = [
        (b"content-type", MEDIA[form].encode()),
        (b"content-disposition", f'attachment; filename="list.{form}"'.encode()),
        (b"content-length", b"%d" % length),
        *HEADERS,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while chunk := file.read(CHUNK):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
