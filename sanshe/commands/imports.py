"""`sanshe import`: tables that others made."""

import re
from datetime import date
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
def population(
    file: Annotated[Path, typer.Argument(help="A CSV table of subdistricts and their people.")],
    district: Annotated[str, typer.Option(help="The district's code of GB/T 2260.")] = "110105",
    period: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="The month it speaks of; by default as the file's name ends.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Who printed it, and where; by default the file's name.")] = None,
) -> None:
    """Import population figures. A second import of the same table changes nothing."""
    from domain.communities.imports import import_population
    from sanshe.commands.house import in_house
    from sanshe.progress import counting

    settings, month = load(), _month(period or file.stem)
    try:
        table = file.open("rb")
    except OSError as problem:
        raise Trouble(f"{file} cannot be read: {problem.strerror}.", "文件无法读取。") from problem
    with table, counting("Rows") as progress:
        report = in_house(
            settings,
            lambda house: import_population(
                house, table, source_name=source or file.name, district=district, period=month, progress=progress
            ),
        )
    print(report)


def _month(text: str) -> date:
    """The month at the end of an option or a file's name."""
    found = re.search(r"([12][0-9]{3})-(0[1-9]|1[0-2])$", text)
    if not found:
        raise Trouble(
            "Which month does this table speak of? Say --period YYYY-MM.", "请用 --period YYYY-MM 指明统计月份。"
        )
    return date(int(found[1]), int(found[2]), 1)
