"""Which PostgreSQL is measured, and what does it spend? One of our own, or the server of DATABASE_URL."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil

from benchmarks.data import fill, plain
from sanshe.cluster import Cluster
from sanshe.migrating import migrate

# The disk is shared and noisy, and all wait for it alike: what counts is what they do themselves.
QUIET = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "'8GB'", "autovacuum": "off"}


class Postgres:
    """A running PostgreSQL server."""

    def __init__(self, address: str, process: psutil.Process | None = None) -> None:
        self.address, self.process = address, process

    def cpu(self) -> float:
        """Seconds of processor time that all its processes took so far, those that ended included; 0 if not known."""
        if not self.process:
            return 0.0
        while True:
            own, alive = self.process.cpu_times(), 0.0
            for child in self.process.children():
                with suppress(psutil.NoSuchProcess):
                    times = child.cpu_times()
                    alive += times.user + times.system
            ended = own.children_user + own.children_system
            now = self.process.cpu_times()
            if ended == now.children_user + now.children_system:  # else one ended meanwhile and was missed
                return float(own.user + own.system + ended + alive)

    @contextmanager
    def filled(self, name: str, scale: float) -> Iterator[str]:
        """The address of a new database with the benchmark's rows."""
        say(self.address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        server, _, options = self.address.partition("?")
        address = f"{server.rpartition('/')[0]}/{name}{'?' if options else ''}{options}"
        try:
            migrate(address)
            asyncio.run(fill(address, scale))
            yield address
        finally:
            say(self.address, f"DROP DATABASE {name} WITH (FORCE)")

    async def described(self) -> str:
        """Its version and what it promises about commits."""
        async with plain(self.address) as connection:
            version, fsync, synchronous = [
                await connection.fetchval(f"SHOW {name}") for name in ("server_version", "fsync", "synchronous_commit")
            ]
        return f"PostgreSQL {version} (fsync {fsync}, synchronous_commit {synchronous})"


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """The server of DATABASE_URL, or an embedded one of our own."""
    if given := os.environ.get("DATABASE_URL"):
        yield Postgres(given)
        return
    cluster = Cluster(folder / "postgres")
    cluster.start()
    try:
        say(cluster.address, *(f"ALTER SYSTEM SET {name} = {value}" for name, value in QUIET.items()))
        say(cluster.address, "SELECT pg_reload_conf()")
        pid = int((cluster.folder / "postmaster.pid").read_text().splitlines()[0])
        yield Postgres(cluster.address, psutil.Process(pid))
    finally:
        cluster.stop()


def say(address: str, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(address)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(execute())
