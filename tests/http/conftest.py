"""A served house with people in it: one for all tests that do not break it, and one for each test that does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import httpx2
import pytest

from api.oauth.tokens import LIFETIME, issue_for
from api.settings import Settings
from domain.access import Actor
from domain.accounts.models import RoleGrant, RoleName
from domain.columns import typed, utc_now
from domain.house import House
from domain.postgres import Lanes
from domain.programmes.models import Shift
from tests.conftest import copied
from tests.http.tools import SIGN_UP
from tests.programmes.neighbourhood import Neighbourhood
from tests.serving import Server, free_port, serve


@dataclass
class Place:
    """What a test at the door knows: the running server, and the house behind it."""

    address: str
    server: Server
    settings: Settings
    house: House
    people: Neighbourhood

    async def bearer(self, who: Actor | None = None, lasting: timedelta = LIFETIME) -> dict[str, str]:
        """The header of a person, the social worker if none is given, with a token that lasts so long."""
        (person,) = await self.house.lanes.run(
            "SELECT email FROM person WHERE id = $1", ((who or self.people.worker).id,)
        )
        self.house.clock = lambda: utc_now() - LIFETIME + lasting
        token = await issue_for(self.house, self.settings, person["email"])
        self.house.clock = utc_now
        return {"Authorization": f"Bearer {token}"}

    async def shift(self, seats: int = 5) -> str:
        """The id of a new shift."""
        return typed(Shift.prefix, (await self.people.shift(seats)).id)

    async def signs_up(self, shift: str) -> None:
        """Some volunteer does, through the door."""
        headers = await self.bearer(await self.people.volunteer())
        variables = {"shift": shift, "key": uuid4().hex}
        async with httpx2.AsyncClient(base_url=self.server.url, headers=headers, timeout=30) as client:
            response = await client.post("/graphql", json={"query": SIGN_UP, "variables": variables})
        assert response.json()["data"] == {"signUp": {"__typename": "Signup"}}


@asynccontextmanager
async def settled(address: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[Place]:
    """People settle in a database that has its tables, and it is served."""
    port = free_port()
    lanes = await Lanes(address, size=2).open()
    house = await House(lanes).open()
    people = await Neighbourhood(house).settle()
    for worker in (people.worker, people.colleague):
        where = people.community.id
        await people.put(
            RoleGrant.new(person_id=worker.id, role=RoleName.SOCIAL_WORKER, community_id=where, since=date(2026, 1, 1))
        )
    with serve(address, port=port, **(environment or {})) as server:
        yield Place(address, server, Settings(host="127.0.0.1", port=port), house, people)
    await lanes.close()


@pytest.fixture(scope="session")
async def place(template: str) -> AsyncIterator[Place]:
    """Shared, and served by two workers, so that whatever is tested here holds across processes."""
    async with settled(await copied(template, "door"), {"WORKERS": "2"}) as place:
        yield place


@pytest.fixture
async def own_place(database: str) -> AsyncIterator[Place]:
    """For a test that breaks something."""
    async with settled(database) as place:
        yield place


@pytest.fixture
async def client(place: Place) -> AsyncIterator[httpx2.AsyncClient]:
    """Nobody in particular: it sends no token."""
    async with httpx2.AsyncClient(base_url=place.server.url, timeout=30) as client:
        yield client


@pytest.fixture
async def known(place: Place, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """The social worker Wang."""
    client.headers.update(await place.bearer())
    return client
