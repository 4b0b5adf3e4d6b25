"""Signing in with an issuer elsewhere, in a real browser: the button, the link by consent, and the list of links."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from domain.columns import typed
from tests.oauth.conftest import PASSWORD, Door
from tests.oauth.issuer import Issuer, elsewhere
from tests.oauth.test_browser import (
    chromium,  # noqa: F401 the fixture
    look,
    pytestmark,  # noqa: F401 as all tests with a browser
    require_usable_by_everybody,
    window,
)


@pytest.fixture
async def portal(door: Door) -> AsyncIterator[Issuer]:
    async with elsewhere(door.house) as issuer:
        yield issuer


@pytest.mark.parametrize(("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, True)])
async def test_somebody_links_their_account_elsewhere_and_signs_in_with_it(
    door: Door,
    portal: Issuer,
    chromium: Browser,  # noqa: F811
    language: str,
    width: int,
    dark: bool,
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}{'-dark' if dark else ''}"
    english = language.startswith("en")
    button = page.get_by_role("link", name="Sign in with City portal" if english else "使用市民门户登录")
    await page.goto(f"{door.url}/login")
    await look(page, f"login-with-portal-{name}")
    await button.click()
    await expect(
        page.get_by_role("heading", name="Who are you here?" if english else "您在本平台的账号是？")
    ).to_be_visible()
    await look(page, f"link-first-{name}")
    await page.locator("main a.primary").click()
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Alice at the portal")).to_be_visible()
    await look(page, f"link-{name}")
    await page.locator("button.primary").click()
    await page.wait_for_url(f"{door.url}/account")
    await page.goto(f"{door.url}/logout")
    await page.get_by_role("button").click()
    await page.goto(f"{door.url}/login?next=/account/portals")
    await button.click()
    await expect(
        page.get_by_role("heading", name="Accounts elsewhere" if english else "外部账号", exact=True)
    ).to_be_visible()
    await look(page, f"portals-{name}")
    await page.get_by_role("button").click()
    await expect(page.get_by_role("heading", name="Sign in" if english else "登录", exact=True)).to_be_visible()
    portal.comes_back = {"code": None, "error": "access_denied"}
    await button.click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await look(page, f"portal-said-no-{name}")
    assert page.url.startswith(door.url)


@pytest.mark.node
@pytest.mark.parametrize("dark", [False, True])
async def test_everybody_can_use_the_pages_of_linking(
    door: Door,
    portal: Issuer,
    chromium: Browser,  # noqa: F811
    dark: bool,
) -> None:
    context = await chromium.new_context(
        bypass_csp=True, color_scheme="dark" if dark else "light", viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()
    await page.goto(f"{door.url}/login")
    await require_usable_by_everybody(page)
    await page.goto(f"{door.url}/login/portal/{typed('iss', portal.id)}")  # type: ignore[arg-type]
    await require_usable_by_everybody(page)
    await page.locator("main a.primary").click()
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Alice at the portal")).to_be_visible()
    await require_usable_by_everybody(page)
    await page.locator("button.primary").click()
    await page.wait_for_url(f"{door.url}/account")
    for path in ("/account/portals", "/login/portal/iss_0"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
    await context.close()
