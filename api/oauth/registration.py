"""How a partner's application is registered (RFC 7591): what it says of itself, read strictly, and what it is answered.

Nothing is fetched from addresses that others name. What is registered, operators look after: there is no RFC 7592.
"""

import secrets
from datetime import datetime
from typing import Annotated, Any, Literal

from authlib.oauth2 import OAuth2Error
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.context import Gate
from api.oauth.asked import JSON, body_of
from api.oauth.server import NO_STORE, GrantType
from domain.access import Actor
from domain.accounts.credentials import fingerprint
from domain.accounts.models import AuthMethod, Client
from domain.accounts.registration import use_initial_token
from domain.columns import Text, Translation, typed
from domain.errors import Invalid, NotAllowed

GOOD = "SELECT scopes FROM initial_token WHERE digest = $1 AND state = 'active' AND uses_left > 0 AND expires_at > $2"
NAME = "client_name"
UNKNOWN_LANGUAGE = "und"
#: A server would have to fetch these; overlooked, the application would miss what they lead to.
FETCHED = {"jwks_uri", "logo_uri", "sector_identifier_uri"}

Address = Annotated[str, Field(max_length=2000)]
Addresses = Annotated[list[Address], Field(max_length=20)]


class Metadata(BaseModel):
    """What we understand of RFC 7591 (2), RFC 9449 (5.2) and OpenID Connect Registration (2); all else is ignored."""

    model_config = ConfigDict(strict=True, extra="allow")

    redirect_uris: Addresses = []
    post_logout_redirect_uris: Addresses = []
    grant_types: list[GrantType] = ["authorization_code"]
    response_types: list[Literal["code"]] | None = None
    token_endpoint_auth_method: AuthMethod = AuthMethod.BASIC
    jwks: dict[str, Any] | None = None
    dpop_bound_access_tokens: bool = False
    scope: str | None = None
    contacts: Annotated[list[str], Field(max_length=10)] = []
    subject_type: Literal["public"] = "public"
    id_token_signed_response_alg: Literal["RS256"] = "RS256"  # noqa: S105 an algorithm


class Wrong(Exception):
    """The metadata cannot be registered, for this reason."""


class Registration:
    """The endpoint of one house."""

    def __init__(self, gate: Gate) -> None:
        self.house = gate.house

    def routes(self) -> list[Route]:
        return [Route("/oauth/register", self.register, methods=["POST"])]

    async def register(self, request: Request) -> Response:
        """RFC 7591, 3. The token is looked at first: a stranger learns nothing about what could be registered."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer", **NO_STORE})
        digest, now = fingerprint(token.strip()), self.house.clock()
        good = await self.house.lanes.run(GOOD, (digest, now))
        if not good:
            return stranger()
        try:
            said = read(await body_of(request, JSON))
            keeps = said.token_endpoint_auth_method in {AuthMethod.BASIC, AuthMethod.POST}
            secret = secrets.token_urlsafe(32) if keeps else None
            done = await self.house.do(
                Actor(),
                use_initial_token,
                digest=digest,
                client_name=named(said.model_extra or {}),
                scopes=list(dict.fromkeys(said.scope.split())) if said.scope is not None else good[0]["scopes"],
                contacts=said.contacts,
                redirect_uris=said.redirect_uris,
                post_logout_redirect_uris=said.post_logout_redirect_uris,
                grant_types=said.grant_types,
                auth_method=said.token_endpoint_auth_method,
                secret=fingerprint(secret) if secret else None,
                jwks=said.jwks,
                require_dpop=said.dpop_bound_access_tokens,
            )
        except NotAllowed:
            return stranger()
        except OAuth2Error as error:
            return wrong(error.description)
        except Wrong as error:
            return wrong(str(error))
        except ValidationError as error:
            place, why = error.errors()[0]["loc"], error.errors()[0]["msg"]
            return wrong(f"{place[0]}: {why}" if place else why, str(place[0]) if place else "")
        except Invalid as no:
            return wrong(no.en, "redirect_uris" if no.code == "wrong_redirect_uri" else "")
        return JSONResponse(registered(done.row, secret, now), 201, NO_STORE)  # type: ignore[arg-type]


def read(body: bytes) -> Metadata:
    """What the application says of itself. Raises ValidationError, or Wrong for what it may not say."""
    said = Metadata.model_validate_json(body)
    if asked := FETCHED & set(said.model_extra or {}):
        raise Wrong(f"{', '.join(sorted(asked))}: this server fetches nothing from addresses that others name")
    by_code = "authorization_code" in said.grant_types
    if said.response_types is None:
        said.response_types = ["code"] if by_code else []
    if by_code != ("code" in said.response_types):
        raise Wrong("response_types: code goes with the grant type authorization_code, and only with it")
    return said


def named(said: dict[str, Any]) -> Text:
    """The name, in the language of each `client_name#tag`; without a tag it is in none that we know (RFC 7591, 2.2)."""
    names = {key.partition("#")[2]: text for key, text in said.items() if key.partition("#")[0] == NAME}
    if not names or len(names) > 20 or not all(isinstance(text, str) for text in names.values()):
        raise Wrong("client_name: people must be able to read who asks them")
    tag = "" if "" in names else next(iter(names))
    text = Text(language=tag or UNKNOWN_LANGUAGE, text=names.pop(tag))
    if names:
        text["translations"] = {tag: Translation(text=name, status="checked") for tag, name in names.items()}
    return text


def registered(client: Client, secret: str | None, now: datetime) -> dict[str, Any]:
    """RFC 7591, 3.2.1: all that was registered, and the secret, this once."""
    languages = {client.name["language"]: client.name["text"]} | {
        tag: translation["text"] for tag, translation in client.name.get("translations", {}).items()
    }
    return {
        "client_id": typed(Client.prefix, client.id),
        "client_id_issued_at": int(now.timestamp()),
        **({"client_secret": secret, "client_secret_expires_at": 0} if secret else {}),
        **{NAME if tag == UNKNOWN_LANGUAGE else f"{NAME}#{tag}": text for tag, text in languages.items()},
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "grant_types": client.grant_types,
        "response_types": ["code"] if "authorization_code" in client.grant_types else [],
        "token_endpoint_auth_method": client.auth_method.value,
        **({"jwks": client.jwks} if client.jwks else {}),
        "dpop_bound_access_tokens": client.require_dpop,
        "scope": " ".join(client.scopes),
        "contacts": client.contacts,
        "subject_type": "public",
        "id_token_signed_response_alg": "RS256",
    }


def stranger() -> Response:
    """Wrong, used up, over or taken back: which of them is nobody's business."""
    return Response(status_code=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"', **NO_STORE})


def wrong(why: str, field: str = "") -> Response:
    error = "invalid_redirect_uri" if field == "redirect_uris" else "invalid_client_metadata"
    return JSONResponse({"error": error, "error_description": why}, 400, NO_STORE)
