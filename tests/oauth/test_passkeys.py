"""Passkeys: only the device that holds one signs in by it, to a challenge of ours, once, with its user verified."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.oauth import passkeys
from api.oauth.known import MFA
from api.oauth.passkey_party import WrongAnswer
from api.oauth.passkey_party import party as party_of
from api.settings import Settings
from domain.accounts import ceremonies
from tests.oauth.conftest import Door, opened
from tests.oauth.device import COPIED, PRESENT, VERIFIED, Device
from tests.oauth.test_factors import ALICE, Clock, enable, half, post, said, signed_in


@pytest.fixture
async def door(database: str, signing_keys: list[list[Any]]) -> AsyncIterator[Door]:
    """One that is called by a name, as passkeys want it."""
    async with opened(database, signing_keys, "localhost") as door:
        yield door


TWENTY = """
INSERT INTO passkey (id, person_id, name, credential, public_key, sign_count, synced, transports, added_at)
SELECT gen_random_uuid(), $1, 'n', n::text::bytea, '', 0, false, '[]', now() FROM generate_series(1, 20) n"""


async def challenge(browser: httpx2.AsyncClient, page: str = "/login", at: str = "/login/passkey") -> dict[str, Any]:
    answer = await post(browser, page, f"{at}/options")
    assert answer.status_code == 200
    options: dict[str, Any] = answer.json()
    return options


async def add(door: Door, browser: httpx2.AsyncClient, device: Device, name: str = "My telephone") -> httpx2.Response:
    options = await challenge(browser, "/account/factors", "/account/passkeys")
    answer = device.make(options)
    return await post(browser, "/account/factors", "/account/passkeys", passkey_name=name, credential=answer)


async def show(browser: httpx2.AsyncClient, answer: str) -> int:
    return (await post(browser, "/login", "/login/passkey", credential=answer)).status_code


async def owned(door: Door, **about: Any) -> Device:
    """A device with a passkey of Alice's."""
    device = Device(door.url, **about)
    async with door.browser() as browser:
        await door.sign_in(browser)
        assert (await add(door, browser, device)).status_code == 303
    return device


async def test_a_passkey_signs_in_by_itself_as_two_factors(door: Door) -> None:
    for flags, key in ((PRESENT | VERIFIED, "hwk"), (PRESENT | VERIFIED | COPIED, "swk")):
        device = await owned(door, flags=flags)
        async with door.browser() as browser:
            assert await show(browser, device.sign(await challenge(browser))) == 303
            assert await signed_in(browser)
            token = said(await door.tokens(browser))
            assert (token["amr"], token["acr"]) == ([key, "user", "mfa"], MFA)


async def test_a_passkey_is_enough_where_a_password_is_not(door: Door) -> None:
    device = await owned(door)
    async with door.browser() as browser, door.browser() as other:
        await door.sign_in(browser)
        await enable(door, browser)
        await half(door, other)
        options = await challenge(other, "/login/second")
        answer = await post(other, "/login/second", "/login/passkey", credential=device.sign(options))
        assert answer.status_code == 303
        assert await signed_in(other)
    assert not await door.house.lanes.run("SELECT digest FROM under_way WHERE ceremony = 'second_step'")


async def test_the_browser_is_told_what_it_needs_and_nothing_about_anybody(door: Door) -> None:
    device = await owned(door)
    async with door.browser() as browser, door.browser() as owner:
        asked = await challenge(browser)
        assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
        assert not asked.get("allowCredentials")
        await door.sign_in(owner)
        new = await challenge(owner, "/account/factors", "/account/passkeys")
    assert new["rp"]["id"] == "localhost"
    assert new["authenticatorSelection"]["residentKey"] == "required"
    assert new["authenticatorSelection"]["userVerification"] == "required"
    assert [len(known["id"]) for known in new["excludeCredentials"]] == [43]
    assert device.owner == door.people[ALICE].bytes
    assert asked["challenge"] != new["challenge"]


async def test_forged_answers_sign_nobody_in(door: Door) -> None:
    device = await owned(door)
    stranger = Device(door.url, owner=device.owner)
    bob = door.people["bob@example.com"].bytes
    liars: list[tuple[str, Device, dict[str, Any]]] = [
        ("another site", device.but(origin="https://evil.example"), {}),
        ("another port", device.but(origin="http://localhost:1"), {}),
        ("another party", device.but(rp="evil.example"), {}),
        ("nobody there", device.but(flags=VERIFIED), {}),
        ("user not verified", device.but(flags=PRESENT), {}),
        ("another key", device.but(key=stranger.key), {}),
        ("unknown", stranger, {}),
        ("another owner", device.but(owner=bob), {}),
        ("no owner", device.but(owner=b""), {}),
        ("its own challenge", device, {"challenge": "A" * 86}),
        ("no challenge", device, {"challenge": ""}),
        ("made for adding", device, {"type": "webauthn.create"}),
    ]
    for why, liar, lies in liars:
        async with door.browser() as browser:
            assert (why, await show(browser, liar.sign(await challenge(browser), **lies))) == (why, 401)
            assert not await signed_in(browser)
    async with door.browser() as browser:
        assert await show(browser, device.but(count=9).sign(await challenge(browser))) == 303


async def test_an_answer_counts_once_in_its_own_browser_for_minutes(door: Door) -> None:
    clock = Clock(door.house)
    device = await owned(door)
    async with door.browser() as browser, door.browser() as thief:
        answer = device.sign(await challenge(browser))
        await challenge(thief)
        assert await show(thief, answer) == 401
        assert await show(browser, answer) == 303
        assert await show(browser, answer) == 401
        options = await challenge(browser)
        clock.ahead += ceremonies.LASTS + timedelta(seconds=1)
        assert await show(browser, device.sign(options)) == 401
        options = await challenge(browser)
        assert await show(browser, device.sign(options, challenge="A" * 86)) == 401
        assert await show(browser, device.sign(options)) == 401, "a wrong answer uses it up as well"


async def test_a_counter_that_does_not_rise_tells_of_a_copy(door: Door) -> None:
    device = await owned(door)
    copy = device.but()
    async with door.browser() as browser:
        for one, status in ((device, 303), (device, 303), (copy, 401), (copy, 401), (copy, 303), (device, 401)):
            assert await show(browser, one.sign(await challenge(browser))) == status
        silent = await owned(door, counts=False)
        for _ in range(2):
            assert await show(browser, silent.sign(await challenge(browser))) == 303


async def test_one_counter_opens_one_of_many_at_once(door: Door) -> None:
    device = await owned(door)
    run, now, party = door.house.lanes.run, door.house.clock(), party_of(door.gate.settings)
    assert party
    answers = []
    for n in range(10):
        options = json.loads(await passkeys.ask(run, party, str(n), now))
        answers.append(device.but().sign(options))
    tries = (passkeys.shown(run, party, str(n), answer, now) for n, answer in enumerate(answers))
    came = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in came].count(tuple) == 1
    assert [type(one) for one in came].count(WrongAnswer) == 9


async def test_a_removed_passkey_opens_nothing_from_then_on(door: Door) -> None:
    device = await owned(door)
    async with door.browser() as owner, door.browser() as other, door.browser() as bob:
        await door.sign_in(owner)
        page = (await owner.get("/account/factors")).text
        assert "My telephone" in page
        passkey = page.split('name="passkey" value="')[1].split('"')[0]
        waiting = await challenge(other)
        await door.sign_in(bob, "bob@example.com")
        for id in (passkey, "nonsense"):
            refused = await post(bob, "/account/factors", "/account/passkeys/remove", passkey=id)
            assert refused.status_code == 409
        removed = await post(owner, "/account/factors", "/account/passkeys/remove", passkey=passkey)
        assert removed.status_code == 303
        assert await show(other, device.sign(waiting)) == 401
        assert "My telephone" not in (await owner.get("/account/factors")).text
    assert [letter["kind"] for letter in await door.letters(ALICE)] == ["passkey_removed", "passkey_added"]


async def test_a_suspended_person_signs_in_by_no_passkey(door: Door) -> None:
    device = await owned(door)
    await door.house.lanes.run("UPDATE person SET state = 'suspended' WHERE id = $1", (door.people[ALICE],))
    async with door.browser() as browser:
        assert await show(browser, device.sign(await challenge(browser))) == 401


async def test_a_passkey_is_added_as_it_was_asked_for_with_a_name_and_once(door: Door) -> None:
    device = Device(door.url)
    liars: list[tuple[str, Device, dict[str, Any]]] = [
        ("another site", device.but(origin="https://evil.example"), {}),
        ("another party", device.but(rp="evil.example"), {}),
        ("user not verified", device.but(flags=PRESENT), {}),
        ("made for signing in", device, {"type": "webauthn.get"}),
        ("its own challenge", device, {"challenge": "A" * 86}),
    ]
    async with door.browser() as browser, door.browser() as bob:
        await door.sign_in(browser)
        await door.sign_in(bob, "bob@example.com")
        for why, liar, lies in liars:
            options = await challenge(browser, "/account/factors", "/account/passkeys")
            form = {"passkey_name": "x", "credential": liar.make(options, **lies)}
            answer = await post(browser, "/account/factors", "/account/passkeys", **form)
            assert (why, answer.status_code) == (why, 422)
        for name in ("", " ", "x" * 300, "a\u202eb"):
            answer = await add(door, browser, device, name)
            assert (name, answer.status_code, 'id="passkey_name-problem"' in answer.text) == (name, 409, True)
        assert (await add(door, browser, device)).status_code == 303
        assert (await add(door, browser, device)).status_code == 409
        assert (await add(door, bob, device)).status_code == 409, "nobody takes over another's"
    assert [key["person_id"] for key in await door.house.lanes.run("SELECT person_id FROM passkey")] == [
        door.people[ALICE]
    ]


async def test_passkeys_that_would_never_end_are_refused(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        alice = door.people[ALICE]
        await door.house.lanes.run(TWENTY, (alice,))
        assert (await add(door, browser, Device(door.url))).status_code == 409


async def test_a_script_is_allowed_only_where_passkeys_are_and_only_ours(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        for page, scripted in (("/login", True), ("/account/factors", True), ("/account", False), ("/register", False)):
            shown = await browser.get(page)
            policy = shown.headers["content-security-policy"]
            assert (page, "script-src 'self';" in policy, "<script" in shown.text) == (page, scripted, scripted)
            assert "unsafe" not in policy
        script = await browser.get("/static/passkeys.js")
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["x-content-type-options"] == "nosniff"


def test_an_address_in_numbers_has_no_passkeys() -> None:
    for issuer, id in (
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
        ("http://localhost:8000", "localhost"),
        ("https://sanshe.example", "sanshe.example"),
    ):
        found = party_of(Settings(issuer=issuer))
        assert (found and (found.id, found.origin)) == (id and (id, issuer))


async def test_answers_that_are_none_are_turned_away(door: Door) -> None:
    device = await owned(door)
    async with door.browser() as browser:
        good = json.loads(device.sign(await challenge(browser)))
        bad = ["", "{}", "[]", "null", "1", '"x"', "{", "[" * 1000, json.dumps({**good, "id": "other"})]
        wrong: tuple[Any, ...] = ("", "A", "////", None, 1, {}, "A" * 1000)
        for name in good["response"]:
            bad += [json.dumps({**good, "response": {**good["response"], name: value}}) for value in wrong]
        for answer in bad:
            await door.house.lanes.run("DELETE FROM failed_tries")
            await challenge(browser)
            assert (answer, await show(browser, answer)) == (answer, 401)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_no_answer_breaks_anything(door: Door, data: st.DataObject) -> None:
    values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=40)
        | st.binary(max_size=60).map(lambda b: b.hex()),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=8,
    )
    names = ("clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject", "transports")
    response = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, values)))
    shape = {
        "id": values,
        "rawId": values,
        "type": st.just("public-key") | values,
        "response": st.just(response) | values,
    }
    answer = json.dumps(data.draw(st.fixed_dictionaries({}, optional=shape) | values))
    run, now, party = door.house.lanes.run, door.house.clock(), party_of(door.gate.settings)
    assert party
    await passkeys.ask(run, party, "secret", now)
    with pytest.raises(WrongAnswer):
        await passkeys.shown(run, party, "secret", answer, now)
