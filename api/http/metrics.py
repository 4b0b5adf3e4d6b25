"""What can be counted of the house, for Prometheus; several workers count together through PROMETHEUS_MULTIPROC_DIR."""

import asyncio
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.engine.run import Engine
from domain import history
from domain.clock import Alarm
from domain.errors import Unavailable
from domain.house import House
from domain.letters import STANDING, UNDELIVERED
from domain.letters import Kind as LetterKind

FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR")

REQUESTS = Counter("sanshe_requests", "Requests answered.", ("route", "status"))
SECONDS = Histogram("sanshe_request_seconds", "Time to the end of the answer.", ("route",))
SUBSCRIPTIONS = Gauge("sanshe_subscriptions", "Subscriptions open now.", multiprocess_mode="livesum")
LANES_BUSY = Gauge("sanshe_lanes_busy", "Connections to the database in use.", multiprocess_mode="livesum")
LANES_AWAITED = Gauge("sanshe_lanes_awaited", "Requests waiting for a connection.", multiprocess_mode="livesum")
ENGINE = Gauge(
    "sanshe_engine", "What the caches of the read engine saw.", ("cache", "event"), multiprocess_mode="livesum"
)
DEEDS_WAITING = Gauge("sanshe_deeds_waiting", "Deeds not yet linked into the chain.", multiprocess_mode="mostrecent")
LETTERS = Gauge("sanshe_letters", "Letters to be sent, and those given up.", ("state",), multiprocess_mode="mostrecent")
UNDELIVERED_LETTERS = Gauge(
    "sanshe_undelivered_letters",
    "Letters given up and not sent again.",
    ("kind",),
    multiprocess_mode="mostrecent",
)
CLOCK_LAG = Gauge("sanshe_clock_lag_seconds", "Age of the oldest due move.", multiprocess_mode="mostrecent")


def count(route: str, status: int, seconds: float) -> None:
    requests, took = _series(route, status)
    requests.inc()
    took.observe(seconds)


@cache
def _series(route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(route, status), SECONDS.labels(route)


def route(house: House, engine: Engine) -> Route:
    """/metrics; what the database knows is asked when Prometheus asks."""

    async def metrics(_: Request) -> Response:
        measure(house, engine)
        with suppress(Unavailable):
            DEEDS_WAITING.set(await history.waiting(house.lanes.run))
            CLOCK_LAG.set(await _lag(house))
            [letters] = await house.lanes.run(STANDING)
            for state in ("waiting", "given_up"):
                LETTERS.labels(state).set(letters[state])
            undelivered = {found["letter_kind"]: found["number"] for found in await house.lanes.run(UNDELIVERED)}
            for kind in LetterKind:
                UNDELIVERED_LETTERS.labels(kind).set(undelivered.get(kind, 0))
        return Response(generate_latest(_registry()), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", metrics)


def measure(house: House, engine: Engine) -> None:
    """What only this process knows, which with several workers another may be asked for."""
    LANES_BUSY.set(house.lanes.size - len(house.lanes.free))
    LANES_AWAITED.set(house.lanes.awaited + house.reads.awaited + house.writes.awaited)
    for name, counted in engine.metrics.items():
        for event, number in counted.items():
            ENGINE.labels(name, event).set(number)


async def measure_now_and_then(house: House, engine: Engine) -> None:
    measure(house, engine)
    await asyncio.sleep(2)


async def _lag(house: House) -> float:
    at = await Alarm(house).next()
    return max((house.clock() - at).total_seconds(), 0) if at else 0


def _registry() -> CollectorRegistry:
    if not FOLDER:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def forget_the_dead() -> None:
    """Workers that were killed left their gauges behind."""
    if FOLDER:
        for file in Path(FOLDER).glob("gauge_live*_*.db"):
            pid = int(file.stem.rpartition("_")[2])
            if not psutil.pid_exists(pid):
                mark_process_dead(pid)  # type: ignore[no-untyped-call]
