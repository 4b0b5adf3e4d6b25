"""The service as one ASGI application: what is opened when it starts, where each path leads, how it ends."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from types import FrameType

import structlog
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Router
from starlette.types import ASGIApp

from api.background import Linker, Rulebook, Teller, forever
from api.calendars import feed
from api.context import Gate
from api.engine.run import Engine
from api.exports import opportunities
from api.exports.endpoint import Exports
from api.http import graphiql, health, logs, metrics
from api.http.doorway import Doorway
from api.http.endpoint import Endpoint
from api.http.live import Live
from api.http.rates import Rates
from api.letters.post import Post
from api.news import News
from api.oauth import routes as oauth
from api.oauth.clients import ensure_first_clients
from api.oauth.keys import box
from api.oauth.store import sweep_now_and_then
from api.rosters.page import Rosters
from api.schema import schema
from api.settings import Settings, load
from domain.clock import run_clock
from domain.house import House
from domain.letters import Channel
from domain.postgres import Lanes

log = structlog.get_logger()


def from_environment() -> ASGIApp:
    """The application that the environment describes; each worker process makes its own."""
    settings = load()
    logs.configure(settings.log_format)
    if settings.database_url is None:
        raise LookupError("DATABASE_URL is missing; `sanshe serve` sets it to the embedded database.")
    return create_app(settings, House(Lanes(settings.database_url.get_secret_value()), box=box(settings)))


def create_app(settings: Settings, house: House) -> ASGIApp:
    """The application in a house that is opened when the application starts and closed when it ends."""
    engine, gate, news = Engine(schema(), house), Gate(house, settings), News(house.lanes)
    live = Live(engine, news, Rates(settings.rate_limit))
    graphql = Endpoint(engine, gate, live)
    by_itself: dict[str, Callable[[], Awaitable[None]]] = {
        "linker": Linker(house).link,
        "teller": Teller(house).tell,
        "rulebook": Rulebook(house).keep,
        "news": news.read,
        "watchman": gate.watchman.watch,
        "clock": partial(run_clock, house),
        "sweeper": partial(sweep_now_and_then, house),
        **{f"letters by {channel}": Post(house, settings, channel).deliver for channel in Channel},
        "gauges": partial(metrics.measure_now_and_then, house, engine),
    }

    @asynccontextmanager
    async def lifespan(_: Router) -> AsyncIterator[None]:
        await house.lanes.open()
        await house.open()
        await ensure_first_clients(house, settings)
        metrics.forget_the_dead()
        tasks = [asyncio.create_task(forever(name, task)) for name, task in by_itself.items()]
        log.info("opened", issuer=settings.issuer, era=house.era)
        settle()
        with told_to_leave(live.leaving.set):
            yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await house.lanes.close()
        await asyncio.sleep(2 * logs.WHILE)  # the lines of the last requests are being collected
        log.info("closed")

    routes = [
        *oauth.routes(gate),
        *Rosters(gate, engine, live.rates).routes(),
        *feed.routes(house, settings),
        *opportunities.routes(house, settings),
        *graphiql.routes(settings),
        *health.routes(house),
        metrics.route(house, engine),
    ]
    inside = ExceptionMiddleware(Router(routes, lifespan=lifespan, redirect_slashes=False))
    return Doorway(
        inside,
        {"/graphql": graphql, "/exports": Exports(engine, gate, live.rates)},
        https=settings.issuer.startswith("https:"),
        tell=logs.of_requests(settings.log_format),
    )


def settle() -> None:
    """What is here now stays: Python's search for cycles, 130 ms for all of it, passes it by and comes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@contextmanager
def told_to_leave(do: Callable[[], None]) -> Iterator[None]:
    """Hear of the signal to end when uvicorn does: it waits for long connections, so they must be told."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(do)
        if callable(pass_on := before[signal.Signals(number)]):
            pass_on(number, frame)

    for number in before:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
