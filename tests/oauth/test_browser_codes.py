"""The pages that prove an address, in a real browser: signing up, a forgotten password, another address."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.oauth.conftest import PASSWORD, Door
from tests.oauth.test_browser import chromium, look, pytestmark, require_usable_by_everybody, window
from tests.oauth.test_sign_up import code_of

__all__ = ["chromium", "pytestmark"]

NEW, PHONE = "fang@example.com", "+8613800138000"


async def submit(page: Page, **written: str) -> None:
    """Fill in the form and send it by keyboard."""
    for name, value in written.items():
        await page.locator(f"#{name}").fill(value)
    await page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("zh-CN", 390, False), ("en-GB", 1280, False), ("zh-CN", 1280, True), ("en-GB", 390, False)],
)
async def test_a_person_signs_up_changes_their_address_and_forgets_their_password(
    door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}{'-dark' if dark else ''}"
    chinese = language.startswith("zh")
    await page.goto(f"{door.url}/login")
    await page.get_by_role("link", name="注册账号" if chinese else "Create an account").click()
    await look(page, f"register-{name}")
    await submit(page, identifier="nobody")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, f"register-wrong-{name}")
    await submit(page, identifier=NEW)
    await expect(page.get_by_text(NEW)).to_be_visible()
    await look(page, f"register-code-{name}")
    code = await code_of(door, NEW)
    await submit(page, code=code, name="王小芳", password="fang@example.com")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, f"register-code-weak-{name}")
    assert await page.locator("#code").input_value() == code
    await submit(page, password=PASSWORD)
    await expect(page.get_by_role("heading", name="您的账号" if chinese else "Your account")).to_be_visible()

    await page.get_by_role("link", name="邮箱和手机号" if chinese else "E-mail and telephone").click()
    await look(page, f"addresses-{name}")
    await submit(page, identifier="138 0013 8000", current_password="wrong")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, f"addresses-wrong-{name}")
    await submit(page, current_password=PASSWORD)
    await expect(page.get_by_text(PHONE)).to_be_visible()
    await look(page, f"addresses-code-{name}")
    await submit(page, code=await code_of(door, PHONE))
    await page.get_by_role("link", name="邮箱和手机号" if chinese else "E-mail and telephone").click()
    await expect(page.get_by_text(PHONE)).to_be_visible()
    await look(page, f"addresses-both-{name}")

    await page.get_by_role("link", name="出示我的代码" if chinese else "Show who you are").click()
    await look(page, f"introduction-before-{name}")
    await page.get_by_role("button").click()
    await expect(page.get_by_role("status")).to_be_visible()
    await look(page, f"introduction-{name}")

    await page.context.clear_cookies()
    await page.goto(f"{door.url}/login")
    await page.get_by_role("link", name="忘记密码？" if chinese else "Forgot your password?").click()
    await look(page, f"reset-{name}")
    await submit(page, identifier=PHONE)
    await expect(page.get_by_text(PHONE)).to_be_visible()
    await submit(page, code="000000", password=f"{PASSWORD} 2")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, f"reset-code-wrong-{name}")
    assert await page.locator("#password").input_value() == ""
    await submit(page, code=await code_of(door, PHONE), password=f"{PASSWORD} 2")
    await expect(page.get_by_role("heading", name="您的账号" if chinese else "Your account")).to_be_visible()


async def test_another_code_is_a_click_away(door: Door, chromium: Browser) -> None:
    page = await window(chromium, "en-GB")
    await page.goto(f"{door.url}/register")
    await submit(page, identifier=NEW)
    await page.get_by_role("link", name="have another code sent").click()
    await expect(page.locator("#identifier")).to_be_focused()
    assert await page.locator("#identifier").input_value() == NEW
    await expect(page.locator("#identifier")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#code")).to_be_focused()
    assert len(await door.letters(NEW)) == 2


@pytest.mark.node
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", False), ("en-GB", True)])
async def test_everybody_can_use_the_pages(door: Door, chromium: Browser, language: str, dark: bool) -> None:
    context = await chromium.new_context(
        locale=language,
        bypass_csp=True,
        color_scheme="dark" if dark else "light",
        viewport={"width": 390, "height": 844},
    )
    page = await context.new_page()
    for path in ("/register", "/reset"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
        await submit(page, identifier="nobody")
        await expect(page.locator("[role=alert]")).to_be_visible()
        await require_usable_by_everybody(page)
        await submit(page, identifier=NEW)
        await expect(page.locator("#code")).to_be_visible()
        await require_usable_by_everybody(page)
    await page.goto(f"{door.url}/login?next=/account/address")
    await submit(page, identifier="alice@example.com", password=PASSWORD)
    await expect(page.locator("#current_password")).to_be_visible()
    await require_usable_by_everybody(page)
    await submit(page, identifier=NEW, current_password=PASSWORD)
    await expect(page.locator("#code")).to_be_visible()
    await require_usable_by_everybody(page)
    await page.goto(f"{door.url}/account/introduction")
    await page.get_by_role("button").click()
    await expect(page.get_by_role("status")).to_be_visible()
    await require_usable_by_everybody(page)
    await context.close()
