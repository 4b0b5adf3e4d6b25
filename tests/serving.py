"""`serve`: a real server process on a free port, for tests that go through the door."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

PATIENCE = 60
"""Seconds for a start; the machine may be busy with other things."""


@dataclass
class Server:
    """A running server; its log, what it printed included, is a file that grows."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    async def says(self, words: str) -> str:
        """The line of the log with these words, once it is there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self.said.splitlines():
                if words in line:
                    return line
            await asyncio.sleep(0.05)
        raise AssertionError(f"The log does not say {words}.")

    def stop(self) -> int:
        """Ask it to leave, as an operator does, and return its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """No time to say goodbye."""
        self.process.kill()
        self.process.wait(PATIENCE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


@contextmanager
def serve(database: str, *, port: int | None = None, **environment: str) -> Iterator[Server]:
    """`sanshe serve` on this database, in JSON log format; `environment` adds variables, such as WORKERS="2"."""
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="sanshe") as folder:
        log = Path(folder) / "log"
        own = {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "DATABASE_URL": database,
            "DATA_DIR": str(Path(folder) / "data"),
            "LOG_FORMAT": "json",
        }
        with log.open("wb") as out:
            process = subprocess.Popen(
                [Path(sys.executable).with_name("sanshe"), "serve"],
                env={**os.environ, **own, **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", process, log)
        try:
            _wait(server)
            yield server
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()


def _wait(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        try:
            httpx2.get(f"{server.url}/healthz", timeout=5).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"The server did not start:\n{server.said}")
