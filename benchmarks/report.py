"""What came out? Medians of the rounds, ratios, and where and on what they were measured."""

import json
import os
import platform
import subprocess
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.load import GENERATOR, Sample
from benchmarks.operations import OPERATIONS
from benchmarks.servers import NODE

HERE = Path(__file__).parent
Key = tuple[int, str, str]
"""Connections, operation, server."""

LOAD = os.getloadavg()[0]
"""How busy the machine was with other things when we came."""

HEAD = "| op | server | rps | p50 ms | p99 ms | CPU µs | database µs | memory MB | × PostGraphile | × floor |"
RULE = "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"


FIELDS = ("rps", "p50", "p99", "cpu", "database")


class Results:
    """Samples of all rounds."""

    def __init__(self) -> None:
        self.samples: defaultdict[Key, list[Sample]] = defaultdict(list)

    def rps(self, key: Key) -> float | None:
        found = self.samples.get(key)
        return median(sample.rps for sample in found) if found else None

    def row(self, key: Key) -> str:
        connections, operation, server = key
        found = self.samples[key]
        middle = [median(getattr(sample, field) for sample in found) for field in FIELDS]
        peak = max(sample.memory for sample in found)
        ratios = (self.rps((connections, operation, peer)) for peer in ("PostGraphile", "floor"))
        shown = (f"{middle[0] / ratio:.2f}" if ratio else "–" for ratio in ratios)
        rps, p50, p99, cpu, database = middle
        figures = f"{rps:,.0f}", f"{p50:.1f}", f"{p99:.1f}", f"{cpu:.0f}", f"{database:.0f}" if database else "–"
        cells = (operation, server, *figures, f"{peak:.0f}", *shown)
        return f"| {' | '.join(cells)} |"

    def table(self, connections: int) -> str:
        rows = [self.row(key) for key in self.samples if key[0] == connections]
        return "\n".join([f"{connections} connections", "", HEAD, RULE, *rows])

    def tables(self) -> str:
        return "\n\n".join(self.table(connections) for connections in dict.fromkeys(key[0] for key in self.samples))

    @property
    def failures(self) -> int:
        return sum(sample.failures for found in self.samples.values() for sample in found)


def write(results: Results, how: str, database: str) -> Path:
    """RESULTS.md, anew."""
    file = HERE / "RESULTS.md"
    file.write_text(
        f"# Benchmarks\n\n{_where(database)}\n\n{how}\n\n{_what()}\n\n{results.tables()}\n", encoding="utf-8"
    )
    return file


def _where(database: str) -> str:
    node = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    peer = json.loads((HERE / "package-lock.json").read_text())["packages"]["node_modules/postgraphile"]["version"]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], check=False, capture_output=True, text=True, cwd=HERE
    ).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in ("asyncpg", "uvicorn", "uvloop", "strawberry-graphql"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}; {os.cpu_count()} cores ({platform.machine()}, "
        f"{platform.system()}) shared by load generator, server and database, load average {LOAD:.1f} before; "
        f"{database}; "
        f"Python {platform.python_version()}, {packages}; PostGraphile {peer} (amber preset) on Node {node}; "
        f"load by {GENERATOR}."
    )


def _what() -> str:
    return "\n".join(f"* **{operation.name}**: {operation.what}." for operation in OPERATIONS)
