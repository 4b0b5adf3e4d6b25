"""A relying party as certification suites drive one: it asks, its person answers the pages, it redeems, it checks."""

import html
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.oauth.conftest import PASSWORD, Door

CALLBACK = "https://suite.example/cb"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass
class Party:
    """An application of the suite's own, and the browser of its person."""

    door: Door
    browser: httpx2.AsyncClient
    client_id: str
    secret: str
    by_post: bool = False
    logins: int = 0
    pages: list[str] = field(default_factory=list)

    # asking
    async def ask(self, method: str = "GET", **asked: str | None) -> httpx2.Response:
        """What the authorization endpoint answers, unseen by anybody."""
        question = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            **asked,
        }
        said = {name: value for name, value in question.items() if value is not None}
        if method == "POST":
            return await self.browser.post("/oauth/authorize", data=said)
        return await self.browser.get("/oauth/authorize", params=said)

    async def asked(self, method: str = "GET", **asked: str | None) -> dict[str, str]:
        """With what the application is called back, once its person has signed in and allowed everything."""
        answer = await self.ask(method, **asked)
        for _ in range(5):
            if answer.status_code == 200:
                self.pages.append(answer.text)
                said = {name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)}
                answer = await self.browser.post("/oauth/consent", data={**said, "decision": "allow"})
            place = answer.headers.get("location", "")
            if place.startswith(CALLBACK):
                return dict(parse_qsl(urlsplit(place).query))
            assert answer.status_code == 303, answer.text
            answer = await self._sign_in(place) if place.startswith("/login") else await self.browser.get(place)
        raise AssertionError(f"The application is not called back, but {answer.text}")

    async def _sign_in(self, place: str) -> httpx2.Response:
        page = await self.browser.get(place)
        self.logins, self.pages = self.logins + 1, [*self.pages, page.text]
        said = dict(HIDDEN.findall(page.text)[:1])
        return await self.browser.post(place, data={**said, "identifier": "alice@example.com", "password": PASSWORD})

    # redeeming
    async def post(self, endpoint: str, **form: str) -> httpx2.Response:
        """To an endpoint that the application proves itself to."""
        own = {"client_id": self.client_id, "client_secret": self.secret}
        auth = httpx2.BasicAuth(self.client_id, self.secret) if not self.by_post else httpx2.USE_CLIENT_DEFAULT
        return await self.browser.post(f"/oauth/{endpoint}", data=form | (own if self.by_post else {}), auth=auth)

    async def redeem(self, code: str, **form: str) -> httpx2.Response:
        return await self.post("token", grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **form)

    async def tokens(self, method: str = "GET", **asked: str | None) -> dict[str, Any]:
        """The whole way: the answer of the token endpoint, with the id token's claims, checked, as `claims`."""
        asked = {"state": secrets.token_urlsafe(8), "nonce": secrets.token_urlsafe(8), **asked}
        back = await self.asked(method, **asked)
        assert (back.get("state"), back["iss"]) == (asked["state"], self.door.url)
        answer = await self.redeem(back["code"])
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"].startswith("application/json")
        tokens: dict[str, Any] = answer.json()
        assert tokens["token_type"].lower() == "bearer"
        return {**tokens, "claims": await self.claims(tokens, asked["nonce"])}

    async def claims(self, tokens: dict[str, Any], nonce: str | None) -> dict[str, Any]:
        """What the id token says, checked as OpenID Connect Core 3.1.3.7 wants it."""
        keys = KeySet.import_key_set((await self.browser.get("/oauth/jwks.json")).json())
        read = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
        assert read.header["kid"] in {key.kid for key in keys}
        said = read.claims
        now = self.door.house.clock().timestamp()
        assert (said["iss"], said["aud"], said.get("nonce")) == (self.door.url, self.client_id, nonce)
        assert now - 60 < said["iat"] <= now < said["exp"] < now + 3600
        assert said["auth_time"] <= now
        assert 0 < len(said["sub"]) <= 255
        assert said["sub"].isascii()
        assert said["at_hash"] == create_half_hash(tokens["access_token"], "RS256").decode()
        return dict(said)

    async def userinfo(self, tokens: dict[str, Any]) -> dict[str, Any]:
        answer = await self.browser.get("/oauth/userinfo", headers=bearer(tokens))
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        assert said["sub"] == tokens["claims"]["sub"]
        return said

    async def opens(self, tokens: dict[str, Any]) -> bool:
        return (await self.browser.get("/oauth/userinfo", headers=bearer(tokens))).status_code == 200


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}
