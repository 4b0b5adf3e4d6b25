"""`town`: the matrix's town, served as ever; tokens of ours and of an issuer elsewhere for everybody in it."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import httpx2
import pytest

from api.oauth.clients import DEMO_APP, ensure_first_clients
from api.oauth.keys import Keys
from api.oauth.tokens import ISSUE, LIFETIME, access_token
from api.settings import Settings
from domain.accounts.access import spaced
from domain.columns import new_id, typed
from domain.house import House
from domain.postgres import Lanes
from tests.conftest import town as a_town
from tests.oauth.issuer import Issuer, elsewhere
from tests.roles.town import NOBODY_WRITES, Town, Viewer
from tests.serving import free_port, serve


@dataclass
class Served:
    """The town behind its door, and both who give tokens for it."""

    town: Town
    settings: Settings
    issuer: Issuer
    browser: httpx2.AsyncClient

    async def ours(self, viewer: Viewer, scopes: Iterable[str]) -> str:
        house, now, family, scope = self.town.house, self.town.house.clock(), new_id(), " ".join(scopes)
        await house.lanes.run(ISSUE, (family, DEMO_APP, viewer.id, scope, now, now + LIFETIME))
        return access_token(
            await Keys(house, self.settings).ring(),
            self.settings,
            subject=typed("usr", viewer.id),
            client_id=typed("cli", DEMO_APP),
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
                    served = Served(town, settings, issuer, browser)
                    for viewer in town.viewers:
                        await served.theirs(viewer, [])  # links them, while deeds are still kept
                    for statement in NOBODY_WRITES:
                        await lanes.run(statement)
                    yield served
        await lanes.close()
