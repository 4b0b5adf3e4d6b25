"""`make bench`: the service, hand-written SQL and PostGraphile on one database, in turns, in one run."""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import typer

from api.oauth.clients import DEMO_APP
from api.oauth.keys import Keys
from api.oauth.scopes import CATALOGUE
from api.oauth.tokens import ISSUE, LIFETIME, access_token
from api.settings import Settings
from benchmarks import report, requests, same
from benchmarks.data import fill, forget_signups, plain, sizes
from benchmarks.load import Sample, fire
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.servers import Server, running
from domain.accounts.models import Client, Person
from domain.columns import new_id, typed
from domain.house import House
from domain.postgres import Lanes
from sanshe.cluster import Cluster
from sanshe.migrating import migrate

CONNECTIONS = (16, 64)
WARM_UP = 3
"""Seconds of load on each server before its first round of an operation."""
DATABASE = "sanshe_benchmark"


def main(
    scale: Annotated[float, typer.Option(help="1: a city district's year, a million entries of hours.")] = 0.2,
    rounds: Annotated[int, typer.Option(help="Rounds of which the median is taken.")] = 3,
    seconds: Annotated[int, typer.Option(help="Length of a round.")] = 2,
    only: Annotated[str, typer.Option(help="Names of operations, separated by commas.")] = "",
) -> None:
    """Fill a database of its own, compare the answers, measure in turns, print the table and write RESULTS.md."""
    operations = [o for o in OPERATIONS if not only or o.name in only.split(",")]
    with tempfile.TemporaryDirectory(prefix="sanshe") as name, database(Path(name)) as address:
        folder = Path(name)
        print("filling the database", flush=True)
        migrate(address)
        asyncio.run(fill(address, scale))
        with running(address, folder) as servers:
            results = Bench(address, scale, servers, folder).run(operations, rounds, seconds)
        rows = ", ".join(f"{count:,} {kind}" for kind, count in sizes(scale).items() if kind not in {"held", "served"})
        how = f"Medians of {rounds} rounds of {seconds} s in turns, after warming up; one worker each. {rows}."
        print(f"\n{results.tables()}\n")
        if not only:
            print(f"written to {report.write(results, how, asyncio.run(described(address)))}")
    if results.failures:
        raise SystemExit(f"{results.failures} requests failed while it was measured")


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """A new database: on the server of DATABASE_URL, or on an embedded one of our own."""
    if given := os.environ.get("DATABASE_URL"):
        server, _, options = given.partition("?")
        say(given, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
        try:
            yield f"{server.rpartition('/')[0]}/{DATABASE}{'?' if options else ''}{options}"
        finally:
            say(given, f"DROP DATABASE {DATABASE} WITH (FORCE)")
    else:
        cluster = Cluster(folder / "postgres")
        cluster.start()
        # The disk is shared and noisy, and all three wait for it alike: what counts is what they do themselves.
        say(cluster.address, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off")
        say(cluster.address, "SELECT pg_reload_conf()")
        try:
            yield cluster.address
        finally:
            cluster.stop()


def say(address: str, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(address)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(execute())


async def described(address: str) -> str:
    """The server's version and what it promises about commits."""
    async with plain(address) as connection:
        version, fsync, synchronous = [
            await connection.fetchval(f"SHOW {name}") for name in ("server_version", "fsync", "synchronous_commit")
        ]
    return f"PostgreSQL {version} (fsync {fsync}, synchronous_commit {synchronous})"


class Bench:
    def __init__(self, address: str, scale: float, servers: dict[str, Server], folder: Path) -> None:
        self.address, self.scale, self.servers, self.folder = address, scale, servers, folder
        self.results = report.Results()

    def run(self, operations: list[Operation], rounds: int, seconds: int) -> report.Results:
        for operation in operations:
            drawn = asyncio.run(requests.draw(self.address, self.scale, operation))
            tokens = asyncio.run(self.tokens({values["viewer"] for values in drawn}))
            asked = {name: s for name, s in self.servers.items() if not (operation.inline and name == "floor")}
            same.compare(operation, asked, drawn, tokens, self.undo)
            for name in asked:
                requests.write(self.folder / name, name, operation, drawn, tokens)
            for connections in CONNECTIONS:
                for server in asked.values():
                    self.warm_up(operation, server, connections)
                for turn in range(rounds):
                    for name in list(asked)[:: -1 if turn % 2 else 1]:
                        self.measure(operation, asked[name], connections, seconds)
        return self.results

    def measure(self, operation: Operation, server: Server, connections: int, seconds: int) -> None:
        sample = self.fire(operation, server, connections, seconds)
        self.results.samples[connections, operation.name, server.name].append(sample)
        print(self.results.row((connections, operation.name, server.name)), flush=True)

    def warm_up(self, operation: Operation, server: Server, connections: int) -> None:
        """Load with a look into every answer, which costs the generator too much while it measures."""
        sample = self.fire(operation, server, connections, WARM_UP, check=True)
        if sample.failures:
            raise SystemExit(f"{server.name} fails at {operation.name}: {sample.failure}")

    def fire(
        self, operation: Operation, server: Server, connections: int, seconds: int, *, check: bool = False
    ) -> Sample:
        path = requests.path(server.name, operation)
        sample = fire(server, path, self.folder / server.name, connections, seconds, check=check)
        if operation.writes:
            time.sleep(0.5)  # the last requests, whose answers nobody awaits, are still being carried out
            written = self.undo()
            if not 0 <= written - sample.requests <= 2 * connections:  # some answers come too late to be counted
                raise SystemExit(f"{server.name} answered {sample.requests} signups and wrote {written}")
        return sample

    def undo(self) -> int:
        return asyncio.run(forget_signups(self.address, self.scale))

    async def tokens(self, people: set[UUID]) -> dict[UUID, str]:
        """An access token for each, signed with the service's own key and on record like any other."""
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


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
