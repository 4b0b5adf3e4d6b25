"""What can be read of the library, and done in it?"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import func, select

from api.engine.declare import (
    Connection,
    Node,
    by,
    by_id,
    changes,
    column,
    command,
    contains,
    either,
    every,
    expression,
    filters,
    graph,
    many,
    mine,
    money,
    moves,
    one,
    orders,
    related,
    rows,
)
from domain.access import Actor
from domain.columns import Money, Text
from tests.engine import library as models
from tests.engine.library import RULES, TOME, TomeState

TomeOrder = orders(models.Tome, "added_at", "pages", "rating", "printed", "author", "state")
TomeFilter = filters(
    models.Tome,
    "id",
    "state",
    "rare",
    "pages",
    "rating",
    "printed",
    "added_at",
    "shelf_id",
    contains("author"),
    contains("title"),
    shelf=related(models.Tome.shelf_id, "ShelfFilter"),
    donor=related(models.Tome.donor_id, "PatronFilter"),
)
ShelfOrder = orders(models.Shelf, "-code")
ShelfFilter = filters(models.Shelf, "code", tomes=related(models.Tome.shelf_id, "TomeFilter"))
PatronFilter = filters(models.Patron, "name")

seen = models.Tome.__table__  # type: ignore[attr-defined]
looked = models.Visit.__table__  # type: ignore[attr-defined]


def minutes_looked(table: Any, viewer: Actor, *, at_least: Annotated[int | None, "Only visits so long."] = None) -> Any:
    found = select(func.coalesce(func.sum(looked.c.minutes), 0)).where(looked.c.tome_id == table.c.id)
    return (found.where(looked.c.minutes >= at_least) if at_least is not None else found).scalar_subquery()


def totals(
    viewer: Actor,
    *,
    since: Annotated[datetime | None, "Only of tomes added then or later."] = None,
    state: Annotated[TomeState | None, "Only of tomes in this state."] = None,
    tome_ids: Annotated[list[UUID] | None, models.Tome, "Only of these."] = None,
) -> Any:
    found = (
        select(seen.c.shelf_id, func.sum(looked.c.minutes).label("minutes"))
        .join_from(looked, seen, looked.c.tome_id == seen.c.id)
        .where(RULES.sql(viewer, "see_tome", seen))
        .group_by(seen.c.shelf_id)
        .order_by(func.sum(looked.c.minutes).desc(), seen.c.shelf_id)
    )
    if since is not None:
        found = found.where(seen.c.added_at >= since)
    if state is not None:
        found = found.where(seen.c.state == state.value)
    return found.where(seen.c.id == func.any(tome_ids)) if tome_ids is not None else found


@graph(models.Patron, see=(RULES, "see_patron"))
class Patron(Node):
    """Who gives tomes. 捐赠人"""

    name: str
    phone: str | None = column(guard=(RULES, "see_phone"))
    tomes: "Connection[Tome]" = many(models.Tome.donor_id, order=TomeOrder, filter=TomeFilter)
    """What they gave."""


@graph(models.Shelf, see=(RULES, "see_shelf"))
class Shelf(Node):
    """A board with tomes. 书架"""

    name: Text
    code: str
    tomes: "Connection[Tome]" = many(models.Tome.shelf_id, order=TomeOrder, filter=TomeFilter)
    """What stands on it."""
    rare_tomes: "Connection[Tome]" = many(models.Tome.shelf_id, where=lambda t: t.c.rare)
    """The rare ones on it."""


@graph(models.Tome, see=(RULES, "see_tome"))
class Tome(Node):
    """A heavy book. 大书"""

    title: Text
    subtitle: Text | None
    state: TomeState
    pages: int | None
    rating: Decimal | None
    rare: bool
    printed: date | None
    added_at: datetime
    price: Money | None = money(models.Tome.price, models.Tome.currency)
    tags: list[str] | None
    author: str
    remark: str | None = column("note", guard=(RULES, "see_note"))
    """What only librarians read."""
    shelf: Shelf = one(models.Tome.shelf_id, sure="everybody sees shelves")
    donor: Patron | None = one(models.Tome.donor_id)
    origin: Shelf | Patron | None = either(models.Tome.from_shelf_id, models.Tome.donor_id)
    """Where it came from."""
    minutes_looked: int = expression(minutes_looked)
    """For how long people looked at it."""
    secret: str | None = expression(lambda table, viewer: table.c.note, guard=(RULES, "see_note"))
    """The same remark, computed."""
    brittle: str = expression(lambda table, viewer: func.nullif(table.c.author, "NULL"))
    """An author who is never called NULL, we thought."""
    viewer_can: list[str] = moves(TOME, RULES)


@graph(models.Visit, see=(RULES, "see_visit"))
class Visit(Node):
    """A look at a tome. 翻阅"""

    minutes: int


@graph(see=(RULES, "see_visit_total"))
class VisitTotal:
    """How long people looked at a shelf's tomes."""

    minutes: int
    """Minutes of all visits."""
    shelf: Shelf | None = one("shelf_id")
    """The shelf."""


class Query:
    tome: "Tome | None" = by_id(models.Tome)
    """A tome."""
    shelf: "Shelf | None" = by(models.Shelf.code)
    """A shelf by its number."""
    me: "Patron | None" = mine(models.Patron.id)
    """The viewer, if a patron."""
    tomes: "Connection[Tome]" = every(models.Tome, order=TomeOrder, filter=TomeFilter)
    """All tomes."""
    shelves: "Connection[Shelf]" = every(models.Shelf, order=ShelfOrder, filter=ShelfFilter)
    """All shelves."""
    visit_totals: "list[VisitTotal]" = rows(totals)
    """Minutes by shelf."""
    longest: "VisitTotal | None" = rows(totals)
    """The shelf looked at for longest."""


class Mutation:
    add_tome = command(models.add_tome)
    change_tome = command(models.change_tome)
    lose_tome = command(models.lose_tome)


class Subscription:
    tome_changed: "Tome" = changes(models.Tome, of=[models.Tome.shelf_id])
    """A tome was added or changed."""
