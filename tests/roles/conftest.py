"""`served`: the matrix's town, served as ever; tokens of ours and of an issuer elsewhere for everybody in it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest

from api.oauth.clients import DEMO_APP, ensure_first_clients
from api.oauth.keys import Keys
from api.oauth.tokens import ISSUE, LIFETIME, access_token
from api.settings import Settings
from domain.accounts.access import spaced
from domain.accounts.models import Client, Person
from domain.columns import new_id, typed
from domain.house import House
from domain.postgres import Lanes
from tests.conftest import town as a_town
from tests.oauth.issuer import Issuer, elsewhere
from tests.roles.town import NOBODY_WRITES, Town, Viewer
from tests.serving import free_port, serve

WHILE = 60
"""Seconds, of the five minutes that tokens last."""


@dataclass
class Served:
    """The town behind its door, and both who give tokens for it."""

    town: Town
    settings: Settings
    keys: Keys
    issuer: Issuer
    browser: httpx2.AsyncClient

    async def ask(self, token: str, document: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        answer = await self.browser.post("/graphql", json={"query": document}, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ours(self, viewer: Viewer, scopes: Iterable[str]) -> str:
        house, now, family, scope = self.town.house, self.town.house.clock(), new_id(), " ".join(scopes)
        person, client = (None, viewer.id) if viewer.is_client else (viewer.id, DEMO_APP)
        await house.lanes.run(ISSUE, (family, client, person, scope, now, now + LIFETIME))
        client_id = typed(Client.prefix, client)
        return access_token(
            await self.keys.ring(),
            self.settings,
            subject=typed(Person.prefix, person) if person else client_id,
            client_id=client_id,
            scope=scope,
            family=family,
            now=now,
        )

    async def theirs(self, viewer: Viewer, scopes: Iterable[str]) -> str:
        """Their role is not held here then: somebody without any has it by the issuer's word."""
        if viewer.role is None:
            return await self.issuer.token_for(viewer.id, scopes=scopes)
        prefix = {"street": "str", "community": "com", "organization": "org"}
        held = (self.town.here if viewer.here else self.town.elsewhere)[viewer.kind] if viewer.kind else None
        places = [typed(prefix[viewer.kind], held)] if viewer.kind and held else []
        somebody = viewer if viewer.person else self.town.viewers[-1]
        return await self.issuer.token_for(somebody.id, {spaced(viewer.role): places}, scopes)


@dataclass(frozen=True)
class Giver:
    """Who gives tokens, and for whom: this server, or an issuer elsewhere, which speaks for people only."""

    give: Callable[[Viewer, Iterable[str]], Awaitable[str]]
    viewers: list[Viewer]
    given: dict[tuple[UUID, str], tuple[float, str]] = field(default_factory=dict)

    async def token(self, viewer: Viewer, scopes: Iterable[str]) -> str:
        """One is used for a while."""
        key = viewer.id, " ".join(scopes)
        since, token = self.given.get(key, (float("-inf"), ""))
        if time.monotonic() - since > WHILE:
            token = await self.give(viewer, scopes)
            self.given[key] = time.monotonic(), token
        return token


@pytest.fixture(scope="module", params=["ours", "theirs"])
def giver(request: pytest.FixtureRequest, served: Served) -> Giver:
    if request.param == "theirs":
        return Giver(served.theirs, served.town.viewers)
    return Giver(served.ours, served.town.viewers + served.town.applications)


@pytest.fixture(scope="module")
async def served(template: str) -> AsyncIterator[Served]:
    async with a_town(template) as address:
        lanes = await Lanes(address, size=2).open()
        house = await House(lanes).open()
        port = free_port()
        settings = Settings(host="127.0.0.1", port=port)
        await ensure_first_clients(house, settings)
        town = await Town(house).settle()
        async with elsewhere(house) as issuer:
            with serve(address, port=port, RATE_LIMIT="1000000000") as server:
                async with httpx2.AsyncClient(base_url=server.url, timeout=60) as browser:
                    served = Served(town, settings, Keys(house, settings), issuer, browser)
                    for viewer in town.viewers:
                        await served.theirs(viewer, [])  # links them, while deeds are still kept
                    for statement in NOBODY_WRITES:
                        await lanes.run(statement)
                    yield served
        await lanes.close()
