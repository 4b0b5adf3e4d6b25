"""`shelves`: a library with a few tomes, an engine on it, and people who ask."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import insert

from api.engine.build import build
from api.engine.kinds import Schema
from api.engine.run import Engine
from domain.access import Actor
from domain.columns import Row, Text
from domain.house import House
from domain.postgres import Lanes
from domain.work import compiled
from tests.conftest import NOON, copied, ddl
from tests.engine import catalogue
from tests.engine.library import Patron, Shelf, Tome, Toy, Visit

START = datetime(2026, 1, 1, 4, tzinfo=UTC)


@cache
def catalogue_schema() -> Schema:
    return build(catalogue)


def said(text: str, language: str = "en", **translations: str) -> Text:
    others = {lang.replace("_", "-"): {"text": t, "status": "machine"} for lang, t in translations.items()}
    return Text(language=language, text=text, translations=others)  # type: ignore[typeddict-item]


class Library:
    """What stands there, and how it is asked about."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.engine = Engine(catalogue_schema(), house)
        self.ann = Patron.new(name="Ann", phone="111")
        self.bob = Patron.new(name="Bob", phone="222")
        self.low = Shelf.new(name=said("Low", zh="低"), code="A1")
        self.high = Shelf.new(name=said("高", "zh-Hans", en="High"), code="B2")
        self.stranger = Actor(id=UUID(int=7), language="en")
        self.librarian = Actor(id=UUID(int=8), roles={"operator": frozenset()}, language="en")
        self.patron = Actor(id=self.ann.id, language="en")

    async def settle(self) -> "Library":
        self.odyssey = self.tome(
            title=said("Odyssey", zh="奥德赛"), author="Homer", pages=500, donor_id=self.ann.id, price=Decimal("12.5"),
            note="stained", tags=["sea", 'war "\\\n'], printed=date(1900, 2, 3), rating=Decimal("4.125"),
        )  # fmt: skip
        self.iliad = self.tome(title=said("Iliad"), author="Homer", shelf_id=self.high.id, rare=True, minutes=1)
        self.lost = self.tome(title=said("Margites"), author="Homer", state="gone", donor_id=self.ann.id, minutes=2)
        await self.put(
            self.ann, self.bob, self.low, self.high, self.odyssey, self.iliad, self.lost,
            Visit.new(tome_id=self.odyssey.id, minutes=5), Visit.new(tome_id=self.odyssey.id, minutes=50),
            Visit.new(tome_id=self.iliad.id, minutes=7), Visit.new(tome_id=self.lost.id, minutes=1000),
        )  # fmt: skip
        return self

    def tome(self, *, minutes: float = 0, **values: Any) -> Tome:
        defaults = {"shelf_id": self.low.id, "title": said("Untitled"), "added_at": START + timedelta(minutes=minutes)}
        return Tome.new(**{**defaults, **values})

    async def put(self, *rows: Row) -> None:
        for row in rows:
            sql, args = compiled(insert(type(row).__table__))  # type: ignore[attr-defined]
            await self.house.lanes.run(sql, args(row.values()))

    async def asked(self, document: str, actor: Actor | None = None, **variables: Any) -> dict[str, Any]:
        """The whole response."""
        answer = await self.engine.execute(document, variables, None, actor or self.stranger)
        return orjson.loads(answer.body)  # type: ignore[no-any-return]

    async def data(self, document: str, actor: Actor | None = None, **variables: Any) -> Any:
        """The data of a response without errors."""
        response = await self.asked(document, actor, **variables)
        assert "errors" not in response, response
        return response["data"]

    async def error(self, document: str, actor: Actor | None = None, **variables: Any) -> dict[str, Any]:
        """The one error of a response."""
        (error,) = (await self.asked(document, actor, **variables))["errors"]
        return error  # type: ignore[no-any-return]


def public(row: Row) -> str:
    return f"{row.prefix}_{row.id.hex}"


@pytest.fixture(scope="session")
async def building(template: str) -> AsyncIterator[House]:
    """A house with the library's tables, for all these tests one after the other."""
    lanes = await Lanes(await copied(template, "library"), size=2).open()
    for statement in ddl(Toy.metadata):
        await lanes.run(statement)
    yield await House(lanes, lambda: NOON).open()
    await lanes.close()


@pytest.fixture
async def library(building: House) -> AsyncIterator[Library]:
    yield await Library(building).settle()
    await building.lanes.run("TRUNCATE tome, shelf, patron, visit, deed, link, answer")
