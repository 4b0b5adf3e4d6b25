"""What does somebody do there who does not do what all do?"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from domain.columns import Row, Text, data, moment, words
from domain.programmes.states import POSITION, PositionState


class Position(Row, table=True):
    """One of several things that are done at an opportunity, with what it needs beyond what all need. 岗位

    Each has shifts of its own, so its seats, its waitlist and its record are counted by themselves.
    """

    prefix: ClassVar = "pos"
    machine: ClassVar = POSITION

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    opportunity_id: UUID = Field(foreign_key="opportunity.id")
    """The opportunity it belongs to."""
    title: Text = words()
    tasks: Text = words()
    """What volunteers do in it."""
    place: Text | None = words(default=None)
    """Where, if it is not where the opportunity takes place."""
    skills: list[str] = data(default_factory=list)
    """Skills that it needs besides the opportunity's, as codes."""
    languages: list[str] = data(default_factory=list)
    """Languages that it needs besides the opportunity's (BCP 47)."""
    changed_at: datetime | None = moment(default=None)
    """When it last changed; whoever signed up before gives the seat back without being late."""
    state: PositionState = POSITION.column()

    __table_args__ = (Index("positions_of_an_opportunity", "opportunity_id", "id"),)
