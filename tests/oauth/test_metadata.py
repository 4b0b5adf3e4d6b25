"""What the server publishes about itself is in order, and is what it does."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata

from api.oauth.metadata import of_the_server
from api.settings import Settings
from tests.oauth.conftest import Door

QUESTION = {
    "response_type": "code",
    "redirect_uri": "http://127.0.0.1/cb",
    "scope": "openid",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}
ELSEWHERE = Settings(issuer="https://sanshe.example")


@pytest.mark.parametrize("standard", [OpenIDProviderMetadata, AuthorizationServerMetadata])
def test_authlib_finds_nothing_wrong_with_it(standard: type[AuthorizationServerMetadata]) -> None:
    said = standard(of_the_server(ELSEWHERE))
    said.validate()
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["authorization_response_iss_parameter_supported"] is True


async def test_both_addresses_say_the_same_and_are_open_to_every_script(door: Door) -> None:
    async with door.browser() as browser:
        oauth = await browser.get("/.well-known/oauth-authorization-server")
        oidc = await browser.get("/.well-known/openid-configuration")
    assert oauth.json() == oidc.json() == of_the_server(door.gate.settings)
    assert {answer.headers["access-control-allow-origin"] for answer in (oauth, oidc)} == {"*"}
    assert oidc.json()["issuer"] == door.url


async def test_every_address_in_it_leads_somewhere(door: Door) -> None:
    said = of_the_server(door.gate.settings)
    async with door.browser() as browser:
        for name in [name for name in said if name.endswith(("_endpoint", "jwks_uri"))]:
            assert said[name].startswith(door.url)
            assert (await browser.get(said[name])).status_code != 404, name


@pytest.mark.parametrize("path", ["", "/graphql"])
async def test_the_resource_names_this_server_and_the_server_names_the_resource(door: Door, path: str) -> None:
    async with door.browser() as browser:
        resource = (await browser.get(f"/.well-known/oauth-protected-resource{path}")).json()
        server = (await browser.get("/.well-known/oauth-authorization-server")).json()
    assert resource["resource"] == f"{door.url}/graphql"
    assert resource["authorization_servers"] == [server["issuer"]]
    assert server["protected_resources"] == [resource["resource"]]
    assert set(resource["scopes_supported"]) < set(server["scopes_supported"])


# -- what is not offered is ignored or refused as the standards have it -----------------------------------------------


@pytest.mark.parametrize(
    "extra",
    [
        {"acr_values": "urn:mace:incommon:iap:silver"},
        {"claims": '{"id_token": {"acr": {"essential": true, "values": ["1"]}, "email": null}}'},
        {"claims_locales": "zh-Hans en"},
        {"display": "touch"},
        {"ui_locales": "fr de zh-Hans"},
        {"login_hint": "alice@example.com"},
        {"entirely": "unknown"},
    ],
    ids=lambda extra: next(iter(extra)),
)
async def test_what_is_optional_or_unknown_changes_nothing(door: Door, extra: dict[str, str]) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser, scope="openid", **extra)
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "id_token"}


@pytest.mark.parametrize("signed_in", [False, True])
async def test_who_is_to_sign_up_sees_the_page_for_it_first_and_then_goes_on(door: Door, signed_in: bool) -> None:
    async with door.browser() as browser:
        if signed_in:
            await door.sign_in(browser)
        asked = {**QUESTION, "client_id": door.clients["spa"], "prompt": "create"}
        answer = await browser.get("/oauth/authorize", params=asked)
        place = urlsplit(answer.headers["location"])
        assert place.path == "/register"
        on = dict(parse_qsl(place.query))["next"]
        assert on.startswith("/oauth/authorize?")
        assert "create" not in on
        assert (await browser.get(answer.headers["location"])).status_code == 200


# -- RFC 8707 ---------------------------------------------------------------------------------------------------------


async def test_a_token_for_our_resource_may_be_asked_for_by_name(door: Door) -> None:
    ours = f"{door.url}/graphql"
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser, resource=ours)
        tokens = await browser.post("/oauth/token", data=code.form(resource=ours))
        assert (await door.graphql(browser, tokens.json()["access_token"])).status_code == 200


@pytest.mark.parametrize("other", ["https://elsewhere.example/", "{url}", "{url}/graphql/", "{url}/graphql#x", "x"])
async def test_another_resource_is_refused_by_name_wherever_it_is_asked_for(door: Door, other: str) -> None:
    other = other.format(url=door.url)
    async with door.browser() as browser:
        await door.sign_in(browser)
        asked = {**QUESTION, "client_id": door.clients["spa"], "state": "st", "resource": other}
        answer = await browser.get("/oauth/authorize", params=asked)
        said = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        assert (said["error"], said["state"], said["iss"]) == ("invalid_target", "st", door.url)
        code = await door.code(browser)
        refused = await browser.post("/oauth/token", data=code.form(resource=other))
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target")
        again = await browser.post("/oauth/token", data=code.form())
    assert again.status_code == 200, "a code that was shown for the wrong resource is not used up"


# -- whose token, shown how -------------------------------------------------------------------------------------------


async def test_userinfo_takes_a_token_in_a_header_or_in_a_form_and_nowhere_else(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        token = (await door.tokens(browser, scope="openid profile"))["access_token"]
        in_header = {"Authorization": f"Bearer {token}"}
        good = [
            await browser.get("/oauth/userinfo", headers=in_header),
            await browser.post("/oauth/userinfo", headers=in_header),
            await browser.post("/oauth/userinfo", headers=in_header, json={}),
            await browser.post("/oauth/userinfo", data={"access_token": token}),
        ]
        assert [answer.status_code for answer in good] == [200] * 4
        assert len({answer.text for answer in good}) == 1
        both = await browser.post("/oauth/userinfo", headers=in_header, data={"access_token": token})
        assert (both.status_code, both.headers["www-authenticate"]) == (400, 'Bearer error="invalid_request"')
        twice = await browser.post(
            "/oauth/userinfo",
            content=f"access_token={token}&access_token={token}",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert twice.status_code == 400
        for elsewhere in (
            await browser.get("/oauth/userinfo", params={"access_token": token}),
            await browser.post("/oauth/userinfo", params={"access_token": token}),
            await browser.post("/oauth/userinfo", json={"access_token": token}),
            await browser.post("/graphql", data={"access_token": token}),
        ):
            assert elsewhere.status_code == 401
