"""What the server publishes about itself is in order, and is what it does."""

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata

from api.oauth.metadata import of_the_server
from api.settings import Settings
from tests.oauth.conftest import Door

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
