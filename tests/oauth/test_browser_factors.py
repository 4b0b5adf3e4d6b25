"""Two-step sign-in, passkeys and sessions in a real browser: without script as far as can be, with the device's own."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.oauth.conftest import PASSWORD, Door, opened
from tests.oauth.test_browser import chromium, look, pytestmark, require_usable_by_everybody, window
from tests.oauth.test_factors import Clock

__all__ = ["chromium", "pytestmark"]

WAYS = [("zh-CN", 390, False), ("en-GB", 1280, False), ("zh-CN", 1280, True), ("en-GB", 390, True)]


@pytest.fixture
async def named_door(database: str, signing_keys: list[list[object]]) -> AsyncIterator[Door]:
    """One that is called by a name, as passkeys want it."""
    async with opened(database, signing_keys, "localhost") as door:
        yield door


async def sign_in(page: Page, door: Door) -> None:
    await page.goto(f"{door.url}/login?next=/account/factors")
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")


@pytest.mark.parametrize(("language", "width", "dark"), WAYS)
async def test_a_person_sets_up_an_app_and_signs_in_in_two_steps_without_script(
    door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}{'-dark' if dark else ''}"
    english, clock = language.startswith("en"), Clock(door.house)
    await sign_in(page, door)
    await look(page, f"factors-{name}")
    await page.get_by_role("button", name="Set up codes of an app" if english else "设置动态验证码").click()
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    box = await page.locator(".qr svg").bounding_box()
    assert box
    assert box["width"] > 150
    await page.locator("#code").fill("000000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, f"totp-wrong-{name}")
    app = pyotp.TOTP(secret)
    await page.locator("#code").fill(app.at(clock()))
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes li")).to_have_count(10)
    await look(page, f"recovery-codes-{name}")
    code = await page.locator(".codes li").first.inner_text()
    await page.get_by_role("link", name="I kept them" if english else "我已保存").click()
    await expect(page.get_by_text("10" if english else "10 个")).to_be_visible()
    await look(page, f"factors-enabled-{name}")
    await sign_in(page, door)
    await expect(page.locator("#code")).to_be_focused()
    await look(page, f"second-step-{name}")
    await page.locator("#code").fill("000000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, f"second-step-wrong-{name}")
    clock.ahead += timedelta(seconds=30)
    await page.locator("#code").fill(app.at(clock()))
    await page.keyboard.press("Enter")
    await expect(page.locator("#factors")).to_be_visible()
    other = await window(chromium, language, width, dark)
    await sign_in(other, door)
    await other.locator("#code").fill(code)
    await other.keyboard.press("Enter")
    await page.get_by_role("link", name="Where you are signed in" if english else "登录中的设备").click()
    await look(page, f"sessions-{name}")
    await page.get_by_role("button", name="Sign out all others" if english else "将其他设备全部退出登录").click()
    await expect(page.locator(".consents li")).to_have_count(1)
    await page.get_by_role("link", name="Change password" if english else "修改密码").click()
    await look(page, f"password-{name}")
    await page.goto(f"{door.url}/account")
    await look(page, f"account-pages-{name}")


@pytest.mark.parametrize(("language", "width", "dark"), WAYS[:2])
async def test_a_person_adds_a_passkey_and_signs_in_with_it(
    named_door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    door, name, english = named_door, f"{language}-{width}", language.startswith("en")
    context = await chromium.new_context(locale=language, viewport={"width": width, "height": 900})
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    devices = await context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    about = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = await devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**about, "isUserVerified": True}})
    await sign_in(page, door)
    await page.locator("#passkey_name").fill("手机 phone")
    await page.get_by_role("button", name="Add a passkey" if english else "添加通行密钥").click()
    await expect(page.get_by_text("手机 phone")).to_be_visible()
    await look(page, f"passkeys-{name}")
    await context.clear_cookies()
    await page.goto(f"{door.url}/login?next=/account/factors")
    with_passkey = page.get_by_role("button", name="Sign in with a passkey" if english else "使用通行密钥登录")
    await look(page, f"login-passkey-{name}")
    await with_passkey.click()
    await expect(page.locator("#factors")).to_be_visible()
    amr = await door.house.lanes.run("SELECT amr FROM login_session ORDER BY auth_time DESC LIMIT 1")
    assert amr[0]["amr"] == ["hwk", "user", "mfa"]
    # A device whose user is somebody else, then the same passkey when it was removed.
    await context.clear_cookies()
    await page.goto(f"{door.url}/login")
    await devices.send(
        "WebAuthn.setUserVerified", {"authenticatorId": made["authenticatorId"], "isUserVerified": False}
    )
    await with_passkey.click()
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await look(page, f"login-passkey-refused-{name}")
    await devices.send("WebAuthn.setUserVerified", {"authenticatorId": made["authenticatorId"], "isUserVerified": True})
    await sign_in(page, door)
    await page.get_by_role("button", name="Remove" if english else "移除").click()
    await expect(page.get_by_text("手机 phone")).to_have_count(0)
    await context.clear_cookies()
    await page.goto(f"{door.url}/login")
    await with_passkey.click()
    await expect(page.locator("#identifier-problem")).to_be_visible()
    assert not [problem for problem in problems if "Content Security" in problem]
    await context.close()


async def test_without_script_nothing_that_needs_one_is_shown(named_door: Door, chromium: Browser) -> None:
    page = await window(chromium)
    await sign_in(page, named_door)
    await expect(page.get_by_text("添加通行密钥需要支持通行密钥并启用 JavaScript 的浏览器。")).to_be_visible()
    await expect(page.locator("form.passkey")).to_be_hidden()
    await page.goto(f"{named_door.url}/login")
    await expect(page.locator("form.passkey")).to_be_hidden()


@pytest.mark.node
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", True), ("en-GB", False)])
async def test_everybody_can_use_the_pages_of_their_account(
    named_door: Door, chromium: Browser, language: str, dark: bool
) -> None:
    door, clock = named_door, Clock(named_door.house)
    context = await chromium.new_context(
        locale=language,
        bypass_csp=True,
        color_scheme="dark" if dark else "light",
        viewport={"width": 390, "height": 844},
    )
    page = await context.new_page()
    await sign_in(page, door)
    await expect(page.locator("#factors")).to_be_visible()
    await require_usable_by_everybody(page)
    await page.locator("form[action*=begin] button").click()
    await require_usable_by_everybody(page)
    app = pyotp.TOTP((await page.locator(".secret").inner_text()).replace(" ", ""))
    await page.locator("#code").fill(app.at(clock()))
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes li")).to_have_count(10)
    await require_usable_by_everybody(page)
    for path in ("/account/factors", "/account/sessions", "/account/password", "/login"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
    await sign_in(page, door)
    await expect(page.locator("#code")).to_be_visible()
    await require_usable_by_everybody(page)
    await context.close()
