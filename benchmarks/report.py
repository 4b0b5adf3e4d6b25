"""What came out? Medians, ratios and verdicts, and where and on what they were measured."""

import json
import os
import platform
import subprocess
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks import day
from benchmarks.load import GENERATOR, Sample
from benchmarks.operations import OPERATIONS
from benchmarks.servers import LANES, NODE, PEERS
from benchmarks.targets import BY_CONNECTIONS, CHECK, GROWTH, MEMORY, REPORT, TOKENS, WAITS

HERE = Path(__file__).parent
TRIED = "## What was tried\n"
"""The last section is written by hand and kept."""
Key = tuple[int, str, str]
"""Connections, operation, server."""

LOAD = os.getloadavg()[0]
"""How busy the machine was with other things when we came."""

SERVERS = f"""\
* **service**: `sanshe serve`, with permissions, the rules of HTTP and a log line for each request.
* **floor**: SQL written by hand that prints the answer, on the service's own uvicorn settings and database connections;
  no token, no GraphQL, no permission.
* **PostGraphile**: amber preset, NODE_ENV and GRAPHILE_ENV production, no GraphiQL; prepared statements and the caches
  of documents and plans are on, at their defaults.
* **strawberry**: as its documentation teaches, with DataLoaders, SQLAlchemy's async ORM and the caches of parsing and
  validation; on the service's uvicorn settings.
* **strawchemy**: types made of the same SQLAlchemy tables, else like strawberry; pages by offset, so no pageInfo in Q2.

One worker process and {LANES} database connections each. CPU and database: processor time for each request. The two
baselines named last are measured in one longer round, at few connections."""


GROWN = f"The service while its rows grow tenfold, at 16 connections; p50 may grow to {GROWTH} times."

SPENT = """\
The service's processor time for each request in microseconds, by the module whose line was at work (py-spy, in rounds
of its own, 16 connections). Compiled code counts for the line that called it: writing to sockets for api/http, reading
from them and waking tasks for uvloop, talking to PostgreSQL for asyncpg."""


def table(head: str, rows: list[list[str]], words: int) -> str:
    """A table whose first columns are words and whose others are figures."""
    names = head.split("|")
    rule = ["---"] * words + ["---:"] * (len(names) - words)
    return "\n".join(f"| {' | '.join(cell.strip() for cell in row)} |" for row in [names, rule, *rows])


ISSUED = """\
Access tokens for a machine (client_credentials, client_secret_basic, JWTs). The service signs them with ES256 and
writes each token's family down, so that it can be revoked; **oidc-provider** 9 keeps nothing, and signs with RS256
(2,048 bits) as its documentation has it, with resource indicators for JWTs. What it does with ES256 is told beside."""

WAITED = """\
The service at Q1 and 16 connections, alone and while 8 people sign in by password again and again (Argon2id, 19 MiB,
one at once). What others wait for them is told by the p99 of Q1."""

SERVED = f"""\
The service alone. Each deed asks permission, looks at the rules of the place and the day, writes its record and what
follows from it. Whoever asks alone for a report should have it in {REPORT} ms (p50)."""

CHECKED = f"""\
What it takes the service to know who asks, by the token in a request's header, in microseconds (median): its signature
is checked and its person looked up in the database once. At most {CHECK} wanted for one that was seen before."""


class Results:
    """Samples of all rounds."""

    def __init__(self) -> None:
        self.samples: defaultdict[Key, list[Sample]] = defaultdict(list)
        self.growth: defaultdict[str, defaultdict[float, list[Sample]]] = defaultdict(lambda: defaultdict(list))
        self.day: defaultdict[tuple[str, int], list[Sample]] = defaultdict(list)
        self.profile: dict[str, dict[str, float]] = {}
        self.tokens: defaultdict[tuple[int, str], list[Sample]] = defaultdict(list)
        self.waits: defaultdict[bool, list[tuple[int, Sample]]] = defaultdict(list)
        self.checks: dict[str, float] = {}

    def row(self, key: Key) -> list[str]:
        _, operation, server = key
        found = self.samples[key]
        database = middle(found, "database")
        return [
            operation,
            server,
            f"{middle(found, 'rps'):,.0f}",
            f"{middle(found, 'p50'):.1f}",
            f"{middle(found, 'p99'):.1f}",
            f"{middle(found, 'cpu'):.0f}",
            f"{database:.0f}" if database else "–",
            f"{max(sample.memory for sample in found):.0f}",
            *(figure(self.ratio(key, peer)) for peer in ("PostGraphile", "floor")),
        ]

    def ratio(self, key: Key, peer: str) -> float | None:
        """How many times the peer's requests per second."""
        mine, theirs = self.samples.get(key), self.samples.get((*key[:2], peer))
        return middle(mine, "rps") / middle(theirs, "rps") if mine and theirs else None

    def sections(self) -> list[str]:
        """What there is to tell, each with its heading."""
        found = [self._targets(), *map(self._rounds, BY_CONNECTIONS), self._growth(), self._day()]
        found += [*self._oauth(), self._profile()]
        return [section for section in found if section]

    def _targets(self) -> str:
        rows = []
        for connections, targets in BY_CONNECTIONS.items():
            for operation, target in targets.items():
                key = connections, operation, "service"
                peer, floor = self.ratio(key, "PostGraphile"), self.ratio(key, "floor")
                if peer is None or (floor is None and target.floor is not None):
                    continue
                reached = peer >= target.postgraphile and (target.floor is None or (floor or 0) >= target.floor)
                wanted = f"{target.postgraphile:.1f}", figure(peer), figure(target.floor), figure(floor)
                slow = (figure(self.ratio(key, name)) for name in ("strawberry", "strawchemy"))
                rows.append([operation, str(connections), *wanted, *slow, verdict(reached)])
        if not rows:
            return ""
        ratios = "× PostGraphile wanted | reached | × floor wanted | reached | × strawberry | × strawchemy"
        peak = max(sample.memory for sample in self._of_the_service())
        memory = f"Memory of the service under load: {peak:.0f} MB, at most {MEMORY} wanted: {verdict(peak <= MEMORY)}."
        return f"## Targets\n\n{table(f'op | connections | {ratios} | verdict', rows, 1)}\n\n{memory}"

    def _rounds(self, connections: int) -> str:
        rows = [self.row(key) for key in self.samples if key[0] == connections]
        head = "op | server | rps | p50 ms | p99 ms | CPU µs | database µs | memory MB | × PostGraphile | × floor"
        return f"## {connections} connections\n\n{table(head, rows, 2)}" if rows else ""

    def _growth(self) -> str:
        rows = []
        for operation, by_scale in self.growth.items():
            small, large = (by_scale[scale] for scale in sorted(by_scale))
            grown = middle(large, "p50") / middle(small, "p50")
            pairs = [f"{middle(found, field):.1f}" for field in ("p50", "p99") for found in (small, large)]
            database = [f"{middle(found, 'database'):.0f}" for found in (small, large)]
            rows.append([operation, *pairs, *database, f"{grown:.2f}", verdict(grown <= GROWTH)])
        head = "op | p50 ms at 10 % | 100 % | p99 ms at 10 % | 100 % | database µs at 10 % | 100 % | p50 × | verdict"
        return f"## Growth\n\n{GROWN}\n\n{table(head, rows, 1)}" if rows else ""

    def _day(self) -> str:
        rows, reports = [], {report.name for report in day.REPORTS}
        for (operation, connections), found in self.day.items():
            p50 = middle(found, "p50")
            figures = [f"{middle(found, 'rps'):,.0f}", f"{p50:.1f}", f"{middle(found, 'p99'):.1f}"]
            costs = [f"{middle(found, name):.0f}" for name in ("cpu", "database")]
            judged = operation in reports and connections == day.ONE
            rows.append([operation, str(connections), *figures, *costs, verdict(p50 <= REPORT) if judged else "–"])
        head = "op | connections | rps | p50 ms | p99 ms | CPU µs | database µs | verdict"
        return f"## A day of service\n\n{SERVED}\n\n{table(head, rows, 1)}" if rows else ""

    def _oauth(self) -> list[str]:
        return [self._tokens(), self._waits(), self._checks()]

    def _tokens(self) -> str:
        rows = []
        for (connections, server), found in self.tokens.items():
            times = middle(found, "rps") / middle(self.tokens[connections, "oidc-provider"], "rps")
            figures = [f"{middle(found, 'rps'):,.0f}", *(f"{middle(found, name):.1f}" for name in ("p50", "p99"))]
            costs = [f"{middle(found, name):.0f}" for name in ("cpu", "database")]
            reached = verdict(times >= TOKENS) if server == "service" else "–"
            rows.append([server, str(connections), *figures, *costs, figure(times), reached])
        head = "server | connections | tokens/s | p50 ms | p99 ms | CPU µs | database µs | × oidc-provider | verdict"
        return f"## Tokens\n\n{ISSUED}\n\n{table(head, rows, 1)}" if rows else ""

    def _waits(self) -> str:
        rows = []
        for signing_in, found in sorted(self.waits.items()):
            samples = [sample for _, sample in found]
            alone = [sample for _, sample in self.waits[False]]
            a_second = median(log_ins * sample.rps / sample.requests for log_ins, sample in found)
            times = middle(samples, "p99") / middle(alone, "p99")
            figures = [
                f"{a_second:.0f}",
                f"{middle(samples, 'rps'):,.0f}",
                *(f"{middle(samples, p):.1f}" for p in ("p50", "p99")),
            ]
            rows.append([*figures, figure(times), verdict(times <= WAITS) if signing_in else "–"])
        head = "log-ins/s | rps | p50 ms | p99 ms | p99 × | verdict"
        return f"## Log-ins\n\n{WAITED}\n\n{table(head, rows, 0)}" if rows else ""

    def _checks(self) -> str:
        rows = [[name, f"{took:.1f}"] for name, took in self.checks.items()]
        head, known = "a token | µs", next(iter(self.checks.values()), 0)
        return (
            f"## Checks of tokens\n\n{CHECKED}\n\n{table(head, rows, 1)}\n\n{verdict(known <= CHECK).capitalize()}."
            if rows
            else ""
        )

    def _profile(self) -> str:
        modules: defaultdict[str, float] = defaultdict(float)
        for spent in self.profile.values():
            for module, microseconds in spent.items():
                modules[module] += microseconds
        rows = [
            [module, *(f"{spent.get(module, 0):.0f}" for spent in self.profile.values())]
            for module in sorted(modules, key=lambda module: -modules[module])
            if modules[module] >= len(self.profile)
        ]
        rows.append(["all", *(f"{sum(spent.values()):.0f}" for spent in self.profile.values())])
        head = " | ".join(["module", *self.profile])
        return f"## Where the time goes\n\n{SPENT}\n\n{table(head, rows, 1)}" if self.profile else ""

    def _of_the_service(self) -> list[Sample]:
        rounds = [found for key, found in self.samples.items() if key[2] == "service"]
        grown = [found for by_scale in self.growth.values() for found in by_scale.values()]
        return [sample for found in rounds + grown for sample in found]

    @property
    def failures(self) -> int:
        peers = (sample for key, found in self.samples.items() if key[2] != "service" for sample in found)
        issued = (sample for found in self.tokens.values() for sample in found)
        waited = (sample for found in self.waits.values() for _, sample in found)
        return sum(sample.failures for sample in (*peers, *self._of_the_service(), *issued, *waited))


def middle(samples: list[Sample], field: str) -> float:
    return float(median(getattr(sample, field) for sample in samples))


def figure(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}"


def verdict(reached: bool) -> str:
    return "reached" if reached else "**not reached**"


def write(results: Results, how: str, database: str) -> Path:
    """RESULTS.md anew, but for what was written by hand."""
    file = HERE / "RESULTS.md"
    _, _, tried = file.read_text(encoding="utf-8").partition(TRIED)
    operations = "\n".join(
        f"* **{operation.name}**: {operation.what}." for operation in (*OPERATIONS, *day.DEEDS, *day.REPORTS)
    )
    parts = ["# Benchmarks", _where(database), how, operations, SERVERS, *results.sections()]
    text = "\n\n".join(parts) + "\n"
    file.write_text(f"{text}\n{TRIED}{tried}" if tried else text, encoding="utf-8")
    return file


def _where(database: str) -> str:
    def said(*command: str | Path) -> str:
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=HERE).stdout.strip()

    postgraphile = json.loads((HERE / "package-lock.json").read_text())["packages"]["node_modules/postgraphile"][
        "version"
    ]
    packages = ", ".join(f"{name} {version(name)}" for name in ("asyncpg", "uvicorn", "uvloop", "strawberry-graphql"))
    strawchemy = said(PEERS, "-c", "from importlib.metadata import version; print(version('strawchemy'))")
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {said('git', 'rev-parse', '--short', 'HEAD') or 'unknown'}; "
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()}) shared by load generator, server and "
        f"database, load average {LOAD:.1f} before; {database}; Python {platform.python_version()}, {packages}, "
        f"strawchemy {strawchemy}; PostGraphile {postgraphile} on Node {said(NODE, '--version')}; load by {GENERATOR}."
    )
