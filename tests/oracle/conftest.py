"""`service` and `library`: towns of every size, each with an engine and an oracle that answer about the same rows."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable

import pytest

from api.engine.kinds import Schema
from api.engine.run import Engine
from api.schema import schema
from domain.columns import Row
from domain.house import House
from domain.postgres import Lanes
from tests.conftest import NOON, copied, ddl
from tests.engine.conftest import catalogue_schema
from tests.engine.library import Toy
from tests.oracle.oracle import Oracle
from tests.oracle.reached import Reached, to_reach
from tests.oracle.reading import executable
from tests.oracle.towns import SIZES, in_order, settle

WATCHED: list[Reached] = []
"""What the operations of this run reached, of each schema."""


class Town:
    """Rows, and two who answer questions about them. No dataclass: hypothesis would print all it holds."""

    def __init__(self, number: int, engine: Engine, oracle: Oracle, reached: Reached, people: type[Row]) -> None:
        self.number, self.engine, self.oracle, self.reached, self.people = number, engine, oracle, reached, people
        self.schema, self.graphql, self.rows = oracle.schema, oracle.graphql, oracle.rows

    def __repr__(self) -> str:
        return f"town {self.number}"


@pytest.fixture(autouse=True)
def at_any_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether an answer is right does not hang on whether it would be given."""
    monkeypatch.setattr("api.engine.cost.COST", 10**9)


@pytest.fixture(scope="session")
async def service(template: str) -> AsyncIterator[list[Town]]:
    towns = await _towns(template, schema(), "usr")
    yield towns
    for town in towns:
        await town.engine.house.lanes.close()


@pytest.fixture(scope="session")
async def library(template: str) -> AsyncIterator[list[Town]]:
    towns = await _towns(template, catalogue_schema(), "pat")
    yield towns
    for town in towns:
        await town.engine.house.lanes.close()


@pytest.fixture(scope="session")
async def changing(template: str) -> AsyncIterator[Town]:
    """A town of the service in which things are done."""
    (town,) = await _towns(template, schema(), "usr", [len(SIZES) - 1], "changing")
    yield town
    await town.engine.house.lanes.close()


async def _towns(
    template: str, offered: Schema, people: str, numbers: Iterable[int] = range(len(SIZES)), called: str = "oracle"
) -> list[Town]:
    graphql, models = executable(offered), in_order(offered.of_model)
    towns, reached = [], Reached(graphql)
    WATCHED.append(reached)
    for number in numbers:
        name = f"{called}_{people}_{number}"
        lanes = await Lanes(await copied(template, name), size=1).open()
        for statement in ddl(Toy.metadata) if issubclass(models[0], Toy) else ():
            await lanes.run(statement)
        rows = await settle(lanes.run, models, number)
        engine = Engine(offered, await House(lanes, lambda: NOON).open())
        persons = offered.of_prefix[people].model
        assert persons
        towns.append(Town(number, engine, Oracle(offered, graphql, rows), reached, persons))
    return towns


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Of a long run: what was asked for, the rarest first."""
    for reached in WATCHED if "OPERATIONS" in os.environ else ():
        wanted = to_reach(reached.graphql)
        rarest = sorted(wanted, key=lambda name: reached.counts[name])[:20]
        there = sum(name in reached.counts for name in wanted)
        terminalreporter.write_line(
            f"{reached.operations} operations reached {there} of {len(wanted)} parts of the schema"
        )
        terminalreporter.write_line("  rarest: " + ", ".join(f"{name} {reached.counts[name]}" for name in rarest))
