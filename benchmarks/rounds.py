"""How is it measured? Each server answers the same requests in short rounds, in turns, after warming up."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from api.oauth.clients import DEMO_APP
from api.oauth.keys import Keys
from api.oauth.scopes import CATALOGUE
from api.oauth.tokens import ISSUE, LIFETIME, access_token
from api.settings import Settings
from benchmarks import requests, same
from benchmarks.data import undo
from benchmarks.database import Postgres
from benchmarks.load import Sample, fire
from benchmarks.operations import Operation
from benchmarks.servers import Server
from domain.accounts.models import Client, Person
from domain.columns import new_id, typed
from domain.house import House
from domain.postgres import Lanes

CONNECTIONS = (16, 64)
WARM_UP = 2
"""Seconds of load on each server before its first round of an operation."""
SLOW = {"strawberry", "strawchemy"}
SLOW_SECONDS = 4
"""Baselines that are far behind: one round at few connections tells enough, if it is long enough for some answers."""

Note = Callable[[int, Operation, Server, Sample], None]


class Bench:
    """Some servers on one filled database, and the files of what they are asked."""

    def __init__(
        self, postgres: Postgres, address: str, scale: float, servers: dict[str, Server], folder: Path
    ) -> None:
        self.postgres, self.address, self.scale = postgres, address, scale
        self.servers, self.folder = servers, folder

    def run(self, operations: list[Operation], rounds: int, seconds: int, note: Note) -> None:
        """Measure all servers; `note` is given each round."""
        for operation in operations:
            asked = self.prepare(operation)
            quick, slow = ([s for s in asked if (s.name in SLOW) == is_slow] for is_slow in (False, True))
            for connections in CONNECTIONS:
                self._in_turns(operation, quick, connections, WARM_UP, rounds, seconds, note)
            self._in_turns(operation, slow, CONNECTIONS[0], SLOW_SECONDS, 1, SLOW_SECONDS, note)

    def _in_turns(
        self,
        operation: Operation,
        servers: list[Server],
        connections: int,
        warm_up: int,
        rounds: int,
        seconds: int,
        note: Note,
    ) -> None:
        for server in servers:
            self.warm_up(operation, server, connections, warm_up)
        for turn in range(rounds):
            for server in servers[:: -1 if turn % 2 else 1]:
                note(connections, operation, server, self.fire(operation, server, connections, seconds))

    def prepare(self, operation: Operation) -> list[Server]:
        """Draw what is asked, see that all give the same answer, write the files; return who can be asked."""
        drawn = asyncio.run(requests.draw(self.address, self.scale, operation))
        tokens = asyncio.run(self._tokens({values["viewer"] for values in drawn}))
        asked = {name: server for name, server in self.servers.items() if operation.wording(name)}
        same.compare(operation, asked, drawn, tokens, lambda: self._undo(operation))
        for name in asked:
            requests.write(self.folder / name, name, operation, drawn, tokens)
        return list(asked.values())

    def warm_up(self, operation: Operation, server: Server, connections: int, seconds: int = WARM_UP) -> None:
        """Load with a look into every answer, which costs the generator too much while it measures."""
        sample = self.fire(operation, server, connections, seconds, check=True)
        if sample.failures:
            raise SystemExit(f"{server.name} fails at {operation.name}: {sample.failure}")

    def fire(
        self, operation: Operation, server: Server, connections: int, seconds: int, *, check: bool = False
    ) -> Sample:
        """One round; what it wrote is undone."""
        path = requests.path(server.name, operation)
        sample = fire(server, self.postgres, path, self.folder / server.name, connections, seconds, check=check)
        if operation.writes:
            time.sleep(0.5)  # the last requests, whose answers nobody awaits, are still being carried out
            written = self._undo(operation)
            if not 0 <= written - sample.requests <= 2 * connections:  # some answers come too late to be counted
                raise SystemExit(f"{server.name} answered {sample.requests} times and wrote {written}")
        return sample

    def _undo(self, operation: Operation) -> int:
        return asyncio.run(undo(self.address, self.scale, operation))

    async def _tokens(self, people: set[UUID]) -> dict[UUID, str]:
        """An access token for each, signed with the service's own key and on record like any other."""
        if "service" not in self.servers:
            return {}
        settings = Settings(port=self.servers["service"].port)
        lanes = await Lanes(self.address, size=1).open()
        house = await House(lanes).open()
        ring, now, scope = await Keys(house, settings).ring(), house.clock(), " ".join(CATALOGUE)
        tokens = {}
        for person in people:
            family = new_id()
            await lanes.run(ISSUE, (family, DEMO_APP, person, scope, now, now + LIFETIME))
            tokens[person] = access_token(
                ring,
                settings,
                subject=typed(Person.prefix, person),
                client_id=typed(Client.prefix, DEMO_APP),
                scope=scope,
                family=family,
                now=now,
            )
        await lanes.close()
        return tokens
