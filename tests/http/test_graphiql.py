"""The page for trying the API: its files are what their source says, and a person can sign in and ask."""

import os
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import async_playwright, expect

from api.http import graphiql
from domain.accounts.commands import register_person
from domain.accounts.passwords import hashed
from tests.acting import done
from tests.http.conftest import Place
from tests.http.tools import node

CHROMIUM = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")
LOOKED_AT = os.environ.get("SCREENSHOTS")
"""A folder to put pictures into, for whoever wants to look at them."""

PASSWORD = "ein gutes Pferd"
BUILT = graphiql.API / "static" / "graphiql"


@pytest.mark.node
async def test_the_committed_files_are_what_their_source_builds(tmp_path: Path) -> None:
    await node(graphiql.API / "graphiql" / "build.mjs", str(tmp_path))
    for name in ("graphiql.css", "graphiql.js"):
        fresh = (tmp_path / name).read_bytes()
        assert (BUILT / name).read_bytes() == fresh, f"{name} is stale: run `make graphiql` and commit it"


def test_nothing_is_fetched_from_anywhere_else() -> None:
    style = (BUILT / "graphiql.css").read_text(encoding="utf-8")
    assert "@import" not in style
    assert "url(http" not in style.replace('"', "").replace("'", "")
    page = (graphiql.API / "graphiql" / "page.html").read_text(encoding="utf-8")
    assert "//" not in page.replace("https", "")


async def test_the_page_allows_scripts_only_from_here(client: httpx2.AsyncClient) -> None:
    first, second = [(await client.get("/graphiql")).headers["content-security-policy"] for _ in range(2)]
    assert "script-src 'self';" in first
    assert "default-src 'none'" in first
    assert first != second, "the nonce for styles is new each time"


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"There is no Chromium at {CHROMIUM}; CHROMIUM names another.")
async def test_a_person_signs_in_asks_and_signs_out(place: Place) -> None:
    await done(place.house, register_person, name="Zhang", email="zhang@example.org", password=await hashed(PASSWORD))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 800})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if not _is_here(request.url, place) else None)

        async def look(name: str) -> None:
            if LOOKED_AT:
                await page.screenshot(path=f"{LOOKED_AT}/graphiql-{name}.png")

        await page.goto(place.server.url)
        await look("door")
        await page.get_by_role("button", name="登录 Sign in").click()
        await page.locator("#identifier").fill("zhang@example.org")
        await page.locator("#password").fill(PASSWORD)
        await page.keyboard.press("Enter")

        editor = page.locator(".graphiql-query-editor .CodeMirror")
        await expect(editor).to_be_visible(timeout=20_000)
        assert page.url == f"{place.server.url}/graphiql", "the code is no longer in the address"
        await expect(page.get_by_role("tab", name="Viewer")).to_be_visible()
        await look("examples")
        await editor.click()
        await page.keyboard.press("Control+A")
        await page.keyboard.type("{ viewer { displayName ")
        await page.wait_for_timeout(1000)  # the editor reads what was typed a moment later
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".result-window")).to_contain_text("Zhang", timeout=20_000)
        await look("answer")
        assert "eyJ" not in await page.evaluate("JSON.stringify(localStorage)"), "the token is not kept beyond the tab"
        await page.get_by_role("button", name="退出 Sign out").click()
        await expect(page.get_by_role("button", name="登录 Sign in")).to_be_visible()
        assert await page.evaluate("sessionStorage.length") == 0
        assert complaints == []
        await browser.close()


def _is_here(url: str, place: Place) -> bool:
    return url.startswith((place.server.url, "data:", "blob:"))
