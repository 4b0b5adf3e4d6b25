"""The pages about the calendar link in a real browser, without script."""

import pytest
from playwright.async_api import Browser, expect

from tests.oauth.conftest import PASSWORD, Door
from tests.oauth.test_browser import chromium, look, pytestmark, require_usable_by_everybody, window

__all__ = ["chromium", "pytestmark"]


@pytest.mark.parametrize(("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, True)])
async def test_somebody_makes_a_link_and_ends_it(
    door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}"
    chinese = language.startswith("zh")
    await page.goto(f"{door.url}/login?next=/account/calendar")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await look(page, f"calendar-none-{name}")
    await page.get_by_role("button", name="创建链接" if chinese else "Make a link").click()
    await expect(page.get_by_role("status")).to_contain_text("/calendars/")
    await look(page, f"calendar-link-{name}")
    await page.get_by_role("link", name="已添加" if chinese else "I have added it").click()
    end = page.get_by_role("button", name="停用链接" if chinese else "End the link")
    await expect(end).to_be_visible()
    await look(page, f"calendar-{name}")
    await end.click()
    await expect(end).to_be_hidden()


@pytest.mark.node
async def test_everybody_can_use_the_pages_about_the_link(door: Door, chromium: Browser) -> None:
    context = await chromium.new_context(locale="zh-CN", bypass_csp=True, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(f"{door.url}/login?next=/account/calendar")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{door.url}/account/calendar")
    await require_usable_by_everybody(page)
    await page.get_by_role("button", name="创建链接").click()
    await expect(page.get_by_role("status")).to_be_visible()
    await require_usable_by_everybody(page)
    await context.close()
