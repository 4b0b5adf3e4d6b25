"""GraphQL over HTTP at one address: GET for queries, POST, event streams, and the door to the WebSocket."""

from starlette.types import Receive, Scope, Send

from api.context import Gate
from api.engine.run import Engine
from api.http import events, question
from api.http.conversation import converse
from api.http.live import Bearer, Live
from api.http.negotiation import GRAPHQL, JSON, STREAM, demand_json, wanted
from api.http.problems import Problem, answer, problem_of, respond
from api.http.question import Question
from api.http.visit import Visit
from api.oauth.dpop import Proof
from domain.access import Actor

# Tokens come in a header that no browser adds by itself, so any origin may ask; cookies are never looked at.
HEADERS = [
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept, Accept-Language, Authorization"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate"),
]
PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Authorization, Content-Type, DPoP, X-Request-Id"),
    (b"access-control-max-age", b"7200"),
]


class Endpoint:
    """An ASGI application. Whatever the request, nobody without a token learns more than that a token is needed."""

    def __init__(self, engine: Engine, gate: Gate, live: Live) -> None:
        self.engine, self.gate, self.live = engine, gate, live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await converse(scope, receive, send, self.gate, self.live)
        elif scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": PREFLIGHT})
            await send({"type": "http.response.body"})
        else:
            media = JSON
            try:
                visit: Visit = scope["visit"]
                media = wanted(visit.headers.get(b"accept", b""))
                await self._answer(scope, visit, receive, send, media)
            except Exception as error:
                await answer(problem_of(error), send, GRAPHQL if media == GRAPHQL else JSON, HEADERS)

    async def _answer(self, scope: Scope, visit: Visit, receive: Receive, send: Send, media: str) -> None:
        if visit.method not in {"GET", "POST"}:
            raise Problem(
                405, "METHOD_NOT_ALLOWED", "Use GET or POST.", "请用 GET 或 POST。", headers={"Allow": "GET, POST"}
            )
        proof = Proof.of(scope) if b"dpop" in visit.headers else None
        shown = visit.headers.get(b"authorization"), visit.headers.get(b"accept-language", b""), proof
        actor = await self.gate.actor(*shown)
        visit.client = actor.client_id
        bucket = self.live.rates.admit(actor)
        asked = await self._question(scope, visit.headers, receive, actor)
        visit.asks(asked.operation_name)
        if media == STREAM:
            bearer = Bearer(self.gate, shown, actor)
            return await events.stream(asked, bearer, bucket, self.live, receive, send, [*HEADERS, *bucket.headers])
        if asked.dry_run:
            given = await self.engine.dry_run(*asked.operation, actor)
        else:
            given = await self.engine.execute(*asked.operation, actor, bucket.spend)
            if given.kind == "subscription":
                raise Problem(
                    406,
                    "SUBSCRIBE_OTHERWISE",
                    f"Subscribe by WebSocket, or accept {STREAM}.",
                    f"订阅请用 WebSocket，或接受 {STREAM}。",
                )
        status = 200 if given.executed or media == JSON else 400
        return await respond(send, status, given.body, media, [*HEADERS, *bucket.headers])

    async def _question(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, actor: Actor) -> Question:
        if scope["method"] == "POST":
            demand_json(headers.get(b"content-type", b""), headers.get(b"content-encoding", b""))
            return question.from_json(await question.body(headers, receive))
        asked = question.from_query_string(scope["query_string"])
        if await self.engine.kind_of(asked.document, asked.operation_name, actor) == "mutation":
            raise Problem(
                405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", "变更请用 POST。", headers={"Allow": "POST"}
            )
        return asked
