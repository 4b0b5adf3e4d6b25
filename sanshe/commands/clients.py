"""`sanshe client`: the applications that may ask for tokens. Who has the command line is an operator."""

import secrets
from typing import Annotated
from uuid import UUID

import typer

from api.settings import load
from domain.access import Actor
from domain.columns import new_id, typed, untyped
from sanshe.trouble import Trouble

app = typer.Typer(no_args_is_help=True, help="The applications that may ask for tokens.")
OPERATOR = Actor(roles={"operator": frozenset()})
PREFIX = "cli"
LIST = "SELECT id, name, state, auth_method, scopes FROM client ORDER BY id"


@app.callback()
def clients() -> None:
    """The applications that may ask for tokens."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people read on the consent page.")],
    redirect_uri: Annotated[
        list[str] | None, typer.Option(help="Where sign-in may return to; may be repeated.")
    ] = None,
    scope: Annotated[str, typer.Option(help="The scopes it may ask for, separated by spaces.")] = "",
    confidential: Annotated[bool, typer.Option("--confidential", help="It can keep a secret: a server.")] = False,
) -> None:
    """Register an application and print its id; one without redirect addresses acts in its own name."""
    from domain.accounts.clients import register_client
    from domain.accounts.credentials import fingerprint
    from domain.accounts.models import AuthMethod
    from sanshe.commands.house import in_house

    if not (redirect_uri or confidential):
        raise Trouble(
            "An application needs --redirect-uri, to act for people, or --confidential, to act in its own name.",
            "应用须有 --redirect-uri（代表用户）或 --confidential（以自身名义）。",
        )
    secret = secrets.token_urlsafe(32) if confidential else None
    id = new_id()
    in_house(
        load(),
        lambda house: house.do(
            OPERATOR,
            register_client,
            id=id,
            name={"language": "und", "text": name},
            redirect_uris=redirect_uri or [],
            scopes=scope.split(),
            grant_types=["authorization_code", "refresh_token"] if redirect_uri else ["client_credentials"],
            auth_method=AuthMethod.BASIC if secret else AuthMethod.NONE,
            secret=fingerprint(secret) if secret else None,
        ),
    )
    print(f"client_id: {_shown(id)}")
    if secret:
        _show(secret)


@app.command("list")
def list_all() -> None:
    """List the applications, one a line: id, state, how it proves itself, name, scopes."""
    from sanshe.commands.house import in_house

    for found in in_house(load(), lambda house: house.lanes.run(LIST, ())):
        name = found["name"]["text"]
        print(_shown(found["id"]), found["state"], found["auth_method"], name, " ".join(found["scopes"]), sep="\t")


@app.command()
def rotate(client_id: str) -> None:
    """Give an application a new secret; the old one ends at once."""
    from domain.accounts.clients import rotate_secret
    from domain.accounts.credentials import fingerprint
    from sanshe.commands.house import in_house

    secret = secrets.token_urlsafe(32)
    client = _read(client_id)
    in_house(load(), lambda house: house.do(OPERATOR, rotate_secret, client_id=client, secret=fingerprint(secret)))
    _show(secret)


@app.command()
def revoke(client_id: str) -> None:
    """Withdraw an application and every token it holds."""
    from domain.accounts.clients import revoke_client
    from sanshe.commands.house import in_house

    client = _read(client_id)
    in_house(load(), lambda house: house.do(OPERATOR, revoke_client, client_id=client))
    print(f"{client_id} is withdrawn.")


def _read(client_id: str) -> UUID:
    if (id := untyped(PREFIX, client_id)) is None:
        raise Trouble(f"{client_id!r} is no client_id; see `sanshe client list`.", "client_id 无效，请先列出应用。")
    return id


def _shown(id: UUID) -> str:
    return typed(PREFIX, id)


def _show(secret: str) -> None:
    print(f"client_secret: {secret}")
    print("Keep the secret now, it is not shown again. 密钥仅显示这一次，请妥善保存。")
