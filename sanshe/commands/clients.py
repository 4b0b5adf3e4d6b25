"""`sanshe client`: the applications that may ask for tokens."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from api.settings import load
from sanshe.trouble import Trouble

app = typer.Typer(no_args_is_help=True, help="The applications that may ask for tokens.")


@app.callback()
def clients() -> None:
    """The applications that may ask for tokens."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people read on the consent page.")],
    name_zh: Annotated[str | None, typer.Option(help="The same in Chinese.")] = None,
    redirect_uri: Annotated[list[str] | None, typer.Option(help="Where sign-in may return to; repeatable.")] = None,
    scope: Annotated[str, typer.Option(help="The scopes it may ask for, separated by spaces; else every room's.")] = "",
    confidential: Annotated[bool, typer.Option("--confidential", help="It can keep a secret: a server.")] = False,
    jwks: Annotated[
        Path | None, typer.Option(help="A file with its public keys (JWKS): it signs, without secret.")
    ] = None,
    device: Annotated[bool, typer.Option("--device", help="It shows people a code to allow it by: a kiosk.")] = False,
    require_dpop: Annotated[
        bool, typer.Option("--require-dpop", help="Its tokens must be bound to a key it holds (RFC 9449).")
    ] = False,
) -> None:
    """Register an application; one without addresses to return to acts in its own name."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    client_id, secret = in_house(
        load(),
        lambda house: register.add(
            house,
            name=name,
            name_zh=name_zh,
            redirect_uris=redirect_uri or [],
            scopes=scope.split(),
            confidential=confidential,
            jwks=_keys(jwks),
            device=device,
            require_dpop=require_dpop,
        ),
    )
    print(f"client_id: {client_id}")
    if secret:
        _show(secret)


@app.command("list")
def list_all() -> None:
    """List the applications, one a line: id, name, state, how it proves itself, who registered it."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    for client in in_house(load(), register.listed):
        print(client)


@app.command()
def rotate(
    client_id: str,
    jwks: Annotated[Path | None, typer.Option(help="A file with its new public keys (JWKS), if it signs.")] = None,
) -> None:
    """Give an application a new secret, or new keys; what was there ends at once."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    secret = in_house(load(), lambda house: register.rotate(house, client_id, _keys(jwks)))
    if secret:
        _show(secret)


@app.command()
def revoke(client_id: str) -> None:
    """Withdraw an application and every token it holds."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    in_house(load(), lambda house: register.revoke(house, client_id))
    print(f"{client_id} is withdrawn. 已撤销。")


@app.command()
def invite(
    partner: Annotated[str, typer.Argument(help="Whom you trust to register applications.")],
    scope: Annotated[str, typer.Option(help="What these may ask for, at most, separated by spaces.")],
    uses: Annotated[int, typer.Option(help="How many applications.")] = 1,
    days: Annotated[int, typer.Option(help="How long the invitation is good.")] = 7,
) -> None:
    """Give a partner an initial token, to register applications at /oauth/register (RFC 7591)."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    settings = load()
    id, token = in_house(
        settings, lambda house: register.invite(house, partner=partner, scopes=scope.split(), uses=uses, days=days)
    )
    print(f"id: {id}")
    print(f"registration_endpoint: {settings.issuer}/oauth/register")
    print(f"initial_access_token: {token}")
    print("Keep the token now, it is not shown again. 令牌仅显示这一次，请妥善转交。")


@app.command("invitations")
def list_invitations() -> None:
    """List the initial tokens, one a line: id, partner, state, uses left, when it is over."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    for invitation in in_house(load(), register.invitations):
        print(invitation)


@app.command()
def disinvite(token_id: str) -> None:
    """Take an initial token back; applications that were registered with it stay."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    in_house(load(), lambda house: register.disinvite(house, token_id))
    print(f"{token_id} is taken back. 已收回。")


def _keys(file: Path | None) -> Any:
    try:
        return json.loads(file.read_bytes()) if file else None
    except (OSError, ValueError) as problem:
        raise Trouble(f"{file} holds no key set in JSON: {problem}", "该文件不是 JSON 格式的密钥集。") from problem


def _show(secret: str) -> None:
    print(f"client_secret: {secret}")
    print("Keep the secret now, it is not shown again. 密钥仅显示这一次，请妥善保存。")
