"""`sanshe client`: the applications that may ask for tokens."""

from typing import Annotated

import typer

from api.settings import load

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
        ),
    )
    print(f"client_id: {client_id}")
    if secret:
        _show(secret)


@app.command("list")
def list_all() -> None:
    """List the applications, one a line: id, name, state, how it proves itself."""
    from api.oauth import clients as register
    from sanshe.commands.house import in_house

    for client in in_house(load(), register.listed):
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
    print(f"{client_id} is withdrawn. 已撤销。")


def _show(secret: str) -> None:
    print(f"client_secret: {secret}")
    print("Keep the secret now, it is not shown again. 密钥仅显示这一次，请妥善保存。")
