"""`sanshe import`: tables that others made."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.settings import load
from sanshe.trouble import Trouble

app = typer.Typer(no_args_is_help=True, help="Import tables that others made.")
CHAOYANG = "110105"


@app.callback()
def imports() -> None:
    """Import tables that others made."""


@app.command()
def population(
    file: Annotated[Path, typer.Argument(help="A CSV table of subdistricts and their people.")],
    district: Annotated[str, typer.Option(help="Whose people, by its code of GB/T 2260.")] = CHAOYANG,
    period: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m"], help="The month it speaks of; else the one in its name.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where the table is from; else the file's name.")] = None,
) -> None:
    """Import population figures. A second import of the same file changes nothing."""
    from domain.communities.imports import import_population
    from sanshe.commands.house import in_house
    from sanshe.progress import counting

    settings = load()
    try:
        opened = file.open("rb")
    except OSError as problem:
        raise Trouble(f"{file} cannot be read ({problem.strerror}).", "文件无法读取。") from problem
    month = period.date() if period else _month_in(file.name)
    with opened, counting("Rows 行") as progress:
        report = in_house(
            settings,
            lambda house: import_population(
                house,
                opened,
                source_name=source or file.name,
                district=district,
                period=month,
                progress=progress,
            ),
        )
    print(report)


def _month_in(name: str) -> date:
    if found := re.search(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])(?!\d)", name):
        return date(int(found[1]), int(found[2]), 1)
    raise Trouble(
        "The file's name holds no month (2010-03): say it with --period.",
        "文件名中没有月份，请用 --period 指定。",
    )
