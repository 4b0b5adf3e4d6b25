"""Whatever stands in the tables, whoever is erased is found in none of them, and what was counted stays."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary
from sqlmodel import AutoString

from domain import history
from domain.access import Actor
from domain.accounts import personal
from domain.accounts.erasure import erase_person
from domain.accounts.models import Person
from domain.columns import Row, Table, new_id
from domain.errors import NotNow
from domain.house import House
from tests.acting import linked
from tests.conftest import NOON
from tests.oracle.towns import Planner, in_order, settle

MODELS: dict[str, Any] = {
    str(m.class_.__tablename__): m.class_
    for m in Table._sa_registry.mappers
    if m.class_.__module__.startswith("domain.")
}
ROWS = in_order(model for name, model in MODELS.items() if issubclass(model, Row) and name not in {"deed", "rule"})
OPERATOR = Actor(roles={"operator": frozenset()})
COUNTED = (
    "SELECT state, volunteer_id, community_id, sum(minutes), count(*) FROM hour_entry GROUP BY 1, 2, 3",
    "SELECT count(*) FROM person",
    "SELECT count(*) FROM volunteer",
    "SELECT count(*) FROM signup",
    "SELECT count(*) FROM attendance",
    "SELECT count(*) FROM role_grant",
    "SELECT count(*) FROM social_worker",
)


def telling(name: str) -> Iterator[str]:
    """Columns of words that go when the person goes."""
    known = personal.KNOWN[name]
    enums = {c.name for c in personal.table(name).c if str(c.type) == "TEXT"}
    for column in personal.table(name).c:
        if isinstance(column.type, AutoString) and column.name not in enums and column.name not in known.kept:
            yield column.name


async def mark(house: House, person: UUID, word: str) -> None:
    """Write an unmistakable word wherever something about the person stands, and something into each table."""
    planner = Planner(person.int)
    planner.ids = {Person: [person]}
    for name, known in personal.KNOWN.items():
        if known.of == "person_id" and not issubclass(MODELS[name], Row):
            row = await _made(house, planner, name, word)
            names = list(row)
            sql = (
                f"INSERT INTO {name} ({', '.join(names)}) VALUES ({', '.join(f'${n + 1}' for n in range(len(names)))})"
            )
            await house.lanes.run(f"{sql} ON CONFLICT DO NOTHING", list(row.values()))
    await house.lanes.run("UPDATE person SET phone = NULL, email = $2 WHERE id = $1", (person, f"{word}@example.org"))
    for channel in ("email", "sms"):
        values = (new_id(), "has_account", channel, f"{word.lower()}@Example.org", "en", {"code": word}, NOON)
        await house.lanes.run(
            "INSERT INTO letter (id, kind, channel, address, language, says, written_at, expires_at, tries) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0)",
            values,
        )
    for name, known in personal.KNOWN.items():
        if not known.of or known.of == "address":
            continue
        for column in telling(name):
            if (name, column) != ("person", "email"):
                where = str(personal.own(name).compile()).replace(":person", "$1")
                where = where.replace(f"{name}.", "t.") if known.of in {"id", "person_id"} else where
                said = f"'{word} ' || {column}" if column != "code" else column
                target = f"{name} AS t" if known.of in {"id", "person_id"} else name
                await house.lanes.run(
                    f"UPDATE {target} SET {column} = coalesce({said}, '{word}') WHERE {where}", (person,)
                )
    told = "INSERT INTO answer (deed_id, noun, subject_id, plan, body) SELECT $2, 'shift', $2, '', to_json(name)::text"
    await house.lanes.run(f"{told} FROM person WHERE id = $1", (person, new_id()))


async def _made(house: House, planner: Planner, name: str, word: str) -> dict[str, Any]:
    model, row = MODELS[name], dict[str, Any]()
    for column in model.__table__.c:
        keys = {key.column.table.name for key in column.foreign_keys}
        if keys == {"person"}:
            row[column.name] = planner.ids[Person][0]
        elif keys:
            (parent,) = keys
            known, own = personal.KNOWN.get(parent), [planner.ids[Person][0]]
            theirs = (" WHERE person_id = $1", own) if known and known.of == "person_id" else ("", [])
            found = await house.lanes.run(f"SELECT id FROM {parent}{theirs[0]} LIMIT 1", theirs[1])
            row[column.name] = found[0]["id"] if found or not column.nullable else None
        elif isinstance(column.type, LargeBinary):
            row[column.name] = f"{word} {name} {column.name}".encode()
        else:
            row[column.name] = planner.value(model, column.name)
    return row


async def everything(house: House) -> str:
    said = [row["said"] for name in MODELS for row in await house.lanes.run(f'SELECT t::text AS said FROM "{name}" t')]
    return "\n".join(said).lower()


async def counted(house: House) -> list[Any]:
    return [sorted(str(dict(row)) for row in await house.lanes.run(sql)) for sql in COUNTED]


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_whoever_is_erased_is_found_nowhere(house: House, number: int) -> None:
    town = await settle(house.lanes.run, ROWS, number)
    outcomes = []
    for n, person in enumerate(person.id for person in town.tables[Person] if person.state != "erased"):
        word = f"Xanthippe{n}Q"
        await mark(house, person, word)
        assert word.lower() in await everything(house)
        before = await counted(house)
        try:
            await house.do(OPERATOR, erase_person, person_id=person, reason="By letter.")
        except NotNow as no:
            outcomes.append(no.code)
            continue
        outcomes.append("erased")
        left = await everything(house)
        assert word.lower() not in left
        assert word.encode().hex() not in left
        assert await counted(house) == before
    await linked(house)
    assert (await history.verify(house.lanes.run)).broken is None
    assert "erased" in outcomes or number == 0
