"""How an application gets, renews and loses tokens, and who is turned away."""

import asyncio
import base64
import json
from typing import Any

import pytest

from api.oauth.clients import OPERATOR
from api.oauth.store import begin_session
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.clients import revoke_client
from domain.accounts.models import RoleName
from domain.columns import untyped
from tests.oauth.conftest import Door, until


def basic(id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()}


CHANGES: list[dict[str, str | None]] = [
    {"code_verifier": "b" * 43},
    {"code_verifier": None},
    {"code_verifier": "short"},
    {"redirect_uri": "https://app.example/cb"},
    {"redirect_uri": None},
    {"code": "guess"},
    {"code": None},
    {"client_id": "web"},
]


async def test_a_code_is_good_only_as_it_was_asked_for(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        for change in CHANGES:
            changed: dict[str, str | None] = {**(await door.code(browser)).form(), **change}
            form = {k: door.clients.get(v, v) for k, v in changed.items() if v is not None}
            answer = await browser.post("/oauth/token", data=form)
            assert (change, answer.status_code in {400, 401}) == (change, True)
            assert answer.json()["error"] in {"invalid_grant", "invalid_request", "invalid_client"}
            assert answer.headers["cache-control"] == "no-store"


async def test_a_code_is_good_for_a_minute(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser)
        await door.house.lanes.run("UPDATE authorization_code SET expires_at = expires_at - interval '61 s'")
        answer = await browser.post("/oauth/token", data=code.form())
    assert answer.json()["error"] == "invalid_grant"


async def test_of_twenty_who_redeem_a_code_at_once_one_gets_tokens_and_they_end(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser)
        answers = await asyncio.gather(*(browser.post("/oauth/token", data=code.form()) for _ in range(20)))
        good = [answer.json() for answer in answers if answer.status_code == 200]
        assert len(good) == 1
        assert {a.json()["error"] for a in answers if a.status_code != 200} == {"invalid_grant"}
        assert (await door.graphql(browser, good[0]["access_token"])).status_code == 401
        refresh = {
            "grant_type": "refresh_token",
            "refresh_token": good[0]["refresh_token"],
            "client_id": code.client_id,
        }
        assert (await browser.post("/oauth/token", data=refresh)).json()["error"] == "invalid_grant"


async def test_of_ten_who_refresh_at_once_one_gets_tokens_and_they_end(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": tokens["refresh_token"],
            "client_id": door.clients["spa"],
        }
        answers = await asyncio.gather(*(browser.post("/oauth/token", data=form) for _ in range(10)))
        good = [answer.json() for answer in answers if answer.status_code == 200]
        assert len(good) == 1
        assert (await door.graphql(browser, good[0]["access_token"])).status_code == 401


async def test_a_refresh_token_is_bound_to_its_application(door: Door) -> None:
    other = await door.register("other", redirect_uris=["https://other.example/cb"])
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": other}
        assert (await browser.post("/oauth/token", data=form)).json()["error"] == "invalid_grant"
        form["client_id"] = door.clients["spa"]
        assert (await browser.post("/oauth/token", data=form)).status_code == 200


@pytest.mark.parametrize("late", ["refresh_token SET expires_at = now()", "token_family SET expires_at = now()"])
async def test_a_refresh_token_ends_when_it_lies_idle_and_when_its_family_is_old(door: Door, late: str) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)
        await door.house.lanes.run(f"UPDATE {late}")
        form = {
            "grant_type": "refresh_token",
            "refresh_token": tokens["refresh_token"],
            "client_id": door.clients["spa"],
        }
        assert (await browser.post("/oauth/token", data=form)).json()["error"] == "invalid_grant"


async def test_without_leave_for_their_absence_there_is_no_refresh_token(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser, scope="openid accounts:read")
    assert "refresh_token" not in tokens
    assert tokens["expires_in"] == 600


async def test_every_wrong_proof_of_a_client_has_the_same_answer(door: Door) -> None:
    grant = {"grant_type": "client_credentials"}
    ids = door.clients
    async with door.browser() as browser:
        answers = [
            await browser.post("/oauth/token", data=grant, headers=basic(ids["service"], "wrong")),
            await browser.post("/oauth/token", data=grant, headers=basic("cli_" + "0" * 32, "service-secret")),
            await browser.post("/oauth/token", data=grant, headers=basic("nobody", "service-secret")),
            await browser.post("/oauth/token", data=grant, headers=basic("", "")),
            await browser.post("/oauth/token", data=grant, headers={"Authorization": "Basic"}),
            await browser.post("/oauth/token", data=grant, headers={"Authorization": "Basic !!!"}),
            await browser.post("/oauth/token", data=grant, headers={"Authorization": "Bearer x"}),
            await browser.post("/oauth/token", data=grant, headers=[(b"Authorization", b"Basic \xff\xfe")]),
            await browser.post("/oauth/token", data=grant, headers={"Authorization": "Basic //46YQ=="}),
            await browser.post("/oauth/token", data=grant, headers=basic(ids["service"], "sécret")),
            await browser.post("/oauth/token", data=grant, headers=basic(ids["post"], "post-secret")),
            await browser.post("/oauth/token", data=grant, headers=basic(ids["spa"], "x")),
            await browser.post("/oauth/token", data={**grant, "client_id": ids["service"]}),
            await browser.post(
                "/oauth/token", data={**grant, "client_id": ids["service"], "client_secret": "service-secret"}
            ),
            await browser.post("/oauth/token", data={**grant, "client_id": ids["web"], "client_secret": "web-secret"}),
            await browser.post("/oauth/token", data=grant),
        ]
    assert {(a.status_code, a.text, a.headers["www-authenticate"]) for a in answers} == {
        (401, answers[0].text, answers[0].headers["www-authenticate"])
    }
    assert answers[0].json()["error"] == "invalid_client"


DISORDERLY: list[tuple[bytes, dict[str, str], str]] = [
    (b"grant_type=client_credentials&grant_type=client_credentials", {}, "invalid_request"),
    (b"", {}, "invalid_request"),
    (b"scope=hours:read", {}, "invalid_request"),
    (b"grant_type=password&username=a&password=b", {}, "unsupported_grant_type"),
    (b"grant_type=implicit", {}, "unsupported_grant_type"),
    (b"grant_type=authorization_code&code=x", {}, "unauthorized_client"),
    (b"grant_type=refresh_token&refresh_token=x", {}, "unauthorized_client"),
    (b"grant_type=client_credentials&scope=accounts:write", {}, "invalid_scope"),
    (b"grant_type=client_credentials&client_secret=service-secret", {}, "invalid_request"),
    (b"grant_type=client_credentials&client_id=someone-else", {}, "invalid_request"),
    (b'{"grant_type": "client_credentials"}', {"Content-Type": "application/json"}, "invalid_request"),
    (b"grant_type=client_credentials", {"Content-Type": "text/plain"}, "invalid_request"),
    (b"grant_type=client_credentials", {"DPoP": "e30.e30.e30"}, "invalid_dpop_proof"),
    (b"grant_type=client_credentials&x=%ff", {}, "invalid_request"),
    (b"grant_type=client_credentials&x=\xff", {}, "invalid_request"),
    (b"grant_type=client_credentials&scope=%00", {}, "invalid_request"),
    (b"grant_type=client_credentials&" + b"x=" + b"y" * 70_000, {}, "invalid_request"),
    (b"grant_type=client_credentials&" + b"&".join(b"x%d=1" % n for n in range(100)), {}, "invalid_request"),
]


async def test_a_request_that_is_not_in_order_is_refused_by_name(door: Door) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", **basic(door.clients["service"], "service-secret")}
    async with door.browser() as browser:
        for body, headers, error in DISORDERLY:
            answer = await browser.post("/oauth/token", content=body, headers=form | headers)
            assert (body[:60], answer.status_code, answer.json()["error"]) == (body[:60], 400, error)


async def test_what_stands_in_the_address_is_not_part_of_the_form(door: Door) -> None:
    async with door.browser() as browser:
        answer = await browser.post(
            "/oauth/token?grant_type=client_credentials",
            data={},
            headers=basic(door.clients["service"], "service-secret"),
        )
    assert answer.json()["error"] == "invalid_request"


async def test_an_application_acts_in_its_own_name_with_its_own_roles(door: Door) -> None:
    async with door.browser() as browser:
        answer = await browser.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            headers=basic(door.clients["service"], "service-secret"),
        )
        token = answer.json()
        assert token["scope"] == "hours:read"
        seen = (await door.graphql(browser, token["access_token"])).json()
    assert seen == {"id": str(untyped("cli", door.clients["service"])), "roles": ["auditor"]}


# -- endings ----------------------------------------------------------------------------------------------------------


async def works(door: Door, browser: Any, token: str) -> bool:
    answer = await door.graphql(browser, token)
    if answer.status_code == 401:
        assert "invalid_token" in answer.headers["www-authenticate"]
        assert "/.well-known/oauth-protected-resource/graphql" in answer.headers["www-authenticate"]
    return bool(answer.status_code == 200)


async def test_a_revoked_role_acts_as_soon_as_it_is_heard_of(door: Door) -> None:
    alice = Actor(door.people["alice@example.com"])
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await door.tokens(browser))["access_token"]
        given = await door.house.do(alice, commands.grant_role, person_id=alice.id, role=RoleName.VOLUNTEER)
        assert given.row

        async def holds(roles: list[str]) -> bool:
            return bool((await door.graphql(browser, token)).json()["roles"] == roles)

        await until(lambda: holds(["volunteer"]))
        await door.house.do(alice, commands.revoke_role, role_grant_id=given.row.id)
        await until(lambda: holds([]))


@pytest.mark.parametrize("ending", ["suspended", "password", "client", "consent", "token", "refresh token"])
async def test_access_ends_as_soon_as_it_is_heard_of(door: Door, ending: str) -> None:
    person, house = door.people["alice@example.com"], door.house
    alice, client = Actor(person), untyped("cli", door.clients["spa"])
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)
        unredeemed = await door.code(browser)
        assert await works(door, browser, tokens["access_token"])
        if ending == "suspended":
            await house.do(OPERATOR, commands.suspend_person, person_id=person, reason="test")
        if ending == "password":
            await house.do(alice, commands.change_password, person_id=person, password=door.password_hash)
        if ending == "client":
            await house.do(OPERATOR, revoke_client, client_id=client)
        if ending == "consent":
            consent = (await house.lanes.run("SELECT id FROM consent"))[0]["id"]
            await house.do(alice, commands.withdraw_consent, consent_id=consent)
        if "token" in ending:
            given = tokens["access_token"] if ending == "token" else tokens["refresh_token"]
            form = {"token": given, "client_id": door.clients["spa"], "token_type_hint": "whatever"}
            assert (await browser.post("/oauth/revoke", data=form)).status_code == 200

        async def ended() -> bool:
            return not await works(door, browser, tokens["access_token"])

        await until(ended)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": tokens["refresh_token"],
            "client_id": door.clients["spa"],
        }
        assert (await browser.post("/oauth/token", data=form)).status_code in {400, 401}
        redeemed = await browser.post("/oauth/token", data=unredeemed.form())
        assert (redeemed.status_code == 200) is ("token" in ending)


async def test_signing_out_ends_tokens_but_those_for_the_persons_absence(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        here = (await door.tokens(browser, scope="openid accounts:read"))["access_token"]
        away = (await door.tokens(browser))["access_token"]
        page = await browser.get("/logout")
        token = page.text.split('name="form_token" value="')[1].split('"')[0]
        await browser.post("/logout", data={"form_token": token})
        assert not await works(door, browser, here)
        assert await works(door, browser, away)


async def test_an_application_cannot_revoke_anothers_token(door: Door) -> None:
    other = await door.register("other", redirect_uris=["https://other.example/cb"])
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await door.tokens(browser))["access_token"]
        answer = await browser.post("/oauth/revoke", data={"token": token, "client_id": other})
        assert answer.status_code == 400
        assert await works(door, browser, token)


async def test_scripts_of_other_origins_may_ask_for_tokens_but_never_open_pages(door: Door) -> None:
    origin = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    async with door.browser() as browser:
        for path in ("/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/oauth/jwks.json"):
            answer = await browser.options(path, headers=origin)
            assert answer.status_code == 204
            assert answer.headers["access-control-allow-origin"] == "*"
        for path in ("/oauth/authorize", "/login", "/register"):
            answer = await browser.options(path, headers=origin)
            assert "access-control-allow-origin" not in answer.headers


async def test_userinfo_says_what_the_scopes_open(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        full = (await door.tokens(browser))["access_token"]
        bare = (await door.tokens(browser, scope="openid"))["access_token"]
        none = (await door.tokens(browser, scope="accounts:read"))["access_token"]

        async def ask(token: str, method: str = "GET") -> Any:
            return await browser.request(method, "/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

        assert (await ask(full)).json()["name"] == "Alice 爱丽丝"
        assert (await ask(full, "POST")).json()["email"] == "alice@example.com"
        assert list((await ask(bare)).json()) == ["sub"]
        assert (await ask(none)).status_code == 403
        assert 'scope="openid"' in (await ask(none)).headers["www-authenticate"]
        assert (await ask("x")).status_code == 401
        assert (await browser.get(f"/oauth/userinfo?access_token={full}")).status_code == 401


async def test_a_forged_host_changes_nothing_of_what_is_published(door: Door) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    async with door.browser() as browser:
        for name in ("oauth-authorization-server", "openid-configuration", "oauth-protected-resource/graphql"):
            said = (await browser.get(f"/.well-known/{name}", headers=forged)).text
            assert "evil" not in said
            assert door.url in json.dumps(json.loads(said))


async def test_secrets_are_kept_as_fingerprints_only(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)
        cookie = browser.cookies["session"]
    kept = ""
    for table in ("login_session", "authorization_code", "token_family", "refresh_token", "client", "person"):
        kept += str([dict(row) for row in await door.house.lanes.run(f"SELECT * FROM {table}")])
    for secret in (cookie, tokens["refresh_token"], tokens["access_token"], "web-secret", "sesame"):
        assert secret not in kept
    assert (
        await begin_session(door.house.lanes.run, door.people["bob@example.com"], door.house.clock(), amr=["pwd"])
        != cookie
    )
