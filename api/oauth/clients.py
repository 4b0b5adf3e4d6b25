"""Which applications may ask for tokens: what `sanshe client` does, and the two that every house begins with."""

import secrets
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from api.oauth.scopes import CATALOGUE, ROOMS
from api.settings import Settings
from domain.access import Actor
from domain.accounts import clients as commands
from domain.accounts.credentials import fingerprint
from domain.accounts.models import AuthMethod, Client
from domain.columns import Text, typed, untyped
from domain.errors import Conflict, Invalid, NotFound
from domain.house import House

OPERATOR = Actor(roles={"operator": frozenset()})
"""Whoever may run commands on this machine is its operator."""

GRAPHIQL = UUID("01900000-0000-7000-8000-000000000001")
DEMO_APP = UUID("01900000-0000-7000-8000-000000000002")
BY_CODE = ["authorization_code", "refresh_token"]


class Listed(NamedTuple):
    """An application, as the command line shows it."""

    client_id: str
    name: str
    state: str
    auth_method: str

    def __str__(self) -> str:
        return "  ".join(self)


async def add(
    house: House,
    *,
    name: str,
    redirect_uris: list[str],
    scopes: list[str],
    confidential: bool,
    name_zh: str | None = None,
    jwks: dict[str, Any] | None = None,
) -> tuple[str, str | None]:
    """Register an application: its id, and its secret if it keeps one.

    With addresses to return to, it acts for people; without, and confidential, for itself by client credentials. One
    with keys (RFC 7517) is confidential too, and proves itself by what it signs.
    """
    if unknown := set(scopes) - set(CATALOGUE):
        listed = ", ".join(sorted(unknown))
        raise Invalid("unknown_scope", f"There is no scope {listed}.", f"没有授权范围 {listed}。", path="scopes")
    if not redirect_uris and not confidential and jwks is None:
        raise Invalid(
            "no_way_in",
            "An application that keeps neither secret nor key needs an address to return to.",
            "不使用密钥的应用必须有回调地址。",
            path="redirectUris",
        )
    secret = secrets.token_urlsafe(32) if confidential and jwks is None else None
    method = AuthMethod.BASIC if secret else AuthMethod.PRIVATE_KEY_JWT if jwks is not None else AuthMethod.NONE
    done = await house.do(
        OPERATOR,
        commands.register_client,
        name=called(name, name_zh or name),
        redirect_uris=redirect_uris,
        scopes=scopes or [*ROOMS],
        grant_types=BY_CODE if redirect_uris else ["client_credentials"],
        auth_method=method,
        secret=fingerprint(secret) if secret else None,
        jwks=jwks,
    )
    return typed(Client.prefix, done.row.id), secret  # type: ignore[union-attr]


async def listed(house: House) -> list[Listed]:
    """All applications, oldest first."""
    rows = await house.lanes.run("SELECT * FROM client ORDER BY id")
    clients = [Client.read(dict(row)) for row in rows]
    return [Listed(typed("cli", c.id), c.name["text"], c.state.value, c.auth_method.value) for c in clients]


async def rotate(house: House, client_id: str, jwks: dict[str, Any] | None = None) -> str | None:
    """A new secret, or these keys instead of the old; what was there ends at once."""
    secret = secrets.token_urlsafe(32) if jwks is None else None
    new = {"secret": fingerprint(secret)} if secret else {"jwks": jwks}
    await house.do(OPERATOR, commands.rotate_secret, client_id=_known(client_id), **new)
    return secret


async def revoke(house: House, client_id: str) -> None:
    """Withdraw an application and every token it holds."""
    await house.do(OPERATOR, commands.revoke_client, client_id=_known(client_id))


def _known(client_id: str) -> UUID:
    id = untyped(Client.prefix, client_id)
    if id is None:
        raise NotFound("not_found", "A client's id looks like cli_0192….", "应用编号形如 cli_0192…。")
    return id


def called(en: str, zh: str) -> Text:
    return {"language": "en", "text": en, "translations": {"zh-Hans": {"text": zh, "status": "checked"}}}


async def ensure_first_clients(house: House, settings: Settings) -> None:
    """GraphiQL, and on this machine the README's demonstration: made at the first start, kept as the code has them."""
    scopes = [*CATALOGUE]
    await _ensure(
        house, GRAPHIQL, called("GraphiQL", "GraphiQL 查询台"), f"{settings.issuer}/graphiql/callback", scopes, True
    )
    if settings.on_loopback:
        await _ensure(house, DEMO_APP, called("Demonstration", "演示应用"), "http://127.0.0.1/callback", scopes, False)


async def _ensure(house: House, id: UUID, name: Text, redirect_uri: str, scopes: list[str], first_party: bool) -> None:
    kept: dict[str, Any] = {"redirect_uris": [redirect_uri], "scopes": scopes}
    found = await house.lanes.run("SELECT redirect_uris, scopes FROM client WHERE id = $1", (id,))
    if not found:
        with suppress(Conflict):  # another process was faster
            await house.do(
                OPERATOR,
                commands.register_client,
                id=id,
                name=name,
                grant_types=BY_CODE,
                first_party=first_party,
                **kept,
            )
    elif dict(found[0]) != kept:
        await house.do(OPERATOR, commands.amend_client, client_id=id, **kept)
