"""Who has a seat in a shift, as whoever asks may know them? What the API shows, in words for a sheet of paper."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

from api.engine.run import Engine
from api.exports.endpoint import List
from api.http.question import Question
from api.http.rates import Bucket
from domain.access import Actor
from domain.columns import day_of, minute_of, typed
from domain.programmes.models import Shift

DOCUMENT = """
query Roster($shift: ID!, $first: Int, $after: String) {
  shift(id: $shift) {
    signups(filter: {state: {eq: CONFIRMED}}, orderBy: [SIGNED_UP_AT_ASC], first: $first, after: $after) {
      nodes {
        volunteer { displayName legalName phone }
        attendance { nodes { checkedInAt checkedOutAt } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""


class Seat(NamedTuple):
    """A row of the roster; empty is what is not known, or not for the reader's eyes."""

    name: str
    phone: str
    came: str
    """When they came, by the clock of China."""
    left: str

    def beside(self, shift: Shift) -> "Seat":
        """The same, where the shift's day is said already: the hour alone is of that day."""
        day = f"{day_of(shift.starts_at)} "
        return self._replace(came=self.came.removeprefix(day), left=self.left.removeprefix(day))


async def seats(engine: Engine, shift: Shift, actor: Actor, bucket: Bucket) -> list[Seat]:
    """All of them, in the order in which they signed up."""
    asked = Question(DOCUMENT, {"shift": typed(Shift.prefix, shift.id)}, None)
    return [seat async for seat in _rows(List(engine, asked, actor, bucket))]


async def _rows(pages: List) -> AsyncIterator[Seat]:
    rows = pages.rows()
    await anext(rows)  # the names of the columns
    async for display_name, legal_name, phone, came, left in rows:
        yield Seat(legal_name or display_name, phone, _minute(came), _minute(left))


def _minute(moment: str) -> str:
    return minute_of(datetime.fromisoformat(moment)) if moment else ""
