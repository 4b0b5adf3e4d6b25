"""The pages in a real browser: signing in, allowing, being turned away, signing out; by keyboard and without script."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.oauth.conftest import PASSWORD, Door

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
AXE = Path(__file__).parents[1] / "node" / "node_modules" / "axe-core" / "axe.min.js"
LOOKED_AT = os.environ.get("SCREENSHOTS")
"""A folder to put pictures of every page into, for whoever wants to look at them."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(), reason=f"There is no Chromium at {CHROMIUM}; CHROMIUM names another."
    ),
]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


async def window(chromium: Browser, language: str = "zh-CN", width: int = 1280, dark: bool = False) -> Page:
    context = await chromium.new_context(
        locale=language,
        java_script_enabled=False,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
    )
    page = await context.new_page()
    # The application's own page, which only shows that the browser came back to it.
    await page.route("http://127.0.0.1/cb*", lambda route: route.fulfill(body="back", content_type="text/plain"))
    return page


async def look(page: Page, name: str) -> None:
    if LOOKED_AT:
        await page.screenshot(path=f"{LOOKED_AT}/{name}.png", full_page=True)


def question(door: Door, **asked: str) -> str:
    query = {
        "client_id": door.clients["spa"],
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1/cb",
        "scope": "openid profile accounts:read hours:read offline_access",
        "state": "st",
        "code_challenge": "a" * 43,
        "code_challenge_method": "S256",
        **asked,
    }
    return f"{door.url}/oauth/authorize?{urlencode(query)}"


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, False), ("zh-CN", 1280, True)]
)
async def test_a_person_signs_in_allows_and_comes_back(
    door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}{'-dark' if dark else ''}"
    chinese = language.startswith("zh")
    await page.goto(question(door))
    await expect(page.get_by_role("heading", name="登录" if chinese else "Sign in")).to_be_visible()
    await look(page, f"login-{name}")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill("wrong but long enough")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, f"login-wrong-{name}")
    assert await page.locator("#identifier").input_value() == "alice@example.com"
    assert await page.locator("#password").input_value() == ""
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("查看服务时长" if chinese else "See service hours")).to_be_visible()
    await look(page, f"consent-{name}")
    await page.get_by_role("button", name="同意" if chinese else "Allow", exact=True).click()
    await page.wait_for_url("http://127.0.0.1/cb?*")
    assert "code=" in page.url
    assert "state=st" in page.url
    await page.goto(f"{door.url}/account")
    await expect(page.get_by_text("应用spa" if chinese else "spa", exact=True)).to_be_visible()
    await look(page, f"account-{name}")
    await page.goto(f"{door.url}/register")
    await look(page, f"register-{name}")
    await page.goto(f"{door.url}/logout")
    await look(page, f"logout-{name}")
    await page.get_by_role("button").click()
    await expect(page.get_by_text("您已退出登录。" if chinese else "You are signed out.")).to_be_visible()
    await page.goto(question(door, redirect_uri="https://elsewhere.example/cb"))
    await look(page, f"error-{name}")
    assert page.url.startswith(door.url)


async def require_usable_by_everybody(page: Page) -> None:
    """WCAG 2.2 AA, as far as axe can tell."""
    await page.add_script_tag(path=AXE)
    found = await page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert found["passes"]
    assert not found["violations"], [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]]


@pytest.mark.node
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", False), ("en-GB", True)])
async def test_everybody_can_use_the_pages(door: Door, chromium: Browser, language: str, dark: bool) -> None:
    # The checker is a script of the test's own: the pages need none and allow none.
    context = await chromium.new_context(
        locale=language,
        bypass_csp=True,
        color_scheme="dark" if dark else "light",
        viewport={"width": 390, "height": 844},
    )
    page = await context.new_page()
    for path in ("/register", "/login"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
    await page.goto(question(door, redirect_uri="https://elsewhere.example/cb"))
    await require_usable_by_everybody(page)
    await page.goto(question(door))
    for password, then in (("wrong but long enough", "[role=alert]"), (PASSWORD, "text=hours:read")):
        await require_usable_by_everybody(page)
        await page.locator("#identifier").fill("alice@example.com")
        await page.locator("#password").fill(password)
        await page.keyboard.press("Enter")
        await expect(page.locator(then)).to_be_visible()
    await require_usable_by_everybody(page)
    for path in ("/account", "/logout"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
    await context.close()
