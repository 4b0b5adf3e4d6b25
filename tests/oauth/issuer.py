"""An issuer elsewhere, as small as can be: tests let it sign what they like and behave as they like.

async with elsewhere(house) as issuer:
    token = await issuer.token_for(person_id, roles={"street officer": ["str_…"]}, scopes=["hours:read"])
"""

import asyncio
import base64
import hashlib
import secrets
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from api.oauth.clients import OPERATOR, called
from api.oauth.scopes import ROOMS
from domain.access import Actor
from domain.accounts.issuers import Profile, amend_issuer, distrust_issuer, link_subject, trust_issuer
from domain.house import House

AUDIENCE = "https://sanshe.example/graphql"
CLIENT_ID, CLIENT_SECRET = "sanshe at the portal", "a secret: with / and %"
WORD = "who"
"""The claim in which this issuer says what somebody is there."""


def profile(**other: Any) -> Profile:
    """One that believes much, with what is different."""
    said: dict[str, Any] = {
        "name": called("City portal", "市民门户"),
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "encrypted": False,
        "audience": AUDIENCE,
        "token_types": ["at+jwt"],
        "client_claim": "client_id",
        "scope_claim": "scope",
        "scopes": [*ROOMS],
        "role_claim": f"/{WORD}",
        "roles": {},
    }
    return {**said, **other}  # type: ignore[typeddict-item]


def rsa(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True)


class Issuer:
    """What it signs, and how its server behaves: every attribute may be changed by a test."""

    def __init__(self, house: House, url: str) -> None:
        self.house, self.url = house, url
        self.id: UUID | None = None
        self.profile = profile()
        self.keys = [rsa("first")]
        self.metadata: dict[str, Any] = {
            "issuer": url,
            "jwks_uri": f"{url}/jwks",
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "authorization_response_iss_parameter_supported": True,
        }
        self.jwks: Any = None
        """What to publish instead of its keys."""
        self.answer: Response | None = None
        """What to answer to everything."""
        self.seconds = 0.0
        """How long it thinks about everything."""
        self.asked: Counter[str] = Counter()
        self.subject = "citizen-1"
        """Who signs in there."""
        self.says: dict[str, Any] = {}
        """What its id tokens say besides or instead."""
        self.comes_back: dict[str, str | None] = {}
        """What the browser brings back besides or instead."""
        self.waiting: dict[str, dict[str, str]] = {}

    # what it signs
    def signed(self, header: Mapping[str, Any], claims: Mapping[str, Any], key: RSAKey | None = None) -> str:
        key = key or self.keys[-1]
        head = {"alg": "RS256", "kid": key.kid, **header}
        said = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(said, dict(claims), key, algorithms=[said["alg"]], default_type=None)

    def claims(self, subject: str, scopes: Iterable[str] = (*ROOMS,), **other: Any) -> dict[str, Any]:
        now = int(self.house.clock().timestamp())
        said = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject,
            "client_id": "portal-app",
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + 300,
            "jti": secrets.token_hex(8),
            **other,
        }
        return {name: value for name, value in said.items() if value is not None}

    def token(self, subject: str, scopes: Iterable[str] = (*ROOMS,), **other: Any) -> str:
        """An access token by RFC 9068. `other`: claims besides or instead; None leaves one out."""
        return self.signed({"typ": "at+jwt"}, self.claims(subject, scopes, **other))

    # how it is known here
    async def trust(self, **other: Any) -> UUID:
        """Let the house believe it within a profile."""
        self.profile = profile(**other)
        done = await self.house.do(OPERATOR, trust_issuer, url=self.url, profile=self.profile)
        assert done.row
        self.id = done.row.id
        return done.row.id

    async def amend(self, **other: Any) -> None:
        self.profile = {**self.profile, **other}  # type: ignore[typeddict-item]
        await self.house.do(OPERATOR, amend_issuer, issuer_id=self.id, profile=self.profile)

    async def distrust(self) -> None:
        await self.house.do(OPERATOR, distrust_issuer, issuer_id=self.id)

    async def link(self, person: UUID, subject: str | None = None) -> UUID:
        """Let a person say that this subject is theirs; the one named after them, if none is given."""
        subject = subject or f"subject of {person}"
        done = await self.house.do(
            Actor(person), link_subject, issuer_id=self.id, subject=subject, called="Alice at the portal"
        )
        assert done.row
        return done.row.id

    async def token_for(
        self, person: UUID, roles: Mapping[str, Iterable[str]] | None = None, scopes: Iterable[str] = (*ROOMS,)
    ) -> str:
        """A token that speaks for a person here, in these roles besides their own, each with typed ids of places.

        Links the person and widens the profile where that is needed.
        """
        words = {f"{role} at {' '.join(places)}": {role: [*places]} for role, places in (roles or {}).items()}
        if not words.keys() <= self.profile["roles"].keys():
            await self.amend(roles={**self.profile["roles"], **words})
        linked = "SELECT 1 FROM linked_subject WHERE issuer_id = $1 AND person_id = $2 AND unlinked_at IS NULL"
        if not await self.house.lanes.run(linked, (self.id, person)):
            await self.link(person)
        return self.token(f"subject of {person}", scopes, **{WORD: [*words]})

    # its server
    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/jwks", self._jwks),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/{elsewhere:path}", lambda _: JSONResponse({})),
        ]

    async def _heard(self, what: str) -> Response | None:
        self.asked[what] += 1
        await asyncio.sleep(self.seconds)
        return self.answer

    async def _discovery(self, _request: Request) -> Response:
        return await self._heard("discovery") or JSONResponse(self.metadata)

    async def _jwks(self, _request: Request) -> Response:
        keys = {"keys": [key.as_dict(private=False) for key in self.keys]}
        return await self._heard("jwks") or JSONResponse(keys if self.jwks is None else self.jwks)

    async def _authorize(self, request: Request) -> Response:
        """Whoever comes is `subject` and agrees."""
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(16)
        self.waiting[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url, **self.comes_back}
        query = urlencode({name: value for name, value in back.items() if value is not None})
        return await self._heard("authorize") or RedirectResponse(f"{asked['redirect_uri']}?{query}", 303)

    async def _token(self, request: Request) -> Response:
        if answer := await self._heard("token"):
            return answer
        form = dict(await request.form())
        asked = self.waiting.pop(str(form["code"]))
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        assert base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        now = int(self.house.clock().timestamp())
        said = {
            "iss": self.url,
            "sub": self.subject,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "name": "Alice at the portal",
            **self.says,
        }
        claims = {name: value for name, value in said.items() if value is not None}
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": self.signed({}, claims)})


@asynccontextmanager
async def elsewhere(house: House, *, trusted: bool = True) -> AsyncIterator[Issuer]:
    """Such an issuer on a port of this machine, trusted by the house or not yet."""
    listening = socket.create_server(("127.0.0.1", 0))
    issuer = Issuer(house, f"http://127.0.0.1:{listening.getsockname()[1]}")
    app = Starlette(routes=issuer.routes())
    config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    begun = time.monotonic()
    while not server.started:
        assert time.monotonic() - begun < 30
        await asyncio.sleep(0.01)
    try:
        if trusted:
            await issuer.trust()
        yield issuer
    finally:
        server.should_exit = True
        await serving
