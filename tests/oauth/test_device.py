"""A kiosk without a keyboard: it shows a code, somebody signed in allows it, and the kiosk acts for them (RFC 8628)."""

import asyncio
import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
import pytest
from joserfc import jwt

from api.oauth import device
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.clients import revoke_client
from domain.accounts.devices import LENGTH, LETTERS, shown, user_code
from domain.accounts.models import AuthMethod
from domain.columns import untyped
from tests.oauth.conftest import Door, form_token, until
from tests.oauth.holding import Holder

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "openid profile offline_access accounts:read"
OPERATOR = Actor(roles={"operator": frozenset()})


@pytest.fixture
async def kiosk(door: Door) -> str:
    return await door.register("kiosk", grant_types=[GRANT, "refresh_token"])


def move_on(door: Door, seconds: float) -> None:
    """Let time pass for the server."""
    clock = door.house.clock
    door.house.clock = lambda: clock() + timedelta(seconds=seconds)


async def ask(browser: httpx2.AsyncClient, client_id: str, **form: str) -> dict[str, Any]:
    answer = await browser.post("/oauth/device_authorization", data={"client_id": client_id, "scope": SCOPE, **form})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def poll(browser: httpx2.AsyncClient, client_id: str, told: dict[str, Any]) -> Any:
    form = {"grant_type": GRANT, "client_id": client_id, "device_code": told["device_code"]}
    return await browser.post("/oauth/token", data=form)


async def refused(browser: httpx2.AsyncClient, client_id: str, told: dict[str, Any]) -> str:
    answer = await poll(browser, client_id, told)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"])


async def enter(browser: httpx2.AsyncClient, code: str) -> Any:
    page = await browser.get("/device")
    return await browser.post("/device", data={"user_code": code, "form_token": form_token(page.text)})


async def decide(browser: httpx2.AsyncClient, code: str, decision: str = "allow") -> Any:
    page = await enter(browser, code)
    assert page.status_code == 200, page.text
    form = {"user_code": code, "form_token": form_token(page.text), "decision": decision}
    return await browser.post("/device/decide", data=form)


# -- the way it goes --------------------------------------------------------------------------------------------------


async def test_a_kiosk_acts_for_whoever_allowed_it_by_its_code(door: Door, kiosk: str) -> None:
    async with door.browser() as screen, door.browser() as phone:
        told = await ask(screen, kiosk)
        assert told["verification_uri"] == f"{door.url}/device"
        assert told["verification_uri_complete"] == f"{door.url}/device?user_code={told['user_code']}"
        assert (told["expires_in"], told["interval"]) == (600, 5)
        assert await refused(screen, kiosk, told) == "authorization_pending"
        await door.sign_in(phone)
        page = await enter(phone, told["user_code"])
        for shown_to_compare in ("应用kiosk", told["user_code"], "127.0.0.1", "accounts:read", "Alice"):
            assert shown_to_compare in page.text
        assert (await decide(phone, told["user_code"])).status_code == 200
        tokens = (await poll(screen, kiosk, told)).json()
        assert tokens["scope"] == SCOPE
        seen = await door.graphql(screen, tokens["access_token"])
        assert seen.json()["id"] == str(door.people["alice@example.com"])
        assert {"id_token", "refresh_token"} < set(tokens)
        form = {"grant_type": "refresh_token", "client_id": kiosk, "refresh_token": tokens["refresh_token"]}
        assert (await screen.post("/oauth/token", data=form)).status_code == 200


async def test_a_kiosk_that_holds_a_key_gets_tokens_that_are_good_only_with_it(door: Door, kiosk: str) -> None:
    holder = Holder()
    async with door.browser() as browser:
        told = await ask(browser, kiosk)
        await door.sign_in(browser)
        await decide(browser, told["user_code"])
        form = {"grant_type": GRANT, "client_id": kiosk, "device_code": told["device_code"]}
        proof = {"DPoP": holder.proof("POST", f"{door.url}/oauth/token")}
        tokens = (await browser.post("/oauth/token", data=form, headers=proof)).json()
        assert tokens["token_type"] == "DPoP"
        userinfo, token = f"{door.url}/oauth/userinfo", tokens["access_token"]
        assert (await browser.post(userinfo, data={"access_token": token})).status_code == 401
        shown = holder.shows("GET", userinfo, token)
        assert (await browser.get(userinfo, headers=shown)).status_code == 200
        form = {"grant_type": "refresh_token", "client_id": kiosk, "refresh_token": tokens["refresh_token"]}
        assert (await browser.post("/oauth/token", data=form)).status_code == 400


async def test_signing_out_of_the_browser_leaves_the_kiosk_and_withdrawing_does_not(door: Door, kiosk: str) -> None:
    async with door.browser() as screen, door.browser() as phone:
        told = await ask(screen, kiosk, scope="openid accounts:read")
        await door.sign_in(phone)
        await decide(phone, told["user_code"])
        token = (await poll(screen, kiosk, told)).json()["access_token"]
        page = await phone.get("/logout")
        await phone.post("/logout", data={"form_token": form_token(page.text)})
        assert (await door.graphql(screen, token)).status_code == 200

        async def ended() -> bool:
            return bool((await door.graphql(screen, token)).status_code == 401)

        consent = await door.house.lanes.run("SELECT id, person_id FROM consent")
        await door.house.do(Actor(consent[0]["person_id"]), commands.withdraw_consent, consent_id=consent[0]["id"])
        await until(ended)


async def test_a_code_is_asked_for_in_the_browser_before_and_after_signing_in(door: Door, kiosk: str) -> None:
    async with door.browser() as browser:
        code = (await ask(browser, kiosk))["user_code"]
        answer = await enter(browser, code.lower())
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?")
        back = await door.sign_in(browser, next=f"/device?user_code={code}")
        assert back.headers["location"] == f"/device?user_code={code}"
        page = await browser.get(back.headers["location"])
        assert f'value="{code}"' in page.text
        assert 'name="decision"' not in page.text, "an address that somebody sent decides nothing"


@pytest.mark.parametrize(
    "spelling",
    ["{}", "{lower}", "{plain}", " {spaced} ", "{wide}"],
    ids=["as shown", "small", "plain", "spaced", "wide"],
)
async def test_case_width_and_what_is_between_the_letters_do_not_matter(door: Door, kiosk: str, spelling: str) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = (await ask(browser, kiosk))["user_code"]
        plain = code.replace("-", "")
        wide = "".join(chr(ord(letter) + 0xFEE0) for letter in plain)
        typed = spelling.format(code, lower=code.lower(), plain=plain, spaced=" ".join(plain), wide=wide)
        assert (await decide(browser, typed)).status_code == 200


def test_codes_spell_nothing_and_have_no_letter_that_looks_like_another() -> None:
    assert not set(LETTERS) & set("AEIOUY0123456789")
    assert len(set(LETTERS)) ** LENGTH > 2**34
    assert shown("BCDFGHJK") == "BCDF-GHJK"
    assert [user_code(wrong) for wrong in ("", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "志愿者签到代码", "\0")] == [
        None
    ] * 6


# -- polling ----------------------------------------------------------------------------------------------------------


async def test_a_device_that_asks_too_soon_must_wait_five_seconds_longer_each_time(door: Door, kiosk: str) -> None:
    async with door.browser() as browser:
        told = await ask(browser, kiosk)
        assert await refused(browser, kiosk, told) == "authorization_pending"
        assert await refused(browser, kiosk, told) == "slow_down"
        move_on(door, 7)
        assert await refused(browser, kiosk, told) == "slow_down", "ten seconds by now"
        move_on(door, 15)
        assert await refused(browser, kiosk, told) == "authorization_pending"
        move_on(door, 15)
        assert await refused(browser, kiosk, told) == "authorization_pending"
        await door.sign_in(browser)
        await decide(browser, told["user_code"])
        assert (await poll(browser, kiosk, told)).status_code == 200, "an answer that is there is given"


async def test_what_was_denied_is_denied_and_what_is_late_is_over(door: Door, kiosk: str) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        denied, late, allowed = [await ask(browser, kiosk) for _ in range(3)]
        await decide(browser, denied["user_code"], "deny")
        await decide(browser, allowed["user_code"])
        assert await refused(browser, kiosk, denied) == "access_denied"
        move_on(door, 601)
        assert await refused(browser, kiosk, denied) == "expired_token"
        assert await refused(browser, kiosk, late) == "expired_token"
        assert await refused(browser, kiosk, allowed) == "expired_token"
        assert (await enter(browser, late["user_code"])).status_code == 404
    assert not await door.house.lanes.run("SELECT 1 FROM token_family")


async def test_a_device_code_is_good_once_however_many_come_and_then_its_family_ends(door: Door, kiosk: str) -> None:
    async with door.browser() as browser:
        told = await ask(browser, kiosk)
        await door.sign_in(browser)
        await decide(browser, told["user_code"])
        answers = await asyncio.gather(*(poll(browser, kiosk, told) for _ in range(20)))
        good = [answer for answer in answers if answer.status_code == 200]
        assert len(good) == 1
        assert {answer.json()["error"] for answer in answers if answer not in good} == {"invalid_grant"}
        form = {"grant_type": "refresh_token", "client_id": kiosk, "refresh_token": good[0].json()["refresh_token"]}
        assert (await browser.post("/oauth/token", data=form)).json()["error"] == "invalid_grant"
    families = await door.house.lanes.run("SELECT why FROM token_family")
    assert [family["why"] for family in families] == ["device_code_used_twice"]


async def test_a_device_code_belongs_to_its_application(door: Door, kiosk: str) -> None:
    other = await door.register("other", grant_types=[GRANT])
    async with door.browser() as browser:
        told = await ask(browser, kiosk)
        assert await refused(browser, other, told) == "invalid_grant", "nor does another learn that it waits"
        await door.sign_in(browser)
        await decide(browser, told["user_code"])
        assert await refused(browser, other, told) == "invalid_grant"
        assert await refused(browser, kiosk, {"device_code": "made up"}) == "invalid_grant"
        assert await refused(browser, kiosk, {"device_code": ""}) == "invalid_request"
        assert await refused(browser, door.clients["spa"], told) == "unauthorized_client"
        assert (await poll(browser, kiosk, told)).status_code == 200


# -- who may ask for what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "form", "status", "error"),
    [
        ("spa", {}, 400, "unauthorized_client"),
        ("kiosk", {"scope": ""}, 400, "invalid_scope"),
        ("kiosk", {"scope": "openid everything"}, 400, "invalid_scope"),
        ("kiosk", {"scope": "hours:write"}, 400, "invalid_scope"),
        ("kiosk", {"resource": "https://elsewhere.example"}, 400, "invalid_target"),
        ("kiosk", {"client_id": "cli_" + "0" * 32}, 401, "invalid_client"),
        ("kiosk", {"client_secret": "made up"}, 401, "invalid_client"),
        ("server", {}, 401, "invalid_client"),
        ("server", {"client_secret": "wrong"}, 401, "invalid_client"),
    ],
)
async def test_what_an_application_may_not_ask_for_is_refused(
    door: Door, kiosk: str, client: str, form: dict[str, str], status: int, error: str
) -> None:
    await door.register("server", grant_types=[GRANT], auth_method=AuthMethod.POST, secret="kept")
    async with door.browser() as browser:
        asked = {"client_id": door.clients[client], "scope": SCOPE, **form}
        answer = await browser.post("/oauth/device_authorization", data=asked)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert answer.headers["cache-control"] == "no-store"


async def test_a_flood_of_questions_from_one_address_is_dammed(door: Door, kiosk: str) -> None:
    now = door.house.clock()
    door.house.clock = lambda: now
    form = {"client_id": kiosk, "scope": SCOPE}
    async with door.browser() as browser:
        answers = [await browser.post("/oauth/device_authorization", data=form) for _ in range(70)]
        assert answers[-1].status_code == 429
        assert answers[-1].json()["error"] == "temporarily_unavailable"
        assert sum(answer.status_code == 200 for answer in answers) == 60


async def test_letters_that_somebody_holds_are_not_given_to_another(
    door: Door, kiosk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = iter(["BCDFGHJK", "BCDFGHJK", "BCDFGHJL"])
    monkeypatch.setattr(device, "new_user_code", lambda: next(letters))
    async with door.browser() as browser:
        codes = [(await ask(browser, kiosk))["user_code"] for _ in range(2)]
    assert codes == ["BCDF-GHJK", "BCDF-GHJL"]


# -- the page against hostile hands -----------------------------------------------------------------------------------


async def test_guessing_codes_is_slowed_down_and_a_right_code_frees_again(door: Door, kiosk: str) -> None:
    now = door.house.clock()
    door.house.clock = lambda: now
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = (await ask(browser, kiosk))["user_code"]
        wrong = "BBBB-BBBB" if code != "BBBB-BBBB" else "CCCC-CCCC"
        assert [(await enter(browser, wrong)).status_code for _ in range(3)] == [404] * 3
        assert (await enter(browser, code)).status_code == 200
        assert [(await enter(browser, wrong)).status_code for _ in range(5)] == [404] * 5
        assert (await enter(browser, code)).status_code == 429, "even the right one"
        page = await browser.get("/device")
        form = {"user_code": code, "form_token": form_token(page.text), "decision": "allow"}
        assert (await browser.post("/device/decide", data=form)).status_code == 429, "nor by the other door"
        move_on(door, 2)
        assert (await enter(browser, code)).status_code == 200


async def test_every_page_can_be_read_in_the_other_language(door: Door, kiosk: str) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = (await ask(browser, kiosk))["user_code"]
        pages = [await browser.get("/device"), await enter(browser, code), await decide(browser, code)]
        form = {"user_code": code, "form_token": form_token(pages[0].text), "decision": "allow"}
        pages.append(await browser.post("/device/decide", data=form))
        assert [page.status_code for page in pages] == [200, 200, 200, 404]
        for page in pages:
            link = re.search(r'<a href="([^"]+)" lang="en"', page.text)
            assert link
            assert (await browser.get(unescape(link[1]))).status_code == 200


@pytest.mark.parametrize("token", [None, "", "0" * 64])
async def test_a_form_of_others_decides_nothing(door: Door, kiosk: str, token: str | None) -> None:
    async with door.browser() as browser:
        told = await ask(browser, kiosk)
        await door.sign_in(browser)
        form = {"user_code": told["user_code"], "decision": "allow", **({"form_token": token} if token else {})}
        for path in ("/device", "/device/decide"):
            assert (await browser.post(path, data=form)).status_code == 403
        assert await refused(browser, kiosk, told) == "authorization_pending"


async def test_of_two_who_answer_at_once_one_counts(door: Door, kiosk: str) -> None:
    async with door.browser() as alice, door.browser() as bob, door.browser() as screen:
        await door.sign_in(alice)
        await door.sign_in(bob, "bob@example.com")
        told = await ask(screen, kiosk)
        pages = await asyncio.gather(*(enter(browser, told["user_code"]) for browser in (alice, bob)))
        answers = await asyncio.gather(
            *(
                browser.post(
                    "/device/decide",
                    data={"user_code": told["user_code"], "form_token": form_token(page.text), "decision": "allow"},
                )
                for browser, page in zip((alice, bob), pages, strict=True)
            )
        )
        assert sorted(answer.status_code == 200 for answer in answers) == [False, True]
        token = (await poll(screen, kiosk, told)).json()["access_token"]
        first = ["alice@example.com", "bob@example.com"][answers[1].status_code == 200]
        assert (await door.graphql(screen, token)).json()["id"] == str(door.people[first])


@pytest.mark.parametrize("typed", ["", "-", "ABCDEFGH", "B" * 300, "代码", '"><script>', "BCDF-GHJK'--", "%00"])
async def test_whatever_is_typed_gets_a_page(door: Door, typed: str) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        answer = await enter(browser, typed)
        assert answer.status_code in {404, 422}
        assert "<script>" not in answer.text
        shown_again = await browser.get("/device", params={"user_code": typed})
        assert shown_again.status_code == 200
        assert "<script>" not in shown_again.text


# -- what ends meanwhile ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["person suspended", "password changed", "consent withdrawn", "client revoked"])
async def test_what_ends_between_the_answer_and_the_tokens_ends_them(door: Door, kiosk: str, what: str) -> None:
    alice = door.people["alice@example.com"]
    async with door.browser() as browser:
        told = await ask(browser, kiosk)
        await door.sign_in(browser)
        await decide(browser, told["user_code"])
        [consent] = await door.house.lanes.run("SELECT id FROM consent")
        if what == "person suspended":
            await door.house.do(OPERATOR, commands.suspend_person, person_id=alice, reason="test")
        elif what == "password changed":
            await door.house.do(Actor(alice), commands.change_password, person_id=alice, password=door.password_hash)
        elif what == "consent withdrawn":
            await door.house.do(Actor(alice), commands.withdraw_consent, consent_id=consent["id"])
        else:
            await door.house.do(OPERATOR, revoke_client, client_id=untyped("cli", kiosk))
        answer = await poll(browser, kiosk, told)
        # what it was allowed ends with the commit; that the application itself has ended is heard a moment later
        told_then = {"invalid_grant", "invalid_client"} if what == "client revoked" else {"invalid_grant"}
        assert answer.json()["error"] in told_then


async def test_what_was_allowed_is_told_to_the_application_without_the_person_being_there(
    door: Door, kiosk: str
) -> None:
    """The id token speaks of the sign-in in the browser, and of no nonce."""
    async with door.browser() as browser:
        told = await ask(browser, kiosk, scope="openid")
        await door.sign_in(browser)
        await decide(browser, told["user_code"])
        tokens = (await poll(browser, kiosk, told)).json()
    ring = await door.gate.keys.ring()
    said = jwt.decode(tokens["id_token"], ring.all, algorithms=["RS256"]).claims
    assert (said["aud"], said["amr"], "nonce" in said) == (kiosk, ["pwd"], False)
    assert said["auth_time"] <= said["iat"]
    assert "refresh_token" not in tokens
