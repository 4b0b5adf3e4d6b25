"""The page for devices in a real browser: a kiosk's code is typed, compared, allowed or refused, without script."""

from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from domain.columns import typed
from tests.oauth.conftest import PASSWORD, Door
from tests.oauth.test_browser import chromium, look, pytestmark, require_usable_by_everybody, window  # noqa: F401

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TEXTS = {
    True: ("继续", "同意", "不同意", "设备已连接", "已拒绝该设备", "没有设备在等待此代码"),
    False: ("Continue", "Allow", "Do not allow", "is connected", "was refused", "No device is waiting"),
}


async def asks(door: Door) -> Any:
    """What a kiosk for checking in is told."""
    client = door.clients.get("kiosk") or await door.register(
        "kiosk", grant_types=[GRANT, "refresh_token"], scopes=["openid", "profile", "programmes:write", "hours:write"]
    )
    form = {"client_id": client, "scope": "openid profile programmes:write hours:write"}
    async with httpx2.AsyncClient(base_url=door.url) as kiosk:
        return (await kiosk.post("/oauth/device_authorization", data=form)).json()


async def sign_in(page: Page) -> None:
    await page.locator("#identifier").fill("alice@example.com")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, False), ("zh-CN", 1280, True)]
)
async def test_a_person_lets_a_kiosk_act_for_them_and_refuses_another(
    door: Door,
    chromium: Browser,  # noqa: F811
    language: str,
    width: int,
    dark: bool,
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}{'-dark' if dark else ''}"
    go_on, allow, deny, allowed, denied, nobody = TEXTS[language.startswith("zh")]
    told = await asks(door)
    await page.goto(told["verification_uri"])
    await look(page, f"device-{name}")
    await page.locator("#user_code").fill("bbbb bbbb" if told["user_code"] != "BBBB-BBBB" else "cccc cccc")
    await page.keyboard.press("Enter")
    await sign_in(page)
    await page.get_by_role("button", name=go_on).click()
    await expect(page.get_by_role("alert")).to_contain_text(nobody)
    await look(page, f"device-wrong-{name}")
    await page.locator("#user_code").fill(told["user_code"].lower())
    await page.keyboard.press("Enter")
    await expect(page.locator(".device-code")).to_have_text(told["user_code"])
    await expect(page.get_by_text("programmes:write")).to_be_visible()
    await look(page, f"device-ask-{name}")
    await page.get_by_role("button", name=allow, exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(allowed)
    await look(page, f"device-allowed-{name}")
    other = await asks(door)
    await page.goto(other["verification_uri_complete"])
    assert await page.locator("#user_code").input_value() == other["user_code"]
    await page.get_by_role("button", name=go_on).click()
    await page.get_by_role("button", name=deny, exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(denied)
    await look(page, f"device-denied-{name}")
    answers = await door.house.lanes.run("SELECT person_id, allowed FROM device_grant ORDER BY asked_at")
    alice = typed("usr", door.people["alice@example.com"])
    assert [(typed("usr", a["person_id"]), a["allowed"]) for a in answers] == [(alice, True), (alice, False)]


@pytest.mark.node
@pytest.mark.parametrize("dark", [False, True])
async def test_everybody_can_use_them(door: Door, chromium: Browser, dark: bool) -> None:  # noqa: F811
    context = await chromium.new_context(
        locale="zh-CN",
        bypass_csp=True,
        color_scheme="dark" if dark else "light",
        viewport={"width": 390, "height": 844},
    )
    page = await context.new_page()
    told = await asks(door)
    await page.goto(f"{door.url}/login?next=/device?user_code={told['user_code']}")
    await sign_in(page)
    await expect(page.locator("#user_code")).to_be_visible()
    await require_usable_by_everybody(page)
    await page.get_by_role("button", name="继续").click()
    await expect(page.locator(".device-code")).to_be_visible()
    await require_usable_by_everybody(page)
    await page.get_by_role("button", name="同意", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("设备已连接")
    await require_usable_by_everybody(page)
    await context.close()
