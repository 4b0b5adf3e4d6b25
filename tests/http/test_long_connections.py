"""What is asked over a connection that was opened long ago is judged by the present moment."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from api.context import Gate
from api.engine.run import Answer, Engine
from api.http.live import Bearer, Live
from api.http.question import Question
from api.http.rates import Rates
from api.news import News
from domain.access import Actor
from domain.house import House
from tests.conftest import NOON


@dataclass
class Listener:
    """Stands for the engine, and for the gate that lets the bearer in again."""

    house: House
    asked_by: list[Actor] = field(default_factory=list)

    async def kind_of(self, *_: object) -> str:
        return "query"

    async def execute(self, _document: str, _variables: Any, _name: Any, actor: Actor, _spend: Any) -> Answer:
        self.asked_by.append(actor)
        return Answer(b"{}", True, "query")

    async def actor(self, *_: object) -> Actor:
        return Actor(now=NOON)


async def test_an_old_connection_asks_at_the_present_moment() -> None:
    house = House(cast(Any, None), lambda: NOON + timedelta(hours=5))
    listener = Listener(house)
    live, actor = Live(cast(Engine, listener), cast(News, None), Rates(10_000)), Actor(now=NOON)
    bearer = Bearer(cast(Gate, listener), (b"Bearer x", b"", None), actor)
    answers = live.answers(Question("{ __typename }", {}, None), bearer, live.rates.admit(actor))
    assert [body async for body in answers] == [b"{}"]
    assert [actor.now for actor in listener.asked_by] == [NOON + timedelta(hours=5)]
