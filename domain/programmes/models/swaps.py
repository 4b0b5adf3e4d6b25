"""Who offers their seat to whom?"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import moment
from domain.programmes.states import SWAP, SwapState
from domain.states import written


class Swap(Clocked, table=True):
    """A volunteer's seat, offered to a named one who stands in, or gives a seat of their own for it. 换班"""

    prefix: ClassVar = "swp"
    machine: ClassVar = SWAP

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id", index=True)
    """Where the seat is."""
    giver_id: UUID = Field(foreign_key="volunteer.id", index=True)
    """Whose seat it is."""
    taker_id: UUID = Field(foreign_key="volunteer.id", index=True)
    """To whom it is offered."""
    return_shift_id: UUID | None = Field(default=None, foreign_key="shift.id")
    """Where the other one gives a seat for it; null for whoever only stands in."""
    proposed_at: datetime = moment()
    expires_at: datetime = moment()
    """Until when it can be answered."""
    answered_at: datetime | None = moment(default=None)
    """When it was accepted or declined."""
    state: SwapState = SWAP.column()

    __table_args__ = (
        Index(
            "one_swap_at_a_time",
            "shift_id",
            "giver_id",
            unique=True,
            postgresql_where=text(f"state IN {written({SwapState.PROPOSED})}"),
            info={
                "code": "already_proposed",
                "en": "You have offered this seat to somebody already.",
                "zh": "您已将此名额提供给他人。",
            },
        ),
        Index("swaps_in_order", "proposed_at", "id"),
        Index("swaps_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        return [Due(self.expires_at, "expire_swap")] if self.state == SwapState.PROPOSED else []
