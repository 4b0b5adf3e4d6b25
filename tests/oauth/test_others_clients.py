"""Clients that others wrote and certified find everything as the standards have it."""

import json
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import RSAKey

from api.oauth import store
from domain.accounts.models import AuthMethod
from domain.columns import typed
from tests.oauth.conftest import Door, form_token
from tests.oauth.others import checks


@pytest.mark.node
async def test_openid_client_and_oauth4webapi_pass_every_check(door: Door, tmp_path: Path) -> None:
    alice = door.people["alice@example.com"]
    session = await store.begin_session(door.house.lanes.run, alice, door.house.clock(), amr=["pwd"])
    bye = ["https://app.example/bye"]
    await door.house.lanes.run("UPDATE client SET post_logout_redirect_uris = $1", (bye,))
    lines = await checks(
        "relying_party.mjs",
        tmp_path,
        ISSUER=door.url,
        CLIENTS=json.dumps(door.clients),
        SESSION=session,
        SUBJECT=typed("usr", alice),
    )
    assert len(lines) == 29


async def test_the_client_of_authlib_gets_renews_shows_and_revokes_tokens(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It demands https unless it is told that this is only a test."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    token, graphql, verifier = f"{door.url}/oauth/token", f"{door.url}/graphql", "v" * 64
    how = {"client_id": door.clients["spa"], "token_endpoint_auth_method": "none", "code_challenge_method": "S256"}
    async with (
        door.browser() as browser,
        AsyncOAuth2Client(**how, redirect_uri="http://127.0.0.1/cb", scope="openid offline_access") as app,
    ):
        await door.sign_in(browser)
        url, state = app.create_authorization_url(f"{door.url}/oauth/authorize", code_verifier=verifier, nonce="n")
        page = await browser.get(url)
        asked = {**dict(parse_qsl(urlsplit(url).query)), "form_token": form_token(page.text), "decision": "allow"}
        back = (await browser.post("/oauth/consent", data=asked)).headers["location"]
        first = await app.fetch_token(token, authorization_response=back, code_verifier=verifier, state=state)
        assert first["token_type"] == "Bearer"
        assert (await app.get(graphql)).json()["id"] == str(door.people["alice@example.com"])
        second = await app.refresh_token(token, refresh_token=first["refresh_token"])
        assert second["refresh_token"] != first["refresh_token"]
        revoked = await app.revoke_token(f"{door.url}/oauth/revoke", token=second["refresh_token"])
        assert revoked.status_code == 200
        with pytest.raises(OAuthError, match="invalid_grant"):
            await app.refresh_token(token, refresh_token=second["refresh_token"])


async def test_the_client_of_authlib_proves_itself_by_a_secret_and_by_what_it_signs(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    key = RSAKey.generate_key(2048, {"kid": "app", "use": "sig", "alg": "RS256"}, private=True)
    public = {"keys": [key.as_dict(private=False)]}
    machine = {"grant_types": ["client_credentials"], "scopes": ["hours:read"]}
    await door.register("signs", auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks=public, **machine)
    token = f"{door.url}/oauth/token"
    claims = {"aud": door.url, "exp": int(time.time()) + 60}  # unasked, it signs for an hour and for the endpoint
    signing = PrivateKeyJWT(token, claims=claims, headers={"kid": "app"})
    async with (
        AsyncOAuth2Client(door.clients["service"], "service-secret") as by_secret,
        AsyncOAuth2Client(door.clients["signs"], key, token_endpoint_auth_method=signing) as by_key,
    ):
        for app in (by_secret, by_key):
            got = await app.fetch_token(token, grant_type="client_credentials", scope="hours:read")
            assert got["scope"] == "hours:read"
