"""What is sent at the end of a unit of work? All its writes as one statement, which prints the answer as well.

    WITH w0 AS (UPDATE shift SET taken = $2, version = version + 1 WHERE id = $3 AND version = $4 RETURNING *),
         kept AS MATERIALIZED (SELECT 1 / (((SELECT count(*) FROM w0)) = 1)::int AS kept),
         w1 AS (INSERT INTO signup (id, …) SELECT $5, … FROM kept RETURNING *),
         shift AS NOT MATERIALIZED (SELECT * FROM w0 UNION ALL SELECT * FROM shift WHERE id <> $3),
         signup AS NOT MATERIALIZED (SELECT * FROM w1 UNION ALL SELECT * FROM signup),
         shown (body) AS MATERIALIZED (…),
         remembered AS (INSERT INTO answer (deed_id, plan, body) SELECT $6, $7, body FROM shown)
    SELECT body FROM kept LEFT JOIN shown ON true

`kept` divides by zero when a row is no longer the version that was read, so that the whole statement falls back; new
rows come from it, hence after the changed ones. A statement sees no row that it writes itself, so what prints finds
each written table's rows under the table's own name, as they will be.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from domain.columns import Row

Statement = tuple[str, Sequence[Any]]
Place = tuple[str, UUID]
"""Where a row is: its table and its id."""
Show = Callable[[Row], Statement]
"""The statement that prints a row, and its arguments."""

TOGETHER = 8
"""So many writes go out with the printing; it would have to look into each of more."""
PARTS = 100
"""So many writes travel in one statement; a larger commit, as of a cancelled shift with its waitlist, takes several."""


class Shape(NamedTuple):
    """What a statement's text depends on for one row: its table, its columns, whether it is changed or new."""

    table: str
    columns: tuple[str, ...]
    changed: bool


class Write(NamedTuple):
    """A row to be written; for a changed one the values are followed by its id and the version that was read."""

    shape: Shape
    values: Sequence[Any]


class Question(NamedTuple):
    """What prints the answer, and where to keep it: the deed, if it has a key, and the fingerprint of the form."""

    sql: str
    args: Sequence[Any]
    deed: UUID | None = None
    form: bytes = b""


def new(table: str, values: dict[str, Any]) -> Write:
    return Write(Shape(table, tuple(values), False), list(values.values()))


def changed(table: str, values: dict[str, Any], id: UUID, version: int) -> Write:
    return Write(Shape(table, tuple(values), True), [*values.values(), id, version])


def statements(writes: Sequence[Write], question: Question | None) -> list[Statement]:
    """What to send, in order, in one transaction if it is more than one; the last one's first record is the answer."""
    if not writes and not question:
        return []
    ordered = sorted(writes, key=_place)
    if len(ordered) <= TOGETHER:
        return [_statement(ordered, question)]
    parts = [_statement(ordered[n : n + PARTS], None) for n in range(0, len(ordered), PARTS)]
    return [*parts, _statement([], question)] if question else parts


def _place(write: Write) -> tuple[bool, str, Any]:
    """Changed rows first, and they in the one order in which everybody locks: by table and id."""
    shape, values = write
    return (False, shape.table, values[-2].int) if shape.changed else (True, "", 0)


def _statement(writes: Sequence[Write], question: Question | None) -> Statement:
    sql, args, deed, form = question or (None, (), None, b"")
    values = [*args, *(value for write in writes for value in write.values), *((deed, form) if deed else ())]
    return _sql(tuple(write.shape for write in writes), sql, len(args), deed is not None), values


@lru_cache(maxsize=2000)
def _sql(shapes: tuple[Shape, ...], question: str | None, used: int, keep: bool) -> str:
    parts: list[str] = []
    there: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    n, changes = used, sum(shape.changed for shape in shapes)
    for i, (table, columns, change) in enumerate(shapes):
        if i == changes:
            parts.append(_kept(changes))
        places = [f"${n + k}" for k in range(1, len(columns) + (3 if change else 1))]
        n += len(places)
        if change:
            values = ", ".join([*map("{} = {}".format, columns, places), "version = version + 1"])
            same = f"id = {places[-2]} AND version = {places[-1]}"
            parts.append(f"w{i} AS (UPDATE {table} SET {values} WHERE {same} RETURNING *)")
            left.setdefault(table, []).append(f"id <> {places[-2]}")
        else:
            parts.append(
                f"w{i} AS (INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(places)} FROM kept RETURNING *)"
            )
        there.setdefault(table, []).append(f"SELECT * FROM w{i}")
    if changes == len(shapes):
        parts.append(_kept(changes))
    if question is None:
        return f"WITH {', '.join(parts)} SELECT NULL FROM kept"
    for table, rows in there.items():
        if not re.search(rf"\b{table}\b", question):
            continue
        others = f"SELECT * FROM {table}" + (f" WHERE {' AND '.join(left[table])}" if table in left else "")
        parts.append(f"{table} AS NOT MATERIALIZED ({' UNION ALL '.join([*rows, others])})")
    parts.append(f"shown (body) AS MATERIALIZED ({question})")
    if keep:
        parts.append(
            f"remembered AS (INSERT INTO answer (deed_id, plan, body) SELECT ${n + 1}, ${n + 2}, body FROM shown)"
        )
    return f"WITH {', '.join(parts)} SELECT body FROM kept LEFT JOIN shown ON true"


def _kept(changes: int) -> str:
    counted = " + ".join(f"(SELECT count(*) FROM w{i})" for i in range(changes)) or "0"
    return f"kept AS MATERIALIZED (SELECT 1 / (({counted}) = {changes})::int AS kept)"


# -- locks ------------------------------------------------------------------------------------------------------------


def locking(rows: Iterable[Place]) -> Statement:
    """Hold these rows until the transaction ends, in the order in which everybody locks."""
    ids: dict[str, list[UUID]] = {}
    for table, id in sorted(rows):
        ids.setdefault(table, []).append(id)
    return _locking(tuple(ids)), list(ids.values())


@lru_cache(maxsize=500)
def _locking(tables: tuple[str, ...]) -> str:
    held = (
        f"l{i} AS MATERIALIZED (SELECT id FROM {table} WHERE id = ANY (${i + 1}) ORDER BY id FOR NO KEY UPDATE)"
        for i, table in enumerate(tables)
    )
    counted = " + ".join(f"(SELECT count(*) FROM l{i})" for i in range(len(tables)))
    return f"WITH {', '.join(held)} SELECT {counted}"
