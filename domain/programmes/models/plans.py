"""What is meant to be done for a community, and how one may help with it?"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from domain.columns import Row, Text, amount, data, degrees, moment, words
from domain.programmes.states import OPPORTUNITY, PLAN, OpportunityState, PlanState


class ServicePlan(Row, table=True):
    """What a social worker means to do for a community, with aims and measures. 服务方案"""

    prefix: ClassVar = "pln"
    machine: ClassVar = PLAN

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street office it is under."""
    community_id: UUID = Field(foreign_key="community.id", index=True)
    """The community it is for."""
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    """The social organization that carries it."""
    social_worker_id: UUID = Field(foreign_key="social_worker.id", index=True)
    """The social worker who leads it."""
    title: Text = words()
    aims: Text = words()
    """What shall be different afterwards."""
    measures: Text = words()
    """By what one will know."""
    budget: Decimal | None = amount(default=None)
    """What it may cost."""
    currency: str = "CNY"
    since: date
    """Its first day."""
    until: date
    """Its last day."""
    state: PlanState = PLAN.column()

    __table_args__ = (
        CheckConstraint("since <= until", name="plan_begins_before_it_ends"),
        Index("plans_in_order", "since", "id"),
    )


class Opportunity(Row, table=True):
    """A way to help, with true information and risks (志愿服务条例第十二条). 志愿机会"""

    prefix: ClassVar = "opp"
    machine: ClassVar = OPPORTUNITY

    street_id: UUID
    community_id: UUID
    organization_id: UUID = Field(index=True)
    plan_id: UUID = Field(foreign_key="service_plan.id", index=True)
    """The service plan it belongs to."""
    title: Text = words()
    tasks: Text = words()
    """What volunteers do."""
    risks: Text = words()
    """What may happen to them, told before they sign up."""
    dangerous: bool = False
    """Whether volunteers may be hurt: they are insured before (志愿服务条例第十七条)."""
    term_months: int | None = None
    """For how many months whoever serves commits themselves; null if for each shift alone."""
    full_time: bool = False
    """Whether they serve all day, five days a week, during that time."""
    large_event: bool = False
    """Whether it is service at a large event."""
    out_of_city: bool = False
    """Whether it takes place outside the city."""
    agreement: Text | None = words(default=None)
    """What the organization offers to agree on in writing; null while it offers nothing."""
    place: Text = words()
    """Where it takes place."""
    latitude: Decimal | None = degrees(default=None)
    """Of the place, in degrees north (WGS 84)."""
    longitude: Decimal | None = degrees(default=None)
    """Of the place, in degrees east (WGS 84)."""
    radius: int | None = None
    """Within how many metres of that point somebody is on the spot."""
    skills: list[str] = data(default_factory=list)
    """Skills that are needed, as codes."""
    languages: list[str] = data(default_factory=list)
    """Languages that are needed (BCP 47)."""
    reviews_signups: bool = False
    """Whether whoever leads it decides on each signup; asked of shifts that are opened from then on."""
    changed_at: datetime | None = moment(default=None)
    """When it last changed since it was published; whoever signed up before gives the seat back without being late."""
    state: OpportunityState = OPPORTUNITY.column()

    __table_args__ = (
        CheckConstraint("term_months >= 1", name="term_of_a_month_or_more"),
        Index("opportunities_in_a_state", "state", "id"),
        Index("opportunities_of_a_community", "community_id", "id"),
    )
