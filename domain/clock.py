"""What falls due: a row says what happens to it by itself, and when; a worker does it with the clock's hand.

The due moves are data: `due` is a pure function of the row, and the earliest of its moments is stored in `next_due`,
where the worker finds it. The state changes in the command's transaction, so it happens once however many workers there
are, and again from the start when a worker was killed half-way.
"""

from datetime import datetime
from typing import NamedTuple

from domain.columns import Row, moment


class Due(NamedTuple):
    """A command that the clock gives at a moment."""

    at: datetime
    verb: str


class Clocked(Row):
    """A row to which something happens by itself. Its table carries an index on `next_due` where it is not null."""

    next_due: datetime | None = moment(default=None)
    """When something next happens to it by itself."""

    def due(self) -> list[Due]:
        """What lies ahead of the row as it stands, in any order."""
        raise NotImplementedError

    def earliest(self) -> datetime | None:
        return min((due.at for due in self.due()), default=None)
