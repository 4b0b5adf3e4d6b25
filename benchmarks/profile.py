"""Where does the service's time go? py-spy looks at the worker under load, apart from the rounds that are measured.

Time inside compiled code counts for the line of Python that called it, on the loop for uvloop.
"""

import linecache
import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.operations import Operation
from benchmarks.rounds import CONNECTIONS, Bench
from benchmarks.servers import PEERS

ROOT = Path(__file__).parent.parent
SECONDS = 5
SAMPLES = 200
"""A second."""
FRAME = re.compile(r"^(?P<name>.*) \((?P<file>.+?)(?::(?P<line>\d+))?\)$")


def spent(bench: Bench, operation: Operation) -> dict[str, float]:
    """Microseconds of processor time for each request, by the module they are spent in."""
    server = bench.servers["service"]
    bench.prepare(operation)
    bench.warm_up(operation, server, CONNECTIONS[0])
    stacks = bench.folder / "stacks"
    how = ["--pid", str(server.process.pid), "--duration", str(SECONDS), "--rate", str(SAMPLES), "--format", "raw"]
    spy = subprocess.Popen(
        [PEERS.with_name("py-spy"), "record", *how, "--full-filenames", "--output", stacks],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    sample = bench.fire(operation, server, CONNECTIONS[0], SECONDS + 1)
    said, _ = spy.communicate()
    if spy.returncode:
        raise SystemExit(f"py-spy cannot look at the worker:\n{said}")
    found = by_module(stacks.read_text().splitlines())
    return {module: sample.cpu * count / found.total() for module, count in found.most_common()}


def by_module(stacks: Iterable[str]) -> Counter[str]:
    """Samples by module, of lines `outermost;…;innermost count`; a stack of nobody's is a thread awaiting work."""
    found: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        if whose := next(filter(None, map(module, reversed(stack.split(";")))), None):
            found[whose] += int(count)
    return found


def module(frame: str) -> str | None:
    """Whose frame it is: a folder of the house or a package; none for Python's own library, which works for others."""
    parts = FRAME.match(frame)
    if not parts:
        return None
    file = Path(parts["file"])
    if "orjson." in linecache.getline(str(file), int(parts["line"] or 0)):
        return "orjson"
    if file.is_relative_to(ROOT) and "site-packages" not in file.parts:
        inside = file.relative_to(ROOT).with_suffix("").parts
        return "/".join(inside[:2]) if inside[0] == "api" else inside[0]
    if "site-packages" in file.parts:
        return Path(file.parts[file.parts.index("site-packages") + 1]).stem
    return "uvloop" if "asyncio" in file.parts else None
