"""A forgotten password: a new one by a code, no word about who has an account, the end of all that was signed in."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.accounts import commands, proofs
from domain.accounts.passwords import hashed
from domain.accounts.proofs import Purpose
from domain.errors import NotNow, Refusal
from domain.house import House
from domain.letters import Channel
from tests.conftest import Clock
from tests.oauth.conftest import PASSWORD, Door, form_token
from tests.oauth.test_factors import enable
from tests.oauth.test_sign_up import bare, code_of

ALICE = "alice@example.com"
NEW = "今天天气很好我们去公园"


async def reset(door: Door, browser: Any, address: str = ALICE) -> Any:
    await door.send(browser, "/reset", identifier=address)
    return await door.send(browser, "/reset/code", code=await code_of(door, ALICE), password=NEW)


async def test_a_new_password_ends_all_that_was_signed_in_and_tells_the_owner(door: Door) -> None:
    async with door.browser() as thief, door.browser() as browser:
        await door.sign_in(thief)
        tokens = await door.tokens(thief)
        done = await reset(door, browser)
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert "Alice" in (await browser.get("/account")).text
        assert (await thief.get("/account")).status_code == 303
        assert (await door.graphql(thief, tokens["access_token"])).status_code == 401
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answer = await thief.post("/oauth/token", data={**refresh, "client_id": door.clients["spa"]})
        assert answer.json()["error"] == "invalid_grant"
        assert (await door.sign_in(thief)).status_code == 401
    told, code = await door.letters(ALICE)
    assert (told["kind"], code["kind"]) == ("password_changed", "reset_code")
    assert [deed["verb"] for deed in await door.house.lanes.run("SELECT verb FROM deed ORDER BY id DESC LIMIT 1")] == [
        "reset_password"
    ]


async def test_whoever_has_a_second_factor_shows_it_after_a_reset_too(door: Door) -> None:
    async with door.browser() as browser, door.browser() as thief:
        await door.sign_in(browser)
        app, _ = await enable(door, browser)
        done = await reset(door, thief)
        assert (done.status_code, done.headers["location"]) == (303, "/login/second")
        assert (await thief.get("/account")).status_code == 303
        page = await thief.get("/login/second")
        form = {"code": app.at(door.house.clock() + timedelta(seconds=30)), "form_token": form_token(page.text)}
        assert (await thief.post("/login/second", data=form)).headers["location"] == "/account"
        assert (await thief.get("/account")).status_code == 200


async def test_the_page_never_says_whether_an_address_has_an_account(door: Door) -> None:
    await door.person("Carol", "carol@example.com")
    await door.house.lanes.run("UPDATE person SET state = 'suspended' WHERE email = 'carol@example.com'")
    seen = []
    for address in (ALICE, "nobody@example.com", "carol@example.com", "+8613800138000"):
        async with door.browser() as browser:
            sent = await door.send(browser, "/reset", identifier=address)
            page = await browser.get("/reset/code")
            wrong = await door.send(browser, "/reset/code", code="000000", password=NEW)
            shown = [
                bare(shown.text, address, address.replace("@", "%40").replace("+", "%2B")) for shown in (page, wrong)
            ]
            seen.append((sent.status_code, sent.headers["location"], page.status_code, wrong.status_code, *shown))
    assert len({*seen}) == 1
    for address in ("nobody@example.com", "carol@example.com", "+8613800138000"):
        [letter] = await door.letters(address)
        assert (letter["kind"], letter["says"]) == ("no_account", {})


async def test_a_code_goes_to_the_address_on_file_and_not_to_one_that_is_spelled_otherwise(door: Door) -> None:
    async with door.browser() as browser:
        assert (await reset(door, browser, "ALICE@Example.com")).status_code == 303
    assert await door.letters("ALICE@example.com") == []


async def test_a_telephone_is_as_good_as_an_e_mail_and_both_are_told(door: Door) -> None:
    phone = "+8613800138000"
    await door.house.lanes.run("UPDATE person SET phone = $1 WHERE email = $2", (phone, ALICE))
    async with door.browser() as browser:
        await door.send(browser, "/reset", identifier="138 0013 8000")
        done = await door.send(browser, "/reset/code", code=await code_of(door, phone), password=NEW)
        assert done.status_code == 303
    assert [(await door.letters(address))[0]["kind"] for address in (phone, ALICE)] == ["password_changed"] * 2
    [person] = await door.house.lanes.run("SELECT * FROM person WHERE email = $1", (ALICE,))
    assert person["phone_verified_at"]


async def test_a_code_to_an_address_that_was_given_up_meanwhile_is_worth_nothing(door: Door) -> None:
    async with door.browser() as browser:
        await door.send(browser, "/reset", identifier=ALICE)
        await door.house.lanes.run("UPDATE person SET email = 'new@example.com' WHERE email = $1", (ALICE,))
        answer = await door.send(browser, "/reset/code", code=await code_of(door, ALICE), password=NEW)
        assert answer.status_code == 422
        assert (await browser.get("/account")).status_code == 303


async def test_a_weak_password_costs_no_try_and_a_code_is_good_once(door: Door) -> None:
    async with door.browser() as browser:
        await door.send(browser, "/reset", identifier=ALICE)
        code = await code_of(door, ALICE)
        for _ in range(proofs.TRIES + 1):
            weak = await door.send(browser, "/reset/code", code=code, password="alice@example.com")
            assert (weak.status_code, 'id="password-problem"' in weak.text) == (422, True)
        assert (await door.send(browser, "/reset/code", code=code, password=NEW)).status_code == 303
        again = await browser.post("/reset/code", data={"code": code, "password": PASSWORD})
        assert again.headers["location"] == "/reset"


async def test_of_many_resets_with_one_code_at_once_one_counts(house: House, clock: Clock) -> None:
    done = await house.do(Actor(), commands.register_person, name="A", email=ALICE, password=await hashed(PASSWORD))
    assert done.row
    id = done.row.id
    await proofs.begin(house.lanes.run, "own", Purpose.RESET, Channel.EMAIL, ALICE, clock.now, language="en")
    [proof] = await house.lanes.run("SELECT id FROM address_proof")

    async def attempt(number: int) -> bool:
        try:
            await house.do(
                Actor(id), commands.reset_password, person_id=id, proof=proof["id"], password=f"hash {number}"
            )
        except Refusal:
            return False
        return True

    assert sum(await asyncio.gather(*map(attempt, range(12)))) == 1
    assert (await house.lanes.run("SELECT count(*) FROM deed WHERE verb = 'reset_password'"))[0][0] == 1


async def test_a_proof_of_one_person_resets_no_other(house: House, clock: Clock) -> None:
    ids = []
    for email in (ALICE, "bob@example.com"):
        done = await house.do(Actor(), commands.register_person, name="A", email=email)
        assert done.row
        ids.append(done.row.id)
    await proofs.begin(house.lanes.run, "own", Purpose.RESET, Channel.EMAIL, ALICE, clock.now, language="en")
    [proof] = await house.lanes.run("SELECT id FROM address_proof")
    with pytest.raises(NotNow):
        await house.do(Actor(ids[1]), commands.reset_password, person_id=ids[1], proof=proof["id"], password="x")
    with pytest.raises(Refusal):
        await house.do(Actor(ids[1]), commands.reset_password, person_id=ids[0], proof=proof["id"], password="x")


async def test_a_form_of_another_site_resets_nothing(door: Door) -> None:
    async with door.browser() as browser, door.browser() as mallory:
        await door.send(browser, "/reset", identifier=ALICE)
        planted = form_token((await mallory.get("/reset")).text)
        form = {"code": await code_of(door, ALICE), "password": NEW, "form_token": planted}
        assert (await browser.post("/reset/code", data=form)).status_code == 403
        assert (await door.sign_in(mallory)).status_code == 303
