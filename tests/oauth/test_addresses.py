"""Another e-mail or telephone: by the password, by a code to the new one, and never behind the owner's back."""

import re
from typing import Any

import pytest

from domain.access import Actor
from domain.accounts import commands, proofs
from domain.accounts.proofs import Purpose
from domain.errors import NotNow, Refusal
from domain.house import House
from domain.letters import Channel
from tests.conftest import Clock
from tests.oauth.conftest import PASSWORD, Door
from tests.oauth.test_sign_up import bare, code_of

ALICE, NEW, PHONE = "alice@example.com", "alice@new.example", "+8613800138000"
PAGE = "/account/address"


async def ask(door: Door, browser: Any, address: str, password: str = PASSWORD) -> Any:
    return await door.send(browser, PAGE, identifier=address, current_password=password)


async def person(door: Door) -> Any:
    return (await door.house.lanes.run("SELECT * FROM person WHERE id = $1", (door.people[ALICE],)))[0]


async def test_a_new_e_mail_counts_from_its_code_on_and_the_old_one_is_told(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        assert (await ask(door, browser, NEW)).headers["location"] == f"{PAGE}/code"
        assert (await person(door))["email"] == ALICE
        done = await door.send(browser, f"{PAGE}/code", code=await code_of(door, NEW))
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert NEW in (await browser.get(PAGE)).text
    now = await person(door)
    assert (now["email"], bool(now["email_verified_at"])) == (NEW, True)
    [told] = await door.letters(ALICE)
    assert (told["kind"], told["says"]["new"]) == ("address_changed", "a…@new.example")
    assert len(await door.letters(NEW)) == 1
    async with door.browser() as browser:
        assert (await door.sign_in(browser, ALICE)).status_code == 401
        assert (await door.sign_in(browser, NEW)).status_code == 303


async def test_a_telephone_is_added_and_opens_the_account_as_well(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await ask(door, browser, "138 0013 8000")
        await door.send(browser, f"{PAGE}/code", code=await code_of(door, PHONE))
        assert (await door.sign_in(browser, "13800138000")).status_code == 303
    now = await person(door)
    assert (now["email"], now["phone"]) == (ALICE, PHONE)
    deeds = await door.house.lanes.run("SELECT verb, actor_id FROM deed ORDER BY id DESC LIMIT 1")
    assert [(deed["verb"], deed["actor_id"]) for deed in deeds] == [("change_phone", door.people[ALICE])]


async def test_an_address_that_was_never_verified_is_so_by_giving_it_again(door: Door) -> None:
    await door.house.lanes.run("UPDATE person SET email_verified_at = NULL WHERE email = $1", (ALICE,))
    async with door.browser() as browser:
        browser.headers["accept-language"] = "en"
        await door.sign_in(browser)
        assert "not verified" in (await browser.get(PAGE)).text
        await ask(door, browser, ALICE)
        await door.send(browser, f"{PAGE}/code", code=await code_of(door, ALICE))
        assert "not verified" not in (await browser.get(PAGE)).text
    assert [letter["kind"] for letter in await door.letters(ALICE)] == ["change_code"]


async def test_an_open_browser_is_not_enough_to_take_an_account(door: Door) -> None:
    async with door.browser() as browser:
        browser.headers["accept-language"] = "en"
        await door.sign_in(browser)
        answers = [await ask(door, browser, NEW, "guess") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        assert "guess" not in answers[0].text
    assert await door.letters(NEW) == []


async def test_nobody_is_asked_who_is_not_signed_in_and_no_code_outlives_the_session(door: Door) -> None:
    async with door.browser() as browser:
        assert (await browser.get(PAGE)).headers["location"].startswith("/login?next=%2Faccount%2Faddress")
        await door.sign_in(browser)
        await ask(door, browser, NEW)
        session = browser.cookies["session"]
        del browser.cookies["session"]
        answer = await browser.get(f"{PAGE}/code")
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        browser.cookies.set("session", session)
        await door.house.lanes.run("UPDATE login_session SET ended_at = now()")
        assert (await browser.get(f"{PAGE}/code")).headers["location"] == PAGE
    assert (await person(door))["email"] == ALICE


async def test_the_page_never_says_whether_another_has_the_address(door: Door) -> None:
    seen = []
    for address in (NEW, "bob@example.com", "BOB@example.com"):
        async with door.browser() as browser:
            await door.sign_in(browser)
            sent = await ask(door, browser, address)
            page = await browser.get(f"{PAGE}/code")
            wrong = await door.send(browser, f"{PAGE}/code", code="000000")
            shown = [bare(shown.text, address, address.replace("@", "%40")) for shown in (page, wrong)]
            seen.append((sent.status_code, sent.headers["location"], page.status_code, wrong.status_code, *shown))
    assert len({*seen}) == 1
    assert {(letter["kind"], str(letter["says"])) for letter in await door.letters("bob@example.com")} == {
        ("address_taken", "{}")
    }


async def test_an_address_that_another_took_meanwhile_is_refused(door: Door) -> None:
    async with door.browser() as browser:
        browser.headers["accept-language"] = "en"
        await door.sign_in(browser)
        await ask(door, browser, NEW)
        await door.person("Carol", NEW)
        answer = await door.send(browser, f"{PAGE}/code", code=await code_of(door, NEW))
        assert answer.status_code == 422
        assert "has an account already" in answer.text
    assert (await person(door))["email"] == ALICE


async def test_the_page_shows_a_code_by_which_an_officer_finds_the_person(door: Door) -> None:
    page = "/account/introduction"
    async with door.browser() as browser:
        assert (await browser.get(page)).headers["location"] == "/login?next=%2Faccount%2Fintroduction"
        await door.sign_in(browser)
        assert 'role="status"' not in (await browser.get(page)).text
        assert (await browser.post(page, data={"form_token": "0" * 64})).status_code == 403
        shown = (await door.send(browser, page)).text
    found = re.search(r'role="status">([A-Z]{4}-[A-Z]{4})<', shown)
    assert found
    officer = Actor(door.people["bob@example.com"])
    done = await door.house.do(officer, commands.find_person, code=found[1])
    assert done.row
    assert done.row.id == door.people[ALICE]


@pytest.mark.parametrize("command", [commands.change_email, commands.change_phone])
async def test_a_proof_changes_nothing_for_another_person_or_another_kind_of_address(
    house: House, clock: Clock, command: Any
) -> None:
    ids = []
    for email in (ALICE, "bob@example.com"):
        done = await house.do(Actor(), commands.register_person, name="A", email=email)
        assert done.row
        ids.append(done.row.id)
    channel, address = (Channel.SMS, PHONE) if command is commands.change_email else (Channel.EMAIL, NEW)
    for own, secret in ((channel, "other kind"), (Channel.EMAIL, "other person")):
        await proofs.begin(house.lanes.run, secret, Purpose.CHANGE, own, address, clock.now, language="en", by=ids[0])
    for by, proof in zip(ids, await house.lanes.run("SELECT id FROM address_proof ORDER BY id"), strict=True):
        with pytest.raises(NotNow):
            await house.do(Actor(by), command, person_id=by, proof=proof["id"])
    with pytest.raises(Refusal):
        await house.do(Actor(ids[1]), command, person_id=ids[0], proof=proof["id"])
    before = [
        (person["email"], person["phone"]) for person in await house.lanes.run("SELECT * FROM person ORDER BY id")
    ]
    assert before == [(ALICE, None), ("bob@example.com", None)]
