"""`sanshe issuer`: the issuers elsewhere whose tokens are accepted, and with which people sign in."""

from typing import Annotated

import typer

from api.settings import load

app = typer.Typer(no_args_is_help=True, help="The issuers elsewhere that are trusted.")


@app.callback()
def issuers() -> None:
    """The issuers elsewhere that are trusted."""


@app.command()
def trust(
    url: Annotated[str, typer.Argument(help="Its issuer identifier, exactly as its discovery has it.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    name_zh: Annotated[str | None, typer.Option(help="The same in Chinese.")] = None,
    client_id: Annotated[str | None, typer.Option(help="What it calls us; people may then sign in with it.")] = None,
    with_secret: Annotated[bool, typer.Option("--with-secret", help="Ask for our client secret there.")] = False,
    audience: Annotated[str | None, typer.Option(help="`aud` of its access tokens; else they open nothing.")] = None,
    typ: Annotated[list[str] | None, typer.Option(help="`typ` of its access tokens: at+jwt; JWT of Keycloak.")] = None,
    client_claim: Annotated[str, typer.Option(help="The claim that names the application: azp of Keycloak.")] = (
        "client_id"
    ),
    scope_claim: Annotated[str, typer.Option(help="The claim that names the scopes.")] = "scope",
    scope: Annotated[str, typer.Option(help="What its tokens may do, at most, separated by spaces.")] = "",
    role_claim: Annotated[str | None, typer.Option(help="Where roles are: /realm_access/roles of Keycloak.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="'their word=our role@place,place'; repeatable.")] = None,
) -> None:
    """Trust an issuer within this profile; one that is trusted already, within this one instead of its own."""
    from api.oauth.issuers import register
    from sanshe.commands.house import in_house

    settings = load()
    profile = register.profile_of(
        settings,
        name=name,
        name_zh=name_zh,
        client_id=client_id,
        secret=typer.prompt("client_secret", hide_input=True) if with_secret else None,
        audience=audience,
        token_types=typ or ["at+jwt"],
        client_claim=client_claim,
        scope_claim=scope_claim,
        scopes=scope.split(),
        role_claim=role_claim,
        roles=role or [],
    )
    trusted = in_house(settings, lambda house: register.trust(house, settings, url, profile))
    print(f"id: {trusted.id}")
    print(f"keys: {trusted.keys}")
    print(f"redirect_uri: {trusted.redirect_uri}")


@app.command("list")
def list_all() -> None:
    """List the issuers, one a line: id, address, state, what it is good for."""
    from api.oauth.issuers import register
    from sanshe.commands.house import in_house

    for issuer in in_house(load(), register.listed):
        print(issuer)


@app.command()
def distrust(issuer_id: str) -> None:
    """Believe an issuer no longer: its tokens, and whoever signed in with it, are turned away at once."""
    from api.oauth.issuers import register
    from sanshe.commands.house import in_house

    in_house(load(), lambda house: register.distrust(house, issuer_id))
    print(f"{issuer_id} is trusted no longer. 已不再信任。")
