"""A frontend that knows nothing but the contract: its operations, and the ids that their answers gave it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import DocumentNode, OperationDefinitionNode, parse, print_ast, separate_operations

from api.engine.run import Engine
from api.oauth.scopes import CATALOGUE
from domain.access import Actor
from domain.accounts.actors import actor_for
from domain.columns import untyped
from domain.house import House
from sanshe.demo import Character

CONTRACT = Path(__file__).parents[2] / "frontend-contract"
SHARED = "refusal"


def documents() -> dict[str, DocumentNode]:
    """What each room's file holds, the shared fragments included."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in (CONTRACT / "operations").glob("*.graphql")}
    shared = files.pop(SHARED)
    return {room: parse(f"{text}\n{shared}") for room, text in sorted(files.items())}


def operations() -> dict[str, dict[str, str]]:
    """Each room's operations by name, as a frontend sends them: alone, with the fragments they use."""
    rooms = documents().items()
    return {room: {n: print_ast(alone) for n, alone in separate_operations(whole).items()} for room, whole in rooms}


def root(operation: str) -> str:
    """The only field that a mutation or subscription asks for."""
    found = next(d for d in parse(operation).definitions if isinstance(d, OperationDefinitionNode))
    return print_ast(found.selection_set.selections[0]).partition("(")[0]


keys = count(1)


class Frontend:
    """One person's."""

    def __init__(self, engine: Engine, contract: dict[str, str], sent: set[str], actor: Actor) -> None:
        self.engine, self.contract, self.sent, self.actor = engine, contract, sent, actor

    async def asks(self, name: str, /, **variables: Any) -> Any:
        """What the operation answers, which is no error."""
        actor = self.actor.at(self.engine.house.clock())
        answer = json.loads((await self.engine.execute(self.contract[name], variables, None, actor)).body)
        assert "errors" not in answer, (name, answer["errors"])
        self.sent.add(name)
        return answer["data"]

    async def does(self, name: str, /, **input: Any) -> Any:
        """The thing that the mutation promises; a refusal is none."""
        document = self.contract[name]
        done = (await self.asks(name, input={**input, "idempotencyKey": f"{name} {next(keys)}"}))[root(document)]
        assert done["__typename"] == promised(self.engine, root(document)), (name, done)
        return done

    async def hears(self, name: str, noun: str, id: str, /, **variables: Any) -> Any:
        """What the subscription says when something happened to this row."""

        async def deeds() -> AsyncIterator[dict[str, Any]]:
            yield {"noun": noun, "subject_id": untyped(id.partition("_")[0], id)}

        document = self.contract[name]
        said = [json.loads(s) async for s in self.engine.subscribe(document, variables, None, self.actor, deeds())]
        assert len(said) == 1, name
        assert "errors" not in said[0], (name, said)
        self.sent.add(name)
        return said[0]["data"][root(document)]


def promised(engine: Engine, mutation: str) -> str:
    """The member of a mutation's union that is not the refusal."""
    schema = engine.schema.graphql
    assert schema.mutation_type
    union: Any = schema.mutation_type.fields[mutation].type
    (thing,) = (member.name for member in union.types if member.name != "Refusal")
    return str(thing)


class Town:
    """The demo town, seen through the frontends of its people; it remembers what they sent."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.rooms, self.sent = engine, operations(), set[str]()
        self.contract = {name: text for room in self.rooms.values() for name, text in room.items()}

    @property
    def house(self) -> House:
        return self.engine.house

    async def person(self, character: Character) -> UUID:
        found = await self.house.lanes.run("SELECT id FROM person WHERE email = $1", (character.email,))
        return UUID(int=found[0]["id"].int)

    async def frontend(self, character: Character) -> Frontend:
        """Theirs, with their roles of this moment and a token for everything."""
        actor = await actor_for(self.house.lanes.run, await self.person(character), now=self.house.clock())
        assert actor
        return Frontend(self.engine, self.contract, self.sent, replace(actor, scopes=frozenset(CATALOGUE)))

    def unsent(self, room: str) -> set[str]:
        """The room's operations that nobody sent."""
        return set(self.rooms[room]) - self.sent
