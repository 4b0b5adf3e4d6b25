"""A child and their guardian in a real browser: an account by consent, and its end."""

import pytest
from playwright.async_api import Browser, expect

from tests.oauth.conftest import PASSWORD, Door
from tests.oauth.test_browser import chromium, look, pytestmark, require_usable_by_everybody, window
from tests.oauth.test_browser_codes import submit
from tests.oauth.test_children import CHILD, GUARDIAN, ten
from tests.oauth.test_sign_up import code_of

__all__ = ["chromium", "pytestmark"]


@pytest.mark.parametrize(("language", "width", "dark"), [("zh-CN", 390, False), ("en-GB", 1280, True)])
async def test_a_child_gets_an_account_and_the_guardian_ends_it(
    door: Door, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page, name = await window(chromium, language, width, dark), f"{language}-{width}"
    chinese = language.startswith("zh")
    await page.goto(f"{door.url}/register")
    await look(page, f"register-age-{name}")
    await page.get_by_role("link", name="与监护人一起注册" if chinese else "Sign up with a guardian").click()
    await look(page, f"child-{name}")
    await submit(page, identifier=CHILD, guardian=CHILD)
    await expect(page.locator("#guardian-problem")).to_be_visible()
    await look(page, f"child-wrong-{name}")
    await submit(page, guardian=GUARDIAN)
    await expect(page.locator("#guardian_code")).to_be_visible()
    codes = {"code": await code_of(door, CHILD), "guardian_code": await code_of(door, GUARDIAN)}
    about = {"name": "王小明", "password": PASSWORD, "birth_date": "1990-02-28"}
    await submit(page, **codes, **about)
    await expect(page.locator("#birth_date-problem")).to_be_visible()
    await look(page, f"child-codes-wrong-{name}")
    await submit(page, password=PASSWORD, birth_date=str(ten(door)))
    await expect(page.get_by_role("heading", name="您的账号" if chinese else "Your account")).to_be_visible()

    guardian = await window(chromium, language, width, dark)
    await guardian.goto(f"{door.url}/guardian")
    await look(guardian, f"guardian-{name}")
    await submit(guardian, identifier=GUARDIAN)
    await expect(guardian.locator("#code")).to_be_visible()
    await look(guardian, f"guardian-code-{name}")
    await submit(guardian, code=await code_of(door, GUARDIAN))
    await expect(guardian.get_by_text("王小明")).to_be_visible()
    await look(guardian, f"guardian-accounts-{name}")
    await guardian.get_by_role("button").click()
    await expect(guardian.get_by_text("王小明")).to_be_hidden()
    await look(guardian, f"guardian-none-{name}")
    await page.reload()
    await expect(page.locator("#password")).to_be_visible()


@pytest.mark.node
async def test_everybody_can_use_the_pages_of_children_and_guardians(door: Door, chromium: Browser) -> None:
    context = await chromium.new_context(locale="zh-CN", bypass_csp=True, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    for path in ("/register", "/guardian", "/register/child"):
        await page.goto(f"{door.url}{path}")
        await require_usable_by_everybody(page)
    await submit(page, identifier=CHILD, guardian=GUARDIAN)
    await expect(page.locator("#guardian_code")).to_be_visible()
    await require_usable_by_everybody(page)
    about = {"name": "王小明", "password": PASSWORD, "birth_date": str(ten(door))}
    await submit(page, code=await code_of(door, CHILD), guardian_code=await code_of(door, GUARDIAN), **about)
    await page.wait_for_url(f"{door.url}/account")
    await page.goto(f"{door.url}/guardian")
    await submit(page, identifier=GUARDIAN)
    await expect(page.locator("#code")).to_be_visible()
    await submit(page, code=await code_of(door, GUARDIAN))
    await expect(page.get_by_text("王小明")).to_be_visible()
    await require_usable_by_everybody(page)
    await context.close()
