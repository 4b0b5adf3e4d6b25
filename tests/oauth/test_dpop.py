"""A token that is bound to a key opens nothing without it, nor with what only looks like a proof (RFC 9449)."""

import asyncio
import base64
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from api.oauth.clients import add, invite
from api.oauth.dpop import same_address
from api.oauth.once import Lately
from api.oauth.store import begin_session
from domain.accounts.public_keys import ALGORITHMS
from domain.columns import typed
from tests.oauth.conftest import Door
from tests.oauth.holding import Holder
from tests.oauth.others import checks
from tests.oauth.test_tokens import basic

HOLDERS = {
    "ES256": Holder(),
    "Ed25519": Holder(OKPKey.generate_key("Ed25519"), "Ed25519"),
    "PS256": Holder(RSAKey.generate_key(2048), "PS256"),
    "RS256": Holder(RSAKey.generate_key(4096), "RS256"),
}
ME = HOLDERS["ES256"]


def said(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


async def ask(door: Door, browser: Any, form: dict[str, str], proof: str | None = None, **headers: str) -> Any:
    shown = headers | ({"DPoP": proof} if proof else {})
    return await browser.post("/oauth/token", data=form, headers=shown)


async def given(door: Door, browser: Any, holder: Holder = ME, client: str = "spa", **asked: str) -> dict[str, Any]:
    """Tokens that are bound to the holder's key."""
    code = await door.code(browser, client, **asked)
    answer = await ask(door, browser, code.form(), holder.proof("POST", f"{door.url}/oauth/token"))
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def refresh(door: Door, token: str, client: str = "spa") -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token, "client_id": door.clients[client]}


# -- tokens are bound -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alg", ALGORITHMS)
async def test_a_bound_token_opens_with_its_key_alone(door: Door, alg: str) -> None:
    me, url = HOLDERS[alg], f"{door.url}/graphql"
    async with door.browser() as browser:
        offered = (await browser.get("/.well-known/openid-configuration")).json()
        assert alg in offered["dpop_signing_alg_values_supported"]
        await door.sign_in(browser)
        tokens = await given(door, browser, me)
        token = tokens["access_token"]
        assert (tokens["token_type"], said(token)["cnf"]) == ("DPoP", {"jkt": me.jkt})
        opened = await browser.get("/graphql", headers=me.shows("GET", url, token))
        assert opened.json()["id"] == str(door.people["alice@example.com"])
        again = await browser.get("/graphql", headers=me.shows("GET", url, token))
        assert again.status_code == 200


async def test_a_bound_token_is_no_bearers_and_a_bearers_is_not_bound(door: Door) -> None:
    url = f"{door.url}/graphql"
    async with door.browser() as browser:
        await door.sign_in(browser)
        bound = (await given(door, browser))["access_token"]
        loose = (await door.tokens(browser))["access_token"]
        proof = ME.proof("GET", url, bound)
        shown = {
            "as bearer": {"Authorization": f"Bearer {bound}"},
            "as bearer, with a proof": {"Authorization": f"Bearer {bound}", "DPoP": proof},
            "without a proof": {"Authorization": f"DPoP {bound}"},
            "loose, as if bound": ME.shows("GET", url, loose),
            "by another": HOLDERS["Ed25519"].shows("GET", url, bound),
            "in neither way": {"Authorization": bound, "DPoP": proof},
        }
        answers = {name: await browser.get("/graphql", headers=headers) for name, headers in shown.items()}
        assert {a.status_code for a in answers.values()} == {401}
        assert (await browser.get("/graphql", headers={"Authorization": f"Bearer {loose}"})).status_code == 200
    challenges = {name: answer.headers["www-authenticate"] for name, answer in answers.items()}
    assert all('DPoP resource_metadata="' in challenge for challenge in challenges.values())
    assert all('algs="ES256 Ed25519 PS256 RS256"' in challenge for challenge in challenges.values())
    assert 'Bearer resource_metadata="' in challenges["as bearer"]
    for name in ("as bearer", "as bearer, with a proof", "loose, as if bound", "by another"):
        assert 'error="invalid_token"' in challenges[name], name
    assert 'error="invalid_dpop_proof"' in challenges["without a proof"]
    assert "error" not in challenges["in neither way"]


async def test_userinfo_takes_a_bound_token_with_its_proof(door: Door) -> None:
    url = f"{door.url}/oauth/userinfo"
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await given(door, browser))["access_token"]
        narrow = (await given(door, browser, scope="accounts:read"))["access_token"]
        for method in ("GET", "POST"):
            seen = await browser.request(method, "/oauth/userinfo", headers=ME.shows(method, url, token))
            assert seen.json()["sub"] == typed("usr", door.people["alice@example.com"])
        bare = await browser.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})
        assert bare.status_code == 401
        elsewhere = await browser.get("/oauth/userinfo", headers=ME.shows("GET", f"{door.url}/graphql", token))
        assert 'error="invalid_dpop_proof"' in elsewhere.headers["www-authenticate"]
        lacking = await browser.get("/oauth/userinfo", headers=ME.shows("GET", url, narrow))
        assert (lacking.status_code, lacking.headers["www-authenticate"][:4]) == (403, "DPoP")


async def test_introspection_tells_the_key(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await given(door, browser)
        who = basic(door.clients["resource"], "resource-secret")
        access = await browser.post("/oauth/introspect", data={"token": tokens["access_token"]}, headers=who)
        assert (access.json()["token_type"], access.json()["cnf"]) == ("DPoP", {"jkt": ME.jkt})
        fresh = await browser.post("/oauth/introspect", data={"token": tokens["refresh_token"]}, headers=who)
        assert (fresh.json()["active"], fresh.json()["cnf"]) == (True, {"jkt": ME.jkt})


async def test_machines_get_bound_tokens_too(door: Door) -> None:
    who, url = basic(door.clients["service"], "service-secret"), f"{door.url}/oauth/token"
    async with door.browser() as browser:
        proof = ME.proof("POST", url)
        answer = await ask(door, browser, {"grant_type": "client_credentials"}, proof, **who)
        assert answer.json()["token_type"] == "DPoP"
        shown = ME.shows("GET", f"{door.url}/graphql", answer.json()["access_token"])
        assert (await browser.get("/graphql", headers=shown)).json()["roles"] == ["auditor"]


# -- what is no proof -------------------------------------------------------------------------------------------------


def forgeries(method: str, url: str, token: str | None) -> dict[str, str]:
    """All that must not pass for a proof of this request."""
    now, stranger = int(time.time()), ECKey.generate_key("P-256")
    good = ME.proof(method, url, token)
    head, body, signature = good.split(".")
    rsa = HOLDERS["PS256"]

    def with_header(**header: Any) -> str:
        return ME.proof(method, url, token, header=header)

    def saying(**claims: Any) -> str:
        return ME.proof(method, url, token, **claims)

    secret = Holder(OctKey.generate_key(256), "HS256")
    forged = {
        "another's signature": ME.proof(method, url, token, key=stranger),
        "no signature": f"{head}.{body}.",
        "another body": f"{head}.{saying(jti='x').split('.')[1]}.{signature}",
        "alg none": ".".join([base64.urlsafe_b64encode(b'{"typ":"dpop+jwt","alg":"none"}').decode(), body, ""]),
        "a secret": secret.proof(method, url, token, header={"jwk": dict(secret.key.as_dict(private=True))}),
        "the private key with it": with_header(jwk=dict(ME.key.as_dict(private=True))),
        "no key": with_header(jwk=None),
        "a key that is none": with_header(jwk={"kty": "EC"}),
        "a list of keys": with_header(jwk={"keys": [ME.public()]}),
        "a point elsewhere": with_header(jwk={**ME.public(), "x": ME.public()["y"]}),
        "a key by address": with_header(jwk=None, jku="https://evil.example/jwks"),
        "an algorithm of another key": rsa.proof(method, url, token, header={"jwk": ME.public()}),
        "a key for secrets": with_header(jwk={**ME.public(), "use": "enc"}),
        "another curve": Holder(ECKey.generate_key("P-384"), "ES384").proof(method, url, token),
        "typ JWT": with_header(typ="JWT"),
        "typ of an access token": with_header(typ="at+jwt"),
        "no typ": with_header(typ=None),
        "critical header": with_header(crit=["b64"], b64=True),
        "another method": saying(htm="PUT"),
        "method in small letters": saying(htm=method.lower()),
        "another address": saying(htu="https://evil.example/oauth/token"),
        "another path": saying(htu=url + "/x"),
        "path in capitals": saying(htu=url.replace("/oauth", "/OAUTH").replace("/graphql", "/GRAPHQL")),
        "another scheme": saying(htu=url.replace("http:", "https:")),
        "another port": saying(htu=f"http://127.0.0.1:1{urlsplit(url).path}"),
        "somebody before the host": saying(htu=url.replace("//", "//user@")),
        "an address that is none": saying(htu="http://["),
        "an address that is no word": saying(htu=[url]),
        "long ago": saying(iat=now - 70),
        "from the future": saying(iat=now + 70),
        "iat no number": saying(iat="now"),
        "iat true": saying(iat=True),
        "iat huge": saying(iat=2**60),
        "jti empty": saying(jti=""),
        "jti no word": saying(jti=7),
        "jti too long": saying(jti="a" * 257),
        "a long one": saying(more="a" * 5000),
        "a jungle": with_header(jwk={**ME.public(), "x": "a" * 5000}),
        "not a token": "x",
        "dots": "..",
        "two in one": f"{good}, {good}",
        "letters of elsewhere": "é.ü.ß",
        **{f"without {name}": saying(**{name: None}) for name in ("htm", "htu", "iat", "jti")},
    }
    if token:
        forged["without ath"] = ME.proof(method, url)
        forged["for another token"] = ME.proof(method, url, token + "x")
        forged["ath no word"] = saying(ath=[1])
    return forged


async def test_nothing_else_is_a_proof_at_the_token_endpoint(door: Door) -> None:
    url, who = f"{door.url}/oauth/token", basic(door.clients["service"], "service-secret")
    async with door.browser() as browser:
        for name, proof in forgeries("POST", url, None).items():
            headers = {name.encode(): value.encode("latin-1") for name, value in {**who, "DPoP": proof}.items()}
            answer = await browser.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=headers)
            seen = (answer.status_code, answer.json().get("error"))
            assert (name, *seen) == (name, 400, "invalid_dpop_proof")
        two = [*who.items(), ("DPoP", ME.proof("POST", url)), ("DPoP", ME.proof("POST", url))]
        answer = await browser.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=two)
        assert answer.json()["error"] == "invalid_dpop_proof"


async def test_nothing_else_is_a_proof_where_tokens_are_shown(door: Door) -> None:
    url = f"{door.url}/graphql"
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await given(door, browser))["access_token"]
        for name, proof in forgeries("GET", url, token).items():
            headers = {b"Authorization": f"DPoP {token}".encode(), b"DPoP": proof.encode("latin-1")}
            answer = await browser.get("/graphql", headers=headers)
            assert (name, answer.status_code) == (name, 401)
            assert 'error="invalid_dpop_proof"' in answer.headers["www-authenticate"]
        two = [("Authorization", f"DPoP {token}"), *[("DPoP", ME.proof("GET", url, token)) for _ in range(2)]]
        assert (await browser.get("/graphql", headers=two)).status_code == 401
        assert (await browser.get("/graphql", headers=ME.shows("GET", url, token))).status_code == 200


async def test_our_address_is_the_issuers_however_the_request_came(door: Door) -> None:
    url, evil = f"{door.url}/graphql", {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await given(door, browser))["access_token"]
        shown = ME.shows("GET", url, token) | evil
        assert (await browser.get("/graphql", headers=shown)).status_code == 200
        shown = ME.shows("GET", "http://evil.example/graphql", token) | evil
        assert (await browser.get("/graphql", headers=shown)).status_code == 401
        for same in (f"{url}?x=1#y", url.replace("http", "HTTP")):
            assert (await browser.get("/graphql", headers=ME.shows("GET", same, token))).status_code == 200


def test_addresses_are_compared_as_what_they_mean() -> None:
    ours = "https://sanshe.example/graphql"
    for same in (ours, "HTTPS://Sanshe.Example:443/graphql", f"{ours}?query=x"):
        assert same_address(same, ours)
    for other in ("https://sanshe.example:8443/graphql", "https://sanshe.example/graphql/", "https://sanshe.example"):
        assert not same_address(other, ours)


# -- once -------------------------------------------------------------------------------------------------------------


async def test_of_twenty_who_show_one_proof_for_a_token_one_gets_it(door: Door) -> None:
    who, proof = basic(door.clients["service"], "service-secret"), ME.proof("POST", f"{door.url}/oauth/token")
    async with door.browser() as browser:
        form = {"grant_type": "client_credentials"}
        answers = await asyncio.gather(*(ask(door, browser, form, proof, **who) for _ in range(20)))
        assert sorted(a.status_code for a in answers) == [200] + [400] * 19


async def test_a_proof_is_good_for_one_request(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await given(door, browser))["access_token"]
        shown = ME.shows("GET", f"{door.url}/graphql", token)
        answers = [await browser.get("/graphql", headers=shown) for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 401, 401]


def test_what_was_shown_is_remembered_for_its_time_in_bounded_memory() -> None:
    seen = Lately(seconds=120, most=1000)
    assert seen.first_time("a", now=0)
    assert not seen.first_time("a", now=119)
    assert seen.first_time("b", now=119)
    assert not seen.first_time("b", now=238)
    assert seen.first_time("a", now=500)
    for n in range(10_000):
        seen.first_time(str(n), now=500)
    assert len(seen.young) + len(seen.old) <= 2000
    assert not seen.first_time("9999", now=500)


# -- codes and refresh tokens -----------------------------------------------------------------------------------------


async def test_a_code_that_names_a_key_is_good_with_that_key(door: Door) -> None:
    url = f"{door.url}/oauth/token"
    async with door.browser() as browser:
        await door.sign_in(browser)
        for proof in (None, HOLDERS["Ed25519"].proof("POST", url)):
            code = await door.code(browser, dpop_jkt=ME.jkt)
            answer = await ask(door, browser, code.form(), proof)
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert (await given(door, browser, dpop_jkt=ME.jkt))["token_type"] == "DPoP"
        wrong = {"client_id": door.clients["spa"], "redirect_uri": "http://127.0.0.1/cb", "response_type": "code"}
        asked = {**wrong, "scope": "openid", "code_challenge": "a" * 43, "code_challenge_method": "S256"}
        for jkt in ("short", "a" * 44, "a" * 42 + "="):
            back = await browser.get("/oauth/authorize", params={**asked, "dpop_jkt": jkt})
            assert "error=invalid_request" in back.headers["location"]


async def test_refresh_tokens_of_an_application_without_secret_are_bound(door: Door) -> None:
    url = f"{door.url}/oauth/token"
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await given(door, browser)
        for proof in (None, HOLDERS["Ed25519"].proof("POST", url)):
            stolen = await ask(door, browser, refresh(door, tokens["refresh_token"]), proof)
            assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
        fresh = await ask(door, browser, refresh(door, tokens["refresh_token"]), ME.proof("POST", url))
        assert (fresh.status_code, said(fresh.json()["access_token"])["cnf"]) == (200, {"jkt": ME.jkt})
        again = await ask(door, browser, refresh(door, fresh.json()["refresh_token"]), ME.proof("POST", url))
        assert again.json()["token_type"] == "DPoP"


async def test_a_refresh_token_is_bound_as_soon_as_a_key_is_shown(door: Door) -> None:
    url = f"{door.url}/oauth/token"
    async with door.browser() as browser:
        await door.sign_in(browser)
        loose = (await door.tokens(browser))["refresh_token"]
        bound = await ask(door, browser, refresh(door, loose), ME.proof("POST", url))
        assert bound.json()["token_type"] == "DPoP"
        bare = await ask(door, browser, refresh(door, bound.json()["refresh_token"]))
        assert bare.json()["error"] == "invalid_grant"


async def test_refresh_tokens_of_an_application_with_a_secret_are_not_bound(door: Door) -> None:
    url, who = f"{door.url}/oauth/token", basic(door.clients["web"], "web-secret")
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = (await door.code(browser, "web", redirect_uri="https://web.example/cb")).form()
        tokens = (await ask(door, browser, code, ME.proof("POST", url), **who)).json()
        assert tokens["token_type"] == "DPoP"
        other = HOLDERS["Ed25519"]
        moved = await ask(door, browser, refresh(door, tokens["refresh_token"], "web"), other.proof("POST", url), **who)
        assert said(moved.json()["access_token"])["cnf"] == {"jkt": other.jkt}
        bare = await ask(door, browser, refresh(door, moved.json()["refresh_token"], "web"), **who)
        assert bare.json()["token_type"] == "Bearer"


async def test_an_application_that_must_hold_a_key_gets_nothing_without(door: Door) -> None:
    url, uris = f"{door.url}/oauth/token", ["http://127.0.0.1/cb"]
    added, _ = await add(
        door.house, name="Kiosk", redirect_uris=uris, scopes=["openid"], confidential=False, require_dpop=True
    )
    door.clients["kiosk"] = added
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser, "kiosk", scope="openid")
        bare = await ask(door, browser, code.form())
        assert (bare.status_code, bare.json()["error"]) == (400, "invalid_dpop_proof")
        bound = await ask(door, browser, code.form(), ME.proof("POST", url))
        assert bound.json()["token_type"] == "DPoP"


async def test_a_partner_may_demand_it_of_its_own_application(door: Door) -> None:
    _, token = await invite(door.house, partner="P", scopes=["openid"], uses=1, days=1)
    said = {"client_name": "P", "redirect_uris": ["https://p.example/cb"], "dpop_bound_access_tokens": True}
    async with door.browser() as browser:
        answer = await browser.post("/oauth/register", json=said, headers={"Authorization": f"Bearer {token}"})
        told = answer.json()
        assert told["dpop_bound_access_tokens"] is True
        who = basic(told["client_id"], told["client_secret"])
        code = {"grant_type": "authorization_code", "code": "x"}
        assert (await ask(door, browser, code, **who)).json()["error"] == "invalid_dpop_proof"
        proof = ME.proof("POST", f"{door.url}/oauth/token")
        assert (await ask(door, browser, code, proof, **who)).json()["error"] == "invalid_grant"


async def test_scripts_of_other_origins_may_show_proofs_and_read_challenges(door: Door) -> None:
    asking = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    async with door.browser() as browser:
        for path in ("token", "userinfo"):
            allowed = (await browser.options(f"/oauth/{path}", headers=asking)).headers
            assert "DPoP" in allowed["access-control-allow-headers"]
            assert "WWW-Authenticate" in allowed["access-control-expose-headers"]


# -- others' clients --------------------------------------------------------------------------------------------------


@pytest.mark.node
async def test_openid_client_binds_its_tokens(door: Door, tmp_path: Path) -> None:
    alice = door.people["alice@example.com"]
    session = await begin_session(door.house.lanes.run, alice, door.house.clock(), amr=["pwd"])
    lines = await checks(
        "dpop.mjs",
        tmp_path,
        ISSUER=door.url,
        CLIENTS=json.dumps(door.clients),
        SESSION=session,
        SUBJECT=typed("usr", alice),
    )
    assert len(lines) == 22
