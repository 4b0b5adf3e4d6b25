"""`sanshe token`: an access token for trying things out on this machine."""

from typing import Annotated

import typer

from api.settings import load
from sanshe.trouble import Trouble


def token(
    email: Annotated[str, typer.Option("--as", help="The person's e-mail; `sanshe demo --list` names some.")],
    scope: Annotated[str | None, typer.Option(help="Narrow it to these scopes, separated by spaces.")] = None,
    client: Annotated[str | None, typer.Option(help="The application it is issued to.")] = None,
) -> None:
    """Print an access token in a person's name."""
    settings = load()
    if not settings.on_loopback:
        raise Trouble(
            f"Tokens are handed out here only while ISSUER is this machine, not {settings.issuer}. Sign in instead.",
            "仅当 ISSUER 为本机时才能在此签发令牌，请改用登录。",
        )
    from api.oauth.tokens import issue_for
    from sanshe.commands.house import in_house

    print(in_house(settings, lambda house: issue_for(house, settings, email, scope, client)))
