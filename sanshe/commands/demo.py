"""`sanshe demo`: the demo town."""

from typing import Annotated

import typer

from api.settings import load


def demo(
    show: Annotated[bool, typer.Option("--list", help="Only list its people: e-mail, roles.")] = False,
) -> None:
    """Load the demo town; what is there already stays as it is."""
    from sanshe.demo import people

    if show:
        for person in people():
            print(person)
        return
    from sanshe.database import database
    from sanshe.migrating import migrate

    with database(load()) as address:
        migrate(address)
        load_town(address)


def load_town(address: str) -> None:
    """Load it into a database that is up to date."""
    from sanshe.commands.house import at
    from sanshe.demo import load as load_people_and_places
    from sanshe.progress import waiting

    with waiting("Loading the demo town"):
        at(address, load_people_and_places)
