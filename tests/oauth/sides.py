"""`Side`: an authorization server that is asked what another is asked, and what was seen of its answer."""

import base64
import hashlib
import html
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.oauth.holding import Holder
from tests.oauth.party import HIDDEN

CALLBACK = "https://app.example/cb"
OTHER = "https://app.example/other"
SCOPE = "openid profile email offline_access"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Seen(NamedTuple):
    """What of an answer matters to an application."""

    status: str
    outcome: str
    """The error, or what was given."""
    challenge: str
    """The scheme of WWW-Authenticate and its error."""
    kept: str
    """Whether anybody on the way may keep it."""


@dataclass
class Side:
    """One of the two servers, what it publishes, and a browser in which Alice has signed in and agreed."""

    url: str
    clients: dict[str, str]
    browser: httpx2.AsyncClient
    stranger: httpx2.AsyncClient
    key: ECKey
    initial_token: str
    said: dict[str, Any] = field(default_factory=dict)

    # asking
    def question(self, **asked: str | None) -> dict[str, str]:
        query = {
            "client_id": self.clients["spa"],
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": SCOPE,
            "state": "s",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
            **asked,
        }
        return {name: value for name, value in query.items() if value is not None}

    async def authorize(self, **asked: str | None) -> httpx2.Response:
        return await self.browser.get(self.said["authorization_endpoint"], params=self.question(**asked))

    async def code(self, **asked: str | None) -> str:
        """A code, by way of whatever pages there are."""
        answer = await self.authorize(**{"prompt": "consent", **asked})
        for _ in range(6):
            place = answer.headers.get("location", "")
            if place.startswith(CALLBACK):
                return dict(parse_qsl(urlsplit(place).query))["code"]
            if answer.status_code == 200:
                said = {name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)}
                answer = await self.browser.post(f"{self.url}/oauth/consent", data={**said, "decision": "allow"})
            else:
                answer = await self.browser.get(place if place.startswith("http") else f"{self.url}{place}")
        raise AssertionError(answer.text)

    async def token(self, *, auth: str | None = None, headers: Any = None, **form: str | None) -> httpx2.Response:
        """Of the token endpoint; `auth`: the application that proves itself by its secret in a header."""
        return await self.post("token_endpoint", auth=auth, headers=headers, **form)

    async def post(
        self, endpoint: str, *, auth: str | None = None, headers: Any = None, **form: str | None
    ) -> httpx2.Response:
        said = {name: value for name, value in form.items() if value is not None}
        proof = httpx2.BasicAuth(self.clients[auth], f"{auth}-secret") if auth else httpx2.USE_CLIENT_DEFAULT
        return await self.stranger.post(self.said[endpoint], data=said, auth=proof, headers=headers)

    async def redeem(self, code: str, /, **other: Any) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.clients["spa"],
            "code": code,
            "code_verifier": VERIFIER,
            "redirect_uri": CALLBACK,
        }
        return await self.token(**{**form, **other})

    async def refresh(self, token: str, /, **other: Any) -> httpx2.Response:
        form = {"grant_type": "refresh_token", "client_id": self.clients["spa"], "refresh_token": token}
        return await self.token(**{**form, **other})

    async def tokens(self, **asked: str | None) -> Any:
        return (await self.redeem(await self.code(**asked))).json()

    async def machine(self, **form: str | None) -> httpx2.Response:
        return await self.token(
            **{"auth": "service", "grant_type": "client_credentials", "scope": "hours:read", **form}
        )

    def assertion(self, now: float, **other: Any) -> dict[str, str]:
        id = self.clients["signs"]
        said = {
            "iss": id,
            "sub": id,
            "aud": self.url,
            "iat": int(now),
            "exp": int(now) + 60,
            "jti": secrets.token_hex(8),
        }
        signed = jwt.encode({"alg": "ES256", "kid": self.key.kid}, {**said, **other}, self.key)
        return {"client_assertion_type": ASSERTION, "client_assertion": signed, "auth": None}  # type: ignore[dict-item]

    def proof(self, holder: Holder, **other: Any) -> dict[str, str]:
        return {"DPoP": holder.proof("POST", self.said["token_endpoint"], **other)}

    # seeing
    def seen(self, answer: httpx2.Response) -> Seen:
        outcome = self._outcome(answer)
        status = "" if outcome == "asks the person" else str(answer.status_code)
        kept = "no-store" if "no-store" in answer.headers.get("cache-control", "") else "may be kept"
        return Seen(status, outcome, challenged(answer), "" if outcome == "asks the person" else kept)

    def _outcome(self, answer: httpx2.Response) -> str:
        place = answer.headers.get("location")
        if place is not None and not place.startswith((self.url, "/")):
            back = dict(parse_qsl(urlsplit(place).query) or parse_qsl(urlsplit(place).fragment))
            assert back.get("iss") == self.url, place
            return f"calls back with {back.get('error', 'a code')}"
        if place is not None or HIDDEN.search(answer.text):
            return "asks the person"
        if "json" not in answer.headers.get("content-type", ""):
            return "page" if answer.text else ""
        said = answer.json()
        if "error" in said:
            return str(said["error"])
        for name, means in GIVEN.items():
            if name in said:
                return means.format(**{name: said[name]})
        return ", ".join(sorted(said))


GIVEN = {
    "token_type": "{token_type} token",
    "active": "active: {active}",
    "device_code": "a device code",
    "client_id_issued_at": "an application",
    "issuer": "metadata",
}
VERIFIER = "v" * 43


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def challenged(answer: httpx2.Response) -> str:
    text = answer.headers.get("www-authenticate", "")
    error = re.search(r'error="([^"]+)"', text)
    return " ".join([text.partition(" ")[0], *([error[1]] if error else [])])
