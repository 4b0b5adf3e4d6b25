"""People see, correct and take along what is known about them, and are forgotten, on pages of their own."""

import csv
import io
import json
import zipfile
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from api.context import Gate
from api.oauth.pages.rights import Rights
from api.settings import Settings
from domain.access import Actor
from domain.accounts import personal
from domain.accounts.commands import amend_person
from tests.oauth.conftest import PASSWORD, Door, form_token

DATA, COPY, ERASE = "/account/data", "/account/data/copy", "/account/data/erase"


async def archive(door: Door, browser: Any) -> dict[str, bytes]:
    page = await browser.get(DATA)
    answer = await browser.post(COPY, data={"form_token": form_token(page.text)})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


async def test_a_copy_holds_everything_about_oneself_and_nothing_of_others(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.tokens(browser)
        files = await archive(door, browser)
    (person,) = json.loads(files["person.json"])
    assert (person["name"], person["email"]) == ("Alice 爱丽丝", "alice@example.com")
    assert json.loads(files["consent.json"])[0]["scopes"]
    assert {deed["verb"] for deed in json.loads(files["deed.json"])} == {"give_consent"}
    whole = b"\n".join(files.values()).decode()
    assert "bob" not in whole.lower()
    assert "argon2" not in whole
    assert set(personal.KNOWN) <= {name.removesuffix(".json") for name in files}
    assert "PIPL" in files["README.md"].decode()
    assert "慈善法" in files["README.md"].decode()


async def test_the_copy_for_spreadsheets_says_the_same_and_reckons_nothing(door: Door) -> None:
    alice = door.people["alice@example.com"]
    await door.house.do(Actor(alice), amend_person, person_id=alice, display_name="=1+1")
    async with door.browser() as browser:
        await door.sign_in(browser)
        files = await archive(door, browser)
    (row,) = csv.DictReader(io.StringIO(files["person.csv"].decode("utf-8-sig")))
    assert (row["display_name"], row["name"]) == ("'=1+1", "Alice 爱丽丝")
    assert json.loads(files["person.json"])[0]["display_name"] == "=1+1"


async def test_a_name_is_corrected_on_the_page(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        wrong = await door.send(browser, DATA, name=" ", display_name="Al", locale="en")
        assert wrong.status_code == 422
        assert 'aria-invalid="true"' in wrong.text
        right = await door.send(browser, DATA, name="Alice Li", display_name="Al", locale="en")
        assert right.status_code == 303
        assert 'value="Alice Li"' in (await browser.get(DATA)).text


async def test_whoever_is_erased_is_signed_out_and_signs_in_no_more(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await door.tokens(browser))["access_token"]
        page = await browser.get(ERASE)
        assert "慈善法" in page.text or "Charity Law" in page.text
        done = await browser.post(ERASE, data={"form_token": form_token(page.text)})
        assert (done.status_code, done.headers["location"]) == (303, "/erased")
        assert (await browser.get("/account")).status_code == 303
        assert (await door.sign_in(browser)).status_code == 401
        assert (await door.graphql(browser, token)).status_code == 401
    for name in ("person", "letter", "login_session", "consent", "token_family", "known_browser"):
        rows = await door.house.lanes.run(f'SELECT t::text AS said FROM "{name}" t')
        assert not [row for row in rows if "alice" in row["said"].lower()]
    assert await door.house.lanes.run("SELECT FROM person WHERE state = 'erased'")


@pytest.mark.parametrize("path", [COPY, ERASE])
async def test_what_matters_most_needs_a_sign_in_of_now_and_our_own_form(door: Door, path: str) -> None:
    async with door.browser() as browser:
        assert "/login" in (await browser.post(path, data={})).headers["location"]
        await door.sign_in(browser)
        assert (await browser.post(path, data={"form_token": "0" * 64})).status_code == 403
        await door.house.lanes.run("UPDATE login_session SET auth_time = auth_time - interval '11 minutes'")
        page = await browser.get(DATA)
        stale = await browser.post(path, data={"form_token": form_token(page.text)})
        assert (stale.status_code, "/login" in stale.headers["location"]) == (303, True)
    assert not await door.house.lanes.run("SELECT FROM person WHERE state = 'erased'")


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_everybody_can_read_what_is_known_and_why(door: Door, language: str) -> None:
    async with door.browser() as browser:
        page = await browser.get("/privacy", params={"ui_locales": language})
        for purpose in personal.purposes():
            for said in purpose:
                assert said[language != "en"] in page.text.replace("&#39;", "'")
        assert "/privacy" in (await browser.get("/register")).text


async def test_the_notice_names_who_answers_for_the_data_and_how_to_reach_them(door: Door) -> None:
    async with door.browser() as browser:
        assert door.url in (await browser.get("/privacy")).text
    body, contact = "三社街道办事处 <Office>", "privacy@sanshe.example"
    settings = Settings(issuer=door.url, responsible_body=body, responsible_contact=contact)
    transport = httpx2.ASGITransport(Starlette(routes=Rights(Gate(door.house, settings)).routes()))
    async with httpx2.AsyncClient(transport=transport, base_url=door.url) as browser:
        page = (await browser.get("/privacy")).text
    assert "三社街道办事处 &lt;Office&gt;" in page
    assert "privacy@sanshe.example" in page


def test_the_password_is_no_word_of_a_copy() -> None:
    assert "password" in personal.KNOWN["person"].secret
    assert PASSWORD
