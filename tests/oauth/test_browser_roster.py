"""The roster of a shift in a real browser, without script: read on a telephone, and printed."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect

from api.app import create_app
from api.oauth.store import begin_session
from api.settings import Settings
from domain.accounts.models import RoleGrant, RoleName
from domain.columns import typed
from domain.programmes import commands
from domain.programmes.models import Shift
from tests.conftest import Clock
from tests.oauth.test_browser import LOOKED_AT, chromium, look, pytestmark, require_usable_by_everybody
from tests.programmes.neighbourhood import Neighbourhood

__all__ = ["chromium", "pytestmark"]

NAMES = ["Anna Müller", "陈思远", "Li", "王小明", "Dimitrios Papadopoulos-Konstantinou", "赵六"]


@asynccontextmanager
async def at_a_port(here: Neighbourhood) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(Settings(issuer=url, log_format="json"), here.house)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 uvicorn offers no event
        await asyncio.sleep(0.01)
    yield url
    server.should_exit = True
    await serving


async def roster(here: Neighbourhood, clock: Clock, page: Page, url: str) -> None:
    """The worker opens it in the middle of the shift."""
    grant = {"role": RoleName.SOCIAL_WORKER, "community_id": here.community.id, "since": date(2026, 1, 1)}
    await here.put(RoleGrant.new(person_id=here.worker.id, **grant))
    shift = await here.shift(capacity=8)
    signups = [await here.sign_up(await here.volunteer(name), shift) for name in NAMES]
    await here.house.lanes.run("UPDATE volunteer SET phone = '+8613800138000', legal_name = display_name")
    clock.now = shift.starts_at
    for signup in signups[:4]:
        await here.do(here.worker, commands.check_in, signup_id=signup.id)
    assert here.worker.id
    session = await begin_session(here.house.lanes.run, here.worker.id, clock.now, amr=["pwd"])
    await page.context.add_cookies([{"name": "session", "value": session, "url": url}])
    await page.goto(f"{url}/shifts/{typed(Shift.prefix, shift.id)}/roster")


@pytest.mark.node
@pytest.mark.parametrize(("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, True)])
async def test_a_roster_is_read_by_everybody_on_the_spot_and_fills_a_sheet_of_paper(
    here: Neighbourhood, clock: Clock, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    context = await chromium.new_context(
        locale=language,
        bypass_csp=True,  # the checker is a script of the test's own
        viewport={"width": width, "height": 844},
        color_scheme="dark" if dark else "light",
    )
    page = await context.new_page()
    async with at_a_port(here) as url:
        await roster(here, clock, page, url)
        table = page.get_by_role("table", name="已确认名额" if language == "zh-CN" else "Who has a seat")
        await expect(table.get_by_role("row")).to_have_count(1 + len(NAMES))
        await expect(page.get_by_role("rowheader", name="陈思远")).to_be_visible()
        signature = page.get_by_text("签名" if language == "zh-CN" else "Signature")
        await expect(signature).to_be_hidden()
        await look(page, f"roster-{language}-{width}")
        await require_usable_by_everybody(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "only the table scrolls"
        await page.emulate_media(media="print")
        await expect(signature).to_be_visible()
        await expect(page.get_by_role("link", name="CSV")).to_be_hidden()
        if LOOKED_AT:
            await page.pdf(path=f"{LOOKED_AT}/roster-{language}.pdf", format="A4")
        await context.close()
