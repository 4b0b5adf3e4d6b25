"""`door`: the authorization server on a real port, with people and applications; GraphQL is a stand-in."""

import asyncio
import base64
import hashlib
import re
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.calendars import feed
from api.context import Gate, Unauthorized
from api.oauth.clients import OPERATOR, called
from api.oauth.dpop import Proof
from api.oauth.keys import MAKE, generated
from api.oauth.routes import routes
from api.settings import Settings
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.clients import register_client
from domain.accounts.credentials import Algorithm, KeyState, fingerprint
from domain.accounts.models import AuthMethod
from domain.accounts.passwords import hashed
from domain.columns import typed
from domain.house import House
from domain.postgres import Lanes
from tests.conftest import town

PASSWORD = "芝麻开门 sesame 1"
BY_CODE = ["authorization_code", "refresh_token"]
SCOPES = ["openid", "profile", "email", "offline_access", "accounts:read", "accounts:write", "hours:read"]
ALL = " ".join(SCOPES)


@dataclass
class Door:
    """The server, and how to come in."""

    url: str
    house: House
    gate: Gate
    clients: dict[str, str] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    password_hash: str = ""

    async def register(self, name: str, **options: Any) -> str:
        secret = options.pop("secret", None)
        done = await self.house.do(
            OPERATOR,
            register_client,
            name=called(name, f"应用{name}"),
            **{
                "redirect_uris": [],
                "scopes": SCOPES,
                "grant_types": BY_CODE,
                "secret": fingerprint(secret) if secret else None,
                **options,
            },
        )
        assert done.row
        self.clients[name] = typed("cli", done.row.id)
        return self.clients[name]

    async def person(self, name: str, email: str) -> UUID:
        self.password_hash = self.password_hash or await hashed(PASSWORD)
        done = await self.house.do(
            Actor(), commands.register_person, name=name, email=email, password=self.password_hash
        )
        assert done.row
        self.people[email] = done.row.id
        return done.row.id

    async def letters(self, address: str) -> list[dict[str, Any]]:
        """The letters to this address, the latest first."""
        sql = "SELECT * FROM letter WHERE address = $1 ORDER BY written_at DESC, id DESC"
        return [dict(letter) for letter in await self.house.lanes.run(sql, (address,))]

    async def send(self, browser: httpx2.AsyncClient, page: str, **form: str) -> httpx2.Response:
        """Fill in the form of a page and send it."""
        shown = await browser.get(page)
        return await browser.post(page, data={**form, "form_token": form_token(shown.text)})

    def browser(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(base_url=self.url, timeout=30)

    async def sign_in(self, browser: httpx2.AsyncClient, email: str = "alice@example.com", **query: str) -> Any:
        page = await browser.get("/login", params=query)
        form = {"identifier": email, "password": PASSWORD, "form_token": form_token(page.text)}
        return await browser.post("/login", params=query, data=form)

    async def code(self, browser: httpx2.AsyncClient, client: str = "spa", **asked: str) -> "Code":
        """A code by way of consent, for a person who is signed in in this browser."""
        verifier = secrets.token_urlsafe(48)
        redirect_uri = asked.pop("redirect_uri", "http://127.0.0.1/cb")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "client_id": self.clients[client],
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": ALL,
            "state": "s",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **asked,
        }
        answer = await browser.get("/oauth/authorize", params=query)
        if answer.status_code == 200:
            form = {**query, "form_token": form_token(answer.text), "decision": "allow"}
            answer = await browser.post("/oauth/consent", data=form)
        assert answer.status_code == 303, answer.text
        came = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        return Code(came["code"], verifier, redirect_uri, self.clients[client])

    async def tokens(self, browser: httpx2.AsyncClient, client: str = "spa", **asked: str) -> dict[str, Any]:
        code = await self.code(browser, client, **asked)
        answer = await browser.post("/oauth/token", data=code.form())
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    async def graphql(self, browser: httpx2.AsyncClient, token: str) -> Any:
        return await browser.get("/graphql", headers={"Authorization": f"Bearer {token}"})


@dataclass
class Code:
    code: str
    verifier: str
    redirect_uri: str
    client_id: str

    def form(self, **other: str) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": self.code,
            "code_verifier": self.verifier,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            **other,
        }


async def until(true: Callable[[], Awaitable[object]]) -> None:
    """Wait for what PostgreSQL tells: about a millisecond, and on a busy machine as long as it takes."""
    end = time.monotonic() + 30
    while not await true():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


@pytest.fixture(scope="session")
def signing_keys() -> list[list[Any]]:
    """Made once: a test's server finds them as one that starts again does."""
    made = []
    for algorithm in Algorithm:
        for state in (KeyState.ACTIVE, KeyState.NEXT):
            key = generated(algorithm, f"{algorithm} {state}")
            public, private = dict(key.as_dict(private=False)), key.as_pem(private=True).decode()
            made.append([key.kid, algorithm, state, public, private, False])
    return made


@asynccontextmanager
async def opened(database: str, signing_keys: list[list[Any]], host: str = "127.0.0.1") -> AsyncIterator[Door]:
    """Alice and Bob have accounts; spa, web, post, service and resource are applications."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://{host}:{listening.getsockname()[1]}"
    house = await House(await Lanes(database, size=6).open()).open()
    gate = Gate(house, Settings(issuer=url))
    for row in signing_keys:
        await house.lanes.run(MAKE, [*row, house.clock()])

    async def graphql(request: Request) -> Response:
        authorization = request.headers.get("authorization")
        try:
            header = authorization.encode("latin-1") if authorization else None
            actor = await gate.actor(header, proof=Proof.of(request.scope))
        except Unauthorized as wrong:
            return Response(status_code=401, headers={"WWW-Authenticate": wrong.www_authenticate})
        return JSONResponse({"id": str(actor.id), "roles": sorted(actor.roles)})

    app = Starlette(
        routes=[*routes(gate), *feed.routes(house, gate.settings), Route("/graphql", graphql, methods=["GET", "POST"])]
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    watching = asyncio.create_task(gate.watchman.watch())
    door = Door(url, house, gate)
    await door.person("Alice 爱丽丝", "alice@example.com")
    await door.person("Bob", "bob@example.com")
    addresses = ["http://127.0.0.1/cb", "https://app.example/cb", "http://localhost/cb", "http://127.0.0.1:7000/own"]
    await door.register("spa", redirect_uris=addresses)
    basic, post = AuthMethod.BASIC, AuthMethod.POST
    await door.register("web", redirect_uris=["https://web.example/cb"], auth_method=basic, secret="web-secret")
    await door.register("post", redirect_uris=["https://post.example/cb"], auth_method=post, secret="post-secret")
    service = {"grant_types": ["client_credentials"], "scopes": ["hours:read"], "auth_method": basic}
    await door.register("service", secret="service-secret", roles={"auditor": []}, **service)
    await door.register("resource", grant_types=[], auth_method=basic, secret="resource-secret", may_introspect=True)
    while not server.started:  # noqa: ASYNC110 uvicorn offers no event
        await asyncio.sleep(0.01)
    yield door
    server.should_exit = True
    watching.cancel()
    await serving
    await house.lanes.close()


@pytest.fixture
async def door(database: str, signing_keys: list[list[Any]]) -> AsyncIterator[Door]:
    """A door of the test's own."""
    async with opened(database, signing_keys) as door:
        yield door


@pytest.fixture(scope="module")
async def shared_door(template: str, signing_keys: list[list[Any]]) -> AsyncIterator[Door]:
    """One door for the tests of a module that leave each other's people and applications alone."""
    async with town(template) as database, opened(database, signing_keys) as door:
        yield door
