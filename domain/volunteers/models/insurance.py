"""Who is insured against accidents, by whom, and from which day to which?"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import end_of
from domain.volunteers.states import INSURANCE, InsuranceState


class Insurance(Clocked, table=True):
    """An insurance against accidents, bought for a volunteer (志愿服务条例第十七条). 人身意外伤害保险"""

    prefix: ClassVar = "ins"
    machine: ClassVar = INSURANCE

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street office the organization is under."""
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    """Who has bought it, for the services that it carries."""
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """Who is insured."""
    insurer: str
    """The insurance company."""
    policy: str
    """The number of the policy."""
    since: date
    """The first day on which it covers."""
    until: date
    """The last day on which it covers."""
    reason: str | None = None
    """Why it ended before its last day."""
    state: InsuranceState = INSURANCE.column()
    """Whether it covers its days."""

    __table_args__ = (
        CheckConstraint("since <= until", name="insurance_begins_before_it_ends"),
        Index("insurances_of_a_volunteer", "volunteer_id", "organization_id", "until"),
        Index("insurances_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        return [Due(end_of(self.until), "expire_insurance")] if self.state == InsuranceState.IN_FORCE else []
