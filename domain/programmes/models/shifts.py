"""When is there service, and with how many seats?"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import moment, one_of
from domain.programmes.states import SHIFT, ShiftState

SERIES = ForeignKey("series.id", deferrable=True, initially="DEFERRED")
"""Asked when all is written: a shift that is there comes to belong to a series that is new."""


class RecordState(StrEnum):
    """Whether the service is recorded, as the law wants within some working days. 记录状态"""

    DUE = "due"
    """There is time left, or it is not over yet. 待记录"""
    REMINDED = "reminded"
    """Something was missing when there was little time left. 已提醒"""
    OVERDUE = "overdue"
    """Something was missing when the last day was over, and still is. 逾期未记录"""
    RECORDED = "recorded"
    """For each seat there is an entry, or it is known why there is none. 已记录"""


class Shift(Clocked, table=True):
    """One stretch of service, with seats. 班次"""

    prefix: ClassVar = "shf"
    machine: ClassVar = SHIFT

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    opportunity_id: UUID = Field(foreign_key="opportunity.id")
    """The opportunity it belongs to."""
    position_id: UUID | None = Field(default=None, foreign_key="position.id")
    """The position it is for; null if all do the same."""
    series_id: UUID | None = Field(default=None, sa_column_args=[SERIES])
    """The series it is one of, if any."""
    occurrence: date | None = None
    """The day on which the series has it, whenever it takes place (RFC 5545, RECURRENCE-ID)."""
    starts_at: datetime = moment(index=True)
    ends_at: datetime = moment()
    capacity: int
    """How many can serve."""
    taken: int = 0
    """Seats confirmed, offered to somebody on the waitlist, or held for a group."""
    queued: int = 0
    """How many ever got a place on the waitlist; the last place given."""
    reviewed: bool = False
    """Whether whoever leads it decides on each signup."""
    everyone_from: datetime | None = moment(default=None)
    """From when everybody may sign up; null, if at once."""
    neighbours_from: datetime | None = moment(default=None)
    """From when those may already who live in the community, or mostly serve there."""
    regulars_from: datetime | None = moment(default=None)
    """From when those may already who have served with the organization before."""
    newcomers_from: datetime | None = moment(default=None)
    """From when those may already who have not."""
    record_due: date
    """The last day on which the service should be recorded."""
    record_due_provisional: bool
    """Whether that day may still move, because the year's public holidays are not announced yet."""
    record_state: RecordState = one_of("record_state", RecordState, default=RecordState.DUE)
    """Whether it is recorded, as far as the clock has looked."""
    record_review_at: datetime | None = moment(default=None)
    """When the clock looks next whether it is recorded; null before it is over, and when nothing is left to look at."""
    record_recount_at: datetime | None = moment(default=None)
    """When the holidays are known that the day to record it by rests on, and it is counted anew; null if they are."""
    moved_at: datetime | None = moment(default=None)
    """When its time was last changed; whoever signed up before that gives the seat back without being late."""
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
        CheckConstraint(
            "everyone_from IS NOT NULL OR num_nonnulls(neighbours_from, regulars_from, newcomers_from) = 0",
            name="waves_end_with_everybody",
        ),
        Index("shifts_of_a_series", "series_id", "occurrence", unique=True),
        Index("shifts_of_a_position", "position_id", "id", postgresql_where=text("position_id IS NOT NULL")),
        Index("shifts_of_an_opportunity", "opportunity_id", "starts_at", "id"),
        Index("shifts_by_state", "state", "starts_at", "id"),
        Index(
            "shifts_unrecorded",
            "record_state",
            "record_due",
            postgresql_where=text("record_state IN ('overdue', 'reminded')"),
        ),
        Index("shifts_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == ShiftState.SCHEDULED:
            start = Due(self.starts_at, "start_shift")
            return [Due(self.remind_at, "remind_ahead"), start] if self.remind_at else [start]
        if self.state == ShiftState.RUNNING:
            return [Due(self.ends_at, "end_shift")]
        if self.state == ShiftState.ENDED:
            return self._after_its_end()
        return []

    def _after_its_end(self) -> list[Due]:
        due = [] if self.roll_called_at else [Due(self.ends_at, "call_roll")]
        if self.record_review_at:
            due.append(Due(self.record_review_at, "review_record"))
        if self.record_recount_at:
            due.append(Due(self.record_recount_at, "recount_record_due"))
        return due

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60
