"""Which entries does a street office look at, and who chose them? Nobody: a seed that was committed beforehand."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from domain.columns import Row, moment
from domain.hours.states import AUDIT, AuditState


class AuditDraw(Row, table=True):
    """A spot check of a street's entries of a period, drawn by lot. Anybody can draw it again. 服务记录抽查"""

    prefix: ClassVar = "aud"
    machine: ClassVar = AUDIT

    street_id: UUID
    since: date
    """The first day of service that it is about."""
    until: date
    """The last day of service that it is about."""
    commitment: str
    """SHA-256 of the seed, published before the period began."""
    announced_at: datetime = moment()
    seed: str | None = None
    """The seed, published when it was drawn."""
    population: str | None = None
    """All that was drawn from: a line with id and minutes for each entry that counted then, in the order of the ids."""
    size: int | None = None
    """How many were drawn."""
    drawn_at: datetime | None = moment(default=None)
    state: AuditState = AUDIT.column()

    __table_args__ = (
        CheckConstraint("since <= until", name="audit_begins_before_it_ends"),
        CheckConstraint("(state = 'drawn') = (seed IS NOT NULL)", name="seed_of_what_is_drawn"),
        Index(
            "one_audit_each",
            "street_id",
            "since",
            unique=True,
            info={
                "code": "audit_announced",
                "en": "A spot check from this day on is announced already.",
                "zh": "自该日起的抽查已公告。",
            },
        ),
    )


class AuditItem(Row, table=True):
    """An entry on which the lot fell. 抽中记录"""

    prefix: ClassVar = "adi"

    street_id: UUID
    audit_draw_id: UUID = Field(foreign_key="audit_draw.id")
    hour_entry_id: UUID = Field(foreign_key="hour_entry.id")
    rank: int
    """Its place among the lots, from 1."""

    __table_args__ = (Index("items_of_an_audit", "audit_draw_id", "rank", unique=True),)
