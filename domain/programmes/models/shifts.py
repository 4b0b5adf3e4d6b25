"""When is there service, and with how many seats?"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import moment
from domain.programmes.states import SHIFT, ShiftState


class Shift(Clocked, table=True):
    """One stretch of service, with seats. 班次"""

    prefix: ClassVar = "shf"
    machine: ClassVar = SHIFT

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    opportunity_id: UUID = Field(foreign_key="opportunity.id")
    """The opportunity it belongs to."""
    series_id: UUID | None = Field(default=None, foreign_key="series.id")
    """The series it is one of, if any."""
    occurrence: date | None = None
    """The day on which the series has it, whenever it takes place (RFC 5545, RECURRENCE-ID)."""
    starts_at: datetime = moment(index=True)
    ends_at: datetime = moment()
    capacity: int
    """How many can serve."""
    taken: int = 0
    """Seats confirmed, or offered to somebody on the waitlist."""
    queued: int = 0
    """How many ever got a place on the waitlist; the last place given."""
    record_due: date
    """The last day on which the service should be recorded."""
    record_due_provisional: bool
    """Whether that day may still move, because the year's public holidays are not announced yet."""
    reminded_at: datetime | None = moment(default=None)
    """When those who have a seat were last reminded of it."""
    remind_at: datetime | None = moment(default=None)
    """When those who have a seat will be reminded of it by themselves; null when that is done or not worth while."""
    roll_called_at: datetime | None = moment(default=None)
    """When it was noted who had a seat and had not come."""
    state: ShiftState = SHIFT.column()

    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="never_over_capacity"),
        CheckConstraint("starts_at < ends_at", name="shift_starts_before_it_ends"),
        CheckConstraint("(series_id IS NULL) = (occurrence IS NULL)", name="series_and_occurrence"),
        Index("shifts_of_a_series", "series_id", "occurrence", unique=True),
        Index("shifts_of_an_opportunity", "opportunity_id", "starts_at", "id"),
        Index("shifts_by_state", "state", "starts_at", "id"),
        Index("shifts_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == ShiftState.SCHEDULED:
            start = Due(self.starts_at, "start_shift")
            return [Due(self.remind_at, "remind_ahead"), start] if self.remind_at else [start]
        if self.state == ShiftState.RUNNING:
            return [Due(self.ends_at, "end_shift")]
        if self.state == ShiftState.ENDED and self.roll_called_at is None:
            return [Due(self.ends_at, "call_roll")]
        return []

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60
