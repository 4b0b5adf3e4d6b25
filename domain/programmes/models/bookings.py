"""Which group holds seats in a shift before it is known who will sit there?"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import moment
from domain.programmes.states import BOOKING, BookingState
from domain.states import written


class Booking(Clocked, table=True):
    """Seats that a group holds until its members take them by name, or the time for that is over. 团体预留"""

    prefix: ClassVar = "bkg"
    machine: ClassVar = BOOKING

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id", index=True)
    """The shift."""
    contact_id: UUID = Field(foreign_key="volunteer.id", index=True)
    """Who answers for the group."""
    name: str
    """What the group is called."""
    seats: int
    """Seats of the group, named or not; what was released is none of its any longer."""
    named: int = 0
    """Seats that members have taken by name."""
    join_code: str
    """What members give to take one of the seats; whoever answers for the group hands it round."""
    booked_at: datetime = moment()
    names_due_at: datetime = moment()
    """Until when members take the seats by name."""
    state: BookingState = BOOKING.column()

    __table_args__ = (
        CheckConstraint("named BETWEEN 0 AND seats", name="no_more_members_than_seats"),
        Index(
            "one_booking_each",
            "shift_id",
            "contact_id",
            unique=True,
            postgresql_where=text(f"state IN {written({BookingState.HELD})}"),
            info={
                "code": "already_booked",
                "en": "You hold seats in this shift for a group already.",
                "zh": "您已为团体预留该班次的名额。",
            },
        ),
        Index("bookings_in_order", "booked_at", "id"),
        Index("bookings_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        return [Due(self.names_due_at, "release_seats")] if self.state == BookingState.HELD else []

    @property
    def unnamed(self) -> int:
        return self.seats - self.named
