"""What happens to a request? `Engine` answers it: a cached plan, one SQL statement, bytes.

For the HTTP layer:

    house = await House(await Lanes(dsn).open()).open()
    engine = Engine(schema(), house)        # schema() of api/schema.py; build both once per process

    answer = await engine.execute(document, variables, operation_name, actor, spend)
    answer.body         # bytes: {"data": …} or {"errors": […]} or {"errors": […], "data": …}, UTF-8; what was executed
                        # has "extensions": {"cost": {"requested": …, "limit": …}} too
    answer.executed     # False: refused before execution (syntax, validation, variables, limits): the body has no
                        # "data", graphql-response+json answers 400; 200 otherwise
    answer.kind         # "query", "mutation", "subscription", or None when the document could not be read

    await engine.dry_run(document, variables, operation_name, actor)
                        # an Answer that tells the cost: all is checked as ever, and nothing is carried out
    await engine.kind_of(document, operation_name, actor) -> "query" | "mutation" | "subscription" | None
                        # before execution, for GET (which refuses mutations); cached; None: execute() says why

    async for body in engine.subscribe(document, variables, operation_name, actor, deeds, spend):
        ...             # bytes, each a whole response; a refused subscription yields one with "errors" and ends
                        # `deeds`: AsyncIterator of records with noun, subject_id (domain.history.since's rows)

    engine.metrics      # numbers, by cache and of the workshop

`variables` is a dict or None (other JSON is the HTTP layer's to refuse); `actor` is a domain.access.Actor; its `now` is
set here if it is None, its `language` picks texts and the language of refusals. `spend` hears what an operation costs
before anything is carried out, and may not refuse. `domain.errors.Unavailable` and
`TooSlow` pass through, as does its kind `workshop.Busy` when too many new documents come at once: answer 503 with
Retry-After. Every other exception is logged as `engine.fault` with an id and
answered as a masked error `{"message": …, "extensions": {"code": "INTERNAL", "id": …}}`. Codes in
`errors[].extensions.code`: SYNTAX, INVALID_DOCUMENT, QUERY_TOO_COMPLEX (with limit and measured), BAD_USER_INPUT,
MISSING_SCOPE (with requires: [scope, …]), UNAVAILABLE, INTERNAL. A subscription given to `execute` is refused with
BAD_USER_INPUT.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, cast
from uuid import UUID, uuid4

import orjson
from graphql import (
    GraphQLError,
)

from api.caches import Cache
from api.engine import payloads
from api.engine.arguments import filled
from api.engine.compile import Plan
from api.engine.cost import told
from api.engine.declare import Do
from api.engine.deeds import Deed
from api.engine.holes import HOLE, fill
from api.engine.introspection import introspect
from api.engine.kinds import Schema
from api.engine.plan import Operation, Refused, user_error
from api.engine.planner import Planner, statements
from api.engine.statement import Statement
from api.engine.watch import Watch
from domain import writing
from domain.access import Actor
from domain.columns import Row
from domain.errors import Refusal, TooSlow, Unavailable
from domain.house import House

log = logging.getLogger("engine")

SILENT = "The database did not answer. Try again with the same idempotency key. 数据库未响应，请用同一幂等键重试。"

Spend = Callable[[int], None]

#: Characters of answers to introspection that are kept.
INTROSPECTIONS = 2_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """A response's body; whether anything was executed; which kind of operation it was."""

    body: bytes
    executed: bool
    kind: str | None


@dataclass(frozen=True)
class Explanation:
    """What the plan depends on, and its statements with their arguments; a mutation's show what its commands return."""

    key: dict[str, Any]
    cost: int
    statements: list[tuple[str, list[Any]]]


def for_free(_: int) -> None:
    """Nobody keeps account."""


class Engine:
    """Answers operations on a schema from a house."""

    def __init__(self, schema: Schema, house: House) -> None:
        self.schema, self.house = schema, house
        self.planner = Planner(schema)
        self.introspections: Cache[bytes] = Cache(INTROSPECTIONS)

    @property
    def metrics(self) -> dict[str, dict[str, float]]:
        return {**self.planner.metrics, "together": self.house.reads.metrics}

    async def kind_of(self, document: str, operation_name: str | None, actor: Actor) -> str | None:
        try:
            return await self.planner.kind_of(document, operation_name, actor)
        except Refused:
            return None

    async def execute(
        self,
        document: str,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        actor: Actor,
        spend: Spend = for_free,
    ) -> Answer:
        kind = None
        try:
            operation, values = await self.planner.read(document, variables, operation_name, actor)
            kind = operation.kind
            if kind == "subscription":
                refused = user_error("A subscription is not executed but subscribed to.")
                return Answer(_errors((refused,)), False, kind)
            if actor.now is None:
                actor = actor.at(self.house.clock())
            plan, cost = await self.planner.plan(operation, values, actor)
            spend(cost)
            if kind == "query":
                return await self._query(plan, operation, values, variables, actor, told(cost))
            return await self._mutation(plan, values, actor, told(cost))
        except Refused as refused:
            return Answer(_errors(refused.errors), False, kind)
        except (TooSlow, Unavailable):
            raise
        except Exception as bug:
            return Answer(orjson.dumps({"errors": [self._fault(bug)], "data": None}), True, kind)

    async def dry_run(
        self, document: str, variables: Mapping[str, Any] | None, operation_name: str | None, actor: Actor
    ) -> Answer:
        """What an operation would cost; or its refusal, if it is not valid or costs too much."""
        kind = None
        try:
            operation, values = await self.planner.read(document, variables, operation_name, actor)
            kind = operation.kind
            cost = await self.planner.cost(operation, values, actor)
        except Refused as refused:
            return Answer(_errors(refused.errors), False, kind)
        return Answer(b'{"data":null' + told(cost), True, kind)

    def _fault(self, bug: Exception, path: tuple[str, ...] = ()) -> dict[str, Any]:
        """What the caller hears of a bug: the id under which the log tells it."""
        id = uuid4().hex
        log.error("engine.fault", extra={"fault": id}, exc_info=bug)
        error = {"message": "Something went wrong here.", "extensions": {"code": "INTERNAL", "id": id}}
        return {**error, "path": list(path)} if path else error

    def explain(
        self, document: str, variables: Mapping[str, Any] | None, operation_name: str | None, actor: Actor
    ) -> Explanation:
        """What an operation runs for somebody. Raises Refused."""
        operation, values, (plan, cost) = self.planner.at_once(document, variables, operation_name, actor)
        viewer = (actor if actor.now else actor.at(self.house.clock())).binds()
        values = {**values, "row": UUID(int=0)}  # of a row that is yet to come; PostgreSQL plans nothing for NULL
        return Explanation(
            {"variables": operation.shapes(operation.shape(values)), "viewer": actor.shape},
            cost.of(values),
            [(s.sql, s.arguments(values, viewer)) for s in statements(plan)],
        )

    # -- queries -------------------------------------------------------------------------------------------------------

    async def _query(
        self,
        plan: Plan,
        operation: Operation,
        values: dict[str, Any],
        given: Mapping[str, Any] | None,
        actor: Actor,
        end: bytes,
    ) -> Answer:
        statement = plan.statement
        row: Any = ()
        if statement is not None:
            arguments = statement.arguments(values, actor.binds())
            row = await self.house.reads.ask(statement.question, arguments)
        parts: list[bytes] = [b'{"data":']
        for before, value in plan.keys:
            parts.append(before)
            parts.append(row[value] if isinstance(value, int) else value)
        parts += (b"}", end)
        if plan.introspected:
            parts = await self._with_introspection(plan, parts, operation, given, actor)
        body = b"".join(parts)
        if statement is not None and statement.holes and b"\x01" in body:
            data, errors = fill(body[len(b'{"data":') : -len(end)].decode(), statement.holes)
            body = _body(data, errors, end)
        return Answer(body, True, "query")

    async def _with_introspection(
        self, plan: Plan, parts: list[bytes], operation: Operation, given: Mapping[str, Any] | None, actor: Actor
    ) -> list[bytes]:
        """What graphql-core says of the schema, at its keys."""
        at = {name: 2 + 2 * i for i, (_, name) in enumerate(plan.keys) if isinstance(name, bytes)}
        for name, nodes in plan.introspected:
            fixed = not operation.variables
            found = self.introspections.get((operation, name)) if fixed else None
            if found is None:
                key: Any = (operation, name) if fixed else object()
                work = partial(introspect, self.schema.graphql, operation, name, nodes, given)
                keep = partial(self._keep, key) if fixed else len
                found = await self.planner.workshop.make(actor.asker, key, work, keep)
            parts[at[name.encode()]] = found
        return parts

    def _keep(self, key: Any, found: bytes) -> None:
        self.introspections.put(key, found, len(found))

    # -- mutations -----------------------------------------------------------------------------------------------------

    async def _mutation(
        self, plan: tuple[Deed | tuple[str, str], ...], values: dict[str, Any], actor: Actor, end: bytes
    ) -> Answer:
        data: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for deed in plan:
            if isinstance(deed, tuple):
                data[deed[0]] = deed[1]
            else:
                data[deed.key], wrong = await self._do(deed, values, actor, first=not data)
                errors += wrong
        return Answer(_body(data, errors, end), True, "mutation")

    async def _do(
        self, deed: Deed, values: dict[str, Any], actor: Actor, *, first: bool
    ) -> tuple[Any, list[dict[str, Any]]]:
        """Carry out one deed: what it came to, and errors. What came of earlier ones is told though this one fails."""
        given = filled(deed.input, values)
        source = cast(Do, deed.field.source)
        try:
            source.rules.demand_scope(actor, source.command.__name__)  # before anything is read, or told
            done = await self.house.do(
                actor,
                source.command,
                key=given.get("idempotencyKey"),
                show=partial(self._show, deed.statement, values, actor),
                form=_form(deed.statement, values, actor),
                **payloads.command_input(deed.field.arguments, given, actor.language),
            )
        except Refusal as no:
            return payloads.refusal(no, actor.language, deed.refusal, deed.rule), []
        except (TooSlow, Unavailable):
            if first:
                raise
            return None, [{"message": SILENT, "path": [deed.key], "extensions": {"code": "UNAVAILABLE"}}]
        except Exception as bug:
            return None, [self._fault(bug, (deed.key,))]
        shown = cast(str, done.shown)
        if HOLE in shown:
            filled_, errors = fill(f"{{{orjson.dumps(deed.key).decode()}:{shown}}}", deed.statement.holes)
            return filled_ and filled_[deed.key], errors
        return orjson.Fragment(shown), []

    @staticmethod
    def _show(statement: Statement, values: dict[str, Any], actor: Actor, row: Row) -> writing.Statement:
        arguments = statement.arguments({**values, "row": row.id}, actor.binds())
        return writing.Statement(statement.sql, arguments, statement.question.together)

    # -- subscriptions -------------------------------------------------------------------------------------------------

    async def subscribe(
        self,
        document: str,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        actor: Actor,
        deeds: AsyncIterator[Any],
        spend: Spend = for_free,
    ) -> AsyncGenerator[bytes, None]:
        """A response for each deed about what is watched, as long as the viewer may see it."""
        try:
            operation, values = await self.planner.read(document, variables, operation_name, actor)
            if operation.kind != "subscription":
                yield _errors((user_error("This is no subscription."),))
                return
            watch, cost = await self.planner.plan(operation, values, actor)
            spend(cost)
        except Refused as refused:
            yield _errors(refused.errors)
            return
        async for deed in deeds:
            if deed["noun"] != watch.noun:
                continue
            try:
                body = await self._event(watch, values, actor, deed["subject_id"], told(cost))
            except (TooSlow, Unavailable):
                raise
            except Exception as bug:
                body = orjson.dumps({"errors": [self._fault(bug)], "data": None})
            if body:
                yield body

    async def _event(self, watch: Watch, values: dict[str, Any], actor: Actor, id: UUID, end: bytes) -> bytes | None:
        statement, now = watch.statement, actor.at(self.house.clock())
        found = await self.house.lanes.run(statement.sql, statement.arguments({**values, "row": id}, now.binds()))
        shown = found[0][0]
        if shown == "null":
            return None
        text = f"{{{orjson.dumps(watch.key).decode()}:{shown}}}"
        if HOLE in text:
            return _body(*fill(text, statement.holes), end)
        return b'{"data":' + text.encode() + end


def _form(statement: Statement, values: Mapping[str, Any], actor: Actor) -> bytes:
    """What a shown answer depends on besides the row: the same question by the same reader."""
    known = {**values, "row": None}
    bound = [get(known) for get, _ in statement.getters if get is not None]
    return sha256(statement.form + repr((bound, actor.language)).encode()).digest()


def _body(data: Any, errors: list[dict[str, Any]], end: bytes) -> bytes:
    return orjson.dumps({"errors": errors, "data": data} if errors else {"data": data})[:-1] + end


def _errors(errors: tuple[GraphQLError, ...]) -> bytes:
    return orjson.dumps({"errors": [e.formatted for e in errors]})
