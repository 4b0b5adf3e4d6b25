"""A small library, to try the read engine on: tomes on shelves, given by patrons."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from sqlalchemy import MetaData, Numeric
from sqlmodel import Field

from domain.access import Rules, anyone, is_actor, role, state_in
from domain.columns import ABSENT, Given, Money, Row, Text, amount, data, moment, words
from domain.errors import Grounds, Invalid
from domain.states import Machine, move
from domain.work import Work


class Toy(Row):
    """Rows in tables that no migration knows."""

    metadata: ClassVar[MetaData] = MetaData()


class TomeState(StrEnum):
    """Where a tome is in its life."""

    OPEN = "open"
    """On the shelf."""
    LENT = "lent"
    GONE = "gone"

    @property
    def zh(self) -> str:
        return {"open": "在架", "lent": "借出", "gone": "遗失"}[self.value]


TOME = Machine(
    "tome",
    TomeState.OPEN,
    (
        move("lend_tome", TomeState.OPEN, TomeState.LENT),
        move("lose_tome", {TomeState.OPEN, TomeState.LENT}, TomeState.GONE),
    ),
)


class Patron(Toy, table=True):
    """Who gives tomes."""

    prefix: ClassVar = "pat"

    name: str
    """What they are called."""
    phone: str | None = None
    """Where to call them."""


class Shelf(Toy, table=True):
    """A board with tomes."""

    prefix: ClassVar = "slf"

    name: Text = words()
    """What is written on it."""
    code: str = Field(unique=True)
    """Its number."""


class Tome(Toy, table=True):
    """A heavy book."""

    prefix: ClassVar = "tom"
    machine: ClassVar = TOME

    shelf_id: UUID
    """Where it stands."""
    donor_id: UUID | None = None
    """Who gave it."""
    from_shelf_id: UUID | None = None
    """The shelf it came from."""
    title: Text = words()
    """What it is called."""
    subtitle: Text | None = words(default=None)
    """What it is also called."""
    state: TomeState = TOME.column()
    """Where it is in its life."""
    pages: int | None = None
    """How many pages."""
    rating: Decimal | None = Field(default=None, sa_type=Numeric(6, 3))
    """What readers think."""
    rare: bool = False
    """Whether there are few."""
    printed: date | None = None
    """When it was printed."""
    added_at: datetime = moment()
    """When it came."""
    price: Decimal | None = amount(default=None)
    """What it cost."""
    currency: str = "CNY"
    """In which money."""
    tags: list[str] | None = data(default=None)
    """Words for it."""
    author: str = ""
    """Who wrote it."""
    note: str | None = None
    """What only librarians read."""


class Visit(Toy, table=True):
    """A plain count of who looked at a tome."""

    prefix: ClassVar = "vst"

    tome_id: UUID
    """The tome."""
    minutes: int
    """How long."""


RULES = Rules(
    "library",
    scopes={"see_patron": "patrons:read", "see_note": "library.notes:read"},
    see_shelf=anyone,
    see_tome=state_in(Tome.state, TomeState.OPEN, TomeState.LENT) | is_actor(Tome.donor_id),
    see_patron=is_actor(Patron.id) | role("operator"),
    see_phone=is_actor(Patron.id),
    see_note=role("operator"),
    see_visit=role("operator"),
    see_visit_total=anyone,
    add_tome=role("operator"),
    change_tome=role("operator"),
    lend_tome=role("operator"),
    lose_tome=role("operator") & ~is_actor(Tome.donor_id),
)


async def add_tome(
    work: Work,
    *,
    shelf_id: UUID,
    title: Text,
    author: Annotated[str, "Who wrote it."] = "",
    donor_id: Annotated[UUID | None, Patron, "Who gives it."] = None,
    price: Money | None = None,
    state: TomeState = TomeState.OPEN,
    tags: list[str] | None = None,
    added_at: datetime | None = None,
) -> Tome:
    """Put a tome on a shelf."""
    values = {"price": price.amount, "currency": price.currency} if price else {}
    tome = Tome.new(
        shelf_id=shelf_id,
        title=title,
        author=author,
        donor_id=donor_id,
        state=state,
        tags=tags,
        added_at=added_at or work.now,
        **values,
    )
    work.ask(RULES, "add_tome", tome)
    if author == "nobody":
        raise Invalid(
            "no_author",
            "A tome has an author.",
            "书须有作者。",
            path="author",
            grounds=Grounds("Say who wrote it.", "House rules, 1", 2),
            remedy=("Name one.", "请填写作者。"),
        )
    if author == "bug":
        raise RuntimeError("secret dsn postgres://")
    return work.insert(tome)


async def change_tome(
    work: Work, *, tome_id: UUID, note: Given[str | None] = ABSENT, author: Given[str] = ABSENT
) -> Tome:
    """Correct what is written about a tome."""
    tome = await work.get(Tome, tome_id, lock=True)
    work.ask(RULES, "change_tome", tome)
    given = {"note": note, "author": author}
    return work.change(tome, **{name: value for name, value in given.items() if value is not ABSENT})


async def lose_tome(work: Work, *, tome_id: UUID) -> Tome:
    """Say that it is gone."""
    tome = await work.get(Tome, tome_id, lock=True)
    work.ask(RULES, "lose_tome", tome)
    return work.move(tome, "lose_tome")
