"""Who has a seat in a shift, or waits for one?"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import data, moment
from domain.programmes.states import LIVE, SIGNUP, SignupState


def is_live() -> Any:
    return text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(LIVE))))


class Signup(Clocked, table=True):
    """A volunteer's seat in a shift, or place on its waitlist. 报名"""

    prefix: ClassVar = "sgn"
    machine: ClassVar = SIGNUP

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id")
    """The shift."""
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """The volunteer."""
    booking_id: UUID | None = Field(default=None, foreign_key="booking.id")
    """The group whose seat it is, if any."""
    signed_up_at: datetime = moment()
    place: int | None = None
    """The place on the waitlist, in order of arrival; null for those who got a seat at once."""
    offer_expires_at: datetime | None = moment(default=None)
    """Until when an offered seat is held."""
    held_until: datetime | None = moment(default=None)
    """Until when the seat is held while something is missing, or nobody has decided about it."""
    missing: dict[str, str | None] | None = data(default=None)
    """What is missing since then: each requirement's code, with the id of the rule it rests on. Private."""
    late: bool = False
    """Whether a confirmed seat was given back after the notice that the organiser asks for."""
    state: SignupState = SIGNUP.column()

    __table_args__ = (
        Index(
            "one_signup_each",
            "shift_id",
            "volunteer_id",
            unique=True,
            postgresql_where=is_live(),
            info={
                "code": "already_signed_up",
                "en": "You have signed up for this shift already.",
                "zh": "您已报名此班次。",
            },
        ),
        Index("the_queue", "shift_id", "place", postgresql_where=text("state = 'waitlisted'")),
        Index("signups_of_a_booking", "booking_id", "id", postgresql_where=text("booking_id IS NOT NULL")),
        Index("signups_of_a_shift", "shift_id", "signed_up_at", "id"),
        Index("signups_of_a_volunteer", "volunteer_id", "signed_up_at", "id"),
        Index("signups_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == SignupState.OFFERED and self.offer_expires_at:
            return [Due(self.offer_expires_at, "expire_offer")]
        if self.state == SignupState.NEEDS_ACTION and self.held_until:
            return [Due(self.held_until, "lapse_signup")]
        if self.state == SignupState.PENDING_REVIEW and self.held_until:
            return [Due(self.held_until, "lapse_review")]
        return []
