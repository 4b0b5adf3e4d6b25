"""What: courses, the trainings in which they are held, and who takes part."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import Row, Text, moment, one_of, words
from domain.states import written
from domain.training.states import (
    COURSE,
    ENROLMENT,
    OPEN,
    TRAINING,
    CourseState,
    EnrolmentState,
    TrainingState,
)
from domain.volunteers.models import CompetenceLevel


class Course(Row, table=True):
    """What can be learnt, and what one can do afterwards (民政部令第67号第八条). 培训课程"""

    prefix: ClassVar = "crs"
    machine: ClassVar = COURSE

    street_id: UUID = Field(foreign_key="street_office.id", index=True)
    """The street it is held in."""
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    """The social organization that holds it; null where the street office does."""
    title: Text = words()
    content: Text = words()
    """What is mainly learnt."""
    minutes: int
    """How long the learning takes, in minutes."""
    skill: str
    """What one can do afterwards, as a code such as first_aid."""
    level: CompetenceLevel = one_of("level", CompetenceLevel)
    """How well."""
    valid_months: int | None = None
    """For how many months that holds; null if it does not end."""
    assessed: bool
    """Whether somebody looks at what was learnt before it counts."""
    state: CourseState = COURSE.column()

    __table_args__ = (
        CheckConstraint("minutes > 0", name="learning_takes_time"),
        CheckConstraint("valid_months > 0", name="holds_for_a_while"),
        CheckConstraint("level <> 'native'", name="nobody_learns_a_first_language"),
        Index("courses_for_a_skill", "skill", "state", "id"),
    )


class Training(Clocked, table=True):
    """One time at which a course is held, with places. 培训场次"""

    prefix: ClassVar = "trn"
    machine: ClassVar = TRAINING

    street_id: UUID
    organization_id: UUID | None = None
    course_id: UUID = Field(foreign_key="course.id")
    """The course."""
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    place: Text = words()
    """Where it is held."""
    capacity: int
    """How many can take part."""
    taken: int = 0
    """Places taken, or offered to somebody on the waitlist."""
    queued: int = 0
    """How many ever waited; the last number in line given."""
    state: TrainingState = TRAINING.column()

    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="no_more_than_there_are_places"),
        CheckConstraint("starts_at < ends_at", name="training_starts_before_it_ends"),
        Index("trainings_in_order", "starts_at", "id"),
        Index("trainings_of_a_course", "course_id", "starts_at", "id"),
        Index("trainings_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == TrainingState.SCHEDULED:
            return [Due(self.starts_at, "start_training")]
        if self.state == TrainingState.RUNNING:
            return [Due(self.ends_at, "end_training")]
        return []


class Enrolment(Clocked, table=True):
    """A volunteer's place in a training, or in the line for one. 培训报名"""

    prefix: ClassVar = "enr"
    machine: ClassVar = ENROLMENT

    street_id: UUID
    organization_id: UUID | None = None
    training_id: UUID = Field(foreign_key="training.id")
    """The training."""
    volunteer_id: UUID = Field(foreign_key="volunteer.id")
    """The volunteer."""
    enrolled_at: datetime = moment()
    number: int | None = None
    """The number in line, in order of arrival; null for those who got a place at once."""
    offer_expires_at: datetime | None = moment(default=None)
    """Until when an offered place is held."""
    reason: str | None = None
    """Why it was not passed."""
    state: EnrolmentState = ENROLMENT.column()

    __table_args__ = (
        Index(
            "one_enrolment_each",
            "training_id",
            "volunteer_id",
            unique=True,
            postgresql_where=text(f"state IN {written(OPEN)}"),
            info={
                "code": "already_enrolled",
                "en": "You are enrolled in this training already, or wait for a place.",
                "zh": "您已报名该场培训或正在候补。",
            },
        ),
        Index("those_in_line", "training_id", "number", postgresql_where=text("state = 'queued'")),
        Index("enrolments_of_a_training", "training_id", "enrolled_at", "id"),
        Index("enrolments_of_a_volunteer", "volunteer_id", "enrolled_at", "id"),
        Index("enrolments_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == EnrolmentState.OFFERED and self.offer_expires_at:
            return [Due(self.offer_expires_at, "expire_place")]
        return []
