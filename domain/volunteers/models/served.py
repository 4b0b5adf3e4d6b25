"""Who was served, as far as they let it be known, so that it can be counted how many of them begin to serve?"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.columns import Row, moment
from domain.states import written
from domain.volunteers.states import SERVED, ServedState


class ServedResident(Row, table=True):
    """A resident was served in a community, by the first service of which it was noted. 服务对象"""

    prefix: ClassVar = "srv"
    machine: ClassVar = SERVED

    street_id: UUID
    community_id: UUID = Field(foreign_key="community.id")
    """Where they were served."""
    organization_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id", index=True)
    """In which service."""
    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Who was served."""
    served_on: date
    """The day of that service."""
    noted_by_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """Who noted it; null for an application."""
    noted_at: datetime = moment()
    """When it was noted."""
    state: ServedState = SERVED.column()
    """Whether it is counted."""

    __table_args__ = (
        Index(
            "one_note_each",
            "community_id",
            "person_id",
            unique=True,
            postgresql_where=text(f"state IN {written({ServedState.NOTED})}"),
            info={
                "code": "noted_already",
                "en": "It is noted already that this community served them.",
                "zh": "该居民接受本社区服务的情况已登记。",
            },
        ),
        Index("served_by_day", "served_on", "id"),
    )
