"""Where commands are carried out: once for each key, again when somebody was faster, with the first answer kept."""

from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import asyncpg

from domain import history
from domain.access import Actor
from domain.columns import Row, utc_now
from domain.errors import Conflict, Refusal
from domain.history import digest
from domain.postgres import Lane, Lanes, Run
from domain.rules import Book, read_book
from domain.work import Command, Faster, Work, by_id

AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.InvalidCachedStatementError)
TRIES = 5

Show = Callable[[Row], tuple[str, Sequence[Any]]]
"""The statement that prints a row, and its arguments."""


@dataclass(frozen=True)
class Done:
    """What a command returned, and how it was shown inside its transaction; the first answer, if it is a repetition."""

    row: Row | None
    shown: str | None
    repeated: bool = False


class House:
    """The database, the law's numbers and the clock: where commands are carried out."""

    def __init__(self, lanes: Lanes, clock: Callable[[], datetime] = utc_now) -> None:
        self.lanes, self.clock = lanes, clock
        self.book, self.era = Book([]), 1
        self.after_commit: Callable[[], None] = lambda: None

    async def open(self) -> "House":
        """Read what every work needs: the book of rules and the era."""
        self.book = await read_book(self.lanes.run)
        self.era = await history.current_era(self.lanes.run)
        return self

    @asynccontextmanager
    async def begin(self, actor: Actor, *, key: str | None = None, input: bytes | None = None) -> Any:
        """One attempt: a transaction, whose writes go out at its end."""
        async with self.lanes.hold() as lane:
            work = self._work(lane, actor, key, input)
            yield work
            await work.flush()
        self.after_commit()

    def _work(self, lane: Lane, actor: Actor, key: str | None = None, input: bytes | None = None) -> Work:
        now = self.clock()
        return Work(lane.run, actor.at(now), now, self.book, self.era, key, input)

    async def do(
        self,
        actor: Actor,
        command: Command[Any],
        *,
        key: str | None = None,
        show: Show | None = None,
        form: bytes = b"",
        **input: Any,
    ) -> Done:
        """Carry out a command, once for each key; again when somebody else was faster.

        `show` prints the result inside the transaction; `form` is the fingerprint of the question it answers.
        """
        request = digest([command.__name__, input]) if key else None
        for left in reversed(range(TRIES)):
            try:
                return await self._attempt(actor, command, key, request, show, form, input)
            except (*AGAIN, Faster):
                if not left:
                    raise Conflict(
                        "busy", "Too many people are doing this at once: try again.", "同时操作的人太多，请重试。"
                    ) from None
            except Refusal:
                if key and (done := await self._answered(actor, key, request, show, form)):
                    return done
                raise
        raise AssertionError("unreachable")

    async def _attempt(
        self,
        actor: Actor,
        command: Command[Any],
        key: str | None,
        request: bytes | None,
        show: Show | None,
        form: bytes,
        input: dict[str, Any],
    ) -> Done:
        async with self.lanes.hold() as lane:
            work = self._work(lane, actor, key, request)
            row = await command(work, **input)
            await work.flush()
            shown = None
            if show and not work.refusal:
                shown = await _printed(lane.run, *show(row), work.first_deed if key else None, form)
        self.after_commit()
        if work.refusal:
            raise work.refusal
        return Done(row, shown)

    async def _answered(
        self, actor: Actor, key: str, request: bytes | None, show: Show | None, form: bytes
    ) -> Done | None:
        """The first answer to a request that was already carried out under this key."""
        found = await self.lanes.run(ANSWERED, (actor.id, key))
        if not found:
            return None
        if found[0]["input"] != request:
            raise Conflict(
                "key_reused",
                "This idempotency key has been used for something else.",
                "该幂等键已用于其他请求。",
                path="idempotencyKey",
            )
        if found[0]["body"] is not None and found[0]["plan"] == form:
            return Done(None, found[0]["body"], repeated=True)
        model = model_named(found[0]["noun"])
        row = model.read(dict((await self.lanes.run(by_id(model, False), (found[0]["subject_id"],)))[0]))
        return Done(row, await _printed(self.lanes.run, *show(row)) if show else None, repeated=True)


async def _printed(run: Run, sql: str, args: Sequence[Any], deed: UUID | None = None, form: bytes = b"") -> str:
    """What the statement prints; kept as the answer to the deed, if one is given, in the same trip."""
    found = await (run(_keeping(sql, len(args)), [*args, deed, form]) if deed else run(sql, args))
    return cast(str, found[0][0])


@lru_cache(maxsize=500)
def _keeping(sql: str, n: int) -> str:
    return f"""
WITH shown (body) AS MATERIALIZED ({sql}), kept AS (
    INSERT INTO answer (deed_id, plan, body) SELECT ${n + 1}::uuid, ${n + 2}::bytea, body FROM shown)
SELECT body FROM shown"""


ANSWERED = """
SELECT noun, subject_id, input, plan, body FROM deed LEFT JOIN answer ON answer.deed_id = deed.id
WHERE actor_id IS NOT DISTINCT FROM $1 AND key = $2"""


@lru_cache(maxsize=200)
def model_named(noun: str) -> type[Row]:
    """The model behind a deed's noun."""
    return next(m.class_ for m in Row._sa_registry.mappers if getattr(m.local_table, "name", None) == noun)
