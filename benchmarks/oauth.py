"""What do tokens and log-ins cost? Tokens for machines beside oidc-provider; GraphQL while people sign in; the check.

All issuers are asked for the same: client_credentials with client_secret_basic, an access token that is a JWT. The
service also writes each token's family down, so that it can be revoked; oidc-provider keeps nothing.
"""

import asyncio
import re
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from api.context import Gate
from api.oauth.clients import OPERATOR, called
from api.oauth.tokens import issue_for
from api.settings import Settings
from benchmarks.data import plain
from benchmarks.database import Postgres
from benchmarks.load import Sample, fire
from benchmarks.operations import POINT
from benchmarks.rounds import CONNECTIONS, WARM_UP, Bench
from benchmarks.servers import MACHINE, MACHINE_SCOPE, MACHINE_SECRET, Server, running
from domain.accounts.clients import register_client
from domain.accounts.credentials import fingerprint
from domain.accounts.models import AuthMethod, Client
from domain.accounts.passwords import HASHER
from domain.columns import untyped
from domain.house import House
from domain.postgres import Lanes

SCALE = 0.05
PATHS = {"service": "/oauth/token", "oidc-provider": "/token", "oidc-provider, ES256": "/token"}
AT_ONCE = 8
PASSWORD = "correct horse battery staple"
SEEN_OFTEN, SEEN_FIRST = 5_000, 200

Tokens = Callable[[int, Server, Sample], None]
"""Is given each round of asking for tokens, with its connections."""
Waits = Callable[[int, Sample], None]
"""Is given each round of Q1, with how many people signed in meanwhile."""


def measure(
    postgres: Postgres, folder: Path, rounds: int, seconds: int, tokens: Tokens, waits: Waits
) -> dict[str, float]:
    """All three in turns; returns the microseconds that the check of a token takes."""
    own = folder / "oauth"
    own.mkdir()
    print(f"filling a database of scale {SCALE}", flush=True)
    with (
        postgres.filled("sanshe_benchmark_oauth", SCALE) as address,
        running(address, own, PATHS) as servers,
    ):
        people = asyncio.run(_let_in(address))
        _tokens(postgres, servers, own, rounds, seconds, tokens)
        bench = Bench(postgres, address, SCALE, {"service": servers["service"]}, own)
        _log_ins(bench, people, rounds, seconds, waits)
        return asyncio.run(_checks(address, people[0]))


async def _let_in(address: str) -> list[str]:
    """Register the machine, and give people a password; the addresses that they sign in with."""
    async with plain(address) as connection:
        people = await connection.fetch(
            "UPDATE person SET password = $1 WHERE id IN (SELECT id FROM person ORDER BY id LIMIT $2) RETURNING email",
            HASHER.hash(PASSWORD),
            AT_ONCE,
        )
    lanes = await Lanes(address, size=1).open()
    await (await House(lanes).open()).do(
        OPERATOR,
        register_client,
        id=untyped(Client.prefix, MACHINE),
        name=called("Machine", "机器"),
        redirect_uris=[],
        scopes=[MACHINE_SCOPE],
        grant_types=["client_credentials"],
        auth_method=AuthMethod.BASIC,
        secret=fingerprint(MACHINE_SECRET),
    )
    await lanes.close()
    return [person["email"] for person in people]


# -- tokens -----------------------------------------------------------------------------------------------------------


def _tokens(
    postgres: Postgres, servers: dict[str, Server], folder: Path, rounds: int, seconds: int, note: Tokens
) -> None:
    proof = b64encode(f"{MACHINE}:{MACHINE_SECRET}".encode()).decode()
    form = urlencode({"grant_type": "client_credentials", "scope": MACHINE_SCOPE})
    file = folder / "tokens"
    file.write_text(f"Basic {proof}\t{form}\n")
    for connections in CONNECTIONS:
        for server in servers.values():
            sample = fire(server, postgres, PATHS[server.name], file, connections, WARM_UP, check=True)
            if sample.failures:
                raise SystemExit(f"{server.name} gives no tokens: {sample.failure}")
        for turn in range(rounds):
            for server in list(servers.values())[:: -1 if turn % 2 else 1]:
                note(connections, server, fire(server, postgres, PATHS[server.name], file, connections, seconds))


# -- log-ins ----------------------------------------------------------------------------------------------------------


def _log_ins(bench: Bench, people: list[str], rounds: int, seconds: int, note: Waits) -> None:
    server, connections = bench.servers["service"], CONNECTIONS[0]
    bench.prepare(POINT)
    bench.warm_up(POINT, server, connections)
    for turn in range(rounds):
        for crowd in (people, [])[:: -1 if turn % 2 else 1]:
            with _signing_in(server, crowd) as times:
                sample = bench.fire(POINT, server, connections, seconds)
            note(len(times), sample)


@contextmanager
def _signing_in(server: Server, people: list[str]) -> Iterator[list[float]]:
    """Meanwhile each of these people signs in again and again; the list grows by the seconds that each log-in took."""
    times: list[float] = []
    over = threading.Event()
    each = [threading.Thread(target=_sign_in, args=(server, who, n, times, over)) for n, who in enumerate(people)]
    for person in each:
        person.start()
    try:
        yield times
    finally:
        over.set()
        for person in each:
            person.join()


def _sign_in(server: Server, email: str, number: int, times: list[float], over: threading.Event) -> None:
    """From an address of their own on this machine: one address may send a form a second, and a burst of 60."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(f"127.0.0.{number + 2}", 0))
    connection.request("GET", "/login")
    shown = connection.getresponse()
    found = re.search(r'name="form_token" value="(\w+)"', shown.read().decode())
    cookie = (shown.getheader("Set-Cookie") or "").partition(";")[0]
    form = urlencode({"identifier": email, "password": PASSWORD, "form_token": found[1] if found else ""})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    while not over.is_set():
        began = time.perf_counter()
        connection.request("POST", "/login", form, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise SystemExit(f"{email} cannot sign in: {answer.status}")
        times.append(time.perf_counter() - began)
    connection.close()


# -- the check --------------------------------------------------------------------------------------------------------


async def _checks(address: str, email: str) -> dict[str, float]:
    """Microseconds for a token that was seen before, and for one that comes for the first time."""
    lanes = await Lanes(address, size=1).open()
    house, settings = await House(lanes).open(), Settings()
    gate = Gate(house, settings)
    watching = asyncio.create_task(gate.watchman.watch())
    new = [f"Bearer {await issue_for(house, settings, email)}".encode() for _ in range(SEEN_FIRST)]
    first = [await _took(gate, header) for header in new]
    often = [await _took(gate, new[0]) for _ in range(SEEN_OFTEN)]
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await lanes.close()
    return {"seen before": median(often), "seen for the first time": median(first)}


async def _took(gate: Gate, header: bytes) -> float:
    began = time.perf_counter()
    await gate.actor(header, b"en")
    return (time.perf_counter() - began) * 1e6
