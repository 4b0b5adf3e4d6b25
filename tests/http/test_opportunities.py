"""What there is to do is read by anybody, in the shape that other platforms know, without anybody's name."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from api.app import create_app
from api.settings import Settings
from domain.columns import typed
from domain.programmes import commands
from domain.programmes.models import Shift
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

SETTINGS = Settings(issuer="https://sanshe.example", log_format="json")
PATH = "/opportunities.json"


@pytest.fixture
async def client(here: Neighbourhood) -> AsyncIterator[httpx2.AsyncClient]:
    """Anybody: no token, no cookie."""
    transport = httpx2.ASGITransport(create_app(SETTINGS, here.house))
    async with httpx2.AsyncClient(transport=transport, base_url=SETTINGS.issuer) as client:
        yield client


async def test_what_is_on_offer_reads_as_the_standard_has_it(here: Neighbourhood, client: httpx2.AsyncClient) -> None:
    shifts = [await here.shift(ahead=ahead) for ahead in (72, 96)]
    await here.house.lanes.run("UPDATE opportunity SET latitude = 39.9, longitude = 116.4, radius = 100")
    answer = await client.get(PATH, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json")
    told = answer.json()
    assert told["@context"] == "https://api.volunteeringdata.io/context/v1"
    assert told["conformsTo"] == "https://ns.volunteeringdata.io/"
    (organisation,) = told["graph"]
    (activity,) = organisation["activity"]
    assert activity["organisation"] == organisation["id"]
    assert (activity["title"], activity["description"]) == ("Carry meals", "Carry meals upstairs.\n\nRisks: Stairs.")
    (role,) = activity["role"]
    assert (role["minimumAge"], role["allowsRemoteParticipation"]) == ("14", False)
    assert [session["id"].split("#")[1] for session in activity["session"]] == [
        typed(Shift.prefix, shift.id) for shift in shifts
    ]
    first = activity["session"][0]
    assert first["location"]["name"] == "Canteen"
    assert float(first["location"]["latitude"]) == 39.9
    assert isinstance(first["location"]["longitude"], str)
    assert first["time"]["time:hasBeginning"] == {"time:inXSDDateTimeStamp": "2026-06-04T12:00:00+08:00"}
    assert first["time"]["time:hasEnd"] == {"time:inXSDDateTimeStamp": "2026-06-04T14:00:00+08:00"}


async def test_only_what_lies_ahead_is_on_offer_and_nobody_is_named(
    here: Neighbourhood, client: httpx2.AsyncClient, clock: Clock
) -> None:
    called_off, over = await here.shift(ahead=96), await here.shift(ahead=72)
    await here.seats(1, over)
    await here.do(here.worker, commands.cancel_shift, shift_id=called_off.id, reason="Rain.")
    before = await client.get(PATH)
    assert len(before.json()["graph"][0]["activity"][0]["session"]) == 1
    assert before.headers["content-language"] == "zh-Hans"
    for name in ("Wang", "V1", "@example"):
        assert name not in before.text
    clock.now = over.starts_at
    assert (await client.get(PATH)).json()["graph"] == []


async def test_whoever_has_the_present_one_is_told_so(here: Neighbourhood, client: httpx2.AsyncClient) -> None:
    await here.shift()
    etag = (await client.get(PATH)).headers["etag"]
    same = await client.get(PATH, headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    await here.shift(ahead=80)
    assert (await client.get(PATH, headers={"If-None-Match": etag})).status_code == 200
