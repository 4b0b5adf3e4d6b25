"""What operators do with applications. A secret is shown once, to whoever asked for it; only its hash is kept."""

from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from domain.accounts.access import RULES
from domain.accounts.credentials import end_access
from domain.accounts.models import AuthMethod, Client
from domain.accounts.public_keys import demand_public_keys
from domain.columns import Text, new_id
from domain.errors import Invalid
from domain.work import Work


async def register_client(
    work: Work,
    *,
    name: Text,
    redirect_uris: list[str],
    scopes: list[str],
    grant_types: list[str],
    auth_method: AuthMethod = AuthMethod.NONE,
    secret: Annotated[bytes | None, "SHA-256 of the secret."] = None,
    jwks: Annotated[dict[str, Any] | None, "Its public keys."] = None,
    post_logout_redirect_uris: list[str] | None = None,
    roles: Annotated[dict[str, list[str]] | None, "Roles for its own name, each with the ids of places."] = None,
    require_dpop: bool = False,
    first_party: bool = False,
    may_introspect: bool = False,
    id: UUID | None = None,
) -> Client:
    """Let an application ask for tokens."""
    client = new_client(
        id=id or new_id(),
        name=name,
        redirect_uris=redirect_uris,
        post_logout_redirect_uris=post_logout_redirect_uris or [],
        auth_method=auth_method,
        secret=secret,
        jwks=jwks,
        grant_types=grant_types,
        scopes=scopes,
        roles=roles or {},
        require_dpop=require_dpop,
        first_party=first_party,
        may_introspect=may_introspect,
    )
    work.ask(RULES, "register_client", client)
    return work.insert(client)


def new_client(**said: Any) -> Client:
    """An application as its columns say, if it has a way in that is safe."""
    client = Client.new(**said)
    for uri in (*client.redirect_uris, *client.post_logout_redirect_uris):
        _demand_a_safe_address(uri)
    _demand_what_proves(client.auth_method, client.secret, client.jwks)
    if "authorization_code" in client.grant_types and not client.redirect_uris:
        raise Invalid(
            "no_way_in",
            "An application that people sign in to needs an address to return to.",
            "供用户登录的应用必须有回调地址。",
            path="redirectUris",
        )
    if "client_credentials" in client.grant_types and client.auth_method is AuthMethod.NONE:
        raise Invalid(
            "no_proof",
            "An application that acts in its own name must prove itself.",
            "以自身名义操作的应用必须能证明其身份。",
            path="authMethod",
        )
    return client


async def amend_client(work: Work, *, client_id: UUID, redirect_uris: list[str], scopes: list[str]) -> Client:
    """Change where an application's sign-in may return to, and the scopes it may ask for."""
    client = await work.get(Client, client_id, lock=True)
    work.ask(RULES, "amend_client", client)
    for uri in redirect_uris:
        _demand_a_safe_address(uri)
    return work.change(client, redirect_uris=redirect_uris, scopes=scopes)


def _demand_a_safe_address(uri: str) -> None:
    if not _is_safe(uri):
        raise Invalid(
            "wrong_redirect_uri",
            "A redirect address is https, or http on this machine, without fragment or user.",
            "回调地址须为 https（本机可用 http），不含片段与用户名。",
            path="redirectUris",
        )


def _is_safe(uri: str) -> bool:
    """https, or http on a loopback address (RFC 8252), without fragment, in printable ASCII."""
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    plain = uri.isascii() and uri.isprintable() and not set(uri) & set(' "\\#')
    return bool(plain and parts.hostname and "@" not in parts.netloc and (parts.scheme == "https" or local))


def _demand_what_proves(method: AuthMethod, secret: bytes | None, jwks: dict[str, Any] | None) -> None:
    """Its keys if it signs, its secret if it keeps one, and nothing else."""
    signs, keeps = method is AuthMethod.PRIVATE_KEY_JWT, method in {AuthMethod.BASIC, AuthMethod.POST}
    if (jwks is not None) is not signs or (secret is not None) is not keeps:
        raise Invalid(
            "wrong_proof",
            f"An application that proves itself by {method.value} keeps something else.",
            f"以 {method.value} 方式验证的应用所存凭据不符。",
            path="authMethod",
        )
    if jwks is not None:
        demand_public_keys(jwks)


async def rotate_secret(
    work: Work, *, client_id: UUID, secret: bytes | None = None, jwks: dict[str, Any] | None = None
) -> Client:
    """Give an application a new secret, or new keys if it signs; the old ones end at once."""
    client = await work.get(Client, client_id, lock=True)
    work.ask(RULES, "rotate_secret", client)
    if client.auth_method is AuthMethod.NONE:
        raise Invalid("public_client", "This application keeps no secret.", "该应用不使用密钥。")
    _demand_what_proves(client.auth_method, secret, jwks)
    return work.move(client, "rotate_secret", secret=secret, jwks=jwks)


async def revoke_client(work: Work, *, client_id: UUID) -> Client:
    """Withdraw an application. Its tokens end at once."""
    client = await work.get(Client, client_id, lock=True)
    work.ask(RULES, "revoke_client", client)
    end_access(work, "client_revoked", client=client.id)
    return work.move(client, "revoke_client")
