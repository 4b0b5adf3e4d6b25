"""One WebSocket: the protocol graphql-transport-ws, strictly, with a token that is asked for first and may expire.

A handshake from any origin is taken, for nothing is believed but the token: cookies are never looked at.
"""

import asyncio
from contextlib import ExitStack, aclosing
from enum import IntEnum
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

from api.context import Gate, Unauthorized
from api.http.live import Bearer, Departed, Live
from api.http.problems import Problem, problem_of
from api.http.question import Question, understood
from api.http.visit import Visit
from api.oauth.dpop import Proof

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 5
MOST_OPERATIONS = 50
"""At the same time on one connection."""


class Code(IntEnum):
    """Why the server hangs up, in the protocol's numbers."""

    GOING_AWAY = 1001
    INTERNAL = 1011
    TRY_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY = 4429


class HangUp(Exception):
    """The end of the conversation, from our side."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


async def converse(scope: Scope, receive: Receive, send: Send, gate: Gate, live: Live) -> None:
    """Speak with one client until either side hangs up."""
    await receive()  # websocket.connect
    fits = PROTOCOL in scope["subprotocols"]
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL if fits else None})
    if not fits:
        await _hang_up(send, Code.SUBPROTOCOL, "Subprotocol not acceptable")
        return
    try:
        await Conversation(scope, receive, send, gate, live).hold()
    except HangUp as end:
        await _hang_up(send, end.code, end.reason)


class Conversation:
    """What has been agreed on a connection, and the operations that run on it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, gate: Gate, live: Live) -> None:
        headers = scope["visit"].headers
        self.authorization, self.language = headers.get(b"authorization"), headers.get(b"accept-language", b"")
        self.proof, self.path = Proof.of(scope), scope["path"]
        self.visit: Visit = scope["visit"]
        self.receive, self.send, self.gate, self.live = receive, send, gate, live
        self.bearer: Bearer | None = None
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.departed = asyncio.Event()
        self.held = ExitStack()

    async def hold(self) -> None:
        """Return when the client hangs up; raise HangUp when we do."""
        watching = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(_hang_up_after(self.live.leaving, Code.GOING_AWAY, "Going away")),
            asyncio.create_task(_hang_up_after(self.departed, Code.FORBIDDEN, "Forbidden")),
        ]
        try:
            done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            tasks = [*watching, *self.operations.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.held.close()

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS) as patience:
                while (message := await self.receive())["type"] != "websocket.disconnect":
                    await self._hear(_parsed(message))
                    if self.bearer:
                        patience.reschedule(None)
        except TimeoutError:
            raise HangUp(Code.INIT_TIMEOUT, "Connection initialisation timeout") from None

    async def _hear(self, said: Any) -> None:
        match said:
            case {"type": "connection_init"}:
                await self._init(said.get("payload"))
            case {"type": "ping"}:
                await self._say("pong", **({"payload": said["payload"]} if "payload" in said else {}))
            case {"type": "pong"}:
                pass
            case {"type": "subscribe", "id": str(name), "payload": dict(payload)} if name:
                await self._subscribe(name, payload)
            case {"type": "complete", "id": str(name)}:
                if task := self.operations.pop(name, None):
                    task.cancel()
            case _:
                raise HangUp(Code.BAD_REQUEST, "Invalid message")

    async def _init(self, payload: Any) -> None:
        if self.bearer:
            raise HangUp(Code.TOO_MANY, "Too many initialisation requests")
        said = payload if isinstance(payload, dict) else {}
        told, shown = said.get("Authorization"), said.get("DPoP")
        authorization = told.encode() if isinstance(told, str) else self.authorization
        proof = Proof([shown], "GET", self.path) if isinstance(shown, str) else self.proof
        try:
            bearer = await Bearer.admit(self.gate, authorization, self.language, proof)
            self.held.enter_context(self.live.connection(bearer.actor))
        except Unauthorized:
            raise HangUp(Code.FORBIDDEN, "Forbidden") from None
        except Exception as error:
            problem = problem_of(error)
            code = {429: Code.TOO_MANY, 503: Code.TRY_LATER}.get(problem.status, Code.INTERNAL)
            raise HangUp(code, problem.code) from None
        self.bearer, self.visit.client = bearer, bearer.actor.client_id
        self.held.callback(asyncio.create_task(self._watch(bearer)).cancel)
        await self._say("connection_ack")

    async def _subscribe(self, name: str, payload: dict[str, Any]) -> None:
        if self.bearer is None:
            raise HangUp(Code.UNAUTHORIZED, "Unauthorized")
        if name in self.operations:
            raise HangUp(Code.SUBSCRIBER_EXISTS, f"Subscriber for {name[:50]} already exists")
        try:
            question = understood(payload)
        except Problem as problem:
            raise HangUp(Code.BAD_REQUEST, str(problem)[:100]) from None
        if len(self.operations) >= MOST_OPERATIONS:
            await self._say("error", id=name, payload=[TOO_MANY_OPERATIONS.error])
            return
        self.operations[name] = asyncio.create_task(self._operate(name, question, self.bearer))

    async def _operate(self, name: str, question: Question, bearer: Bearer) -> None:
        quoted = orjson.dumps(name)
        try:
            bucket = self.live.rates.admit(bearer.actor)
            async with aclosing(self.live.answers(question, bearer, bucket)) as bodies:
                async for body in bodies:
                    if errors := _refusal(body):
                        return await self._finish(name, "error", payload=errors)
                    await self._send(b'{"id":' + quoted + b',"type":"next","payload":' + body + b"}")
            await self._finish(name, "complete")
        except Departed:
            self.departed.set()
        except OSError:  # the client is gone; so will be this conversation
            return None
        except Exception as error:
            await self._finish(name, "error", payload=[problem_of(error).error])

    async def _finish(self, name: str, kind: str, **more: Any) -> None:
        del self.operations[name]  # first, for the client may use the name again at once
        await self._say(kind, id=name, **more)

    async def _watch(self, bearer: Bearer) -> None:
        await bearer.departure()
        self.departed.set()

    async def _say(self, kind: str, **more: Any) -> None:
        await self._send(orjson.dumps({"type": kind, **more}))

    async def _send(self, message: bytes) -> None:
        await self.send({"type": "websocket.send", "text": message.decode()})


TOO_MANY_OPERATIONS = Problem(
    429,
    "TOO_MANY_OPERATIONS",
    f"{MOST_OPERATIONS} operations run on this connection already.",
    f"此连接上已有 {MOST_OPERATIONS} 个操作。",
)


def _parsed(message: Message) -> Any:
    text = message.get("text")
    if text is None:
        raise HangUp(Code.BAD_REQUEST, "Invalid message")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise HangUp(Code.BAD_REQUEST, "Invalid message") from None


def _refusal(body: bytes) -> Any:
    """The errors of what was not executed at all."""
    if not body.startswith(b'{"errors"'):
        return None
    said = orjson.loads(body)
    return None if "data" in said else said["errors"]


async def _hang_up(send: Send, code: Code, reason: str) -> None:
    await send({"type": "websocket.close", "code": code, "reason": reason})


async def _hang_up_after(event: asyncio.Event, code: Code, reason: str) -> None:
    await event.wait()
    raise HangUp(code, reason)
