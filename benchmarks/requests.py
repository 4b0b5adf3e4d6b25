"""What exactly is sent? Files of requests, a line each, drawn once so that all servers are asked the same."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.data import numbered, plain
from benchmarks.operations import Operation
from domain.columns import typed

DRAWN = 2_000
WRITES = 40_000
"""More than any server can write in one round: nothing is written twice."""

Drawn = list[dict[str, Any]]


async def draw(address: str, scale: float, operation: Operation) -> Drawn:
    """Viewers and values, in random order."""
    count = WRITES if operation.writes else DRAWN
    async with plain(address) as connection:
        drawn = numbered(operation.draw, scale)
        found = await connection.fetch(f"SELECT * FROM ({drawn}) d ORDER BY random() LIMIT {count}")
    return [dict(row) for row in found]


def body(server: str, operation: Operation, values: dict[str, Any]) -> str:
    """The request's body: of the floor the values, of the others a GraphQL request."""
    values = {name: value for name, value in values.items() if name != "viewer"}
    if server == "floor":
        return json.dumps(values, default=str)
    document = operation.wording(server)
    if server == "service":
        values = {name: as_service_says(operation.prefix, value) for name, value in values.items()} | {
            "key": uuid4().hex
        }
    values = {name: value for name, value in values.items() if f"${name}:" in document}
    document = re.sub(r"\s+", " ", document)
    if operation.inline:
        document = re.sub(r"\(\$.*?\)", "", document, count=1)
        document = re.sub(r"\$(\w+)", lambda found: json.dumps(values[found[1]], default=str), document)
        return json.dumps({"query": document})
    return json.dumps({"query": document, "variables": values}, default=str)


def as_service_says(prefix: str, value: Any) -> str:
    return typed(prefix, value) if isinstance(value, UUID) else str(value).upper()


def path(server: str, operation: Operation) -> str:
    return f"/{operation.name}" if server == "floor" else "/graphql"


def write(file: Path, server: str, operation: Operation, drawn: Drawn, tokens: dict[UUID, str]) -> None:
    with file.open("w") as lines:
        for values in drawn:
            authorization = f"Bearer {tokens[values['viewer']]}" if server == "service" else ""
            lines.write(f"{authorization}\t{body(server, operation, values)}\n")
