"""What the world may know of this server: what it can do, and plainly what it cannot."""

from typing import Any, get_args

from api.oauth.known import MFA
from api.oauth.scopes import CATALOGUE, ROOMS
from api.oauth.server import AUTH_METHODS, CONFIDENTIAL, GrantType
from api.oauth.tokens import resource
from api.settings import Settings
from domain.accounts.public_keys import ALGORITHMS


def of_the_server(settings: Settings) -> dict[str, Any]:
    """RFC 8414 and OpenID Connect Discovery 3, which say the same here. What is absent is not offered."""
    issuer = settings.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "device_authorization_endpoint": f"{issuer}/oauth/device_authorization",
        "registration_endpoint": f"{issuer}/oauth/register",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "end_session_endpoint": f"{issuer}/oauth/logout",
        "jwks_uri": f"{issuer}/oauth/jwks.json",
        "protected_resources": [resource(settings)],
        "scopes_supported": list(CATALOGUE),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(get_args(GrantType)),
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL,
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ALGORITHMS,
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            *("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "acr", "amr"),
            *("name", "nickname", "locale", "email", "email_verified", "phone_number", "phone_number_verified"),
        ],
        "acr_values_supported": [MFA],
        "display_values_supported": ["page"],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "ui_locales_supported": ["zh-Hans", "en"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
    }


def of_the_resource(settings: Settings) -> dict[str, Any]:
    """What our tokens open (RFC 9728)."""
    return {
        "resource": resource(settings),
        "authorization_servers": [settings.issuer],
        "scopes_supported": list(ROOMS),
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": ALGORITHMS,
        "dpop_bound_access_tokens_required": False,
        "resource_name": "Sanshe",
        "resource_name#zh-Hans": "三社",
    }
