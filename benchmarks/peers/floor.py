"""How fast could it be? An ASGI application of nothing but prepared hand-written SQL that prints the answer's JSON.

It reads no token, no GraphQL and no headers: POST /<operation> with the variables as a JSON object.
"""

import os
from contextlib import AsyncExitStack
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from benchmarks.operations import OPERATIONS
from domain.postgres import Lanes

QUESTIONS = {f"/{o.name}": (o.floor, b'{"data":{"%s":' % o.root.encode()) for o in OPERATIONS if not o.inline}
LANES = Lanes(os.environ.get("DATABASE_URL", ""), int(os.environ.get("LANES", "1")))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message.get("more_body"):
            break
    sql, opening = QUESTIONS[scope["path"]]
    rows = await LANES.run(sql, list(orjson.loads(body).values()))
    answer = opening + (rows[0][0].encode() if rows else b"null") + b"}}"
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def lifespan(receive: Receive, send: Send) -> None:
    async with AsyncExitStack() as stack:
        while True:
            message: Any = await receive()
            if message["type"] == "lifespan.startup":
                await LANES.open()
                stack.push_async_callback(LANES.close)
                await send({"type": "lifespan.startup.complete"})
            else:
                break
    await send({"type": "lifespan.shutdown.complete"})
