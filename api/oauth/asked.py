"""What was asked of the authorization server, read strictly: one value for each parameter, one proof of the client.

authlib 1.9 crashes on some hostile input and overlooks some; all of that is refused here, before its core sees it.
"""

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.requests import OAuth2Payload
from starlette.requests import ClientDisconnect, Request

from api.oauth import assertions
from api.oauth.applications import Applications
from api.oauth.keys import Ring
from api.oauth.known import Found, Grant, Registered, SignedIn, Waiting
from api.oauth.tokens import resource
from api.settings import Settings
from domain.accounts.models import AuthMethod
from domain.postgres import Run

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MOST_BYTES = 64 * 1024
MOST_PARAMETERS = 60
PLAIN_TEXT = re.compile(r"[ !#-\[\]-~]*")
#: What applications may write as they like, within reason.
FREE = {
    *("state", "nonce", "login_hint", "ui_locales", "acr_values", "id_token_hint"),
    *("request", "request_uri", "registration"),  # refused by name, whatever they hold
}
#: All else that is read at any endpoint: printable ASCII without quotes.
PLAIN = {
    *("client_id", "client_secret", "client_assertion", "client_assertion_type"),
    *("response_type", "response_mode", "redirect_uri", "scope", "resource", "prompt", "max_age"),
    *("code_challenge", "code_challenge_method", "dpop_jkt"),
    *("form_token", "decision"),
    *("grant_type", "code", "code_verifier", "refresh_token", "device_code"),
    *("token", "token_type_hint", "access_token", "post_logout_redirect_uri"),
}
READ = PLAIN | FREE


class Parameters(OAuth2Payload):  # type: ignore[misc]  # authlib has no types
    """Of the query for GET, of the form for POST, never merged."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = pairs
        self._data = dict(pairs)

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        lists: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in self.pairs:
            lists[name].append(value)
        return lists


@dataclass(frozen=True)
class Here:
    """Where and when tokens are made."""

    settings: Settings
    ring: Ring
    now: datetime


class Asked(OAuth2Request):  # type: ignore[misc]
    """A request to the core, with all that the core may want to know, and room for what it decides."""

    def __init__(self, request: Request, pairs: Sequence[tuple[str, str]], here: Here) -> None:
        self.__dict__.update(_began(request.method, f"{here.settings.issuer}{request.scope['path']}").__dict__)
        self.headers = request.headers
        self.payload = Parameters(pairs)
        self.parameters = self.payload.data
        self.here = here
        # known beforehand
        self.registered: Registered | None = None
        self.proof: tuple[AuthMethod, str] = (AuthMethod.NONE, "")
        self.jkt: str | None = None  # of the key it holds (RFC 9449)
        self.grant: Grant | None = None
        self.waiting: Waiting | None = None
        self.found: Found | None = None
        # decided by the core
        self.code: str | None = None
        self.issued: dict[str, Any] | None = None
        self.granted_to: SignedIn | None = None
        self.revoked: Found | None = None

    @property
    def form(self) -> dict[str, str]:
        return self.parameters if self.method == "POST" else {}

    @property
    def args(self) -> dict[str, str]:
        return {} if self.method == "POST" else self.parameters


@lru_cache(maxsize=100)
def _began(method: str, uri: str) -> OAuth2Request:
    """As authlib begins a request. It takes the address apart for that, an eighth of a token's time, but knows few.

    Raises InsecureTransportError.
    """
    return OAuth2Request(method, uri)


async def question_of(request: Request) -> list[tuple[str, str]]:
    """What an application asks, in order; what is not read here is ignored (RFC 6749, 3.1 and 3.2).

    Raises InvalidRequestError for what is no form, too much of one, or unclear in what is read.
    """
    return checked([pair for pair in await pairs_of(request) if pair[0] in READ], FREE)


async def pairs_of(request: Request) -> list[tuple[str, str]]:
    """All that the form or the query says, in order. Raises InvalidRequestError for what is no form, or too much."""
    raw: bytes = await body_of(request, FORM) if request.method == "POST" else request.scope["query_string"]
    try:
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except (UnicodeDecodeError, ValueError) as wrong:
        raise InvalidRequestError("This is no readable form") from wrong


def checked(pairs: Sequence[tuple[str, str]], free: Set[str]) -> list[tuple[str, str]]:
    """Those that have a value, if each is named once and holds what may be in it. Raises InvalidRequestError."""
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise InvalidRequestError("Repeated parameter")
    for name, value in pairs:
        if "\0" in name + value or (name not in free and not plain(value)):
            raise InvalidRequestError("A parameter holds characters that do not belong there")
    return [(name, value) for name, value in pairs if value]  # RFC 6749, 3.1: without a value is as if omitted


def plain(text: str) -> bool:
    """Printable ASCII without quotes and backslashes."""
    return PLAIN_TEXT.fullmatch(text) is not None


def is_form(request: Request) -> bool:
    return media_type(request) == FORM


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_of(request: Request, kind: str) -> bytes:
    """The body, of this media type. Raises InvalidRequestError for another, or too much of it."""
    if media_type(request) != kind:
        raise InvalidRequestError(f"Content-Type must be {kind}")
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise InvalidRequestError("Too long")
    except ClientDisconnect as gone:
        raise InvalidRequestError("Incomplete") from gone
    return bytes(body)


async def asked_of(request: Request, pairs: Sequence[tuple[str, str]], here: Here, applications: Applications) -> Asked:
    """The request with the application it names. Raises OAuth2Error."""
    asked = Asked(request, pairs, here)
    authorization = request.headers.get("authorization", "")
    client_id = asked.parameters.get("client_id")
    secret, assertion = asked.parameters.get("client_secret"), asked.parameters.get("client_assertion")
    if sum(map(bool, (authorization, secret, assertion))) > 1:
        raise InvalidRequestError("More than one way of client authentication")
    if authorization:
        own, password = _basic(authorization)
        if client_id not in {None, own}:
            raise InvalidRequestError("More than one way of client authentication")
        client_id, asked.proof = own, (AuthMethod.BASIC, password)
    elif secret:
        asked.proof = (AuthMethod.POST, secret)
    elif assertion:
        client_id = client_id or assertions.claimant(assertion)
    asked.registered = await applications.named(client_id)
    if assertion:
        await _demand_its_signature(asked, assertion, applications.run)
    return asked


async def _demand_its_signature(asked: Asked, assertion: str, run: Run) -> None:
    """RFC 7521, 4.2. What it signed is used up by this, whatever becomes of the request."""
    if asked.parameters.get("client_assertion_type") != assertions.KIND:
        raise InvalidRequestError(f"client_assertion_type must be {assertions.KIND}")
    client, here = asked.registered, asked.here
    if client is None or not await assertions.proves(run, client, assertion, here.settings.issuer, here.now):
        raise wrong_client()
    asked.proof = (AuthMethod.PRIVATE_KEY_JWT, "")


def demand_our_resource(asked: Asked, redirect_uri: str | None = None) -> None:
    """RFC 8707: our tokens open one thing; whoever names another must not be given a token for it. Raises OAuth2Error.

    `redirect_uri`: where the refusal is told, if not in the answer itself.
    """
    if asked.parameters.get("resource") not in {None, resource(asked.here.settings)}:
        raise OAuth2Error("There is no such resource here", redirect_uri=redirect_uri, error="invalid_target")


def _basic(authorization: str) -> tuple[str, str]:
    """Id and secret of RFC 6749, 2.3.1: both encoded as in a form, joined by a colon, in base 64."""
    scheme, _, token = authorization.partition(" ")
    try:
        id, colon, secret = base64.b64decode(token.strip(), validate=True).decode("utf-8").partition(":")
        if scheme.lower() == "basic" and colon:
            return unquote_plus(id, errors="strict"), unquote_plus(secret, errors="strict")
    except (binascii.Error, UnicodeError, ValueError):
        pass
    raise wrong_client()


def wrong_client() -> InvalidClientError:
    """The one answer to whatever is wrong with a client's proof, so that nobody learns which clients exist."""
    return InvalidClientError("Client authentication failed", status_code=401)
