"""`make bench`: the service and its peers on one database, in turns, in one run."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks import report
from benchmarks.data import sizes
from benchmarks.database import postgres
from benchmarks.load import Sample
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.rounds import Bench
from benchmarks.servers import COMMANDS, Server, running

EXAMPLES = """\
The whole run writes benchmarks/RESULTS.md; narrower ones only print:
  python -m benchmarks --only Q1 Q2 --seconds 2        some operations
  python -m benchmarks --servers service floor         some servers
"""


def main() -> None:
    """Fill a database of its own, compare the answers, measure in turns, print the tables."""
    asked = arguments()
    operations = [o for o in OPERATIONS if not asked.only or o.name in asked.only]
    results = report.Results()

    def note(connections: int, operation: Operation, server: Server, sample: Sample) -> None:
        key = connections, operation.name, server.name
        results.samples[key].append(sample)
        print(results.row(key), flush=True)

    with tempfile.TemporaryDirectory(prefix="sanshe") as name, postgres(Path(name)) as server:
        folder = Path(name)
        print("filling the database", flush=True)
        with (
            server.filled("sanshe_benchmark", asked.scale) as address,
            running(address, folder, asked.servers or COMMANDS) as servers,
        ):
            Bench(server, address, asked.scale, servers, folder).run(operations, asked.rounds, asked.seconds, note)
        rows = ", ".join(
            f"{count:,} {kind}" for kind, count in sizes(asked.scale).items() if kind not in {"held", "served"}
        )
        how = f"Medians of {asked.rounds} rounds of {asked.seconds} s in turns, warm; one worker each. {rows}."
        print(f"\n{results.tables()}\n")
        if not asked.only and not asked.servers:
            print(f"written to {report.write(results, how, asyncio.run(server.described()))}")
    if results.failures:
        raise SystemExit(f"{results.failures} requests failed while it was measured")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [operation.name for operation in OPERATIONS]
    parser.add_argument("--only", nargs="+", choices=names, default=[], help="operations; all otherwise")
    parser.add_argument("--servers", nargs="+", choices=list(COMMANDS), default=[], help="servers; all otherwise")
    parser.add_argument(
        "--scale", type=float, default=0.2, help="1: a city district's year, a million entries of hours"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of which the median is taken")
    parser.add_argument("--seconds", type=int, default=2, help="length of a round")
    return parser.parse_args()


if __name__ == "__main__":
    main()
