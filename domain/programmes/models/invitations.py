"""Who is asked to serve in which shift?"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import moment
from domain.programmes.states import INVITATION, InvitationState
from domain.states import written


class Invitation(Clocked, table=True):
    """A volunteer is asked to serve in a shift. It holds no seat: whoever accepts signs up. 邀请"""

    prefix: ClassVar = "inv"
    machine: ClassVar = INVITATION

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id")
    """The shift."""
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """Who is asked."""
    invited_by_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """Who asks; null for an application."""
    invited_at: datetime = moment()
    expires_at: datetime = moment()
    """Until when it can be accepted."""
    answered_at: datetime | None = moment(default=None)
    """When it was accepted or declined."""
    state: InvitationState = INVITATION.column()

    __table_args__ = (
        Index(
            "one_invitation_each",
            "shift_id",
            "volunteer_id",
            unique=True,
            postgresql_where=text(f"state IN {written({InvitationState.OPEN})}"),
            info={
                "code": "already_invited",
                "en": "This volunteer is invited already, and has not answered yet.",
                "zh": "该志愿者已受邀，尚未答复。",
            },
        ),
        Index("invitations_of_a_shift", "shift_id", "invited_at", "id"),
        Index("invitations_of_a_volunteer", "volunteer_id", "invited_at", "id"),
        Index("invitations_in_order", "invited_at", "id"),
        Index("invitations_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        return [Due(self.expires_at, "expire_invitation")] if self.state == InvitationState.OPEN else []
