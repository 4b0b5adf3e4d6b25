"""`sanshe migrate`: the database in the shape of the models."""

from typing import Annotated

import typer

from sanshe.trouble import Trouble


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only compare the migrations with the models.")] = False,
    write: Annotated[str | None, typer.Option(metavar="NAME", help="Write a migration from the models.")] = None,
) -> None:
    """Bring the database up to date."""
    from sanshe import migrating

    if check:
        if differences := migrating.differences():
            raise Trouble(
                "\n".join(["The migrations and the models differ:", *differences, 'Run `make migration NAME="..."`.']),
                "迁移与模型不一致，请运行 make migration。",
            )
    elif write:
        migrating.write(write)
    else:
        from api.settings import load
        from sanshe.database import database

        with database(load()) as address:
            migrating.migrate(address)
