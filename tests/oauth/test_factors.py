"""The second step: codes of an app and recovery codes, each good once, kept sealed, and asked for at every sign-in."""

import asyncio
import base64
import html
import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pyotp
import pytest
from pydantic import SecretStr

from api.oauth import second_factor, throttle
from api.oauth.keys import LockedKeys, box
from api.oauth.known import MFA
from api.settings import Settings
from domain.access import Actor
from domain.accounts import ceremonies, factors
from domain.accounts.ceremonies import Ceremony
from domain.columns import typed
from domain.errors import NotAllowed
from domain.house import House
from tests.oauth.conftest import PASSWORD, Door, form_token
from tests.oauth.test_authorize import came_back, question

ALICE = "alice@example.com"
FIRST, OTHER = SecretStr("x" * 32), SecretStr("y" * 32)


class Clock:
    """A house's clock that can be turned on."""

    def __init__(self, house: House) -> None:
        self.house, self.real, self.ahead = house, house.clock, timedelta()
        house.clock = self

    def __call__(self) -> datetime:
        return self.real() + self.ahead


async def post(browser: httpx2.AsyncClient, page: str, to: str, **form: str) -> httpx2.Response:
    """Send a form that this page shows."""
    token = form_token((await browser.get(page)).text)
    return await browser.post(to, data={**form, "form_token": token})


async def enable(door: Door, browser: httpx2.AsyncClient) -> tuple[pyotp.TOTP, list[str]]:
    """Set up an app for whoever is signed in: it, and the recovery codes."""
    began = await post(browser, "/account/factors", "/account/totp/begin")
    assert began.headers["location"] == "/account/totp"
    shown = (await browser.get("/account/totp")).text
    app = pyotp.TOTP(secret_on(shown))
    assert f"secret={app.secret}&" in html.unescape(shown)
    answer = await post(browser, "/account/totp", "/account/totp", code=app.at(door.house.clock()))
    assert answer.status_code == 200, answer.text
    return app, codes_on(answer.text)


def secret_on(page: str) -> str:
    found = re.search(r'class="secret" translate="no">([A-Z2-7 ]+)<', page)
    assert found, page
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>((?:\w{4}-){3}\w{4})</li>", page)


async def half(door: Door, browser: httpx2.AsyncClient, **query: str) -> None:
    """Know the password, and stand before the second step."""
    answer = await door.sign_in(browser, **query)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login/second")
    assert "session=" not in answer.headers["set-cookie"]


async def second(browser: httpx2.AsyncClient, code: str) -> int:
    return (await post(browser, "/login/second", "/login/second", code=code)).status_code


async def signed_in(browser: httpx2.AsyncClient) -> bool:
    return (await browser.get("/account")).status_code == 200


async def test_a_password_alone_opens_nothing_once_an_app_is_set_up(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as owner, door.browser() as thief:
        await door.sign_in(owner)
        app, _ = await enable(door, owner)
        await half(door, thief)
        assert not await signed_in(thief)
        assert (await thief.get("/account/factors")).status_code == 303
        for code in ("", "12345", "000000", "not a code", "9" * 300, "１２３４５６"):
            assert await second(thief, code) in {401, 429}, code
        assert not await signed_in(thief)
        clock.ahead += timedelta(seconds=30)
        await half(door, owner)
        assert await signed_in(owner), "the session before goes on until the step is done"
        assert await second(owner, app.at(clock())) == 303
        assert await signed_in(owner)


async def test_a_code_counts_on_any_keyboard_one_step_early_or_late_and_never_twice(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as browser:
        await door.sign_in(browser)
        app, _ = await enable(door, browser)
        for steps, status in ((0, 401), (-1, 401), (2, 401), (1, 303), (1, 401), (0, 401)):
            await half(door, browser)
            await door.house.lanes.run("DELETE FROM failed_tries")
            code = app.at(clock(), counter_offset=steps)
            wide = f" {code[:3]} {code[3:]}".translate({ord("0") + n: 0xFF10 + n for n in range(10)})
            assert (steps, await second(browser, wide)) == (steps, status)


async def test_a_code_opens_one_of_twenty_sign_ins_at_once(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as owner:
        await door.sign_in(owner)
        app, codes = await enable(door, owner)
        alice, run, sealing = door.people[ALICE], door.house.lanes.run, door.gate.keys.box
        clock.ahead += timedelta(seconds=30)
        for code in (app.at(clock()), codes[0]):
            tries = (second_factor.shown(run, sealing, alice, code, clock()) for _ in range(20))
            assert sorted(await asyncio.gather(*tries)) == [False] * 19 + [True]


async def test_the_step_is_taken_once_although_both_codes_are_good(door: Door) -> None:
    async with door.browser() as owner, door.browser() as browser:
        await door.sign_in(owner)
        _, codes = await enable(door, owner)
        await half(door, browser)
        token = form_token((await browser.get("/login/second")).text)
        answers = await asyncio.gather(
            *(browser.post("/login/second", data={"code": code, "form_token": token}) for code in codes[:3])
        )
        sessions = [a for a in answers if "session=" in a.headers.get("set-cookie", "").replace("visitor", "")]
        assert len(sessions) == 1


async def test_a_recovery_code_opens_once_and_new_ones_end_the_old(door: Door) -> None:
    async with door.browser() as browser, door.browser() as other:
        await door.sign_in(browser)
        _, codes = await enable(door, browser)
        assert len(set(codes)) == 10
        for code, status in ((codes[0], 303), (codes[0], 401), (codes[1].upper().replace("-", " "), 303)):
            await half(door, other)
            assert (code, await second(other, code)) == (code, status)
        kept = await door.house.lanes.run("SELECT digest FROM recovery_code")
        assert not {code.encode() for code in codes} & {row["digest"] for row in kept}
        assert "8" in (await browser.get("/account/factors")).text
        fresh = codes_on((await post(browser, "/account/factors", "/account/codes")).text)
        assert len(fresh) == 10
        for code, status in ((codes[2], 401), (fresh[2], 303)):
            await half(door, other)
            assert (code, await second(other, code)) == (code, status)


async def test_somebody_elses_codes_open_nothing(door: Door) -> None:
    async with door.browser() as alice, door.browser() as bob:
        await door.sign_in(alice)
        _, codes = await enable(door, alice)
        await door.sign_in(bob, "bob@example.com")
        await enable(door, bob)
    async with door.browser() as browser:
        await door.sign_in(browser, "bob@example.com")
        assert await second(browser, codes[0]) == 401


async def test_half_a_sign_in_is_over_after_minutes_and_with_a_new_password(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as owner, door.browser() as late, door.browser() as planted:
        await door.sign_in(owner)
        _, codes = await enable(door, owner)
        await half(door, late)
        clock.ahead += ceremonies.LASTS - timedelta(seconds=5)
        assert (await late.get("/login/second")).status_code == 200
        clock.ahead += timedelta(seconds=10)
        assert (await late.get("/login/second")).headers["location"] == "/login"
        answer = await late.post("/login/second", data={"code": codes[0], "form_token": "0" * 64})
        assert answer.headers["location"] == "/login"
        await half(door, owner)
        assert await second(owner, codes[1]) == 303
        await half(door, planted)
        new = {"current_password": PASSWORD, "password": "another sesame 22"}
        assert (await post(owner, "/account/password", "/account/password", **new)).status_code == 303
        assert (await planted.get("/login/second")).headers["location"] == "/login"
        assert not await signed_in(planted)


async def test_codes_are_tried_at_a_pace_that_spares_the_owner(door: Door) -> None:
    """Whoever knows the password and comes from ever new addresses is held up; the owner is not."""
    clock = Clock(door.house)
    account = f"code of {typed('usr', door.people[ALICE])}"
    async with door.browser() as owner, door.browser() as elsewhere:
        await door.sign_in(owner)
        app, codes = await enable(door, owner)
        await half(door, elsewhere)
        clock.ahead += timedelta(seconds=30)
        guesses = [
            await throttle.may_try(door.house.lanes.run, account, f"203.0.113.{n}", clock(), throttle.CODES)
            for n in range(40)
        ]
        assert guesses == [True] * 20 + [False] * 20
        assert await second(elsewhere, app.at(clock())) == 429
        await half(door, owner)
        assert await second(owner, app.at(clock())) == 303
        assert await second(elsewhere, codes[0]) == 303


async def test_the_id_token_tells_how_somebody_signed_in(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        before = said(await door.tokens(browser))
        assert (before["amr"], "acr" in before) == (["pwd"], False)
        _, codes = await enable(door, browser)
        await half(door, browser)
        assert await second(browser, codes[0]) == 303
        after = said(await door.tokens(browser))
        assert (after["amr"], after["acr"]) == (["pwd", "otp", "mfa"], MFA)
        refreshed = await browser.post(
            "/oauth/token",
            data={
                "grant_type": "refresh_token",
                "refresh_token": (await door.tokens(browser))["refresh_token"],
                "client_id": door.clients["spa"],
            },
        )
        assert said(refreshed.json())["acr"] == MFA


async def test_two_factors_that_an_application_wishes_for_are_asked_of_whoever_has_them(door: Door) -> None:
    async with door.browser() as alice, door.browser() as bob:
        await door.sign_in(alice)
        await door.tokens(alice)
        await door.sign_in(bob, "bob@example.com")
        await door.tokens(bob)
        _, codes = await enable(door, alice)
        wish = question(door, acr_values=f"urn:other {MFA}")
        assert "code" in came_back(await bob.get("/oauth/authorize", params=wish)), "has none, and nobody fails by it"
        silent = {**wish, "prompt": "none"}
        assert "code" in came_back(await alice.get("/oauth/authorize", params=silent))
        sent = await alice.get("/oauth/authorize", params=wish)
        assert sent.headers["location"].startswith("/login?next=")
        back = parse_qs(urlsplit(sent.headers["location"]).query)["next"][0]
        await half(door, alice, next=back)
        page = await alice.get("/login/second", params={"next": back})
        form = {"code": codes[0], "form_token": form_token(page.text)}
        done = await alice.post("/login/second", params={"next": back}, data=form)
        assert done.headers["location"] == back
        assert "code" in came_back(await alice.get(back))
        assert "code" in came_back(await alice.get("/oauth/authorize", params=wish))


async def test_what_a_second_sign_in_began_counts_for_max_age(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.tokens(browser)
        _, codes = await enable(door, browser)
        clock.ahead += timedelta(minutes=20)
        asked = question(door, max_age="60")
        await half(door, browser)
        assert "/login?" in (await browser.get("/oauth/authorize", params=asked)).headers["location"], "half is nothing"
        assert await second(browser, codes[0]) == 303
        assert "code" in came_back(await browser.get("/oauth/authorize", params=asked))


async def test_factors_change_only_for_who_signed_in_recently_by_a_form_of_ours(door: Door) -> None:
    clock = Clock(door.house)
    acts = ("/account/totp/begin", "/account/totp", "/account/totp/disable", "/account/codes", "/account/passkeys")
    async with door.browser() as browser, door.browser() as nobody:
        await door.sign_in(browser)
        await enable(door, browser)
        for act in (*acts, "/account/passkeys/remove", "/account/passkeys/options"):
            assert (act, (await browser.post(act, data={"form_token": "0" * 64})).status_code) == (act, 403)
            assert (act, (await nobody.post(act, data={})).status_code in {303, 403}) == (act, True)
        token = form_token((await browser.get("/account/factors")).text)
        clock.ahead += timedelta(minutes=11)
        for act in acts:
            answer = await browser.post(act, data={"form_token": token})
            assert answer.headers["location"] == "/login?next=%2Faccount%2Ffactors"
        assert (await browser.get("/account/factors")).headers["location"] == "/login?next=%2Faccount%2Ffactors"
        assert (await browser.get("/account/password")).headers["location"] == "/login?next=%2Faccount%2Fpassword"
        assert await second_factor.enabled(door.house.lanes.run, door.people[ALICE])


async def test_a_secret_counts_only_when_its_first_code_was_shown_and_once(door: Door) -> None:
    async with door.browser() as browser, door.browser() as other:
        await door.sign_in(browser)
        await post(browser, "/account/factors", "/account/totp/begin")
        wrong = await post(browser, "/account/totp", "/account/totp", code="000000")
        assert wrong.status_code == 422
        assert 'id="code-problem"' in wrong.text
        assert not await second_factor.enabled(door.house.lanes.run, door.people[ALICE])
        await door.sign_in(other)
        assert await signed_in(other), "what is only begun asks for nothing"
        await enable(door, browser)
        await post(browser, "/account/factors", "/account/totp/begin")
        app = pyotp.TOTP(secret_on((await browser.get("/account/totp")).text))
        again = await post(browser, "/account/totp", "/account/totp", code=app.at(door.house.clock()))
        assert again.status_code == 409
        kept = await door.house.lanes.run("SELECT secret FROM totp")
        assert kept[0]["secret"] != app.secret


async def test_the_owner_may_stop_it_and_is_told_of_everything(door: Door) -> None:
    async with door.browser() as browser, door.browser() as other:
        await door.sign_in(browser)
        await enable(door, browser)
        await post(browser, "/account/factors", "/account/codes")
        assert (await post(browser, "/account/factors", "/account/totp/disable")).status_code == 303
        await door.sign_in(other)
        assert await signed_in(other)
        assert (await post(browser, "/account/factors", "/account/totp/disable")).status_code == 409
        assert (await post(browser, "/account/factors", "/account/codes")).status_code == 409
    assert [letter["kind"] for letter in reversed(await door.letters(ALICE))] == [
        "totp_enabled",
        "recovery_codes_renewed",
        "totp_disabled",
    ]
    assert not await door.house.lanes.run("SELECT digest FROM recovery_code")
    deeds = await door.house.lanes.run("SELECT verb FROM deed WHERE actor_id = $1", (door.people[ALICE],))
    assert {deed["verb"] for deed in deeds} == {"enable_totp", "renew_recovery_codes", "disable_totp"}


async def test_an_operator_helps_whoever_lost_everything_and_gives_a_reason(door: Door) -> None:
    alice, bob = door.people[ALICE], door.people["bob@example.com"]
    async with door.browser() as browser:
        await door.sign_in(browser)
        await enable(door, browser)
        access = (await door.tokens(browser))["access_token"]
        for actor in (Actor(bob), Actor(alice), Actor(alice, {"operator": frozenset()})):
            with pytest.raises(NotAllowed):
                await door.house.do(actor, factors.reset_factors, person_id=alice, reason="asked")
        operator = Actor(bob, {"operator": frozenset()})
        await door.house.do(operator, factors.reset_factors, person_id=alice, reason="came with her identity card")
        assert not await signed_in(browser)
        assert (await door.graphql(browser, access)).status_code == 401
        await door.sign_in(browser)
        assert await signed_in(browser)
    [deed] = await door.house.lanes.run("SELECT reason, subject_id FROM deed WHERE verb = 'reset_factors'")
    assert (deed["reason"], deed["subject_id"]) == ("came with her identity card", alice)
    assert (await door.letters(ALICE))[0]["kind"] == "factors_reset"


async def test_nobody_changes_what_another_person_shows(door: Door) -> None:
    bob = Actor(door.people["bob@example.com"], {"operator": frozenset()})
    alice = door.people[ALICE]
    passkey = {"name": "x", "credential": b"c", "public_key": b"k", "sign_count": 0, "synced": False, "transports": []}
    for command, said in (
        (factors.enable_totp, {"secret": "A" * 32, "encrypted": False, "step": 1, "codes": []}),
        (factors.disable_totp, {}),
        (factors.renew_recovery_codes, {"codes": []}),
        (factors.add_passkey, passkey),
        (factors.remove_passkey, {"passkey_id": alice}),
    ):
        with pytest.raises(NotAllowed):
            await door.house.do(bob, command, person_id=alice, **said)


async def test_a_secret_is_encrypted_at_rest_and_again_when_the_key_changes(door: Door) -> None:
    run, clock = door.house.lanes.run, door.house.clock
    alice = door.people[ALICE]
    async with door.browser() as browser:
        await door.sign_in(browser)
        app, _ = await enable(door, browser)
    settings = Settings(issuer=door.url)
    kept = []
    for change in ({}, {"sanshe_key": FIRST}, {"sanshe_key": OTHER, "sanshe_key_before": FIRST}):
        changed = settings.model_copy(update=change)
        await second_factor.lock_again(run, changed)
        kept.append((await run("SELECT secret, encrypted FROM totp"))[0])
        assert second_factor.opened(box(changed), *kept[-1].values()) == app.secret
    assert [row["encrypted"] for row in kept] == [False, True, True]
    assert kept[0]["secret"] == app.secret
    assert len({row["secret"] for row in kept}) == 3
    for locked in (None, box(settings.model_copy(update={"sanshe_key": FIRST}))):
        with pytest.raises(LockedKeys):
            await second_factor.shown(run, locked, alice, app.at(clock(), counter_offset=1), clock())
    opening = box(settings.model_copy(update={"sanshe_key": OTHER}))
    assert await second_factor.shown(run, opening, alice, app.at(clock(), counter_offset=1), clock())


async def test_nothing_that_is_written_into_these_pages_breaks_them(door: Door) -> None:
    odd = ["😀" * 50, "\u202e", "\x01", "'; --", "%00", "9" * 5000, "٣٤٥٦٧٨", "²³¹²³¹", "－", "{}", "null"]
    async with door.browser() as owner, door.browser() as other:
        await door.sign_in(owner)
        await enable(door, owner)
        await half(door, other)
        await post(owner, "/account/factors", "/account/totp/begin")
        for browser, page, to, field in (
            (other, "/login/second", "/login/second", "code"),
            (other, "/login", "/login/passkey", "credential"),
            (owner, "/account/factors", "/account/totp", "code"),
            (owner, "/account/factors", "/account/passkeys", "credential"),
            (owner, "/account/factors", "/account/passkeys", "passkey_name"),
            (owner, "/account/factors", "/account/passkeys/remove", "passkey"),
            (owner, "/account/password", "/account/sessions", "session"),
            (owner, "/account/password", "/account/password", "current_password"),
        ):
            for value in odd:
                await door.house.lanes.run("DELETE FROM failed_tries")
                status = (await post(browser, page, to, **{field: value})).status_code
                assert (to, value[:9], status in {303, 401, 403, 409, 422, 429}) == (to, value[:9], True), status


async def test_what_is_under_way_is_found_by_its_own_browser_and_kind_once(house: House) -> None:
    run, now = house.lanes.run, house.clock()
    await ceremonies.begin(run, Ceremony.PASSKEY, "secret", now, challenge="c")
    assert await ceremonies.end(run, Ceremony.NEW_PASSKEY, "secret", now) is None
    assert await ceremonies.end(run, Ceremony.PASSKEY, "other", now) is None
    found = await asyncio.gather(*(ceremonies.end(run, Ceremony.PASSKEY, "secret", now) for _ in range(10)))
    assert [one["says"] for one in found if one] == [{"challenge": "c"}]


def said(tokens: dict[str, Any]) -> dict[str, Any]:
    """What the id token says."""
    body = tokens["id_token"].split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
