"""The pages about one's data in a real browser, without script."""

import zipfile
from datetime import date

import pytest
from playwright.async_api import Browser, expect

from domain.access import Actor
from domain.accounts import rights
from domain.volunteers.commands import register_volunteer
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


@pytest.mark.parametrize(("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, True)])
async def test_somebody_asks_for_a_correction_and_takes_it_back(
    door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    alice = Actor(door.people["alice@example.com"])
    await door.house.do(alice, register_volunteer, legal_name="Alice Li", birth_date=date(1990, 2, 28))
    page, name = await window(chromium, language, width, dark), f"{language}-{width}"
    chinese = language.startswith("zh")
    await page.goto(f"{door.url}/login?next=/account/data/requests")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("#asks_for").select_option("correction")
    await page.locator("#says").fill("身份证上的姓名和出生日期与此处不同。" if chinese else "My card says otherwise.")
    await page.locator("#legal_name").fill("李爱丽")
    await page.locator("#birth_date").fill("1991-02-30")
    await page.keyboard.press("Enter")
    await expect(page.locator("#birth_date-problem")).to_be_visible()
    await look(page, f"requests-wrong-{name}")
    await page.locator("#birth_date").fill("1991-03-01")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("李爱丽 · 1991-03-01")).to_be_visible()
    (asked,) = await door.house.lanes.run("SELECT id FROM rights_request")
    operator = Actor(door.people["bob@example.com"], {"operator": frozenset()})
    no = {"language": "zh-Hans", "text": "身份证件未能出示。", "translations": {}}
    no["translations"] = {"en": {"text": "The card was not shown.", "status": "checked"}}
    await door.house.do(operator, rights.refuse_rights_request, rights_request_id=asked["id"], answer=no)
    await page.locator("#asks_for").select_option("explanation")
    await page.locator("#says").fill("为什么没有分到名额？" if chinese else "Why was I not offered the seat?")
    await page.get_by_role("button", name="提交请求" if chinese else "Send the request").click()
    take_back = page.get_by_role("button", name="撤回" if chinese else "Take back")
    await expect(take_back).to_be_visible()
    await look(page, f"requests-{name}")
    await take_back.click()
    await expect(take_back).to_be_hidden()


@pytest.mark.node
async def test_everybody_can_use_the_pages_about_their_data(door: Door, chromium: Browser) -> None:
    context = await chromium.new_context(locale="zh-CN", bypass_csp=True, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(f"{door.url}/login?next=/account/data")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{door.url}/account/data")
    for path in ("/privacy", "/account/data", "/account/data/requests", "/account/data/erase", "/erased"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
    await context.close()
