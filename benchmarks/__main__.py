"""`make bench`: the service and its peers on one database, in turns, in one run."""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import day, growth, oauth, profile, report
from benchmarks.data import sizes
from benchmarks.database import Postgres, postgres
from benchmarks.load import Sample
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.rounds import Bench
from benchmarks.servers import COMMANDS, Server, running

PARTS = ["rounds", "growth", "day", "oauth", "profile"]
EXAMPLES = """\
parts:
  rounds   all servers side by side, in turns (default when something is narrowed)
  growth   the service on 10 % and on 100 % of the data
  day      the service alone: check in, log and verify hours, reports
  oauth    tokens beside oidc-provider, GraphQL while people sign in, the check of a token
  profile  where the service's processor time goes, by module

Only the whole run (nothing narrowed, about 13 minutes) writes benchmarks/RESULTS.md; these just print:
  python -m benchmarks --only Q1 Q2 --servers service floor PostGraphile --seconds 2
  python -m benchmarks --only M1 --servers service --rounds 1 --scale 0.05
  python -m benchmarks --parts profile --only Q1
  python -m benchmarks --parts growth --only Q4
"""


def main() -> None:
    """Fill a database of its own, compare the answers, measure in turns, print the tables."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))  # and leave no server behind
    operations = [o for o in OPERATIONS if not asked.only or o.name in asked.only]
    narrowed = bool(asked.parts or asked.only or asked.servers)
    parts = asked.parts or (["rounds"] if narrowed else PARTS)
    results = report.Results()
    with tempfile.TemporaryDirectory(prefix="sanshe") as name, postgres(Path(name)) as server:
        if {"rounds", "profile"} & set(parts):
            side_by_side(server, Path(name), parts, asked, operations, results)
        if "growth" in parts:
            grow(server, Path(name), asked, [o for o in operations if not o.inline], results)
        if "day" in parts:
            serve(server, Path(name), asked, results)
        if "oauth" in parts:
            issue(server, Path(name), asked, results)
        database = asyncio.run(server.described())
    print("\n" + "\n\n".join(results.sections()) + "\n")
    if not narrowed:
        kinds = {kind: count for kind, count in sizes(asked.scale).items() if kind not in {"held", "served"}}
        rows = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
        how = f"Medians of {asked.rounds} rounds of {asked.seconds} s in turns, after warming up. {rows}."
        print(f"written to {report.write(results, how, database)}")
    if results.failures:
        raise SystemExit(f"{results.failures} requests failed while it was measured")


def side_by_side(
    server: Postgres,
    folder: Path,
    parts: list[str],
    asked: argparse.Namespace,
    operations: list[Operation],
    results: report.Results,
) -> None:
    def note(connections: int, operation: Operation, server: Server, sample: Sample) -> None:
        key = connections, operation.name, server.name
        results.samples[key].append(sample)
        print(connections, *results.row(key), sep="\t", flush=True)

    names = asked.servers or (COMMANDS if "rounds" in parts else ["service"])
    print(f"filling a database of scale {asked.scale}", flush=True)
    with (
        server.filled("sanshe_benchmark", asked.scale) as address,
        running(address, folder, names) as servers,
    ):
        bench = Bench(server, address, asked.scale, servers, folder)
        if "rounds" in parts:
            bench.run(operations, asked.rounds, asked.seconds, note)
        if "profile" in parts:
            bench.servers = {"service": servers["service"]}
            for operation in operations:
                results.profile[operation.name] = profile.spent(bench, operation)


def grow(
    server: Postgres, folder: Path, asked: argparse.Namespace, operations: list[Operation], results: report.Results
) -> None:
    def note(scale: float, operation: Operation, sample: Sample) -> None:
        results.growth[operation.name][scale].append(sample)
        print(f"{scale:.0%}\t{operation.name}\tp50 {sample.p50:.1f} ms", flush=True)

    growth.measure(server, folder, operations, asked.rounds, asked.seconds, note)


def serve(server: Postgres, folder: Path, asked: argparse.Namespace, results: report.Results) -> None:
    def note(connections: int, operation: Operation, sample: Sample) -> None:
        results.day[operation.name, connections].append(sample)
        print(connections, operation.name, f"{sample.rps:.0f}/s", f"p50 {sample.p50:.1f} ms", sep="\t", flush=True)

    day.measure(server, folder, asked.scale, asked.rounds, asked.seconds, note)


def issue(server: Postgres, folder: Path, asked: argparse.Namespace, results: report.Results) -> None:
    def tokens(connections: int, issuer: Server, sample: Sample) -> None:
        results.tokens[connections, issuer.name].append(sample)
        print(connections, issuer.name, f"{sample.rps:.0f} tokens a second", sep="\t", flush=True)

    def waits(log_ins: int, sample: Sample) -> None:
        results.waits[log_ins > 0].append((log_ins, sample))
        print("Q1", f"{log_ins} log-ins", f"p50 {sample.p50:.1f} ms", f"p99 {sample.p99:.1f} ms", sep="\t", flush=True)

    results.checks = oauth.measure(server, folder, asked.rounds, asked.seconds, tokens, waits)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [operation.name for operation in OPERATIONS]
    several: dict[str, Any] = {"nargs": "+", "default": [], "metavar": "NAME"}
    parser.add_argument("--parts", choices=PARTS, help=", ".join(PARTS), **several)
    parser.add_argument("--only", choices=names, help=f"operations: {', '.join(names)}", **several)
    parser.add_argument("--servers", choices=list(COMMANDS), help=", ".join(COMMANDS), **several)
    parser.add_argument(
        "--scale", type=float, default=0.2, help="1: a city district's year, a million entries of hours"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of which the median is taken")
    parser.add_argument("--seconds", type=int, default=2, help="length of a round")
    return parser.parse_args()


if __name__ == "__main__":
    main()
