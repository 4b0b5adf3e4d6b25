"""Where commands are carried out: once for each key, again when somebody was faster, with the first answer kept."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

import asyncpg
from cryptography.fernet import MultiFernet

from domain import history
from domain.access import Actor
from domain.columns import Row, Table, utc_now
from domain.errors import Conflict, Refusal, TooSlow, Unavailable
from domain.history import digest
from domain.postgres import Lane, Lanes, Run
from domain.rules import Book, StaleBook, read_book
from domain.sealing import SECRET, Seal, read_seal
from domain.together import Reads, Write, Writes
from domain.turns import Crowded, Turns
from domain.work import Command, Faster, Work, by_id, table_of
from domain.writing import Place, Question, Show, Statement, locking, model_named, statements

AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.InvalidCachedStatementError)
TRIES = 5


class Asked(NamedTuple):
    """What is to be done, for whom, and how the answer is shown."""

    actor: Actor
    command: Command[Any]
    key: str | None
    fingerprint: bytes | None
    show: Show | None
    form: bytes
    input: dict[str, Any]


Does = Callable[..., Awaitable[Any]]
"""`await does(actor, command, **input)`, which returns the command's row."""


@dataclass(frozen=True)
class Done:
    """What a command returned, and how it was shown inside its transaction; the first answer, if it is a repetition."""

    row: Row | None
    shown: str | None
    repeated: bool = False


class House:
    """The database, the law's numbers and the clock: where commands are carried out."""

    def __init__(self, lanes: Lanes, clock: Callable[[], datetime] = utc_now, box: MultiFernet | None = None) -> None:
        self.lanes, self.reads, self.writes, self.clock = lanes, Reads(lanes), Writes(lanes), clock
        self._written = lru_cache(maxsize=1000)(Write)
        self.book, self.era, self.box, self.seal = Book([]), 1, box, Seal()
        self.turns, self.crowded = Turns(), Crowded()
        self.after_commit: Callable[[], None] = lambda: None

    async def open(self) -> "House":
        """Read what every work needs: the book of rules, the seal and the era."""
        await self.refresh()
        self.seal = await read_seal(self.lanes.run, self.box)
        self.era = await history.current_era(self.lanes.run)
        return self

    async def refresh(self, *unknown: int) -> None:
        """Read the book of rules again; the numbers of streets that it did not know are not asked for twice."""
        self.book = await read_book(self.lanes.run, *unknown)

    @asynccontextmanager
    async def begin(self, actor: Actor, *, key: str | None = None, input: bytes | None = None) -> Any:
        """One attempt: a transaction, whose writes go out at its end."""
        async with self.lanes.hold() as lane:
            work = self._work(lane.run, actor, key, input)
            yield work
            await _send(lane, [*work.beside, *statements(work.writes(), None)])
        self.after_commit()

    def _work(self, run: Run, actor: Actor, key: str | None = None, input: bytes | None = None) -> Work:
        now = self.clock()
        return Work(run, actor.at(now), now, self.book, self.era, self.seal, key, input)

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
        """Carry out a command, once for each key; again when somebody else was faster, and then holding its rows.

        `show` prints the result as it will be; `form` is the fingerprint of the question it answers.
        """
        fingerprint = digest([command.__name__, self._unguessable(input)]) if key else None
        asked = Asked(actor, command, key, fingerprint, show, form, input)
        things = {value for value in (actor.id, *input.values()) if isinstance(value, UUID)}
        held: set[Place] = set()
        unknown: set[int] = set()
        for left in reversed(range(TRIES)):
            try:
                async with self.turns.at(things.union(id for _, id in held)):
                    held |= self.crowded.among(things)
                    return await self._attempt(held, asked)
            except (*AGAIN, Faster, StaleBook) as again:
                if not left:
                    raise Conflict(
                        "busy", "Too many people are doing this at once: try again.", "同时操作的人太多，请重试。"
                    ) from None
                if isinstance(again, Faster):
                    held |= again.places
                if isinstance(again, StaleBook):
                    unknown.add(again.street)
                    await self.refresh(*unknown)
            except Refusal:
                if key and (done := await self._answered(asked)):
                    return done
                raise
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def one_after_the_other(self) -> AsyncIterator["Does"]:
        """One transaction for many commands, each of which sees what those before it wrote: for whoever is alone.

        What a command refuses leaves nothing behind, and the next can be carried out.
        """
        async with self.lanes.hold() as lane:

            async def does(actor: Actor, command: Command[Any], **input: Any) -> Any:
                asked = Asked(actor, command, None, None, None, b"", input)
                work, row, sent = await self._decided(lane.run, asked, firm=True)
                await _send(lane, sent)
                if work.refusal:
                    raise work.refusal
                return row

            yield does
        self.after_commit()

    def _unguessable(self, input: dict[str, Any]) -> dict[str, Any]:
        """What was put in, as it may be remembered: of an identity number, by trying, a plain digest would tell."""
        return {name: self.seal.fingerprint(given) if name in SECRET else given for name, given in input.items()}

    async def _attempt(self, held: set[Place], asked: Asked) -> Done:
        if held:
            async with self.lanes.hold() as lane:
                await lane.run(*locking(held)[:2])
                work, row, sent = await self._decided(lane.run, asked, firm=True)
                shown = await self._told(work, _send(lane, sent))
        else:
            work, row, sent = await self._decided(self.writes.run, asked, firm=False)
            shown = await self._told(work, self._send_loose(sent))
        self.after_commit()
        if work.refusal:
            raise work.refusal
        return Done(row, shown)

    async def _decided(self, run: Run, asked: Asked, *, firm: bool) -> tuple[Work, Row, list[Statement]]:
        """What the command returns and writes. A no that rests on several readings is only sure when rows were held."""
        work = self._work(run, asked.actor, asked.key, asked.fingerprint)
        try:
            row = cast(Row, await asked.command(work, **asked.input))
        except (TooSlow, Unavailable, StaleBook):
            raise
        except Exception:
            if firm or not work.later_reading:
                raise
            raise Faster(work.decided_about()) from None
        writes, question = work.writes(), None
        if asked.show and not work.refusal:
            question = Question(asked.show(row))
            if asked.key and (deed := work.first_deed):
                question = question._replace(kept=(deed, table_of(row), row.__dict__["id"], asked.form))
        return work, row, [*work.beside, *statements(writes, question)]

    async def _send_loose(self, sent: Sequence[Statement]) -> str | None:
        """One statement is a transaction, and may go together with others'."""
        if not sent:
            return None
        if len(sent) > 1:
            async with self.lanes.hold() as lane:
                return await _send(lane, sent)
        sql, args, together = sent[0]
        with _meaning():
            return cast(str | None, (await self.writes.ask(self._written(sql, together), args))[0])

    async def _told(self, work: Work, sending: Awaitable[str | None]) -> str | None:
        """What was sent; if somebody was faster, it is remembered where."""
        try:
            return await sending
        except Faster as faster:
            faster.places = work.decided_about()
            self.crowded.remember(faster.places)
            raise

    async def _answered(self, asked: Asked) -> Done | None:
        """The first answer to a request that was already carried out under this key."""
        found = await self.lanes.run(ANSWERED, (asked.actor.id, asked.key))
        if not found:
            return None
        if found[0]["input"] != asked.fingerprint:
            raise Conflict(
                "key_reused",
                "This idempotency key has been used for something else.",
                "该幂等键已用于其他请求。",
                path="idempotencyKey",
            )
        body = found[0]["body"]
        if asked.show and body is None:
            raise Conflict(
                "answer_over",
                "This was done when it was first asked for; what was answered then is kept no longer.",
                "该请求此前已办理，当时的答复已不再保存。",
                path="idempotencyKey",
                remedy=("Read the thing itself.", "请直接查询办理结果。"),
            )
        if body is not None and found[0]["plan"] == asked.form:
            return Done(None, body, repeated=True)
        model = model_named(found[0]["noun"])
        row = model.read(dict((await self.lanes.run(by_id(model), (found[0]["subject_id"],)))[0]))
        shown = (await self.lanes.run(*asked.show(row)[:2]))[0][0] if asked.show else None
        return Done(row, shown, repeated=True)


async def _send(lane: Lane, sent: Sequence[Statement]) -> str | None:
    """What the last of them prints."""
    found: list[Any] = [[None]]
    with _meaning():
        for sql, args, _ in sent:
            found = await lane.run(sql, args)
    return cast(str | None, found[0][0])


@contextmanager
def _meaning() -> Iterator[None]:
    """What a failed write means: Faster, or Conflict for what is there already."""
    try:
        yield
    except asyncpg.DivisionByZeroError:
        raise Faster from None
    except asyncpg.UniqueViolationError as error:
        raise _taken(error.constraint_name) from error


def _taken(constraint: str | None) -> Conflict:
    """What a violated uniqueness means, in the words its index carries."""
    for table in Table.metadata.tables.values():
        for thing in (*table.indexes, *table.constraints):
            if getattr(thing, "name", None) == constraint and "en" in thing.info:
                return Conflict(thing.info.get("code", "taken"), thing.info["en"], thing.info["zh"])
    return Conflict("taken", "This exists already.", "该记录已存在。")


ANSWERED = """
SELECT coalesce(a.noun, d.noun) AS noun, coalesce(a.subject_id, d.subject_id) AS subject_id, input, plan, body
FROM deed d LEFT JOIN answer a ON a.deed_id = d.id
WHERE (actor_id = $1 OR actor_id IS NULL AND $1::uuid IS NULL) AND key = $2"""
