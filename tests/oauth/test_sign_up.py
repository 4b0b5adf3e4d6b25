"""Signing up: nothing is there before the code, nobody learns who has an account, no code can be guessed or shared."""

import asyncio
import statistics
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from api.oauth import store, throttle
from domain.access import Actor
from domain.accounts import commands, proofs
from domain.accounts.passwords import chosen, matches
from domain.accounts.proofs import Purpose
from domain.errors import Invalid, NotNow
from domain.house import House
from domain.letters import Channel
from domain.postgres import Lanes
from tests.conftest import Clock
from tests.oauth.conftest import PASSWORD, Door, form_token

NEW = "new@example.com"


async def code_of(door: Door, address: str) -> str:
    return str((await door.letters(address))[0]["says"]["code"])


async def people(door: Door) -> int:
    return int((await door.house.lanes.run("SELECT count(*) FROM person"))[0][0])


# -- by an address that is one's own ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "address", "column"),
    [(" New.Person@EXAMPLE.com ", "New.Person@example.com", "email"), ("138 0013 8000", "+8613800138000", "phone")],
)
async def test_a_new_person_signs_up_by_a_code_and_is_signed_in(
    door: Door, typed: str, address: str, column: str
) -> None:
    before = await people(door)
    async with door.browser() as browser:
        sent = await door.send(browser, "/register", identifier=typed)
        assert (sent.status_code, sent.headers["location"]) == (303, "/register/code")
        page = await browser.get("/register/code")
        assert address in page.text
        assert await people(door) == before
        code = await code_of(door, address)
        assert len(code) == 6
        assert code not in page.text
        done = await door.send(
            browser, "/register/code", code=f" {code[:3]} {code[3:]}", name="王“小”芳", password=PASSWORD
        )
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert "王“小”芳" in (await browser.get("/account")).text
    [kept] = await door.house.lanes.run(f"SELECT * FROM person WHERE {column} = $1", (address,))
    assert kept["password"].startswith("$argon2id$")
    other = "phone" if column == "email" else "email"
    assert kept[f"{column}_verified_at"]
    assert (kept[other], kept[f"{other}_verified_at"]) == (None, None)


async def test_digits_of_a_chinese_keyboard_are_digits(door: Door) -> None:
    async with door.browser() as browser:
        await door.send(browser, "/register", identifier=NEW)
        wide = (await code_of(door, NEW)).translate({ord("0") + n: ord("０") + n for n in range(10)})
        done = await door.send(browser, "/register/code", code=wide, name="X", password=PASSWORD)
    assert done.status_code == 303


async def test_the_claims_about_an_address_say_that_it_was_verified(door: Door) -> None:
    await door.house.lanes.run("UPDATE person SET phone = '+8613800138000' WHERE email = 'alice@example.com'")
    await door.house.lanes.run("UPDATE client SET scopes = scopes || '[\"phone\"]'")
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser, scope="openid email phone")
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        said = (await browser.get("/oauth/userinfo", headers=headers)).json()
    assert (said["email"], said["email_verified"]) == ("alice@example.com", True)
    assert (said["phone_number"], said["phone_number_verified"]) == ("+8613800138000", False)


# -- what nobody learns -----------------------------------------------------------------------------------------------


def bare(page: str, *addresses: str) -> str:
    """The page without what must differ."""
    for said in (*addresses, form_token(page)):
        page = page.replace(said, "…")
    return page


async def test_the_page_never_says_whether_an_address_has_an_account(door: Door) -> None:
    seen = []
    for address in (NEW, "alice@example.com", "ALICE@example.com"):
        async with door.browser() as browser:
            sent = await door.send(browser, "/register", identifier=address)
            page = await browser.get("/register/code")
            wrong = await door.send(browser, "/register/code", code="000000", name="X", password=PASSWORD)
            pages = [bare(shown.text, address, quote(address)) for shown in (page, wrong)]
            seen.append((sent.status_code, sent.headers["location"], page.status_code, wrong.status_code, *pages))
    assert seen[0] == seen[1] == seen[2]
    told = await door.letters("alice@example.com")
    assert [(letter["kind"], letter["says"]) for letter in told] == [("has_account", {})] * 2
    [letter] = await door.letters(NEW)
    assert letter["kind"] == "sign_up_code"


async def test_a_known_address_takes_as_long_as_an_unknown_one(door: Door) -> None:
    run, now = door.house.lanes.run, door.house.clock()
    await door.house.lanes.run(
        "UPDATE person SET email = 'known' || n || '@example.com' FROM generate_series(1, 1) n WHERE email LIKE 'bob%'"
    )
    seconds: dict[str, list[float]] = {"known1@example.com": [], "unknown@example.com": []}
    for n in range(60):
        for address, took in seconds.items():
            begun = time.perf_counter()
            await proofs.begin(run, f"{n}", Purpose.SIGN_UP, Channel.EMAIL, address, now, language="en")
            took.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(took) for took in seconds.values())
    assert 0.5 < known / unknown < 2


async def test_the_answer_to_a_known_address_is_in_its_owners_language(door: Door) -> None:
    await door.house.lanes.run("UPDATE person SET locale = 'en' WHERE email = 'alice@example.com'")
    async with door.browser() as browser:
        browser.headers["accept-language"] = "zh-CN"
        await door.send(browser, "/register", identifier="alice@example.com")
        await door.send(browser, "/register", identifier=NEW)
    assert [(await door.letters(a))[0]["language"] for a in ("alice@example.com", NEW)] == ["en", "zh-Hans"]


# -- what no guessing opens -------------------------------------------------------------------------------------------


async def test_a_code_is_good_for_five_tries_even_all_at_once(house: House, clock: Clock) -> None:
    run = house.lanes.run
    for secret in ("a", "b"):
        await proofs.begin(run, secret, Purpose.SIGN_UP, Channel.EMAIL, NEW, clock.now, language="en")
    [right] = await run("SELECT says ->> 'code' AS code FROM letter ORDER BY id DESC LIMIT 1")

    async def attempt(code: str) -> bool:
        return await proofs.tried(run, "b", Purpose.SIGN_UP, code, clock.now) is not None

    assert await asyncio.gather(*(attempt("guess") for _ in range(20))) == [False] * 20
    assert (await run("SELECT max(tries) FROM address_proof"))[0][0] == proofs.TRIES
    assert not await attempt(right["code"])


async def test_a_code_opens_nothing_in_another_browser_for_another_purpose_or_after_ten_minutes(
    house: House, clock: Clock
) -> None:
    run = house.lanes.run
    await proofs.begin(run, "own", Purpose.SIGN_UP, Channel.EMAIL, NEW, clock.now, language="en")
    [letter] = await run("SELECT says FROM letter")
    code = letter["says"]["code"]
    assert await proofs.tried(run, "another", Purpose.SIGN_UP, code, clock.now) is None
    assert await proofs.tried(run, "own", Purpose.RESET, code, clock.now) is None
    assert await proofs.tried(run, "own", Purpose.SIGN_UP, code, clock.now + timedelta(minutes=10)) is None
    assert await proofs.tried(run, "own", Purpose.SIGN_UP, code, clock.now + timedelta(minutes=9, seconds=59))


async def test_only_the_latest_code_counts(door: Door) -> None:
    async with door.browser() as browser:
        await door.send(browser, "/register", identifier=NEW)
        first = await code_of(door, NEW)
        await door.send(browser, "/register", identifier=NEW)
        second = await code_of(door, NEW)
        about = {"name": "X", "password": PASSWORD}
        if first != second:
            assert (await door.send(browser, "/register/code", code=first, **about)).status_code == 422
        assert (await door.send(browser, "/register/code", code=second, **about)).status_code == 303


async def test_one_code_makes_one_account_however_often_it_is_sent_at_once_to_several_processes(
    database: str, house: House, clock: Clock
) -> None:
    houses = [house, *[await House(await Lanes(database, size=3).open(), clock).open() for _ in range(3)]]
    await proofs.begin(house.lanes.run, "own", Purpose.SIGN_UP, Channel.EMAIL, NEW, clock.now, language="en")
    [proof] = await house.lanes.run("SELECT id FROM address_proof")

    async def register(number: int) -> bool:
        about = {"name": "X", "email": f"n{number}@example.com", "proof": proof["id"]}
        try:
            await houses[number % len(houses)].do(Actor(), commands.register_person, **about)
        except NotNow:
            return False
        return True

    assert sum(await asyncio.gather(*map(register, range(12)))) == 1
    assert (await house.lanes.run("SELECT count(*) FROM person"))[0][0] == 1
    for other in houses[1:]:
        await other.lanes.close()


async def test_a_table_that_is_stolen_gives_no_code_away(house: House, clock: Clock) -> None:
    await proofs.begin(house.lanes.run, "own", Purpose.SIGN_UP, Channel.EMAIL, NEW, clock.now, language="en")
    [kept] = await house.lanes.run("SELECT code FROM address_proof")
    every = {proofs._fingerprint(*before, f"{n:06}") for n in range(0, 10**6, 100) for before in ((), ("sign_up",))}
    [letter] = await house.lanes.run("SELECT says FROM letter")
    every |= {proofs._fingerprint(letter["says"]["code"]), proofs._fingerprint("sign_up", letter["says"]["code"])}
    assert kept["code"] not in every


# -- what nobody is flooded with --------------------------------------------------------------------------------------


async def test_nobody_is_flooded_with_codes(door: Door) -> None:
    async with door.browser() as browser:
        statuses = [(await door.send(browser, "/register", identifier=NEW)).status_code for _ in range(5)]
        assert statuses == [303, 303, 303, 429, 429]
        assert (await door.send(browser, "/register", identifier="other@example.com")).status_code == 303
    assert len(await door.letters(NEW)) == 3


async def test_a_visitor_alone_does_not_keep_others_from_their_codes(house: House, clock: Clock) -> None:
    run = house.lanes.run

    async def ask(address: str, times: int) -> int:
        return sum([await throttle.may_write(run, NEW, address, clock.now) for _ in range(times)])

    assert await ask("203.0.113.9", 40) == 3
    assert await ask("198.51.100.7", 40) == 3
    assert await ask("192.0.2.1", 40) == 0
    clock.wait(hours=2)
    assert await ask("192.0.2.1", 40) == 1
    assert sum([await throttle.may_write(run, f"{n}@example.com", "192.0.2.2", clock.now) for n in range(80)]) == 60


# -- what is wrong is said at its field -------------------------------------------------------------------------------


async def test_what_is_wrong_with_a_sign_up_is_said_at_its_field(door: Door) -> None:
    async with door.browser() as browser:
        for typed in ("no address@", "", "12", "li@example.com\r\nBcc: x@example.com"):
            answer = await door.send(browser, "/register", identifier=typed)
            assert (typed, answer.status_code, 'id="identifier-problem"' in answer.text) == (typed, 422, True)
        await door.send(browser, "/register", identifier=NEW)
        good = {"code": await code_of(door, NEW), "name": "X", "password": PASSWORD}
        wrong = {
            "password": [{"password": "short"}, {"password": "x" * 201}, {"password": "new@example.com1"}],
            "name": [{"name": ""}, {"name": "x" * 101}, {"name": "a\u202eb"}],
            "code": [{"code": ""}, {"code": "x" * 250}, {"code": "é"}],
        }
        for field, changes in wrong.items():
            for change in changes:
                if field == "code":
                    await door.house.lanes.run("UPDATE address_proof SET tries = 0")
                answer = await door.send(browser, "/register/code", **{**good, **change})
                assert (change, answer.status_code, f'id="{field}-problem"' in answer.text) == (change, 422, True)
                assert "sesame" not in answer.text
        assert (await door.send(browser, "/register/code", **good)).status_code == 303
        # The code page is gone with its code.
        assert (await browser.get("/register/code")).headers["location"] == "/register"


async def test_a_form_of_another_site_writes_to_nobody(door: Door) -> None:
    async with door.browser() as browser, door.browser() as mallory:
        await browser.get("/register")
        planted = form_token((await mallory.get("/register")).text)
        answer = await browser.post("/register", data={"identifier": NEW, "form_token": planted})
    assert answer.status_code == 403
    assert await door.letters(NEW) == []


async def test_signing_up_leads_back_to_where_it_began(door: Door) -> None:
    async with door.browser() as browser:
        place = "/oauth/authorize?client_id=x"
        where: dict[str, Any] = {"params": {"next": place, "ui_locales": "en"}}
        token = form_token((await browser.get("/register", **where)).text)
        sent = await browser.post("/register", data={"identifier": NEW, "form_token": token}, **where)
        page = await browser.get(sent.headers["location"])
        assert "Six digits" in page.text
        form = {
            "code": await code_of(door, NEW),
            "name": "X",
            "password": PASSWORD,
            "form_token": form_token(page.text),
        }
        done = await browser.post(sent.headers["location"], data=form)
    assert done.headers["location"] == place


@pytest.mark.parametrize("path", ["/register", "/reset"])
async def test_where_no_letter_can_be_sent_the_page_says_so(
    door: Door, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("api.oauth.pages.codes.offered", lambda _: set())
    async with door.browser() as browser:
        page = await browser.get(path)
        assert page.status_code == 200
        assert "<form" not in page.text
    monkeypatch.setattr("api.oauth.pages.codes.offered", lambda _: {Channel.EMAIL})
    async with door.browser() as browser:
        assert 'type="email"' in (await browser.get(path)).text
        answer = await door.send(browser, path, identifier="13800138000")
        assert (answer.status_code, 'id="identifier-problem"' in answer.text) == (422, True)


# -- passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "12345678",
        "woaini1314",
        "5201314520",
        "qwertyuiop",
        "Passw0rd!",
        "liming2026",
        "13800138000",
        "sanshe2026",
    ],
)
async def test_a_password_that_would_soon_be_guessed_is_refused_with_advice_in_both_languages(password: str) -> None:
    with pytest.raises(Invalid) as no:
        await chosen(password, ("Li Ming", "liming@example.com", "+8613800138000"))
    assert no.value.code == "weak_password"
    assert "sentence" in no.value.say("en")
    assert "一句话" in no.value.say("zh-Hans")


@pytest.mark.parametrize(
    "password", ["x7Kq9fLp", "今天天气很好我们去公园", "correct horse", "x7Kq9fLp" * 25, "é" * 4 + "x7Kq9fLp"]
)
async def test_a_good_password_needs_no_special_characters_and_may_be_long(password: str) -> None:
    assert await matches(await chosen(password, ("Li Ming", None)), password)


# -- what is over is forgotten ----------------------------------------------------------------------------------------


async def test_proofs_and_letters_are_forgotten_when_they_are_over(house: House, clock: Clock) -> None:
    run = house.lanes.run
    await proofs.begin(run, "own", Purpose.SIGN_UP, Channel.EMAIL, NEW, clock.now, language="en")
    await run("UPDATE letter SET sent_at = $1", (clock.now,))
    await store.sweep(run, clock.now + timedelta(hours=23))
    assert await run("SELECT FROM address_proof")
    assert await run("SELECT FROM letter")
    await store.sweep(run, clock.now + timedelta(hours=25))
    assert await run("SELECT FROM address_proof") + await run("SELECT FROM letter") == []
