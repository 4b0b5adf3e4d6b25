"""The pages about one's data in a real browser, without script."""

import zipfile

import pytest
from playwright.async_api import Browser, expect

from tests.oauth.conftest import PASSWORD, Door
from tests.oauth.test_browser import chromium, look, pytestmark, require_usable_by_everybody, window

__all__ = ["chromium", "pytestmark"]


@pytest.mark.parametrize(("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, True)])
async def test_somebody_takes_a_copy_and_is_erased(
    door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}"
    chinese = language.startswith("zh")
    await page.goto(f"{door.url}/privacy")
    await look(page, f"privacy-{name}")
    await page.goto(f"{door.url}/register")
    await look(page, f"register-notice-{name}")
    await page.goto(f"{door.url}/login?next=/account/data")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="更正" if chinese else "Correct", exact=True)).to_be_visible()
    await look(page, f"data-{name}")
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="下载" if chinese else "Download").click()
    with zipfile.ZipFile(await (await coming.value).path()) as archive:
        assert "person.json" in archive.namelist()
    await page.get_by_role("link", name="查看说明" if chinese else "Read what happens").click()
    await look(page, f"erase-{name}")
    await page.get_by_role("button", name="确认注销" if chinese else "Erase me").click()
    await expect(page.get_by_role("heading", name="您已注销" if chinese else "You are erased")).to_be_visible()
    await look(page, f"erased-{name}")


@pytest.mark.node
async def test_everybody_can_use_the_pages_about_their_data(door: Door, chromium: Browser) -> None:
    context = await chromium.new_context(locale="zh-CN", bypass_csp=True, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(f"{door.url}/login?next=/account/data")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{door.url}/account/data")
    for path in ("/privacy", "/account/data", "/account/data/erase", "/erased"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
    await context.close()
