"""`make mutants`: does the suite notice each fault of the table? In copies of the sources, two at a time.

`python -m tests.mutants PART` runs only those whose names have PART in them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parent.parent.parent
AT_ONCE = 2
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "benchmarks", "build", "*.egg-info")
NODE_MODULES = Path("tests/node/node_modules")


def main() -> None:
    """Print the table; end with 1 unless every mutant was killed."""
    wanted = [m for m in MUTANTS if not sys.argv[1:] or sys.argv[1] in m.name]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for n in range(AT_ONCE):
            copies.put(_copy(Path(folder) / str(n)))
        with _one_of(copies) as copy:
            for mutant in wanted:
                with mutant.applied(copy):  # all of them can be
                    pass
        _demand_health(copies, sorted({test for m in wanted for test in m.killers.split()}))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            verdicts = list(pool.map(lambda mutant: _verdict(mutant, copies), wanted))
    killed = verdicts.count("killed")
    print(f"{killed} of {len(wanted)} killed in {time.monotonic() - begun:.0f} s")
    sys.exit(killed != len(wanted))


def _copy(to: Path) -> Path:
    shutil.copytree(ROOT, to, ignore=LEFT_OUT)
    (to / NODE_MODULES).symlink_to(ROOT / NODE_MODULES)
    return to


def _demand_health(copies: "SimpleQueue[Path]", tests: list[str]) -> None:
    """What fails without a fault proves nothing; neither does a copy whose code is not what runs."""
    with _one_of(copies) as copy:
        where = "import api.engine; print(api.engine.__file__)"
        ran = subprocess.run([sys.executable, "-c", where], cwd=copy, capture_output=True, text=True, check=True)
        if not Path(ran.stdout.strip()).is_relative_to(copy):
            sys.exit(f"The copy is not what runs, but {ran.stdout}")
        healthy = _pytest(copy, *tests)
        if healthy.returncode:
            sys.exit(f"Without any fault the tests fail already:\n{healthy.stdout[-3000:]}")


def _verdict(mutant: Mutant, copies: "SimpleQueue[Path]") -> str:
    with _one_of(copies) as copy:
        begun = time.monotonic()
        with mutant.applied(copy):
            done = _pytest(copy, "--exitfirst", *mutant.killers.split())
        seconds = time.monotonic() - begun
    summary = done.stdout.strip().rpartition("\n")[2]
    verdict = {0: "SURVIVED", 1: "killed"}.get(done.returncode, "NO VERDICT")
    if verdict == "killed" and "failed" not in summary:
        verdict = "NO VERDICT"
    print(f"{verdict:10}  {seconds:5.1f} s  {mutant.name}: {mutant.means}", flush=True)
    if verdict == "NO VERDICT":
        print(done.stdout[-2000:])
    return verdict


@contextmanager
def _one_of(copies: "SimpleQueue[Path]") -> Iterator[Path]:
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def _pytest(copy: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Python's own cache is left alone: two mutants may be written within one second and be of one size.

    The path is for the servers that tests start: they would find the installed code, which has no fault.
    """
    own = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=copy, env=own, capture_output=True, text=True, timeout=900, check=False)


if __name__ == "__main__":
    main()
