"""`sanshe client`: the applications that may ask for tokens."""

from typing import Annotated

import typer

from api.settings import load

app = typer.Typer(no_args_is_help=True, help="The applications that may ask for tokens.")
ONLY_ONCE = "Keep the secret now, it is not shown again. 密钥仅显示这一次，请妥善保存。"


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
    """Register an application and print its id, and its secret if it keeps one."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    client, secret = in_house(
        load(),
        lambda house: register.add(
            house, name=name, redirect_uris=redirect_uri or [], scopes=scope.split(), confidential=confidential
        ),
    )
    print(client)
    _show(secret)


@app.command("list")
def list_() -> None:
    """List the applications, one a line."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    for client in in_house(load(), register.list):
        print(client)


@app.command()
def rotate(client_id: str) -> None:
    """Give an application a new secret; the old one ends at once."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    _show(in_house(load(), lambda house: register.rotate(house, client_id)))


@app.command()
def revoke(client_id: str) -> None:
    """Withdraw an application and every token it holds."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    in_house(load(), lambda house: register.revoke(house, client_id))


def _show(secret: str | None) -> None:
    if secret:
        print(f"secret: {secret}")
        print(ONLY_ONCE)
