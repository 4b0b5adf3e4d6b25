"""`sanshe import`: tables that others made."""

from pathlib import Path
from typing import Annotated

import typer

from api.settings import load
from sanshe.trouble import Trouble

app = typer.Typer(no_args_is_help=True, help="Import tables that others made.")


@app.callback()
def imports() -> None:
    """Import tables that others made."""


@app.command()
def population(file: Annotated[Path, typer.Argument(help="A CSV table of subdistricts and their people.")]) -> None:
    """Import population figures. A second import of the same file changes nothing."""
    from domain.communities.imports import import_population
    from sanshe.commands.house import in_house
    from sanshe.progress import counting

    settings = load()
    try:
        source = file.open("rb")
    except OSError as problem:
        raise Trouble(f"{file} cannot be read: {problem.strerror}.", "文件无法读取。") from problem
    with source, counting("Rows") as progress:
        report = in_house(settings, lambda house: import_population(house, source, progress=progress))
    print(report)
