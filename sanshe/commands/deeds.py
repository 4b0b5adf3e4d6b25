"""`sanshe deeds`: the chain of everything done."""

import typer

from api.settings import load
from sanshe.trouble import Trouble

app = typer.Typer(no_args_is_help=True, help="The chain of everything done.")


@app.callback()
def deeds() -> None:
    """The chain of everything done."""


@app.command()
def verify() -> None:
    """Prove that no deed was changed, removed or slipped in; name the first broken link otherwise."""
    from domain import history
    from sanshe.commands.house import in_house
    from sanshe.progress import waiting

    settings = load()
    with waiting("Walking the chain"):
        proof = in_house(settings, lambda house: history.verify(house.lanes.run))
    if proof.broken:
        raise Trouble(f"The chain of deeds is broken at {proof.broken}.", "行为链已断裂，断点如上。")
    print(f"{proof.links} links hold, {proof.waiting} deeds wait for theirs. Head: {proof.head or 'none'}")
