"""People sign in with an issuer elsewhere, once they have said which account there is theirs; nobody else does it."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import httpx2
import pyotp
import pytest
from joserfc.jwk import RSAKey
from starlette.responses import JSONResponse, RedirectResponse

from api.oauth import store
from api.oauth.scopes import CATALOGUE
from domain.accounts.ceremonies import LASTS
from domain.columns import typed
from tests.oauth.conftest import PASSWORD, Door, form_token
from tests.oauth.issuer import CLIENT_ID, Issuer, elsewhere

PORTALS = "/account/portals"
NEW_LINK = "/account/portals/link"
ALICE = "alice@example.com"


@pytest.fixture
async def portal(door: Door) -> AsyncIterator[Issuer]:
    async with elsewhere(door.house) as issuer:
        yield issuer


def place(portal: Issuer) -> str:
    assert portal.id
    return f"/login/portal/{typed('iss', portal.id)}"


async def away(browser: httpx2.AsyncClient, portal: Issuer, **query: str) -> dict[str, str]:
    """What the browser takes along to the portal."""
    answer = await browser.get(place(portal), params=query)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"{portal.url}/authorize?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def back(browser: httpx2.AsyncClient, portal: Issuer, asked: dict[str, str]) -> httpx2.Response:
    """The answer to what the browser brings back from there."""
    answer = await browser.get(f"{portal.url}/authorize?{urlencode(asked)}")
    return await browser.get(answer.headers["location"])


async def through(browser: httpx2.AsyncClient, portal: Issuer, **query: str) -> httpx2.Response:
    return await back(browser, portal, await away(browser, portal, **query))


async def decide(browser: httpx2.AsyncClient, decision: str) -> httpx2.Response:
    page = await browser.get(NEW_LINK)
    assert page.status_code == 200, page.text
    form = {"form_token": form_token(page.text), "decision": decision}
    return await browser.post(NEW_LINK, data=form)


async def signed_in_as(browser: httpx2.AsyncClient) -> str | None:
    page = await browser.get("/account")
    return next((name for name in ("Alice", "Bob") if name in page.text), None) if page.status_code == 200 else None


async def sessions(door: Door) -> list[Any]:
    return await door.house.lanes.run("SELECT amr, ended_at FROM login_session ORDER BY auth_time")


async def test_the_portal_is_offered_and_asked_as_a_certified_client_would(door: Door, portal: Issuer) -> None:
    async with door.browser() as browser:
        page = await browser.get("/login", params={"next": "/account/sessions"})
        assert "City portal" in page.text or "市民门户" in page.text
        assert f'href="{place(portal)}?next=%2Faccount%2Fsessions"' in page.text
        first, second = await away(browser, portal), await away(browser, portal)
    assert first["response_type"] == "code"
    assert first["client_id"] == CLIENT_ID
    assert first["redirect_uri"] == f"{door.url}{place(portal)}/back"
    assert first["scope"] == "openid profile"
    assert first["code_challenge_method"] == "S256"
    assert first["prompt"] == "login"
    for secret in ("state", "nonce", "code_challenge"):
        assert len(first[secret]) >= 43
        assert first[secret] != second[secret]


async def test_somebody_new_signs_in_here_allows_the_link_and_comes_in_by_it_from_then_on(
    door: Door, portal: Issuer
) -> None:
    async with door.browser() as browser:
        answer = await through(browser, portal, next="/account/sessions")
        assert answer.headers["location"] == NEW_LINK
        page = await browser.get(NEW_LINK)
        assert "Alice at the portal" in page.text
        assert f"/login?next={NEW_LINK.replace('/', '%2F')}" in page.text
        assert (await browser.post(NEW_LINK, data={"decision": "allow"})).status_code == 200  # nobody is there yet
        assert (await door.sign_in(browser, next=NEW_LINK)).headers["location"] == NEW_LINK
        assert (await decide(browser, "allow")).headers["location"] == "/account/sessions"
    async with door.browser() as another:
        answer = await through(another, portal, next="/account/sessions")
        assert answer.headers["location"] == "/account/sessions"
        assert await signed_in_as(another) == "Alice"
    assert [row["amr"] for row in await sessions(door)] == [["pwd"], ["fed"]]
    deeds = await door.house.lanes.run("SELECT verb FROM deed WHERE verb = 'link_subject'")
    assert len(deeds) == 1
    assert [letter["kind"] for letter in await door.letters(ALICE)] == ["account_linked"]


async def test_an_equal_address_links_nobody(door: Door, portal: Issuer) -> None:
    portal.says = {"email": ALICE, "email_verified": True, "preferred_username": ALICE}
    async with door.browser() as browser:
        assert (await through(browser, portal)).headers["location"] == NEW_LINK
        assert await signed_in_as(browser) is None


async def test_who_does_not_allow_it_or_writes_no_form_of_ours_links_nothing(door: Door, portal: Issuer) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await through(browser, portal)
        forged = await browser.post(NEW_LINK, data={"decision": "allow", "form_token": "0" * 64})
        assert forged.status_code == 403
        assert (await decide(browser, "deny")).status_code == 303
        assert (await browser.get(NEW_LINK)).status_code == 400
    assert not await door.house.lanes.run("SELECT 1 FROM linked_subject")


async def test_a_link_is_allowed_once_and_by_whoever_signed_in_lately(door: Door, portal: Issuer) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.house.lanes.run("UPDATE login_session SET auth_time = auth_time - interval '11 min'")
        await through(browser, portal)
        assert (await browser.get(NEW_LINK)).headers["location"].startswith("/login?")
        await door.sign_in(browser, next=NEW_LINK)
        assert (await decide(browser, "allow")).status_code == 303
        assert (await browser.get(NEW_LINK)).status_code == 400


async def test_an_account_elsewhere_is_one_persons(door: Door, portal: Issuer) -> None:
    async with door.browser() as alice, door.browser() as bob:
        await door.sign_in(alice)
        await door.sign_in(bob, "bob@example.com")
        await through(alice, portal)
        await through(bob, portal)
        assert (await decide(alice, "allow")).status_code == 303
        assert (await decide(bob, "allow")).status_code == 409
    assert len(await door.house.lanes.run("SELECT 1 FROM linked_subject")) == 1


# -- others who bring something back ----------------------------------------------------------------------------------


async def test_what_one_browser_took_along_no_other_brings_back_and_nobody_twice(door: Door, portal: Issuer) -> None:
    await portal.link(door.people[ALICE], portal.subject)
    async with door.browser() as victim, door.browser() as thief:
        asked = await away(victim, portal)
        assert (await back(thief, portal, asked)).status_code == 400
        await away(thief, portal)  # has one of its own by now
        assert (await back(thief, portal, asked)).status_code == 400
        assert await signed_in_as(thief) is None
        assert (await back(victim, portal, asked)).status_code == 303
        assert await signed_in_as(victim) == "Alice"
        assert (await back(victim, portal, asked)).status_code == 400


async def test_an_answer_that_comes_too_late_is_over(door: Door, portal: Issuer) -> None:
    await portal.link(door.people[ALICE], portal.subject)
    async with door.browser() as browser:
        asked = await away(browser, portal)
        await door.house.lanes.run("UPDATE under_way SET expires_at = expires_at - $1::interval", (LASTS,))
        assert (await back(browser, portal, asked)).status_code == 400


async def test_the_answer_of_one_issuer_does_not_pass_for_anothers(door: Door, portal: Issuer) -> None:
    """The mix-up attack (RFC 9700, 4.4): by the address it comes to, and by `iss` (RFC 9207)."""
    async with elsewhere(door.house) as evil, door.browser() as browser:
        await portal.link(door.people[ALICE], portal.subject)
        asked = await away(browser, evil)
        answer = await browser.get(f"{place(portal)}/back", params={"state": asked["state"], "code": "x"})
        assert answer.status_code == 400
        asked = await away(browser, portal)
        for named in (evil.url, None, f"{portal.url}/"):
            portal.comes_back = {"iss": named}
            assert (await back(browser, portal, await away(browser, portal))).status_code == 400
        portal.comes_back = {}
        assert (await back(browser, portal, asked)).status_code == 303
    assert not evil.asked["token"]


async def test_only_an_id_token_made_for_us_and_this_sign_in_signs_in(door: Door, portal: Issuer) -> None:
    await portal.link(door.people[ALICE], portal.subject)
    now = int(door.house.clock().timestamp())
    wrong: dict[str, dict[str, Any]] = {
        "another issuer": {"iss": "https://evil.example"},
        "another client": {"aud": "another"},
        "us among others, with no word for whom": {"aud": [CLIENT_ID, "another"]},
        "for another, shown to us": {"aud": [CLIENT_ID, "another"], "azp": "another"},
        "another nonce": {"nonce": "x"},
        "no nonce": {"nonce": None},
        "expired": {"exp": now - 60},
        "no end": {"exp": None},
        "an end that is no number": {"exp": "never"},
        "from tomorrow": {"iat": now + 86400},
        "no subject": {"sub": None},
        "a subject that is no string": {"sub": {"a": 1}},
        "an empty subject": {"sub": ""},
        "a subject of other letters": {"sub": "爱丽丝"},
        "of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    }
    came_in = []
    async with door.browser() as browser:
        for name, says in wrong.items():
            portal.says = says
            if (await through(browser, portal)).status_code != 400 or await signed_in_as(browser):
                came_in.append(name)
        portal.says = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
        assert (await through(browser, portal)).status_code == 303
    assert came_in == []


async def test_a_token_endpoint_that_misbehaves_signs_nobody_in(door: Door, portal: Issuer) -> None:
    await portal.link(door.people[ALICE], portal.subject)
    stranger = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"}, private=True)
    forged = portal.signed({}, portal.claims(portal.subject, aud=CLIENT_ID), stranger)
    answers = [
        JSONResponse({"error": "invalid_grant"}, 400),
        JSONResponse({}),
        JSONResponse([]),
        JSONResponse({"id_token": 7}),
        JSONResponse({"id_token": "a.b.c"}),
        JSONResponse({"id_token": "é" * 10}),
        JSONResponse({"id_token": "x" * 20_000}),
        JSONResponse({"id_token": "x" * 200_000}),
        JSONResponse({"id_token": forged}),
        JSONResponse({"id_token": portal.token(portal.subject)}),
        RedirectResponse(f"{portal.url}/elsewhere", 307),
    ]
    async with door.browser() as browser:
        for answer in answers:
            asked = await away(browser, portal)
            on_its_way = await browser.get(f"{portal.url}/authorize?{urlencode(asked)}")
            portal.answer = answer
            came = await browser.get(on_its_way.headers["location"])
            portal.answer = None
            assert came.status_code in {400, 502}
            assert await signed_in_as(browser) is None


async def test_who_is_turned_away_there_is_told_so_here(door: Door, portal: Issuer) -> None:
    portal.comes_back = {"code": None, "error": "access_denied", "error_description": "<script>"}
    async with door.browser() as browser:
        answer = await through(browser, portal)
        assert answer.status_code == 403
        assert "<script>" not in answer.text
        assert (await browser.get("/login/portal/iss_0/back", params={"state": "x"})).status_code == 400
        assert (await browser.get("/login/portal/iss_0")).status_code == 404


# -- what ends it -----------------------------------------------------------------------------------------------------


async def test_whoever_unlinks_is_out_where_they_came_in_by_it(door: Door, portal: Issuer) -> None:
    linked = typed("lnk", await portal.link(door.people[ALICE], portal.subject))
    async with door.browser() as browser, door.browser() as there, door.browser() as bob:
        await through(there, portal)
        assert await signed_in_as(there) == "Alice"
        tokens = await door.tokens(there, scope="openid accounts:read")
        await door.sign_in(browser)
        await door.sign_in(bob, "bob@example.com")
        page = await browser.get("/account/portals")
        assert linked in page.text
        token = form_token((await bob.get("/logout")).text)
        await bob.post("/account/portals/unlink", data={"link": linked, "form_token": token})
        await browser.post("/account/portals/unlink", data={"link": linked})
        assert await signed_in_as(there) == "Alice"
        answer = await browser.post(
            "/account/portals/unlink", data={"link": linked, "form_token": form_token(page.text)}
        )
        assert answer.status_code == 303
        assert await signed_in_as(there) is None
        assert (await door.graphql(there, tokens["access_token"])).status_code == 401
        assert await signed_in_as(browser) == "Alice"
        assert (await through(there, portal)).headers["location"] == NEW_LINK


async def unlink(browser: httpx2.AsyncClient, link: UUID) -> None:
    token = form_token((await browser.get(PORTALS)).text)
    answer = await browser.post(f"{PORTALS}/unlink", data={"link": typed("lnk", link), "form_token": token})
    assert answer.status_code == 303, answer.text


async def test_unlinking_one_portal_ends_nothing_that_began_by_another(door: Door, portal: Issuer) -> None:
    alice = door.people[ALICE]
    async with (
        elsewhere(door.house) as other,
        door.browser() as here,
        door.browser() as there,
        door.browser() as yonder,
    ):
        link = await portal.link(alice, portal.subject)
        await other.link(alice, other.subject)
        await door.sign_in(here)
        await through(there, portal)
        await through(yonder, other)
        ended = await door.tokens(there, scope="openid accounts:read")
        kept = [await door.tokens(browser) for browser in (here, yonder)]
        guests = [issuer.token(issuer.subject) for issuer in (portal, other)]
        await unlink(yonder, link)
        assert [await signed_in_as(browser) for browser in (here, there, yonder)] == ["Alice", None, "Alice"]
        assert (await door.graphql(here, ended["access_token"])).status_code == 401
        for tokens in kept:
            assert (await door.graphql(here, tokens["access_token"])).status_code == 200
            form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
            answer = await here.post("/oauth/token", data={**form, "client_id": door.clients["spa"]})
            assert answer.status_code == 200, answer.text
        assert [(await door.graphql(here, token)).status_code for token in guests] == [401, 200]


async def test_tokens_for_the_persons_absence_end_with_the_link_however_old_their_session(
    door: Door, portal: Issuer
) -> None:
    link = await portal.link(door.people[ALICE], portal.subject)
    async with door.browser() as browser:
        await through(browser, portal)
        tokens = await door.tokens(browser)
        assert "refresh_token" in tokens
        page = await browser.get("/logout")
        await browser.post("/logout", data={"form_token": form_token(page.text)})
        await door.house.lanes.run("UPDATE login_session SET expires_at = expires_at - interval '9 days'")
        await store.sweep(door.house.lanes.run, door.house.clock())
        await door.sign_in(browser)
        await unlink(browser, link)
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answer = await browser.post("/oauth/token", data={**form, "client_id": door.clients["spa"]})
    assert answer.json()["error"] == "invalid_grant"


async def test_whoever_comes_back_just_when_the_link_ends_is_not_in(door: Door, portal: Issuer) -> None:
    link = await portal.link(door.people[ALICE], portal.subject)
    async with door.browser() as there, door.browser() as browser:
        await through(there, portal)
        await door.sign_in(browser)
        await unlink(browser, link)
        begun_late = (
            "UPDATE login_session SET ended_at = NULL"  # as if by a request that had looked for the link before
        )
        await door.house.lanes.run(begun_late)
        assert [await signed_in_as(one) for one in (there, browser)] == [None, "Alice"]


async def test_a_new_password_makes_a_session_from_elsewhere_one_of_here(door: Door, portal: Issuer) -> None:
    link = await portal.link(door.people[ALICE], portal.subject)
    async with door.browser() as browser:
        await through(browser, portal)
        new = {"current_password": PASSWORD, "password": "an entirely different sentence"}
        assert (await door.send(browser, "/account/password", **new)).status_code == 303
        await unlink(browser, link)
        assert await signed_in_as(browser) == "Alice"
    assert [row["amr"] for row in await sessions(door)] == [["fed"], ["pwd"]]


async def test_nobody_comes_in_by_an_issuer_that_is_trusted_no_longer(door: Door, portal: Issuer) -> None:
    await portal.link(door.people[ALICE], portal.subject)
    async with door.browser() as browser, door.browser() as on_the_way:
        await through(browser, portal)
        asked = await away(on_the_way, portal)
        await portal.distrust()
        assert await signed_in_as(browser) is None
        assert (await back(on_the_way, portal, asked)).status_code == 400
        assert "City portal" not in (await browser.get("/login", params={"ui_locales": "en"})).text
        await portal.trust()
        assert (await through(browser, portal)).headers["location"] == NEW_LINK


async def test_the_second_factor_of_ours_is_asked_for_after_the_portal_too(door: Door, portal: Issuer) -> None:
    """And what is shown then does not stand without the portal."""
    link, secret = await portal.link(door.people[ALICE], portal.subject), pyotp.random_base32()
    totp = "INSERT INTO totp (person_id, secret, encrypted, last_step, enabled_at) VALUES ($1, $2, false, 0, now())"
    async with door.browser() as browser, door.browser() as there:
        await door.sign_in(browser)
        await door.house.lanes.run(totp, (door.people[ALICE], secret))
        answer = await through(there, portal, next="/account/sessions")
        second = answer.headers["location"]
        assert second == "/login/second?next=%2Faccount%2Fsessions"
        assert await signed_in_as(there) is None
        code = pyotp.TOTP(secret).at(door.house.clock())
        assert (await door.send(there, second, code=code)).headers["location"] == "/account/sessions"
        assert await signed_in_as(there) == "Alice"
        await unlink(browser, link)
        assert [await signed_in_as(one) for one in (there, browser)] == [None, "Alice"]


async def test_a_suspended_person_does_not_come_in_through_the_portal(door: Door, portal: Issuer) -> None:
    await portal.link(door.people[ALICE], portal.subject)
    await door.house.lanes.run("UPDATE person SET state = 'suspended' WHERE id = $1", (door.people[ALICE],))
    async with door.browser() as browser:
        assert (await through(browser, portal)).status_code == 403


async def test_a_portal_without_a_client_id_of_ours_is_not_offered(door: Door, portal: Issuer) -> None:
    await portal.amend(client_id=None, scopes=[s for s in CATALOGUE if s == "hours:read"])
    async with door.browser() as browser:
        assert (await browser.get(place(portal))).status_code == 404
        assert place(portal) not in (await browser.get("/login")).text
