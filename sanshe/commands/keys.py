"""`sanshe keys`: the keys that tokens are signed with."""

import typer

from api.settings import load

app = typer.Typer(no_args_is_help=True, help="The keys that tokens are signed with.")


@app.callback()
def keys() -> None:
    """The keys that tokens are signed with."""


@app.command("list")
def list_all() -> None:
    """List the published keys, one a line: id, algorithm, state, when made or retired, how its private part is kept."""
    from api.oauth.keys import Keys
    from sanshe.commands.house import in_house

    settings = load()
    for key in in_house(settings, lambda house: Keys(house, settings).listed()):
        print(key)


@app.command()
def rotate() -> None:
    """Sign with the next keys from now on; tokens that were signed with those before stay good until they expire."""
    from api.oauth.keys import Keys
    from sanshe.commands.house import in_house

    settings = load()
    kids = in_house(settings, lambda house: Keys(house, settings).rotate())
    print(f"{', '.join(kids)} sign from now on, in every process within a minute. 已启用新密钥，一分钟内全部进程生效。")
