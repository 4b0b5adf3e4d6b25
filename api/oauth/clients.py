"""Which applications may ask for tokens: what `sanshe client` does, and the two that every house begins with."""

import secrets
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE

from api.oauth.scopes import CATALOGUE, ROOMS, demand_known
from api.settings import Settings
from domain.access import Actor
from domain.accounts import clients as commands
from domain.accounts import registration
from domain.accounts.credentials import fingerprint
from domain.accounts.models import AuthMethod, Client, InitialToken
from domain.columns import Text, typed, untyped
from domain.errors import Conflict, NotFound
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
    registered_by: str

    def __str__(self) -> str:
        return "  ".join(self)


class Invitation(NamedTuple):
    """An initial token, as the command line shows it: all but itself."""

    id: str
    partner: str
    state: str
    uses_left: str
    expires_at: str

    def __str__(self) -> str:
        return "  ".join(self)


async def add(
    house: House,
    *,
    name: str,
    redirect_uris: list[str],
    scopes: list[str],
    confidential: bool,
    device: bool = False,
    name_zh: str | None = None,
    jwks: dict[str, Any] | None = None,
    require_dpop: bool = False,
) -> tuple[str, str | None]:
    """Register an application: its id, and its secret if it keeps one.

    With addresses to return to, or as a device, it acts for people; with neither, for itself by client credentials. One
    with keys (RFC 7517) is confidential too, and proves itself by what it signs.
    """
    demand_known(scopes)
    secret = secrets.token_urlsafe(32) if confidential and jwks is None else None
    method = AuthMethod.BASIC if secret else AuthMethod.PRIVATE_KEY_JWT if jwks is not None else AuthMethod.NONE
    for_people = [*(["authorization_code"] if redirect_uris else []), *([DEVICE_CODE_GRANT_TYPE] if device else [])]
    done = await house.do(
        OPERATOR,
        commands.register_client,
        name=called(name, name_zh or name),
        redirect_uris=redirect_uris,
        scopes=scopes or [*ROOMS],
        grant_types=[*for_people, "refresh_token"] if for_people else ["client_credentials"],
        auth_method=method,
        secret=fingerprint(secret) if secret else None,
        jwks=jwks,
        require_dpop=require_dpop,
    )
    return typed(Client.prefix, done.row.id), secret  # type: ignore[union-attr]


ALL = "SELECT c.*, i.partner FROM client c LEFT JOIN initial_token i ON i.id = c.initial_token_id ORDER BY c.id"


async def listed(house: House) -> list[Listed]:
    """All applications, oldest first; also whether an operator registered it, or which partner."""
    return [
        Listed(typed("cli", c["id"]), c["name"]["text"], c["state"], c["auth_method"], c["partner"] or "operator")
        for c in await house.lanes.run(ALL)
    ]


async def invite(house: House, *, partner: str, scopes: list[str], uses: int, days: int) -> tuple[str, str]:
    """An initial token for a partner, who registers applications with it: its id, and the token."""
    demand_known(scopes)
    token = secrets.token_urlsafe(32)
    done = await house.do(
        OPERATOR,
        registration.issue_initial_token,
        partner=partner,
        digest=fingerprint(token),
        scopes=scopes,
        uses=uses,
        days=days,
    )
    return typed(InitialToken.prefix, done.row.id), token  # type: ignore[union-attr]


async def invitations(house: House) -> list[Invitation]:
    """All initial tokens, oldest first."""
    return [
        Invitation(typed("iat", i["id"]), i["partner"], i["state"], str(i["uses_left"]), i["expires_at"].isoformat())
        for i in await house.lanes.run("SELECT * FROM initial_token ORDER BY id")
    ]


async def disinvite(house: House, token_id: str) -> None:
    """Take an initial token back; the applications that were registered with it stay."""
    id = _known(InitialToken, token_id)
    await house.do(OPERATOR, registration.revoke_initial_token, initial_token_id=id)


async def rotate(house: House, client_id: str, jwks: dict[str, Any] | None = None) -> str | None:
    """A new secret, or these keys instead of the old; what was there ends at once."""
    secret = secrets.token_urlsafe(32) if jwks is None else None
    new = {"secret": fingerprint(secret)} if secret else {"jwks": jwks}
    await house.do(OPERATOR, commands.rotate_secret, client_id=_known(Client, client_id), **new)
    return secret


async def revoke(house: House, client_id: str) -> None:
    """Withdraw an application and every token it holds."""
    await house.do(OPERATOR, commands.revoke_client, client_id=_known(Client, client_id))


def _known(model: type[Client | InitialToken], text: str) -> UUID:
    id = untyped(model.prefix, text)
    if id is None:
        raise NotFound("not_found", f"Such an id looks like {model.prefix}_0192….", f"编号形如 {model.prefix}_0192…。")
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
