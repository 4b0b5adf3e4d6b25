"""What takes place again and again?"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.calendar import is_public_holiday
from domain.clock import Clocked, Due
from domain.columns import SHANGHAI, day_of, end_of, moment
from domain.programmes.models.shifts import Shift
from domain.programmes.recurrence import days
from domain.programmes.states import SERIES, SeriesState


class Series(Clocked, table=True):
    """Shifts of one kind that follow a rule. 系列班次"""

    prefix: ClassVar = "ser"
    machine: ClassVar = SERIES

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    opportunity_id: UUID = Field(foreign_key="opportunity.id", index=True)
    """The opportunity it belongs to."""
    position_id: UUID | None = Field(default=None, foreign_key="position.id")
    """The position that its shifts are for; null if all do the same."""
    rrule: str
    """On which days, as in RFC 5545; how long is told by `until`, if not by a COUNT."""
    starts_at: datetime = moment()
    """When its first shift begins; the others begin at the same time of the day, in China."""
    ends_at: datetime = moment()
    """When its first shift ends."""
    capacity: int
    """How many can serve each time."""
    skips_holidays: bool
    """Whether it rests on public holidays."""
    opens_ahead: int
    """Days between the opening of a shift and its own day."""
    everyone_after: int | None = None
    """Hours after a shift opens, from which on everybody may sign up for it; null if at once."""
    neighbours_after: int | None = None
    """The same for those who live in the community."""
    regulars_after: int | None = None
    """The same for those who have served with the organization."""
    newcomers_after: int | None = None
    """The same for those who have not."""
    until: date
    """The last day on which it may take place."""
    opened_until: date
    """All of its shifts up to this day have been opened."""
    state: SeriesState = SERIES.column()

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="series_starts_before_it_ends"),
        CheckConstraint("capacity > 0", name="series_has_seats"),
        Index("series_of_a_position", "position_id", postgresql_where=text("position_id IS NOT NULL")),
        Index("series_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state != SeriesState.ACTIVE:
            return []
        if (day := next(self.days_after(self.opened_until), None)) is None:
            return [Due(end_of(self.opened_until), "extend_series")]  # the last of its days is over: so is the series
        return [Due(datetime.combine(day - timedelta(days=self.opens_ahead), time(), SHANGHAI), "extend_series")]

    def days_after(self, day: date) -> Iterator[date]:
        """The days on which it still takes place, in order."""
        for one in days(self.rrule, day_of(self.starts_at), self.until):
            if one > day and not (self.skips_holidays and is_public_holiday(one)):
                yield one

    def times_on(self, day: date) -> tuple[datetime, datetime]:
        """When its shift of that day begins and ends."""
        begins = datetime.combine(day, self.starts_at.astimezone(SHANGHAI).time(), SHANGHAI)
        return begins, begins + (self.ends_at - self.starts_at)

    def times_of(self, shift: Shift) -> tuple[datetime, datetime]:
        """The same for one of its shifts, whenever that takes place."""
        return self.times_on(shift.occurrence or day_of(shift.starts_at))
