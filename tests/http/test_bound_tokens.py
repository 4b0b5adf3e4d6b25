"""Tokens that are bound to a key, where GraphQL is asked: over HTTP, as event streams, on a WebSocket (RFC 9449)."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jwt

from api.context import Gate
from api.http import live
from api.oauth.dpop import Proof
from api.oauth.keys import ACCESS_TOKENS, Keys
from domain.columns import utc_now
from tests.http.conftest import Place
from tests.http.tools import SIGNUP_CHANGED, events, frames, soon
from tests.oauth.holding import Holder

HELLO = "{ __typename }"
ME = Holder()


async def bound(place: Place) -> str:
    """The social worker's token, bound to the key."""
    token = (await place.bearer())["Authorization"].split()[1]
    said = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    key = (await Keys(place.house, place.settings).ring()).active[ACCESS_TOKENS]
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, said | {"cnf": {"jkt": ME.jkt}}, key)


def url(place: Place) -> str:
    return f"{place.settings.issuer}/graphql"


async def test_each_request_wants_a_proof_of_its_own(place: Place, client: httpx2.AsyncClient) -> None:
    token = await bound(place)
    shown = ME.shows("POST", url(place), token)
    opened = await client.post("/graphql", json={"query": HELLO}, headers=shown)
    assert opened.json()["data"] == {"__typename": "Query"}
    got = await client.get("/graphql", params={"query": HELLO}, headers=ME.shows("GET", url(place), token))
    assert got.status_code == 200
    for wrong in (ME.shows("GET", url(place), token), {"Authorization": f"Bearer {token}"}):
        refused = await client.post("/graphql", json={"query": HELLO}, headers=wrong)
        assert refused.status_code == 401
        assert "DPoP resource_metadata=" in refused.headers["www-authenticate"]


async def test_scripts_of_other_origins_may_send_proofs(client: httpx2.AsyncClient) -> None:
    asking = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    allowed = await client.options("/graphql", headers=asking)
    assert "DPoP" in allowed.headers["access-control-allow-headers"].split(", ")


async def test_a_stream_wants_one_proof_and_outlives_it(place: Place, client: httpx2.AsyncClient) -> None:
    shift, token = await place.shift(), await bound(place)
    client.headers.update(ME.shows("POST", url(place), token))
    async with events(client, SIGNUP_CHANGED, shift=shift) as stream:
        await asyncio.sleep(0.5)
        for _ in range(2):
            await place.signs_up(shift)
            name, result = await soon(anext(stream))
            assert (name, result["data"]["signupChanged"]["state"]) == ("next", "CONFIRMED")


@pytest.mark.parametrize("where", ["greeting", "handshake"])
async def test_a_websocket_wants_one_proof_for_its_handshake(place: Place, where: str) -> None:
    token = await bound(place)
    shown = ME.shows("GET", url(place), token)
    greeting, handshake = (shown, {}) if where == "greeting" else ({}, shown)
    async with frames(place.server.url, **handshake) as client:
        await client.init(greeting)
        for name in ("1", "2"):
            await client.subscribe(name, HELLO)
            assert (await client.hear())["payload"]["data"] == {"__typename": "Query"}
            assert (await client.hear())["type"] == "complete"


async def test_a_websocket_without_a_right_proof_is_hung_up(place: Place) -> None:
    token = await bound(place)
    wrong: list[dict[str, Any]] = [
        {"Authorization": f"DPoP {token}"},
        {"Authorization": f"Bearer {token}"},
        {"Authorization": f"DPoP {token}", "DPoP": 7},
        ME.shows("POST", url(place), token),
        ME.shows("GET", url(place).replace("http", "ws"), token),
        Holder().shows("GET", url(place), token),
    ]
    for greeting in wrong:
        async with frames(place.server.url) as client:
            await client.say({"type": "connection_init", "payload": greeting})
            assert await client.closed() == 4403


async def test_a_long_connection_is_not_asked_for_its_proof_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, gate = await bound(place), Gate(place.house, place.settings)
    proof = Proof([ME.proof("GET", url(place), token)], "GET", "/graphql")
    bearer = await live.Bearer.admit(gate, f"DPoP {token}".encode(), b"", proof)
    for minutes, here in ((5, True), (11, False)):
        monkeypatch.setattr(place.house, "clock", lambda passed=minutes: utc_now() + timedelta(minutes=passed))
        assert await bearer.is_here() is here
