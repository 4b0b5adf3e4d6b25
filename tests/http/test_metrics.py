"""What Prometheus reads, whichever worker it happens to ask."""

import asyncio

import httpx2
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from api.engine.run import Engine
from api.http.metrics import measure
from api.schema import schema
from domain.house import House
from domain.together import Question
from tests.http.conftest import Place
from tests.http.tools import SIGNUP_CHANGED, frames

Sample = tuple[str, frozenset[tuple[str, str]]]


async def read(client: httpx2.AsyncClient) -> dict[Sample, float]:
    """All samples, by name and labels; on a connection of its own, so that any worker may answer."""
    async with httpx2.AsyncClient(base_url=client.base_url) as anybody:
        text = (await anybody.get("/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def name(sample: str, **labels: str) -> Sample:
    return sample, frozenset(labels.items())


async def test_requests_are_counted_by_all_workers_together(place: Place, known: httpx2.AsyncClient) -> None:
    ok, refused = (name("sanshe_requests_total", route="/graphql", status=status) for status in ("200", "415"))
    took = name("sanshe_request_seconds_count", route="/graphql")
    before = await read(known)
    for _ in range(20):  # each on a connection of its own
        async with httpx2.AsyncClient(base_url=known.base_url, headers=known.headers) as client:
            await client.post("/graphql", json={"query": "{ __typename }"})
            await client.post("/graphql", content=b"", headers={"Content-Type": "text/plain"})
    for _ in range(4):
        after = await read(known)
        assert after[ok] - before.get(ok, 0) == 20
        assert after[refused] - before.get(refused, 0) == 20
        assert after[took] - before.get(took, 0) == 40


async def test_a_path_that_leads_nowhere_makes_no_series_of_its_own(place: Place, known: httpx2.AsyncClient) -> None:
    for path in ("/zhang", "/li", "/static/wang", "/graphiql/zhao"):
        await known.get(path)
    routes = {dict(labels).get("route") for _, labels in await read(known)}
    assert "elsewhere" in routes
    assert not {"/zhang", "/li"} & routes


async def test_the_house_tells_of_its_connections_its_plans_and_what_waits(
    place: Place, known: httpx2.AsyncClient
) -> None:
    await known.post("/graphql", json={"query": "{ streetOffices { totalCount } }"})
    await asyncio.sleep(2.5)  # each worker measures itself every two seconds
    samples = await read(known)
    assert samples[name("sanshe_lanes_busy")] < 12
    assert samples[name("sanshe_lanes_awaited")] == 0
    assert samples[name("sanshe_engine", cache="plans", event="misses")] > 0
    assert samples[name("sanshe_engine", cache="plans", event="compile_seconds")] > 0
    assert samples[name("sanshe_clock_lag_seconds")] < 60
    assert name("sanshe_deeds_waiting") in samples


async def test_whoever_waits_for_a_connection_is_counted_to_read_or_to_write(house: House) -> None:
    engine = Engine(schema(), house)

    def awaited() -> float | None:
        measure(house, engine)
        return REGISTRY.get_sample_value("sanshe_lanes_awaited")

    async def write() -> None:
        async with house.lanes.lend():
            pass

    taken = [await house.lanes.take() for _ in range(house.lanes.size)]
    assert awaited() == 0
    waiting = [asyncio.create_task(write()) for _ in range(20)]
    question = Question("SELECT 1", None)
    waiting += [asyncio.create_task(house.reads.ask(question, ())) for _ in range(20)]
    await asyncio.sleep(0)
    assert awaited() == len(waiting)
    for lane in taken:
        house.lanes.give(lane)
    await asyncio.gather(*waiting)
    assert awaited() == 0


async def test_open_subscriptions_are_counted_while_they_last(place: Place, known: httpx2.AsyncClient) -> None:
    shift, open_now = await place.shift(), name("sanshe_subscriptions")
    async with frames(place.server.url) as socket:
        await socket.init(await place.bearer())
        for number in range(3):
            await socket.subscribe(str(number), SIGNUP_CHANGED, shift=shift)
        await asyncio.sleep(0.5)
        assert (await read(known))[open_now] >= 3
    await asyncio.sleep(0.5)
    assert (await read(known))[open_now] == 0
