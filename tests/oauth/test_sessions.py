"""Where somebody is signed in, what they allowed, and what many guesses from many places may do to them."""

from datetime import timedelta

import pytest

from api.oauth import throttle
from api.oauth.pages.sessions import called
from domain.accounts import authenticators
from domain.house import House
from tests.oauth.conftest import PASSWORD, Door, form_token
from tests.oauth.test_factors import ALICE, Clock, post, signed_in

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"
WECHAT = "Mozilla/5.0 (Linux; Android 14; M2012) AppleWebKit/537.36 Chrome/116.0.0.0 Mobile MicroMessenger/8.0.47"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Safari · iPhone"),
        (EDGE, "Edge · Windows"),
        (WECHAT, "微信 WeChat · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox · Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, name: str) -> None:
    assert called(agent) == name


async def test_people_see_where_they_are_signed_in_and_which_one_this_is(door: Door) -> None:
    async with door.browser() as here, door.browser() as phone, door.browser() as bob:
        phone.headers["User-Agent"] = PHONE
        here.headers["User-Agent"] = "<b>odd</b>"
        await door.sign_in(phone)
        await door.sign_in(here)
        await door.sign_in(bob, "bob@example.com")
        page = (await here.get("/account/sessions", params={"ui_locales": "en"})).text
        assert page.count("Signed in on") == 2
        assert page.index("this one") < page.index("Safari · iPhone")
        assert "127.0.0.1" in page
        assert "<b>" not in page
        assert (await bob.get("/account/sessions", params={"ui_locales": "en"})).text.count("Signed in on") == 1


async def test_one_is_signed_out_elsewhere_with_its_tokens_and_codes(door: Door) -> None:
    async with door.browser() as here, door.browser() as there, door.browser() as bob:
        await door.sign_in(here)
        await door.sign_in(there)
        await door.sign_in(bob, "bob@example.com")
        short = "openid accounts:read"
        ending = await door.tokens(there, scope=short)
        lasting = await door.tokens(there)
        code = await door.code(there, scope=short)
        own = await door.tokens(here, scope=short)
        page = (await here.get("/account/sessions")).text
        session = page.split('name="session" value="')[1].split('"')[0]
        for thief in (bob, there):
            forged = {"session": session, "form_token": "0" * 64}
            assert (await thief.post("/account/sessions", data=forged)).status_code == 403
        await post(bob, "/account/password", "/account/sessions", session=session)
        assert await signed_in(there), "neither by another person nor by another's form"
        await post(here, "/account/sessions", "/account/sessions", session="nonsense")
        assert await signed_in(there)
        await post(here, "/account/sessions", "/account/sessions", session=session)
        assert not await signed_in(there)
        assert await signed_in(here)
        statuses = [(await door.graphql(here, t["access_token"])).status_code for t in (ending, lasting, own)]
        assert statuses == [401, 200, 200]
        assert (await there.post("/oauth/token", data=code.form())).json()["error"] == "invalid_grant"


async def test_all_others_are_signed_out_at_once(door: Door) -> None:
    async with door.browser() as here, door.browser() as one, door.browser() as two, door.browser() as bob:
        for browser in (here, one, two):
            await door.sign_in(browser)
        await door.sign_in(bob, "bob@example.com")
        token = (await door.tokens(two, scope="openid accounts:read"))["access_token"]
        await post(here, "/account/sessions", "/account/sessions", session="others")
        assert [await signed_in(b) for b in (here, one, two, bob)] == [True, False, False, True]
        assert (await door.graphql(here, token)).status_code == 401
        assert "others" not in (await here.get("/account/sessions")).text


async def test_an_ended_session_is_not_listed(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as browser:
        for _ in range(2):
            await door.sign_in(browser)
        assert "others" not in (await browser.get("/account/sessions")).text
        clock.ahead += timedelta(hours=13)
        assert (await browser.get("/account/sessions")).headers["location"] == "/login?next=%2Faccount%2Fsessions"


async def test_what_was_allowed_is_told_with_its_days(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)
        given = (await browser.get("/account", params={"ui_locales": "en"})).text
        assert "Allowed on" in given
        assert "Last used on" in given
        clock.ahead += timedelta(days=3)
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answer = await browser.post("/oauth/token", data={**refresh, "client_id": door.clients["spa"]})
        assert answer.status_code == 200
        await door.sign_in(browser)
        used = (await browser.get("/account", params={"ui_locales": "en"})).text
        assert last_used(used) > last_used(given)


async def test_an_application_is_used_when_it_gets_tokens_however_long_ago_its_person_signed_in(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.house.lanes.run("UPDATE login_session SET auth_time = auth_time - interval '5 hours'")
        await door.code(browser)
        assert "Last used on" not in (await browser.get("/account", params={"ui_locales": "en"})).text
        await door.tokens(browser)
        page = (await browser.get("/account", params={"ui_locales": "en"})).text
        assert last_used(page) >= page.split("Allowed on ")[1].split(".")[0]


def last_used(page: str) -> str:
    return page.split("Last used on ")[1].split(".<", maxsplit=1)[0]


# -- guessing ---------------------------------------------------------------------------------------------------------


async def test_guesses_from_ever_new_addresses_are_held_to_a_pace(house: House) -> None:
    run, now = house.lanes.run, house.clock()
    tried = 0
    for address in range(300):
        tried += await throttle.may_try(run, ALICE, f"203.0.113.{address}", now, throttle.PASSWORDS)
    assert tried == 100
    for hour in range(24):
        for address in range(40):
            at = now + timedelta(hours=hour + 1)
            tried += await throttle.may_try(run, ALICE, f"198.51.100.{hour}.{address}", at, throttle.PASSWORDS)
    assert tried == 100 + 24 * 12
    assert await throttle.may_try(run, "bob@example.com", "203.0.113.9", now, throttle.PASSWORDS)


async def test_one_address_never_keeps_the_owner_out_however_long_it_guesses(house: House) -> None:
    run, now = house.lanes.run, house.clock()
    end = now + timedelta(days=10)
    while now < end:
        await throttle.may_try(run, ALICE, "203.0.113.9", now, throttle.PASSWORDS)
        now += timedelta(minutes=5)
    assert await throttle.may_try(run, ALICE, "192.0.2.1", now, throttle.PASSWORDS)


async def test_the_owners_browser_is_known_while_the_world_guesses(door: Door) -> None:
    """And still no place to guess from: it has doubling delays of its own."""
    run = door.house.lanes.run
    async with door.browser() as owner, door.browser() as elsewhere, door.browser() as bob:
        await door.sign_in(owner)
        await owner.get("/logout")
        await door.sign_in(bob, "bob@example.com")
        for address in range(120):
            await throttle.may_try(run, ALICE, f"203.0.113.{address}", door.house.clock(), throttle.PASSWORDS)
        assert (await door.sign_in(elsewhere)).status_code == 429
        assert (await door.sign_in(bob)).status_code == 429, "a browser is known for whoever signed in there"
        assert (await door.sign_in(owner)).status_code == 303
        token = form_token((await owner.get("/login")).text)
        wrong = {"identifier": ALICE, "password": "wrong", "form_token": token}
        assert [(await owner.post("/login", data=wrong)).status_code for _ in range(6)] == [401] * 5 + [429]


async def test_a_new_password_forgets_the_browsers_that_were_known_by_the_one_before(door: Door) -> None:
    """Whoever knew the old password has a browser that was exempt from the pace: they shall not guess the new one."""
    alice, run = door.people[ALICE], door.house.lanes.run
    async with door.browser() as owner, door.browser() as thief:
        await door.sign_in(thief)
        await door.sign_in(owner)
        page = await owner.get("/account/password")
        form = {"current_password": PASSWORD, "password": "a new sesame for alice", "form_token": form_token(page.text)}
        assert (await owner.post("/account/password", data=form)).status_code == 303
        now = door.house.clock()
        assert await authenticators.known(run, owner.cookies["device"], alice, now)
        assert not await authenticators.known(run, thief.cookies["device"], alice, now)
        for address in range(120):
            await throttle.may_try(run, ALICE, f"203.0.113.{address}", now, throttle.PASSWORDS)
        assert (await door.sign_in(thief)).status_code == 429
        assert (await door.sign_in(owner)).status_code == 401


async def test_signing_in_rightly_uses_up_no_pace(door: Door) -> None:
    run = door.house.lanes.run
    for address in range(99):
        await throttle.may_try(run, ALICE, f"203.0.113.{address}", door.house.clock(), throttle.PASSWORDS)
    for _ in range(4):
        async with door.browser() as browser:
            assert (await door.sign_in(browser)).status_code == 303


async def test_an_account_is_one_however_its_address_is_typed(door: Door) -> None:
    spellings = [
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "(138) 00138000",
        "＋8613800138000",
        "138.0013.8000",
    ]
    async with door.browser() as browser:
        token = form_token((await browser.get("/login")).text)
        form = {"password": "wrong", "form_token": token}
        came = [(await browser.post("/login", data={**form, "identifier": s})).status_code for s in spellings]
        assert came == [401] * 5 + [429]
        mails = [
            "ALICE@example.com",
            "alice@EXAMPLE.com",
            " alice@example.com",
            "Alice@Example.Com",
            "alicE@example.com",
            ALICE,
        ]
        came = [(await browser.post("/login", data={**form, "identifier": s})).status_code for s in mails]
        assert came == [401] * 5 + [429]


async def test_the_cookie_of_a_known_browser_opens_nothing(door: Door) -> None:
    async with door.browser() as owner, door.browser() as thief:
        answer = await door.sign_in(owner)
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("device="))
        assert "HttpOnly" in cookie
        assert "Max-Age=15552000" in cookie
        thief.cookies["device"] = owner.cookies["device"]
        assert not await signed_in(thief)
        kept = await door.house.lanes.run("SELECT digest FROM known_browser")
        assert owner.cookies["device"].encode() not in {row["digest"] for row in kept}
        token = form_token((await thief.get("/login")).text)
        form = {"identifier": ALICE, "password": "wrong", "form_token": token}
        assert (await thief.post("/login", data=form)).status_code == 401
