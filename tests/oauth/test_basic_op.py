"""The modules of the OpenID Foundation's plans for certification, Basic OP and Config OP, each by its name.

The suite itself needs Java, MongoDB and a public address. Where its plan lets a module be skipped, because something
optional is not offered, the case shows that it is neither published nor overlooked.
"""

import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import KeySet

from api.oauth.metadata import of_the_server
from api.oauth.scopes import CATALOGUE, IDENTITY
from domain.accounts.models import AuthMethod
from domain.columns import untyped
from tests.oauth.conftest import BY_CODE, Door, until
from tests.oauth.party import CALLBACK, Party, bearer

Module = Callable[[Party], Awaitable[None]]

MODULES: dict[str, Module] = {}
WITHOUT_PKCE = "UPDATE client SET require_pkce = false WHERE id = $1"
VERIFIED = "UPDATE person SET phone = '+8613800138000', phone_verified_at = now() WHERE email = 'alice@example.com'"


@pytest.fixture(scope="module")
async def suite(shared_door: Door) -> Door:
    """The suite's applications: for it alone PKCE may be left out, as its plan does."""
    proofs = {"suite": AuthMethod.BASIC, "suite-post": AuthMethod.POST, "suite-other": AuthMethod.BASIC}
    for name, proof in proofs.items():
        how: dict[str, Any] = {"auth_method": proof, "secret": f"{name}-secret", "scopes": [*CATALOGUE]}
        id = await shared_door.register(name, redirect_uris=[CALLBACK], grant_types=BY_CODE, **how)
        await shared_door.house.lanes.run(WITHOUT_PKCE, (untyped("cli", id),))
    await shared_door.house.lanes.run(VERIFIED)
    return shared_door


@pytest.fixture
async def party(suite: Door, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Party]:
    """A browser that nobody has used, an account that allowed nothing yet, and a clock that comes back."""
    monkeypatch.setattr(suite.house, "clock", suite.house.clock)
    await suite.house.lanes.run("DELETE FROM consent")
    await suite.house.lanes.run("DELETE FROM failed_tries")
    async with suite.browser() as browser:
        yield Party(suite, browser, suite.clients["suite"], "suite-secret")


def module(name: str) -> Callable[[Module], Module]:
    def keep(does: Module) -> Module:
        MODULES[name] = does
        return does

    return keep


def move_on(party: Party, seconds: float) -> None:
    now = party.door.house.clock
    party.door.house.clock = lambda: now() + timedelta(seconds=seconds)


def other(party: Party, name: str) -> Party:
    """Another application of the suite, in the same browser."""
    return Party(party.door, party.browser, party.door.clients[name], f"{name}-secret", by_post=name == "suite-post")


# -- what is answered -------------------------------------------------------------------------------------------------


@module("oidcc-server")
async def the_code_flow(party: Party) -> None:
    tokens = await party.tokens(scope="openid profile email")
    await party.userinfo(tokens)
    assert len(tokens["access_token"]) > 32


@module("oidcc-response-type-missing")
async def response_type_missing(party: Party) -> None:
    back = await party.asked(response_type=None)
    assert back["error"] in {"invalid_request", "unsupported_response_type"}
    assert "code" not in back


@module("oidcc-idtoken-signature")
async def id_token_signature(party: Party) -> None:
    tokens = await party.tokens()
    keys = KeySet.import_key_set((await party.browser.get("/oauth/jwks.json")).json())
    head = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).header
    assert [key.kid for key in keys].count(head["kid"]) == 1


@module("oidcc-idtoken-unsigned")
async def id_token_unsigned(party: Party) -> None:
    """Skipped by the suite, as `none` is not among the algorithms: there is no way to ask for it either."""
    assert of_the_server(party.door.gate.settings)["id_token_signing_alg_values_supported"] == ["RS256"]
    tokens = await party.tokens(id_token_signed_response_alg="none")
    assert tokens["id_token"].count(".") == 2
    assert tokens["id_token"].rpartition(".")[2]


@module("oidcc-userinfo-get")
async def userinfo_get(party: Party) -> None:
    assert set(await party.userinfo(await party.tokens(scope="openid profile"))) >= {"sub", "name"}


@module("oidcc-userinfo-post-header")
async def userinfo_post_header(party: Party) -> None:
    tokens = await party.tokens()
    answer = await party.browser.post("/oauth/userinfo", headers=bearer(tokens))
    assert (answer.status_code, answer.json()["sub"]) == (200, tokens["claims"]["sub"])


@module("oidcc-userinfo-post-body")
async def userinfo_post_body(party: Party) -> None:
    tokens = await party.tokens()
    answer = await party.browser.post("/oauth/userinfo", data={"access_token": tokens["access_token"]})
    assert (answer.status_code, answer.json()["sub"]) == (200, tokens["claims"]["sub"])


@module("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")
async def without_nonce(party: Party) -> None:
    assert "nonce" not in (await party.tokens(nonce=None))["claims"]


# -- scopes -----------------------------------------------------------------------------------------------------------

PROFILE = {"name", "nickname", "locale"}
EMAIL = {"email", "email_verified"}
PHONE = {"phone_number", "phone_number_verified"}


async def opens(party: Party, scope: str, claims: set[str]) -> None:
    """The scope opens these claims, of the right types, and nothing else."""
    tokens = await party.tokens(scope=scope)
    said = await party.userinfo(tokens)
    assert set(said) == {"sub", *claims}
    for name, value in said.items():
        assert isinstance(value, bool) if name.endswith("_verified") else value


@module("oidcc-scope-profile")
async def scope_profile(party: Party) -> None:
    await opens(party, "openid profile", PROFILE)


@module("oidcc-scope-email")
async def scope_email(party: Party) -> None:
    await opens(party, "openid email", EMAIL)


@module("oidcc-scope-address")
async def scope_address(party: Party) -> None:
    """Skipped by the suite, as it is not among the scopes: it is refused by name."""
    assert "address" not in of_the_server(party.door.gate.settings)["scopes_supported"]
    assert (await party.asked(scope="openid address"))["error"] == "invalid_scope"


@module("oidcc-scope-phone")
async def scope_phone(party: Party) -> None:
    await opens(party, "openid phone", PHONE)


@module("oidcc-scope-all")
async def scope_all(party: Party) -> None:
    await opens(party, "openid profile email phone", PROFILE | EMAIL | PHONE)


@module("oidcc-ensure-other-scope-order-succeeds")
async def other_scope_order(party: Party) -> None:
    await opens(party, "email openid", EMAIL)


# -- whom it asks, and how --------------------------------------------------------------------------------------------


@module("oidcc-display-page")
async def display_page(party: Party) -> None:
    await party.tokens(display="page")


@module("oidcc-display-popup")
async def display_popup(party: Party) -> None:
    await party.tokens(display="popup")


@module("oidcc-prompt-login")
async def prompt_login(party: Party) -> None:
    first = await party.tokens()
    move_on(party, 2)
    second = await party.tokens(prompt="login")
    assert party.logins == 2
    assert second["claims"]["auth_time"] > first["claims"]["auth_time"]
    assert second["claims"]["sub"] == first["claims"]["sub"]


@module("oidcc-prompt-none-not-logged-in")
async def prompt_none_not_logged_in(party: Party) -> None:
    assert (await party.asked(prompt="none"))["error"] == "login_required"
    assert party.pages == []


@module("oidcc-prompt-none-logged-in")
async def prompt_none_logged_in(party: Party) -> None:
    first = await party.tokens()
    seen = len(party.pages)
    second = await party.tokens(prompt="none")
    assert len(party.pages) == seen
    assert [second["claims"][name] for name in ("sub", "auth_time")] == [
        first["claims"][name] for name in ("sub", "auth_time")
    ]


@module("oidcc-max-age-1")
async def max_age_1(party: Party) -> None:
    first = await party.tokens()
    move_on(party, 2)
    second = await party.tokens(max_age="1")
    assert party.logins == 2
    assert second["claims"]["auth_time"] > first["claims"]["auth_time"]


@module("oidcc-max-age-10000")
async def max_age_10000(party: Party) -> None:
    first = await party.tokens()
    move_on(party, 2)
    second = await party.tokens(max_age="10000")
    assert party.logins == 1
    assert second["claims"]["auth_time"] == first["claims"]["auth_time"]


@module("oidcc-ensure-request-with-unknown-parameter-succeeds")
async def unknown_parameter(party: Party) -> None:
    await party.tokens(extra="foobar")


@module("oidcc-id-token-hint")
async def id_token_hint(party: Party) -> None:
    first = await party.tokens()
    second = await party.tokens(prompt="none", id_token_hint=first["id_token"])
    assert second["claims"]["sub"] == first["claims"]["sub"]


@module("oidcc-login-hint")
async def login_hint(party: Party) -> None:
    await party.tokens(login_hint="alice@example.com")


@module("oidcc-ui-locales")
async def ui_locales(party: Party) -> None:
    await party.tokens(ui_locales="se en zh-Hans")
    assert all('<html lang="en">' in page for page in party.pages)


@module("oidcc-claims-locales")
async def claims_locales(party: Party) -> None:
    await party.tokens(claims_locales="se en zh-Hans")


@module("oidcc-ensure-request-with-acr-values-succeeds")
async def acr_values(party: Party) -> None:
    """Which class it was may be left unsaid; the suite warns of it."""
    assert "acr" not in (await party.tokens(acr_values="1 2"))["claims"]


# -- what is refused --------------------------------------------------------------------------------------------------


async def reused(party: Party, after: float) -> None:
    code = (await party.asked(scope="openid"))["code"]
    tokens = (await party.redeem(code)).json()
    assert await party.opens(tokens)
    move_on(party, after)
    again = await party.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")

    async def ended() -> bool:
        return not await party.opens(tokens)

    await until(ended)


@module("oidcc-codereuse")
async def code_reuse(party: Party) -> None:
    await reused(party, after=0)


@module("oidcc-codereuse-30seconds")
async def code_reuse_after_30_seconds(party: Party) -> None:
    await reused(party, after=30)


@module("oidcc-ensure-registered-redirect-uri")
async def registered_redirect_uri(party: Party) -> None:
    answer = await party.ask(redirect_uri="https://suite.example/elsewhere")
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert "redirect_uri" in answer.text


@module("oidcc-ensure-post-request-succeeds")
async def post_request(party: Party) -> None:
    await party.tokens("POST")


@module("oidcc-server-client-secret-post")
async def client_secret_post(party: Party) -> None:
    await the_code_flow(other(party, "suite-post"))


@module("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported")
async def request_uri(party: Party) -> None:
    assert of_the_server(party.door.gate.settings)["request_uri_parameter_supported"] is False
    back = await party.asked(request_uri="https://suite.example/request.jwt#x")
    assert back["error"] == "request_uri_not_supported"


@module("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")
async def request_object(party: Party) -> None:
    assert of_the_server(party.door.gate.settings)["request_parameter_supported"] is False
    assert (await party.asked(request=REQUEST_OBJECT))["error"] == "request_not_supported"


@module("oidcc-claims-essential")
async def claims_essential(party: Party) -> None:
    """Skipped by the suite, as the parameter is not offered: it opens nothing that the scopes do not."""
    assert of_the_server(party.door.gate.settings)["claims_parameter_supported"] is False
    tokens = await party.tokens(claims='{"userinfo": {"name": {"essential": true}}}')
    assert set(await party.userinfo(tokens)) == {"sub"}


@module("oidcc-ensure-request-object-with-redirect-uri")
async def request_object_with_redirect_uri(party: Party) -> None:
    """Skipped by the suite, as request objects are refused: what stands in one sends nobody anywhere."""
    answer = await party.ask(request=REQUEST_OBJECT, redirect_uri="https://suite.example/elsewhere")
    assert (answer.status_code, "location" in answer.headers) == (400, False)


@module("oidcc-refresh-token")
async def refresh_token(party: Party) -> None:
    first = await party.tokens(scope="openid offline_access", prompt="consent")
    move_on(party, 2)
    answer = await party.post("token", grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert answer.status_code == 200, answer.text
    second = answer.json()
    claims = await party.claims(second, nonce=None)
    for name in ("iss", "sub", "aud", "auth_time"):
        assert claims[name] == first["claims"][name]
    assert claims["iat"] > first["claims"]["iat"]
    assert second["access_token"] != first["access_token"]
    await party.userinfo({**second, "claims": claims})
    theirs = await other(party, "suite-other").tokens(scope="openid offline_access", prompt="consent")
    stolen = await party.post("token", grant_type="refresh_token", refresh_token=theirs["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")


@module("oidcc-ensure-request-with-valid-pkce-succeeds")
async def valid_pkce(party: Party) -> None:
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    good = await party.redeem((await party.asked(**asked))["code"], code_verifier=verifier)
    bad = await party.redeem((await party.asked(**asked))["code"], code_verifier="w" * 43)
    assert (good.status_code, bad.status_code) == (200, 400)


REQUEST_OBJECT = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL3N1aXRlLmV4YW1wbGUvY2IifQ."
"""{"redirect_uri": "https://suite.example/cb"}, unsigned."""


@pytest.mark.parametrize("name", MODULES)
async def test_basic_op(party: Party, name: str) -> None:
    await MODULES[name](party)


def test_the_plan_is_whole() -> None:
    assert len(MODULES) == 38


# -- the plan for configurations --------------------------------------------------------------------------------------


async def test_oidcc_discovery_endpoint_verification(suite: Door) -> None:
    async with suite.browser() as browser:
        answer = await browser.get("/.well-known/openid-configuration")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        said = answer.json()
        OpenIDProviderMetadata(said).validate()
        keys = (await browser.get(said["jwks_uri"])).json()["keys"]
    assert said["issuer"] == suite.url
    assert said["response_types_supported"] == ["code"]
    assert "authorization_code" in said["grant_types_supported"]
    assert said["subject_types_supported"] == ["public"]
    assert "RS256" in said["id_token_signing_alg_values_supported"]
    assert {"openid", *IDENTITY} <= set(said["scopes_supported"])
    assert "sub" in said["claims_supported"]
    assert isinstance(said["code_challenge_methods_supported"], list)
    for scope in said["scopes_supported"]:  # RFC 6749, 3.3
        assert all(" " < char <= "~" and char not in '"\\' for char in scope)
    for name in [name for name in said if name.endswith(("_endpoint", "_uri"))]:
        at = urlsplit(said[name])
        assert (f"{at.scheme}://{at.netloc}", at.fragment, parse_qsl(at.query)) == (suite.url, "", [])
    assert all(key["use"] == "sig" and key["kid"] for key in keys)
    assert {(key["kty"], key["alg"]) for key in keys} == {("RSA", "RS256"), ("EC", "ES256")}
    assert not any(key.keys() & {"d", "p", "q"} for key in keys)
    assert not any({"d", "p", "q", "dp", "dq", "qi", "k"} & set(key) for key in keys)
    assert len({key["kid"] for key in keys}) == len(keys)
