"""Signing up and in on the pages: throttled, silent about who has an account, in a session of one's own."""

import asyncio
from datetime import UTC, datetime, timedelta

from api.oauth import store, throttle
from domain.accounts.passwords import HASHER, hashed, matches
from domain.house import House
from tests.oauth.conftest import PASSWORD, Door, form_token

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


async def test_guesses_are_delayed_twice_as_long_each_time_and_do_not_keep_the_owner_out(house: House) -> None:
    run, now, waits = house.lanes.run, NOW, []
    for _ in range(12):
        begun = now
        while not await throttle.may_try(run, "alice@example.com", "203.0.113.9", now):
            now += timedelta(milliseconds=500)
        waits.append((now - begun).total_seconds())
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64]
    assert not await throttle.may_try(run, "ALICE@example.com", "203.0.113.9", now)
    assert await throttle.may_try(run, "alice@example.com", "198.51.100.7", now)
    assert await throttle.may_try(run, "bob@example.com", "203.0.113.9", now)
    await throttle.forgive(run, "alice@example.com", "203.0.113.9")
    assert await throttle.may_try(run, "alice@example.com", "203.0.113.9", now)


async def test_many_guesses_at_once_are_counted_before_any_is_looked_at(house: House) -> None:
    tries = (throttle.may_try(house.lanes.run, "alice@example.com", "203.0.113.9", NOW) for _ in range(30))
    assert sum(await asyncio.gather(*tries)) == throttle.FREE_TRIES + 1


async def test_an_address_may_send_a_burst_and_then_one_form_a_second(house: House) -> None:
    run = house.lanes.run
    assert sum(await asyncio.gather(*(throttle.flows(run, "203.0.113.9", NOW) for _ in range(80)))) == throttle.BURST
    assert not await throttle.flows(run, "203.0.113.9", NOW)
    assert await throttle.flows(run, "203.0.113.9", NOW + timedelta(seconds=1))
    assert not await throttle.flows(run, "203.0.113.9", NOW + timedelta(seconds=1))


async def test_the_page_says_the_same_whether_the_account_exists_or_not(door: Door) -> None:
    async with door.browser() as browser:
        said = []
        for identifier in ("alice@example.com", "nobody@example.com", "13900000000", "é", "x" * 250):
            page = await browser.get("/login")
            form = {"identifier": identifier, "password": "wrong", "form_token": form_token(page.text)}
            answer = await browser.post("/login", data=form)
            said.append((answer.status_code, "not right" in answer.text or "不正确" in answer.text))
    assert set(said) == {(401, True)}


async def test_too_many_guesses_are_told_to_wait_even_with_the_right_password(door: Door) -> None:
    async with door.browser() as browser:
        token = form_token((await browser.get("/login")).text)
        form = {"identifier": "alice@example.com", "password": "wrong", "form_token": token}
        statuses = [(await browser.post("/login", data=form)).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        assert (await browser.post("/login", data={**form, "password": PASSWORD})).status_code == 429
        other = {**form, "identifier": "bob@example.com", "password": PASSWORD}
        assert (await browser.post("/login", data=other)).status_code == 303


async def test_signing_in_makes_a_session_anew_and_ends_the_one_before(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        first = browser.cookies["session"]
        await door.sign_in(browser)
        second = browser.cookies["session"]
    assert second != first
    async with door.browser() as thief:
        for cookie, status in ((first, 303), (second, 200), ("planted", 303)):
            answer = await thief.get("/account", headers={"Cookie": f"session={cookie}"})
            assert (cookie, answer.status_code) == (cookie, status)


async def test_a_login_form_of_another_site_signs_nobody_in(door: Door) -> None:
    async with door.browser() as browser, door.browser() as mallory:
        planted = form_token((await mallory.get("/login")).text)
        form = {"identifier": "bob@example.com", "password": PASSWORD, "form_token": planted}
        answer = await browser.post("/login", data=form)
    assert answer.status_code == 403
    assert "session=" not in answer.headers.get("set-cookie", "").replace("visitor", "")


async def test_signing_in_leads_on_only_to_places_of_our_own(door: Door) -> None:
    for place in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "/\tx",
        "evil",
        "\\\\e",
    ):
        async with door.browser() as browser:
            answer = await door.sign_in(browser, next=place)
            assert (place, answer.status_code, answer.headers["location"]) == (place, 303, "/account")


async def test_a_changed_password_ends_all_other_sessions(door: Door) -> None:
    async with door.browser() as here, door.browser() as elsewhere:
        await door.sign_in(here)
        await door.sign_in(elsewhere)
        page = await here.get("/account/password")
        form = {"current_password": "wrong", "password": "another sesame", "form_token": form_token(page.text)}
        assert (await here.post("/account/password", data=form)).status_code == 401
        answer = await here.post("/account/password", data={**form, "current_password": PASSWORD})
        assert answer.status_code == 303
        assert (await here.get("/account")).status_code == 200
        assert (await elsewhere.get("/account")).status_code == 303


async def test_a_withdrawn_consent_is_asked_for_again(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.code(browser)
        page = (await browser.get("/account")).text
        assert "应用spa" in page
        consent = page.split('name="consent" value="')[1].split('"')[0]
        await browser.post("/account/withdraw", data={"consent": consent, "form_token": "0" * 64})
        assert (await door.house.lanes.run("SELECT withdrawn_at FROM consent"))[0]["withdrawn_at"] is None
        await browser.post("/account/withdraw", data={"consent": consent, "form_token": form_token(page)})
        assert (await door.house.lanes.run("SELECT withdrawn_at FROM consent"))[0]["withdrawn_at"]
        assert "应用spa" not in (await browser.get("/account")).text


async def test_an_application_signs_its_person_out_by_the_id_token_it_holds(door: Door) -> None:
    back = "https://app.example/bye"
    door_client = door.clients["spa"]
    await door.house.lanes.run("UPDATE client SET post_logout_redirect_uris = $1", ([back],))
    async with door.browser() as browser, door.browser() as bob:
        await door.sign_in(browser)
        await door.sign_in(bob, "bob@example.com")
        hint = (await door.tokens(browser))["id_token"]
        asked = {"id_token_hint": hint, "post_logout_redirect_uri": back, "state": "s", "client_id": door_client}
        other = await bob.get("/oauth/logout", params=asked)
        assert other.headers["location"] == "/logout"
        assert (await bob.get("/account")).status_code == 200
        evil = {**asked, "post_logout_redirect_uri": "https://evil.example"}
        for forged in (
            {**asked, "id_token_hint": hint[:-4] + "AAAA"},
            {k: v for k, v in asked.items() if "hint" not in k},
        ):
            assert (await browser.get("/oauth/logout", params=forged)).headers["location"] == "/logout"
        assert (await browser.get("/account")).status_code == 200
        answer = await browser.get("/oauth/logout", params=asked)
        assert answer.headers["location"] == f"{back}?state=s"
        assert (await browser.get("/account")).status_code == 303
        assert (await browser.get("/oauth/logout", params=evil)).headers["location"] == "/logout"


async def test_a_password_is_the_same_from_every_keyboard_and_told_from_every_other() -> None:
    kept = await hashed("Ｓｅｓａｍｅ　ｏｐｅｎ")
    assert await matches(kept, "Sesame open")
    assert not await matches(kept, "Sesame Open")
    assert not await matches(None, "Sesame open")
    assert not await matches("not a hash", "Sesame open")
    assert HASHER.parallelism == 1


async def test_what_has_been_over_for_a_day_is_forgotten_and_nothing_else(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)
        run, now = door.house.lanes.run, door.house.clock()
        await store.sweep(run, now)
        assert (await door.graphql(browser, tokens["access_token"])).status_code == 200
        tables = ("refresh_token", "authorization_code", "token_family", "login_session", "failed_tries")
        assert [table for table in tables if not await run(f"SELECT FROM {table}")] == []
        await store.sweep(run, now + timedelta(days=92))
        assert [table for table in tables if await run(f"SELECT FROM {table}")] == []
