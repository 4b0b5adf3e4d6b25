"""What is a social worker, what are they qualified for, and whom do they supervise?"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import SHANGHAI, Row, moment, one_of
from domain.workers.states import SOCIAL_WORKER, SUPERVISION, SocialWorkerState, SupervisionState


class Qualification(StrEnum):
    """The levels of the national professional qualification for social work. 职业资格等级"""

    ASSISTANT = "assistant"
    """Assistant social worker. 助理社会工作师"""
    INTERMEDIATE = "intermediate"
    """Social worker. 社会工作师"""
    SENIOR = "senior"
    """Senior social worker. 高级社会工作师"""


class SocialWorker(Row, table=True):
    """A person who does social work by profession, for an agency. 社会工作者"""

    prefix: ClassVar = "wrk"
    machine: ClassVar = SOCIAL_WORKER

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street their agency is based in."""
    agency_id: UUID = Field(foreign_key="organization.id", index=True)
    """The organization they work for. 所属机构"""
    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Who they are."""
    qualification: Qualification = one_of("qualification", Qualification)
    """The level of their certificate. 职业水平"""
    certificate_number: str
    """The number of their certificate, for their own eyes and for those who check it. 证书编号"""
    issued_on: date
    """The day the certificate was issued."""
    verified_by: UUID | None = Field(default=None, foreign_key="person.id")
    """Who saw the certificate and found it right."""
    verified_at: datetime | None = moment(default=None)
    """When it was found right."""
    state: SocialWorkerState = SOCIAL_WORKER.column()
    """Whether the certificate was checked, and whether they still work for the agency."""

    __table_args__ = (
        CheckConstraint("state <> 'qualified' OR verified_by IS NOT NULL", name="qualified_is_verified"),
        Index(
            "one_social_worker_each",
            "agency_id",
            "person_id",
            unique=True,
            postgresql_where=text("state <> 'released'"),
            info={
                "code": "already_social_worker",
                "en": "This person is a social worker of this agency already.",
                "zh": "此人已是该机构的社会工作者。",
            },
        ),
    )


class Supervision(Clocked, table=True):
    """A social worker's charge of a community, or of a volunteer, for a time. 督导"""

    prefix: ClassVar = "sup"
    machine: ClassVar = SUPERVISION

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street of the community or volunteer."""
    agency_id: UUID = Field(foreign_key="organization.id")
    """The agency that answers for it."""
    social_worker_id: UUID = Field(foreign_key="social_worker.id", index=True)
    """Who supervises."""
    community_id: UUID | None = Field(default=None, foreign_key="community.id")
    """The community in their charge; null when it is a volunteer."""
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteer.id")
    """The volunteer in their charge; null when it is a community."""
    since: date
    """Its first day."""
    until: date | None = None
    """The first day it is over; null while no end is known."""
    state: SupervisionState = SUPERVISION.column()
    """Whether it goes on."""

    __table_args__ = (
        CheckConstraint("num_nonnulls(community_id, volunteer_id) = 1", name="supervision_of_one"),
        CheckConstraint("until >= since", name="supervision_in_order"),
        Index(
            "one_supervision_of_a_community",
            "community_id",
            "social_worker_id",
            unique=True,
            postgresql_where=text("state = 'assigned' AND community_id IS NOT NULL"),
            info={
                "code": "already_supervises",
                "en": "This social worker supervises this community already.",
                "zh": "该社会工作者已在督导此社区。",
            },
        ),
        Index(
            "one_supervision_of_a_volunteer",
            "volunteer_id",
            unique=True,
            postgresql_where=text("state = 'assigned' AND volunteer_id IS NOT NULL"),
            info={
                "code": "already_supervised",
                "en": "This volunteer has a supervisor already.",
                "zh": "该志愿者已有督导。",
            },
        ),
        Index("supervisions_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == SupervisionState.ASSIGNED and self.until:
            return [Due(datetime.combine(self.until, time(), SHANGHAI), "expire_supervision")]
        return []
