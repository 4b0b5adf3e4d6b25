"""What lasts longer than a request: subscriptions by WebSocket and event stream, their limits, and their end."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

from api.context import Gate, Unauthorized
from api.engine.run import Engine
from api.http.metrics import SUBSCRIPTIONS
from api.http.problems import Problem
from api.http.question import Question
from api.http.rates import Bucket, Rates
from api.news import News
from api.oauth.dpop import Proof
from domain.access import Actor
from domain.errors import Unavailable

LOOK_AGAIN = 10
"""Seconds after which a silent connection's token is looked at again."""

MOST_CONNECTIONS = 20
"""Long connections of one person, or of one client that acts for itself, to one process."""


class Departed(Exception):
    """The token is no longer good, or its bearer's roles have changed."""


@dataclass(frozen=True)
class Bearer:
    """Who holds a long connection, and what they showed when they came."""

    gate: Gate
    shown: tuple[bytes | None, bytes, Proof | None]
    actor: Actor

    @classmethod
    async def admit(
        cls, gate: Gate, authorization: bytes | None, accept_language: bytes, proof: Proof | None
    ) -> "Bearer":
        """Raises Unauthorized."""
        actor = await gate.actor(authorization, accept_language, proof)
        return cls(gate, (authorization, accept_language, proof), actor)

    async def is_here(self) -> bool:
        """Whether the gate would let them in again, in the same roles."""
        try:
            now = await self.gate.actor(*self.shown)
        except Unauthorized:
            return False
        return now.roles == self.actor.roles

    async def departure(self) -> None:
        """Return once they would not be let in any more."""
        here = True
        while here:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                here = await self.is_here()
            except Unavailable:
                continue


class Live:
    """`leaving` is set when the process has been asked to end: long connections then say goodbye."""

    def __init__(self, engine: Engine, news: News, rates: Rates) -> None:
        self.engine, self.news, self.rates = engine, news, rates
        self.leaving = asyncio.Event()
        self.connections: Counter[Any] = Counter()

    @contextmanager
    def connection(self, actor: Actor) -> Iterator[None]:
        """Count a long connection while it lasts, or refuse it."""
        who = actor.id or actor.client_id
        if self.connections[who] >= MOST_CONNECTIONS:
            raise Problem(
                429,
                "TOO_MANY_CONNECTIONS",
                f"{MOST_CONNECTIONS} connections are open already; one carries several subscriptions.",
                f"已有 {MOST_CONNECTIONS} 个连接；一个连接可承载多个订阅。",
                headers={"Retry-After": "30"},
            )
        self.connections[who] += 1
        try:
            yield
        finally:
            self.connections[who] -= 1
            if not self.connections[who]:
                del self.connections[who]

    async def answers(self, question: Question, bearer: Bearer, bucket: Bucket) -> AsyncGenerator[bytes]:
        """One answer to a query or mutation; to a subscription one for each event, until the client ends it.

        Raises Departed instead of giving an answer to somebody who may not have it any more.
        """
        if not await bearer.is_here():
            raise Departed
        if question.dry_run:
            yield (await self.engine.dry_run(*question.operation, bearer.actor)).body
            return
        if await self.engine.kind_of(question.document, question.operation_name, bearer.actor) != "subscription":
            actor = bearer.actor.at(self.engine.house.clock())  # the connection may be old
            yield (await self.engine.execute(*question.operation, actor, bucket.spend)).body
            return
        async with (
            aclosing(self.news.follow()) as deeds,
            aclosing(self.engine.subscribe(*question.operation, bearer.actor, deeds, bucket.spend)) as bodies,
        ):
            with SUBSCRIPTIONS.track_inprogress():
                async for body in bodies:
                    if not await bearer.is_here():
                        raise Departed
                    yield body
