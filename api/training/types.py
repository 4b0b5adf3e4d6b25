"""How are courses, trainings and enrolments shown, and to whom?"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.engine.declare import (
    Connection,
    Node,
    by_id,
    every,
    expression,
    filters,
    graph,
    many,
    moves,
    one,
    orders,
    related,
)
from domain.access import Actor
from domain.columns import Text
from domain.training import models, states
from domain.training.access import RULES
from domain.volunteers.models import CompetenceLevel

if TYPE_CHECKING:
    from api.communities.types import StreetOffice
    from api.organizations.types import Organization
    from api.volunteers.types import Volunteer

CourseOrder = orders(models.Course, "-id")
CourseFilter = filters(models.Course, "state", "skill", "level", "street_id", "organization_id")
TrainingOrder = orders(models.Training, "starts_at")
TrainingFilter = filters(
    models.Training,
    "state",
    "starts_at",
    "street_id",
    "organization_id",
    "course_id",
    course=related(models.Training.course_id, "CourseFilter"),
)
EnrolmentOrder = orders(models.Enrolment, "-enrolled_at")
EnrolmentFilter = filters(
    models.Enrolment,
    "state",
    "training_id",
    "volunteer_id",
    training=related(models.Enrolment.training_id, "TrainingFilter"),
)


@graph(models.Course, see=(RULES, "see_course"))
class Course(Node):
    """What can be learnt, and what one can do afterwards (民政部令第67号第八条). 培训课程"""

    title: Text
    """What it is called."""
    content: Text
    minutes: int
    skill: str
    level: CompetenceLevel
    valid_months: int | None
    assessed: bool
    state: states.CourseState
    """Where it stands."""
    street: "StreetOffice | None" = one(models.Course.street_id)
    organization: "Organization | None" = one(models.Course.organization_id)
    trainings: "Connection[Training]" = many(models.Training.course_id, order=TrainingOrder, filter=TrainingFilter)
    """When it is held, the next first."""
    viewer_can: list[str] = moves(states.COURSE, RULES)
    """What you can do about it now."""


def places_left(training: Any, _: Actor) -> Any:
    return training.c.capacity - training.c.taken


@graph(models.Training, see=(RULES, "see_training"))
class Training(Node):
    """One time at which a course is held, with places. 培训场次"""

    starts_at: datetime
    """When it begins."""
    ends_at: datetime
    """When it ends."""
    place: Text
    capacity: int
    taken: int
    places_left: int = expression(places_left)
    """Places that are free."""
    state: states.TrainingState
    """Where it stands."""
    course: "Course | None" = one(models.Training.course_id)
    enrolments: "Connection[Enrolment]" = many(
        models.Enrolment.training_id, order=EnrolmentOrder, filter=EnrolmentFilter
    )
    """Who takes part, as far as you may see."""
    viewer_can: list[str] = moves(states.TRAINING, RULES)
    """What you can do about it now."""


@graph(models.Enrolment, see=(RULES, "see_enrolment"))
class Enrolment(Node):
    """A volunteer's place in a training, or in the line for one. 培训报名"""

    enrolled_at: datetime
    """When it was made."""
    number: int | None
    offer_expires_at: datetime | None
    reason: str | None
    state: states.EnrolmentState
    """Where it stands."""
    training: "Training | None" = one(models.Enrolment.training_id)
    volunteer: "Volunteer | None" = one(models.Enrolment.volunteer_id)
    viewer_can: list[str] = moves(states.ENROLMENT, RULES)
    """What you can do about it now."""


class Query:
    course: "Course | None" = by_id(models.Course)
    """A course by id."""
    courses: "Connection[Course]" = every(models.Course, order=CourseOrder, filter=CourseFilter)
    """Courses, the newest first."""
    training: "Training | None" = by_id(models.Training)
    """A training by id."""
    trainings: "Connection[Training]" = every(models.Training, order=TrainingOrder, filter=TrainingFilter)
    """Trainings, the next first."""
    enrolment: "Enrolment | None" = by_id(models.Enrolment)
    """An enrolment by id."""
