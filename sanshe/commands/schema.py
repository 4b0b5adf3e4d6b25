"""`sanshe schema`: the GraphQL schema as text."""

from pathlib import Path
from typing import Annotated

import typer

from sanshe.trouble import Trouble

COMMITTED = Path(__file__).parent.parent.parent / "schema.graphql"


def schema(
    check: Annotated[bool, typer.Option("--check", help="Only compare with the committed schema.graphql.")] = False,
) -> None:
    """Print schema.graphql."""
    from api.schema import print_schema

    now = print_schema()
    if not check:
        print(now, end="" if now.endswith("\n") else "\n")
    elif not COMMITTED.exists() or COMMITTED.read_text(encoding="utf-8").rstrip() != now.rstrip():
        raise Trouble(
            "schema.graphql is stale: run `make schema` and commit it.", "schema.graphql 已过期，请运行 make schema。"
        )
