"""How fast does a server answer, and at what cost? wrk asks where it is installed, else our own generator."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.database import Postgres
from benchmarks.servers import Server

HERE = Path(__file__).parent
WRK = shutil.which("wrk")
GENERATOR = "wrk" if WRK else "the bundled asyncio generator"
RESULT = re.compile(r"^RESULT (\d+) (\S+) (\S+) (\S+) (\d+) (.*)$", re.MULTILINE)

PATIENCE = 20
"""Seconds that are waited for a first answer, at least."""


@dataclass(frozen=True)
class Sample:
    """One short round. Times in milliseconds; CPU, also the database's, in microseconds for each request; megabytes."""

    requests: int
    rps: float
    p50: float
    p99: float
    cpu: float
    database: float
    memory: float
    failures: int
    failure: str


def fire(
    server: Server,
    postgres: Postgres,
    path: str,
    requests: Path,
    connections: int,
    seconds: int,
    *,
    check: bool = False,
) -> Sample:
    """Ask for some seconds. With `check`, errors inside answers count as failures too, not only what HTTP calls one."""
    url, file = server.url + path, [str(requests), *(["check"] if check else [])]
    if WRK:
        how = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(HERE / "load.lua")]
        command = [WRK, *how, url, "--", *file]
    else:
        command = [sys.executable, "-m", "benchmarks.generator", url, str(connections), str(seconds), *file]
    before, database_before, memory = server.cpu(), postgres.cpu(), 0.0
    asking = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while asking.poll() is None:
        memory = max(memory, server.memory())
        try:
            asking.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    cpu, database = server.cpu() - before, postgres.cpu() - database_before
    said = asking.stdout.read() if asking.stdout else ""
    found = RESULT.search(said)
    if found and not int(found[1]) and seconds < PATIENCE:  # an answer takes longer than the round
        return fire(server, postgres, path, requests, connections, 2 * seconds, check=check)
    if not found or not int(found[1]):
        raise RuntimeError(f"The load generator failed:\n{said}")
    count, took = int(found[1]), float(found[2])
    return Sample(
        count,
        count / took,
        float(found[3]),
        float(found[4]),
        cpu / count * 1e6,
        database / count * 1e6,
        memory,
        int(found[5]),
        found[6],
    )
