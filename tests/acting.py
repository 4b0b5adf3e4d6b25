"""Small helpers for story tests: people who sign up, hold roles and do things, each through the domain's commands."""

import asyncio
import json
from typing import Any
from uuid import UUID

from api.engine.run import Engine
from domain import history
from domain.access import Actor
from domain.accounts.actors import actor_for
from domain.accounts.commands import grant_role, register_person
from domain.accounts.models import RoleName
from domain.columns import Row, Text
from domain.communities.commands import register_street_office
from domain.house import House
from domain.volunteers.charter import EDITION
from domain.work import Command

READ: dict[str, Any] = {"charter_edition": EDITION, "charter_language": "zh-Hans"}
"""What is sent by whoever has read the rights and duties of volunteers when they register."""
OPERATOR = Actor(roles={"operator": frozenset()})


def chinese(text: str, english: str | None = None) -> Text:
    said: Text = {"language": "zh-Hans", "text": text}
    return said | {"translations": {"en": {"text": english, "status": "checked"}}} if english else said


async def linked(house: House) -> None:
    """Every deed has its place in the chain, also when something else of the server held them back for a moment."""
    async with asyncio.timeout(20):
        while await history.waiting(house.lanes.run):
            if not await history.link_settled(house.lanes, house.era):
                await asyncio.sleep(0.01)


class Somebody:
    """A person with an account, who acts in the roles they hold at that moment."""

    def __init__(self, house: House, id: UUID) -> None:
        self.house, self.id = house, id

    async def actor(self) -> Actor:
        found = await actor_for(self.house.lanes.run, self.id, now=self.house.clock())
        assert found
        return found

    async def does(self, command: Command[Any], **input: Any) -> Any:
        """What the command returns."""
        return (await self.house.do(await self.actor(), command, **input)).row

    async def holds(self, role: str) -> frozenset[UUID]:
        """The places in which they hold the role now."""
        return (await self.actor()).roles.get(role, frozenset())


async def somebody(
    house: House, name: str, role: RoleName | None = None, *, by: Somebody | None = None, **place: Any
) -> Somebody:
    """A new person, with a role that somebody gives: the operator, unless told."""
    person = await done(house, register_person, name=name, email=f"{name.lower()}@example.org")
    if role:
        giver = await by.actor() if by else OPERATOR
        await house.do(giver, grant_role, person_id=person.id, role=role, **place)
    return Somebody(house, person.id)


async def done(house: House, command: Command[Any], **input: Any) -> Any:
    """What the command returns when the operator gives it."""
    return (await house.do(OPERATOR, command, **input)).row


async def street(house: House, number: int, name: str) -> Row:
    office: Row = await done(house, register_street_office, number=number, name=chinese(name), district="110105")
    return office


async def ask(engine: Engine, reader: Actor | Somebody, document: str, **variables: Any) -> Any:
    """The data of an answer without errors."""
    actor = await reader.actor() if isinstance(reader, Somebody) else reader
    answer = json.loads((await engine.execute(document, variables, None, actor)).body)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]
