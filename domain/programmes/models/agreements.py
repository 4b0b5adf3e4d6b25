"""What have an organization and a volunteer agreed on in writing?"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import end_of, moment
from domain.programmes.states import AGREEMENT, AgreementState


class Agreement(Clocked, table=True):
    """What was offered for an opportunity and signed by a volunteer (志愿服务条例第十四条). 书面协议"""

    prefix: ClassVar = "agr"
    machine: ClassVar = AGREEMENT

    street_id: UUID
    community_id: UUID
    organization_id: UUID
    """Who offered it."""
    opportunity_id: UUID = Field(foreign_key="opportunity.id", index=True)
    """The opportunity in which they serve."""
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """Who serves."""
    wording: str
    """What was agreed on, word for word as it was read."""
    language: str
    """The language in which it was read and signed (BCP 47)."""
    since: date
    """The first day on which it holds."""
    until: date
    """The last day on which it holds: the service plan's."""
    signed_by_id: UUID = Field(foreign_key="person.id")
    """The volunteer; for a minor, their guardian."""
    signed_at: datetime = moment()
    """When it was signed."""
    reason: str | None = None
    """Why it ended before its last day."""
    state: AgreementState = AGREEMENT.column()
    """Whether it holds."""

    __table_args__ = (
        CheckConstraint("since <= until", name="agreement_begins_before_it_ends"),
        Index(
            "one_agreement_in_force",
            "volunteer_id",
            "opportunity_id",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
            info={
                "code": "signed_already",
                "en": "This agreement is signed already.",
                "zh": "该书面协议已签订。",
            },
        ),
        Index("agreements_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        return [Due(end_of(self.until), "expire_agreement")] if self.state == AgreementState.IN_FORCE else []
