"""What is granted: authlib's core with our decisions. It runs without waiting, on what was loaded for it beforehand.

What it decides is left on the request (`code`, `issued`, `granted_to`) and written by the endpoint in one transaction.
"""

import json
import secrets
from copy import copy
from typing import Any, Literal

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    grants,
)
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceCodeGrant
from starlette.responses import Response

from api.oauth.asked import Asked, wrong_client
from api.oauth.id_tokens import CodeIdToken, RefreshedIdToken
from api.oauth.known import Found, Grant, Registered, SignedIn, Waiting
from api.oauth.scopes import CATALOGUE
from api.oauth.tokens import LIFETIME, access_token
from domain.columns import new_id

CONFIDENTIAL = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
AUTH_METHODS = ["none", *CONFIDENTIAL]
GrantType = Literal[
    "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"
]
CHALLENGES = ["S256"]
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


# -- the adapter ------------------------------------------------------------------------------------------------------


class Answer(Response):
    """A response whose Location can be read, as authlib wants it."""

    @property
    def location(self) -> str | None:
        return self.headers.get("location")


class Server(AuthorizationServer):  # type: ignore[misc]  # authlib has no types
    """authlib's server, for requests that are `Asked`."""

    client: Registered | None = None

    def authenticate_client(self, request: Asked, methods: list[str], endpoint: str = "token") -> Registered:
        method, secret = request.proof
        client = request.registered
        if client is None or method not in methods or not client.proves_itself(method, secret):
            raise wrong_client()
        request.client, request.auth_method = client, method.value
        return client

    def knowing(self, client: Registered | None) -> "Server":
        """This server for one request, whose client was looked up."""
        one = copy(self)
        one.client = client
        return one

    def query_client(self, client_id: str) -> Registered | None:
        return self.client if self.client and self.client.client_id == client_id else None

    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    def save_token(self, token: dict[str, Any], request: Asked) -> None:
        request.issued = token

    def send_signal(self, *_: Any, **__: Any) -> None:
        """Nobody listens: deeds and families tell what happened."""

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Answer:
        text = json.dumps(body) if isinstance(body, dict) else body
        return Answer(text, 303 if status == 302 else status, {**NO_STORE, **dict(headers)})


# -- grants -----------------------------------------------------------------------------------------------------------


class Tokens:
    """How every grant makes its tokens: RFC 9068, and a refresh token only for access while the person is away."""

    request: Asked

    def generate_token(
        self,
        user: SignedIn | None = None,
        scope: str | None = None,
        grant_type: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        asked = self.request
        client: Registered = asked.client
        allowed = client.get_allowed_scope(scope)
        if allowed is None:
            raise InvalidScopeError
        here = asked.here
        grant = asked.grant = asked.grant or Grant(new_id(), None, allowed, here.now, [], here.now + LIFETIME)
        token = {
            "token_type": "DPoP" if asked.jkt else "Bearer",
            "access_token": access_token(
                here.ring,
                here.settings,
                subject=user.subject if user else client.client_id,
                client_id=client.client_id,
                scope=allowed,
                family=grant.family_id,
                now=here.now,
                auth_time=grant.auth_time if user else None,
                jkt=asked.jkt,
            ),
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": allowed,
        }
        if include_refresh_token and "offline_access" in grant.scope.split():
            token["refresh_token"] = secrets.token_urlsafe(32)
        return token


class AuthorizationCode(Tokens, grants.AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def save_authorization_code(self, code: str, request: Asked) -> None:
        request.code, request.granted_to = code, request.user

    def query_authorization_code(self, _code: str, _client: Registered) -> Grant | None:
        grant: Grant | None = self.request.grant
        return grant

    def delete_authorization_code(self, _code: Grant) -> None:
        """It was used up when it was looked for, and is kept so that a second use is noticed."""

    def authenticate_user(self, code: Grant) -> SignedIn | None:
        return code.person


class RefreshToken(Tokens, grants.RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, _token: str) -> Grant | None:
        grant: Grant | None = self.request.grant
        return grant

    def authenticate_user(self, grant: Grant) -> SignedIn:
        if grant.person is None:
            raise InvalidGrantError
        return grant.person

    def revoke_old_credential(self, _grant: Grant) -> None:
        """It was used up when it was looked for."""


class ClientCredentials(Tokens, grants.ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL


class DeviceCode(Tokens, DeviceCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def query_device_credential(self, _code: str) -> Waiting:
        """It was looked up, and used up if the person allowed it."""
        asked = self.request
        if asked.waiting is None or (asked.waiting.allowed and not asked.waiting.expired and asked.grant is None):
            raise InvalidGrantError
        return asked.waiting

    def query_user_grant(self, _user_code: None) -> tuple[SignedIn | None, bool] | None:
        waiting, grant = self.request.waiting, self.request.grant
        if waiting is None or waiting.allowed is None:
            return None
        return grant.person if grant else None, waiting.allowed

    def should_slow_down(self, waiting: Waiting) -> bool:
        return waiting.too_soon


class S256(CodeChallenge):  # type: ignore[misc]
    """PKCE by S256 and nothing else, demanded when the code is asked for."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = CHALLENGES

    def validate_code_challenge(self, grant: AuthorizationCode, redirect_uri: str) -> None:
        asked = grant.request.parameters
        demanded = grant.request.client.row.require_pkce
        if demanded and "code_challenge" not in asked:
            raise InvalidRequestError("Missing 'code_challenge'")
        if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("code_challenge_method must be S256")
        super().validate_code_challenge(grant, redirect_uri)


# -- endpoints about tokens -------------------------------------------------------------------------------------------


class Lenient:
    """An unknown hint is ignored, as RFC 7009 (2.2) and RFC 7662 (2.1) want it."""

    def check_params(self, request: Asked, _client: Registered) -> None:
        if "token" not in request.form:
            raise InvalidRequestError("Missing 'token'")


class Revocation(Lenient, RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = AUTH_METHODS

    def authenticate_token(self, request: Asked, client: Registered) -> Found | None:
        self.check_params(request, client)
        if request.found and not request.found.check_client(client):
            raise InvalidGrantError
        return request.found

    def revoke_token(self, token: Found, request: Asked) -> None:
        request.revoked = token


class Introspection(Lenient, IntrospectionEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = CONFIDENTIAL

    def authenticate_token(self, request: Asked, client: Registered) -> Found | None:
        self.check_params(request, client)
        return request.found if client.row.may_introspect else None

    def introspect_token(self, token: Found) -> dict[str, Any]:
        return token.says


# -- put together -----------------------------------------------------------------------------------------------------


def server() -> Server:
    one = Server(scopes_supported=list(CATALOGUE))
    one.register_grant(AuthorizationCode, [S256(), CodeIdToken()])
    one.register_grant(RefreshToken, [RefreshedIdToken()])
    one.register_grant(ClientCredentials)
    one.register_grant(DeviceCode, [RefreshedIdToken()])
    one.register_endpoint(Revocation)
    one.register_endpoint(Introspection)
    return one


SERVER = server()


def refused(error: OAuth2Error, issuer: str | None = None) -> Answer:
    """The answer to a request that cannot be granted: to the application, where its address is known to be its own."""
    answer = SERVER.handle_response(*error())
    return with_issuer(answer, issuer) if issuer else answer


def with_issuer(answer: Answer, issuer: str) -> Answer:
    """RFC 9207: whoever is called back learns by whom, with a code and with an error."""
    if answer.location:
        answer.headers["location"] = add_params_to_uri(answer.location, {"iss": issuer})
    return answer
