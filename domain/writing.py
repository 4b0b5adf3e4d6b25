"""What is sent at the end of a unit of work? All its writes as one statement, which prints the answer as well.

    WITH w0 AS (UPDATE shift SET taken = $2, version = version + 1 WHERE id = $3 AND version = $4 RETURNING *),
         kept AS MATERIALIZED (SELECT 1 / (((SELECT count(*) FROM w0)) = 1)::int AS kept),
         w1 AS (INSERT INTO signup (id, …) SELECT $5, … FROM kept RETURNING *),
         shift AS NOT MATERIALIZED (SELECT shift.id, CASE WHEN w0.id IS NOT NULL THEN w0.taken ELSE shift.taken END AS
                                    taken, … FROM shift LEFT JOIN w0 ON w0.id = shift.id),
         signup AS NOT MATERIALIZED (SELECT * FROM signup UNION ALL SELECT * FROM w1),
         shown (body) AS MATERIALIZED (…),
         remembered AS (INSERT INTO answer (deed_id, noun, subject_id, plan, body) SELECT $6, $7, …, body FROM shown)
    SELECT body FROM kept LEFT JOIN shown ON true

Who waits for the same statement goes together with others: values are then columns of `given`, which has a row for each
of them, all is written or nothing, and each answer is printed as if the others had come before.

`kept` divides by zero when a row is no longer the version that was read, so that the whole statement falls back; new
rows come from it, hence after the changed ones. A statement sees no row that it writes itself, so what prints finds
each written table's rows under the table's own name, as they will be; columns that stay are the table's own, so that
its indexes serve (a union with what was left would be read from one end to the other wherever it is joined).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from domain.columns import Row, Table
from domain.together import Column, Together, given

Place = tuple[str, UUID]
"""Where a row is: its table and its id."""
KINDS = dialect().type_compiler_instance  # type: ignore[no-untyped-call]

TOGETHER = 8
"""So many writes go out with the printing; it would have to look into each of more."""


@lru_cache(maxsize=200)
def model_named(noun: str) -> type[Row]:
    """The model behind a table's name, which is also a deed's noun."""
    return next(m.class_ for m in Row._sa_registry.mappers if getattr(m.local_table, "name", None) == noun)


class Statement(NamedTuple):
    """SQL and its arguments; perhaps how it is sent for several."""

    sql: str
    args: Sequence[Any]
    together: Together | None = None


Show = Callable[[Row], Statement]
"""The statement that prints a row."""


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
    """What prints the answer; and how it is kept, if the deed has a key: in the order of `KEPT`."""

    shown: Statement
    kept: tuple[UUID, str, UUID, bytes] | None = None


KEPT = ("deed_id", "noun", "subject_id", "plan")


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
    changes = [write for write in ordered if write.shape.changed]
    held = [locking((write.shape.table, write.values[-2]) for write in changes)] if changes else []
    told = [_statement([], question)] if question else []
    return [*held, *_sets(ordered), *told]


def _place(write: Write) -> tuple[bool, str, Any]:
    """Changed rows first, and they in the one order in which everybody locks: by table and id."""
    shape, values = write
    return (False, shape.table, values[-2].int) if shape.changed else (True, "", 0)


def _statement(writes: Sequence[Write], question: Question | None) -> Statement:
    shown, kept = question or (None, None)
    sql, args, several = shown or (None, (), None)
    values = [*args, *(value for write in writes for value in write.values), *(kept or ())]
    shapes, keep = tuple(write.shape for write in writes), kept is not None
    return Statement(_sql(shapes, sql, len(args), keep), values, _together(shapes, several, len(args), keep))


@lru_cache(maxsize=2000)
def _sql(shapes: tuple[Shape, ...], question: str | None, used: int, keep: bool) -> str:
    parts: list[str] = []
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
        else:
            parts.append(
                f"w{i} AS (INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(places)} FROM kept RETURNING *)"
            )
    if changes == len(shapes):
        parts.append(_kept(changes))
    if question is None:
        return f"WITH {', '.join(parts)} SELECT NULL FROM kept"
    parts += _as_written(question, shapes)
    parts.append(f"shown (body) AS MATERIALIZED ({question})")
    if keep:
        kept = ", ".join(f"${n + k}" for k, _ in enumerate(KEPT, 1))
        parts.append(f"remembered AS (INSERT INTO answer ({', '.join(KEPT)}, body) SELECT {kept}, body FROM shown)")
    return f"WITH {', '.join(parts)} SELECT body FROM kept LEFT JOIN shown ON true"


@lru_cache(maxsize=2000)
def _together(shapes: tuple[Shape, ...], shown: Together | None, used: int, keep: bool) -> Together | None:
    """The same for several; None if nothing is shown, or only to one."""
    if shown is None:
        return None
    columns = list(shown.columns)

    def value(kind: Any) -> str:
        place = used + len(columns) - len(shown.columns)
        columns.append(Column(f"p{place}", KINDS.process(kind), isinstance(kind, ARRAY), place))
        return f"given.p{place}"

    parts: list[str] = []
    changes = sum(shape.changed for shape in shapes)
    for i, (table, names, change) in enumerate(shapes):
        kinds = model_named(table).__table__.c  # type: ignore[attr-defined]
        if i == changes:
            parts.append(_kept(changes, "(SELECT count(*) FROM given)"))
        values = [value(kinds[name].type) for name in names]
        if change:
            set_ = ", ".join([*map("{} = {}".format, names, values), f"version = {table}.version + 1"])
            id, version = value(kinds["id"].type), value(kinds["version"].type)
            source = f"(SELECT * FROM given ORDER BY {id}) AS given"
            same = f"{table}.id = {id} AND {table}.version = {version}"
            parts.append(f"w{i} AS (UPDATE {table} SET {set_} FROM {source} WHERE {same} RETURNING {table}.*)")
        else:
            source = f"SELECT {', '.join(values)} FROM kept, given"
            parts.append(f"w{i} AS (INSERT INTO {table} ({', '.join(names)}) {source} RETURNING *)")
    if changes == len(shapes):
        parts.append(_kept(changes, "(SELECT count(*) FROM given)"))
    parts += _as_written(shown.selected, shapes)
    answer = Table.metadata.tables["answer"].c
    remembered = ", ".join(KEPT)
    kept = [value(answer[name].type) for name in KEPT] if keep else []
    printed = ", ".join([shown.selected, "given.no", *kept])
    parts.append(f"shown (body, no{f', {remembered}' if keep else ''}) AS MATERIALIZED ({printed} FROM given)")
    if keep:
        parts.append(f"remembered AS (INSERT INTO answer ({remembered}, body) SELECT {remembered}, body FROM shown)")
    rows = f"given AS MATERIALIZED ({given(columns, len(shown.constants))})"
    sql = f"WITH {', '.join([rows, *parts])} SELECT body FROM kept, shown ORDER BY no"
    return Together(sql, shown.constants, columns)


def _as_written(question: str, shapes: Sequence[Shape]) -> Iterator[str]:
    """Each written table that the question looks into: its rows as they will be, then the new ones."""
    for table in dict.fromkeys(shape.table for shape in shapes):
        if not re.search(rf"\b{table}\b", question):
            continue
        written = {f"w{i}": shape for i, shape in enumerate(shapes) if shape.table == table}
        changed = {name: (*shape.columns, "version") for name, shape in written.items() if shape.changed}
        columns = [column.name for column in model_named(table).__table__.c]  # type: ignore[attr-defined]
        shown = ", ".join(_as_changed(table, column, changed) for column in columns)
        joined = "".join(f" LEFT JOIN {name} ON {name}.id = {table}.id" for name in changed)
        new = [f"SELECT {', '.join(columns)} FROM {name}" for name in written if name not in changed]
        yield f"{table} AS NOT MATERIALIZED ({' UNION ALL '.join([f'SELECT {shown} FROM {table}{joined}', *new])})"


def _as_changed(table: str, column: str, changed: dict[str, tuple[str, ...]]) -> str:
    whens = "".join(f" WHEN {w}.id IS NOT NULL THEN {w}.{column}" for w, names in changed.items() if column in names)
    return f"CASE{whens} ELSE {table}.{column} END AS {column}" if whens else f"{table}.{column}"


def _kept(changes: int, askers: str = "") -> str:
    expected = f"{changes} * {askers}" if askers else str(changes)
    counted = " + ".join(f"(SELECT count(*) FROM w{i})" for i in range(changes)) or "0"
    return f"kept AS MATERIALIZED (SELECT 1 / (({counted}) = {expected})::int AS kept)"


# -- many --------------------------------------------------------------------------------------------------------------


def _sets(writes: Sequence[Write]) -> Iterator[Statement]:
    """A statement for each shape, with all its rows as arrays, so that the same text serves any number of rows.

    Changed rows, which are locked already, come first, then new ones in the order in which tables refer to each other.
    """
    sets: dict[Shape, list[Sequence[Any]]] = {}
    for shape, values in writes:
        sets.setdefault(shape, []).append(values)
    order = _in_order_of_reference()
    for shape in sorted(sets, key=lambda shape: (not shape.changed, order[shape.table])):
        written = _set(shape)
        yield Statement(written.sql, written.arguments(sets[shape]))


@cache
def _in_order_of_reference() -> dict[str, int]:
    return {table.name: n for n, table in enumerate(Table.metadata.sorted_tables)}


@lru_cache(maxsize=1000)
def _set(shape: Shape) -> Together:
    table, names, change = shape
    kinds = model_named(table).__table__.c  # type: ignore[attr-defined]
    written = (*names, "id", "version") if change else names
    columns = [
        Column(f"p{n}", KINDS.process(kinds[name].type), isinstance(kinds[name].type, ARRAY), n)
        for n, name in enumerate(written)
    ]
    values = [f"given.{column.name}" for column in columns]
    rows = f"given AS MATERIALIZED ({given(columns)})"
    if not change:
        source = f"SELECT {', '.join(values)} FROM given ORDER BY no"
        return Together(
            f"WITH {rows}, w0 AS (INSERT INTO {table} ({', '.join(names)}) {source}) SELECT NULL", (), columns
        )
    set_ = ", ".join([*map("{} = {}".format, names, values), f"version = {table}.version + 1"])
    same = f"{table}.id = {values[-2]} AND {table}.version = {values[-1]}"
    update = f"w0 AS (UPDATE {table} SET {set_} FROM given WHERE {same} RETURNING 1)"
    kept = _kept(1, "(SELECT count(*) FROM given)")
    return Together(f"WITH {rows}, {update}, {kept} SELECT kept FROM kept", (), columns)


# -- locks ------------------------------------------------------------------------------------------------------------


def locking(rows: Iterable[Place]) -> Statement:
    """Hold these rows until the transaction ends, in the order in which everybody locks."""
    ids: dict[str, list[UUID]] = {}
    for table, id in sorted(rows):
        ids.setdefault(table, []).append(id)
    return Statement(_locking(tuple(ids)), list(ids.values()))


@lru_cache(maxsize=500)
def _locking(tables: tuple[str, ...]) -> str:
    held = (
        f"l{i} AS MATERIALIZED (SELECT id FROM {table} WHERE id = ANY (${i + 1}) ORDER BY id FOR NO KEY UPDATE)"
        for i, table in enumerate(tables)
    )
    counted = " + ".join(f"(SELECT count(*) FROM l{i})" for i in range(len(tables)))
    return f"WITH {', '.join(held)} SELECT {counted}"
