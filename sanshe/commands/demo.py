"""`sanshe demo`: the demo town, and a whole year of a district."""

import asyncio
import secrets
from pathlib import Path
from typing import Annotated

import typer

from api.settings import load
from domain.accounts.passwords import hashed

PASSWORD_FILE = "demo-password.txt"  # noqa: S105


def demo(
    show: Annotated[bool, typer.Option("--list", help="Only list its people: e-mail, roles.")] = False,
    year: Annotated[bool, typer.Option("--year", help="Play a year of a district besides, and print reports.")] = False,
) -> None:
    """Load the demo town; what is there already stays as it is."""
    from sanshe.demo import people

    if show:
        for person in people():
            print(person)
        return
    from sanshe.database import database
    from sanshe.migrating import migrate

    settings = load()
    with database(settings) as address:
        migrate(address)
        load_town(address, settings.data_dir)
        if year:
            play_year(address, settings.data_dir)


def play_year(address: str, data_dir: Path) -> None:
    """43 streets with 100,000 volunteers and two million hours, by the house's own commands; once. Then reports."""
    from sanshe.commands.house import at
    from sanshe.progress import counting, waiting
    from sanshe.year.play import finish, found_already, play, steps
    from sanshe.year.reports import report
    from sanshe.year.size import Size

    size = Size()
    if not at(address, found_already):
        with counting("The year, a street's day at a time 年度演示", steps(size)) as progress:
            refused = play(address, size, asyncio.run(hashed(_password(data_dir))), progress)
        with waiting("Linking what was done 串联存证"):
            at(address, finish)
        for code, times in refused.most_common():
            print(f"{times:>8,} × {code}")
    with waiting("Adding up 统计"):
        lines = at(address, lambda house: report(house.lanes.run))
    print("\n".join(lines))


def load_town(address: str, data_dir: Path) -> None:
    """Load it into a database that is up to date, and say how to sign in."""
    from sanshe.commands.house import at
    from sanshe.demo import load as load_people_and_places
    from sanshe.progress import waiting

    with waiting("Loading the demo town"):
        at(address, lambda house: load_people_and_places(house, _password(data_dir)))
    file = data_dir / PASSWORD_FILE
    print(f"The demo town's people sign in with the password in {file}; `sanshe demo --list` names them.")
    print(f"演示社区人员的登录密码见 {file}；人员名单见 `sanshe demo --list`。")


def _password(data_dir: Path) -> str:
    """One password for the whole town, made on this machine and readable by its owner only."""
    file = data_dir / PASSWORD_FILE
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9) + "\n", encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()
