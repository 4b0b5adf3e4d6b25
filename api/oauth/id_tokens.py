"""What an application is told about a person: id tokens (OpenID Connect Core 2), and the claims of each scope (5.4)."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt

from api.oauth.asked import Asked
from api.oauth.keys import ID_TOKENS
from api.oauth.known import Subject
from api.oauth.tokens import LIFETIME


class IdTokens:
    """How every grant makes its id token, signed by the key of the request's ring."""

    def encode_id_token(self, token: dict[str, Any], request: Asked) -> str:
        here, grant = request.here, request.grant
        if grant is None:
            raise InvalidGrantError
        issued = int(here.now.timestamp())
        said = about(request.user, set(token["scope"].split())) | {
            "iss": here.settings.issuer,
            "aud": request.client.client_id,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "auth_time": grant.get_auth_time(),
            "amr": grant.get_amr(),
            "at_hash": create_half_hash(token["access_token"], ID_TOKENS).decode(),
        }
        if acr := grant.get_acr():
            said["acr"] = acr
        if grant.nonce:
            said["nonce"] = grant.nonce
        key = here.ring.active[ID_TOKENS]
        return jwt.encode({"alg": ID_TOKENS, "kid": key.kid}, said, key)


class CodeIdToken(IdTokens, OpenIDCode):  # type: ignore[misc]
    def exists_nonce(self, _nonce: str, _request: Asked) -> bool:
        """A nonce is the client's to check: it binds the id token to its own session."""
        return False


class RefreshedIdToken(IdTokens, OpenIDToken):  # type: ignore[misc]
    """Without the nonce, and with the moment of the first sign-in (OpenID Connect Core 12.2)."""


def about(person: Subject, scopes: set[str]) -> dict[str, Any]:
    """The claims about a person that these scopes open."""
    claims: dict[str, Any] = {"sub": person.subject}
    if "profile" in scopes:
        claims |= {"name": person.name, "nickname": person.display_name, "locale": person.locale}
    if "email" in scopes and person.email:
        claims |= {"email": person.email, "email_verified": person.email_verified}
    if "phone" in scopes and person.phone:
        claims |= {"phone_number": person.phone, "phone_number_verified": person.phone_verified}
    return claims
