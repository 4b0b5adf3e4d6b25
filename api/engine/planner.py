"""How does a request find its plan? In a cache, else it is made in the workshop while the loop answers others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, NamedTuple

from graphql import GraphQLError, GraphQLSyntaxError

from api.caches import Cache
from api.engine.coerce import Bad
from api.engine.compile import Compiler, Plan, shape_of
from api.engine.cost import Cost, cost_of
from api.engine.deeds import deeds
from api.engine.kinds import Schema
from api.engine.plan import Cut, Document, Operation, Reader, Refused, user_error
from api.engine.statement import Statement
from api.engine.watch import watched
from api.engine.workshop import Workshop
from domain.access import Actor

#: Characters of SQL whose plans are kept.
PLANS = 8_000_000

Given = Mapping[str, Any] | None


class Planned(NamedTuple):
    """A Plan, a mutation's deeds or what a subscription watches, unless it costs too much; and what it costs."""

    plan: Any
    cost: Cost


class Planner:
    """Documents to operations, operations to plans. Only the loop touches the caches."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.reader = Reader(schema)
        self.plans: Cache[Planned] = Cache(PLANS)
        self.workshop = Workshop()

    @property
    def metrics(self) -> dict[str, dict[str, float]]:
        caches: dict[str, Cache[Any]] = {
            "texts": self.reader.texts,
            "documents": self.reader.documents,
            "plans": self.plans,
        }
        counted: dict[str, dict[str, float]] = {
            n: {**asdict(c.counters), "entries": len(c), "characters": c.weight} for n, c in caches.items()
        }
        counted["plans"]["compile_seconds"] = self.workshop.seconds
        return counted | {"workshop": self.workshop.metrics}

    async def read(
        self, text: str, variables: Given, name: str | None, actor: Actor
    ) -> tuple[Operation, dict[str, Any]]:
        """The operation asked for, and the values of its variables. Raises Refused, or Busy for a new text."""
        document, cut = self.reader.recall(text)
        if document is None:
            document = await self._meet(text, cut, actor)
        operation = document.choose(name)
        try:
            return operation, operation.coerce(variables or {}, cut.literals, self.schema)
        except (Bad, GraphQLSyntaxError) as bad:  # a literal is wrong: graphql-core says it best
            if not (errors := self.reader.refusals.get(text)):
                check = partial(self.reader.read, text, Cut(text))
                errors = (await self.workshop.make(actor.asker, ("check", text), check, self.reader.refuse)).errors
            raise _wrong(errors, bad) from None

    async def _meet(self, text: str, cut: Cut, actor: Actor) -> Document:
        """Of texts with the same form that come together, one is read and the others find what was kept of it."""
        while True:
            read = partial(self.reader.read, text, cut)
            reading = await self.workshop.make(actor.asker, cut.form, read, self.reader.keep)
            if reading.text == text:
                return reading.found()
            document, _ = self.reader.recall(text)
            if document is not None:
                return document

    async def kind_of(self, text: str, name: str | None, actor: Actor) -> str | None:
        document, cut = self.reader.recall(text)
        return (document or await self._meet(text, cut, actor)).choose(name).kind

    async def plan(self, operation: Operation, values: Mapping[str, Any], actor: Actor) -> tuple[Any, int]:
        """What is planned, and what it costs with these values. Raises Refused, or Busy for a new plan."""
        shape = operation.shape(values)
        key = (operation, shape, actor.shape)
        planned = self.plans.get(key)
        if planned is None:
            make: Callable[[], Planned] = partial(self._make, operation, shape, shape_of(actor))
            made = await self.workshop.make(actor.asker, key, make, partial(self._keep, key))
            return made.plan, made.cost.of(values)
        return planned.plan, planned.cost.of(values)

    async def cost(self, operation: Operation, values: Mapping[str, Any], actor: Actor) -> int:
        """What it would cost with these values. Raises Refused, or Busy."""
        shape = operation.shape(values)
        compiler = Compiler(self.schema, operation, operation.shapes(shape), shape_of(actor))
        key = ("cost", operation, shape)
        return (await self.workshop.make(actor.asker, key, partial(cost_of, compiler), id)).of(values)

    def _make(self, operation: Operation, shape: tuple[Any, ...], viewer: Actor) -> Planned:
        shapes = operation.shapes(shape)
        cost = cost_of(Compiler(self.schema, operation, shapes, viewer))
        if cost.too_much:
            return Planned(None, cost)
        make = {"query": _query, "mutation": deeds, "subscription": watched}
        return Planned(make[operation.kind](self.schema, operation, shapes, viewer), cost)

    def _keep(self, key: Any, planned: Planned) -> None:
        self.plans.put(key, planned, sum(s.weight for s in statements(planned.plan)) + 1000)

    def at_once(
        self, text: str, variables: Given, name: str | None, actor: Actor
    ) -> tuple[Operation, dict[str, Any], Planned]:
        """Operation, values and what is planned, however long it takes: for somebody who looks on, not for the loop."""
        document, cut = self.reader.recall(text)
        operation = (document or self.reader.read(text, cut).found()).choose(name)
        try:
            values = operation.coerce(variables or {}, cut.literals, self.schema)
        except (Bad, GraphQLSyntaxError) as bad:
            raise _wrong(self.reader.read(text, Cut(text)).errors, bad) from None
        return operation, values, self._make(operation, operation.shape(values), shape_of(actor))


def _wrong(errors: Sequence[GraphQLError], bad: Exception) -> Refused:
    return Refused(*errors or (user_error(f"A value {bad}."),))


def _query(schema: Schema, operation: Operation, shapes: Mapping[str, Any], viewer: Actor) -> Plan:
    return Compiler(schema, operation, shapes, viewer).query()


def statements(plan: Any) -> Sequence[Statement]:
    """The statements of a plan, in order."""
    steps = plan if isinstance(plan, tuple) else (plan,)
    return [s for step in steps if (s := getattr(step, "statement", None))]
