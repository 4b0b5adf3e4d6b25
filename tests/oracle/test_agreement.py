"""The engine and the oracle agree on random operations over the whole schema, by random viewers, in random towns.

Alone: `.venv/bin/python -m pytest tests/oracle`, a minute or two; `-x -k each` for the sweep only, half a minute.
`make nightly` asks 20,000 on the service and as many on the library, of other seeds each time, and says what was
reached. A failure prints the smallest operation found, its viewer and town, and how to repeat it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from graphql import parse
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st

from api.engine.declare import Expression, RowsOf
from api.engine.kinds import Schema
from api.engine.limits import LIMITS, measured
from api.schema import schema
from domain.access import Actor
from tests.conftest import NOON
from tests.engine.conftest import catalogue_schema
from tests.oracle.by_hand import EXPRESSIONS, ROWS, WHERE
from tests.oracle.comparing import Cursors, at, told
from tests.oracle.conftest import Town
from tests.oracle.operations import Operation, Writer
from tests.oracle.reached import to_reach
from tests.oracle.sweep import Sweep
from tests.oracle.viewers import STRANGER, everybody, scopes_of, viewer

NIGHTLY = int(os.environ.get("OPERATIONS", "0"))


def asked(operations: int) -> settings:
    return settings(
        max_examples=NIGHTLY or operations,
        derandomize=not NIGHTLY,
        deadline=None,
        database=None,
        print_blob=True,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


async def compare(town: Town, viewer: Actor, operation: Operation) -> None:
    """Both answer; then once more, from cursors of the first answer on."""
    town.reached.add(operation.document, operation.variables)
    cursors = Cursors()
    first = await agree(town, viewer, operation, operation.variables, operation.variables, cursors)
    ours, theirs = {}, {}
    for wish in operation.wishes:
        there = [c for c in at(first, (*wish.path, "edges", "cursor")) if c in cursors.ours]
        if there:
            theirs[wish.variable] = there[wish.luck % len(there)]
            ours[wish.variable] = cursors.ours[theirs[wish.variable]]
    if theirs:
        given = operation.variables
        await agree(town, viewer, operation, {**given, **theirs}, {**given, **ours}, cursors)


async def agree(town: Town, viewer: Actor, operation: Operation, theirs: Any, ours: Any, cursors: Cursors) -> Any:
    """The data on which engine and oracle agree, to the letter and in order."""
    answer = await town.engine.execute(operation.document, theirs, operation.name, viewer)
    said = json.loads(answer.body)
    assert answer.executed, said
    data, errors = town.oracle.answer(operation.document, ours, operation.name, viewer)
    assert json.dumps(said["data"], indent=1) == json.dumps(cursors.meet(data, said["data"]), indent=1)
    assert told(said["data"], said.get("errors", ())) == told(data, errors)
    return said["data"]


class Tape:
    """Choices one after the other, a byte for each; the plainest when it has run out. Hypothesis shrinks it well."""

    def __init__(self, said: bytes) -> None:
        self.rest = iter(said)

    def __call__(self, below: int) -> int:
        return next(self.rest, 0) % below


@dataclass
class Question:
    """Which town, who asks, and what."""

    town: Town
    viewer: Actor
    operation: Operation

    @classmethod
    def told_by(cls, tape: Tape, towns: Sequence[Town]) -> Question:
        town = towns[min(tape(2 * len(towns)), len(towns) - 1)]
        actor = viewer(town.rows, town.people, scopes_of(town.schema), tape)
        return cls(town, actor, Writer(town.schema, town.graphql, town.rows, tape).operation())


tapes = st.binary(min_size=64, max_size=320)


@asked(1500)
@given(tapes)
async def test_random_operations_on_the_service(service: list[Town], tape: bytes) -> None:
    await ask(Question.told_by(Tape(tape), service))


@asked(300)
@given(tapes)
async def test_random_operations_on_the_library(library: list[Town], tape: bytes) -> None:
    await ask(Question.told_by(Tape(tape), library))


async def ask(question: Question) -> None:
    assume(fits(question.operation.document))
    note(f"{question.operation}\n{question.viewer}\n{question.town}")
    await compare(question.town, question.viewer, question.operation)


def fits(document: str) -> bool:
    """Whether it is small enough to be answered at all: fragments that spread others twice may not be."""
    return all(is_ <= limit for _, size in measured(parse(document)) for is_, limit in zip(size, LIMITS, strict=True))


async def test_each_field_argument_and_operator_of_the_service(service: list[Town]) -> None:
    await sweep(service[-1])


async def test_each_field_argument_and_operator_of_the_library(library: list[Town]) -> None:
    await sweep(library[-1])


async def sweep(town: Town) -> None:
    """All there is to ask, by somebody who may do all; what rows say also with fewer scopes, and by a stranger."""
    asks = Sweep(town.schema, town.graphql, town.rows)
    someone = everybody(town.rows, town.people)
    reading = frozenset(graph.see[0].scope(graph.see[1]) for graph in town.schema.graphs.values() if graph.see)
    stranger = Actor(STRANGER, language="zh-Hans", now=NOON)
    for operation in asks.of_rows():
        for actor in (someone, replace(someone, scopes=reading), stranger, replace(stranger, scopes=frozenset())):
            await compare(town, actor, operation)
    for operation in asks.of_lists():
        await compare(town, someone, operation)
    assert to_reach(town.graphql) - set(town.reached.counts) == set()


@pytest.mark.parametrize("offered", [schema, catalogue_schema])
def test_whatever_is_said_in_sql_is_said_by_hand(offered: Callable[[], Schema]) -> None:
    said = {Expression: EXPRESSIONS, RowsOf: ROWS}
    for place, field in offered().fields.items():
        if type(field.source) in said:
            assert place in said[type(field.source)]
        if getattr(field.source, "where", None):
            assert place in WHERE
