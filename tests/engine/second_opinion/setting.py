"""Who asks the second opinion, and on which library? Every row of it is known.

In documents and variables `tom_1` stands for the id of the first tome, and so on.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from domain.access import Actor
from domain.columns import Row
from tests.engine.conftest import START, said
from tests.engine.library import Patron, Shelf, Tome, TomeState, Visit

SHORT = re.compile(r"\b(tom|slf|pat|vst)_(\d)\b")


class Case(NamedTuple):
    """A question, and who asks it."""

    document: str
    variables: Mapping[str, Any] = {}
    who: str = "librarian"
    operation: str | None = None


VIEWERS = {
    "librarian": Actor(id=UUID(int=8), roles={"operator": frozenset()}, language="en"),
    "Ann": Actor(id=UUID(int=1), language="zh-Hans"),
    "stranger": Actor(id=UUID(int=7), language="fr"),
}


def rows() -> list[Row]:
    """Two patrons, two shelves, six tomes: the fourth has no author's name, the fifth stands on no shelf."""

    def tome(n: int, title: str, shelf: int, **values: Any) -> Tome:
        fixed: dict[str, Any] = {"id": UUID(int=n), "shelf_id": UUID(int=shelf), "added_at": START + timedelta(hours=n)}
        return Tome.new(**fixed, title=said(title), **values)

    ann, bob = UUID(int=1), UUID(int=2)
    return [
        Patron.new(id=ann, name="Ann", phone="111"),
        Patron.new(id=bob, name="Bob"),
        Shelf.new(id=UUID(int=1), name=said("Low", zh="低"), code="A1"),
        Shelf.new(id=UUID(int=2), name=said("高", "zh-Hans", en="High"), code="B2"),
        tome(1, "Odyssey", 1, author="Homer", pages=500, donor_id=ann, note="stained", tags=["sea", 'a "war"\\\n'],
             printed=date(1900, 2, 3), rating=Decimal("4.125"), price=Decimal("12.50")),
        tome(2, "Iliad", 2, author="Homer", rare=True, state=TomeState.LENT, tags=[], from_shelf_id=UUID(int=1)),
        tome(3, "Margites", 1, author="Homer", state=TomeState.GONE, donor_id=ann, pages=20),
        tome(4, "Anonymous", 2, author="NULL", donor_id=bob, pages=70, subtitle=said("Nameless", zh="无名")),
        tome(5, "Stray", 9, author="Nobody", pages=70),
        tome(6, "Theogony", 1, author="Hesiod", rare=True, pages=90),
        *[Visit.new(tome_id=UUID(int=n), minutes=m) for n, m in ((1, 5), (1, 50), (2, 7), (3, 1000), (4, 3))],
    ]  # fmt: skip


def whole(value: Any) -> Any:
    """The same with ids written out."""
    if isinstance(value, str):
        return SHORT.sub(lambda found: f"{found[1]}_{UUID(int=int(found[2])).hex}", value)
    if isinstance(value, dict):
        return {name: whole(v) for name, v in value.items()}
    return [whole(v) for v in value] if isinstance(value, list) else value
