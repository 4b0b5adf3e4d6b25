"""Do: what whoever holds a course, and the clock, do with the trainings in which it is held."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.columns import Text
from domain.errors import Invalid, NotNow
from domain.organizations.models import Organization
from domain.programmes.carrier import require_active
from domain.states import is_in
from domain.training.access import RULES, takes_enrolments
from domain.training.models import Course, Enrolment, Training
from domain.training.states import OPEN, CourseState, EnrolmentState
from domain.training.waitlist import offer_free_places
from domain.wording import name as named
from domain.work import Work

OPEN_ENROLMENTS = select(Enrolment).where(
    col(Enrolment.training_id) == bindparam("training"), is_in(Enrolment.state, *OPEN)
)
MOST_PLACES = 10_000


async def open_training(
    work: Work,
    *,
    course_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    place: Annotated[Text, "Where it is held."],
    capacity: Annotated[int, "How many can take part."],
) -> Training:
    """Open one time of the course for enrolments. 开放培训场次"""
    course = await work.get(Course, course_id, lock=True)
    training = Training.new(
        street_id=course.street_id,
        organization_id=course.organization_id,
        course_id=course.id,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        capacity=capacity,
    )
    work.ask(RULES, "open_training", training)
    if course.state != CourseState.PUBLISHED:
        raise NotNow("not_published", "This course is not published.", "该课程未发布。", path="courseId")
    if course.organization_id:
        require_active(await work.get(Organization, course.organization_id))
    _require_times(work, training, course)
    _require_places(capacity)
    work.insert(training)
    return work.change(training, place=named(place, "place"))


async def change_places(
    work: Work, *, training_id: UUID, capacity: Annotated[int, "How many can take part from now on."]
) -> Training:
    """Add places, which go to those who wait, or take away places that are free. 调整培训名额"""
    training = await work.get(Training, training_id, lock=True)
    work.ask(RULES, "change_places", training)
    _require_places(capacity)
    require_ahead(work, training)
    if capacity < training.taken:
        raise Invalid(
            "places_taken",
            f"{training.taken} places are taken.",
            f"已有 {training.taken} 个名额被占用。",
            path="capacity",
            remedy=("Give it at least that many places, or cancel it.", "名额不得少于此数，或取消该场培训。"),
        )
    work.change(training, capacity=capacity)
    await offer_free_places(work, training)
    return training


async def cancel_training(
    work: Work, *, training_id: UUID, reason: Annotated[str, "Why, for those who enrolled."]
) -> Training:
    """Call the training off, and with it every enrolment. 取消培训场次"""
    training = await work.get(Training, training_id, lock=True)
    work.ask(RULES, "cancel_training", training, reason=reason)
    work.move(training, "cancel_training", taken=0)
    for enrolment in await work.all(Enrolment, OPEN_ENROLMENTS, training=training.id):
        work.move(enrolment, "cancel_enrolment")
        work.follow("cancel_enrolment", enrolment, reason=reason)
    return training


async def start_training(work: Work, *, training_id: UUID) -> Training:
    """The training begins: nobody waits any longer, and nobody holds an offer. By the clock. 培训开始"""
    training = await work.get(Training, training_id, lock=True)
    work.ask(RULES, "start_training", training)
    work.move(training, "start_training")
    for enrolment in await work.all(Enrolment, OPEN_ENROLMENTS, training=training.id):
        if enrolment.state == EnrolmentState.ENROLLED:
            continue
        if enrolment.state == EnrolmentState.OFFERED:
            work.change(training, taken=training.taken - 1)
        work.move(enrolment, "close_enrolment")
        work.follow("close_enrolment", enrolment)
    return training


async def end_training(work: Work, *, training_id: UUID) -> Training:
    """The training is over. By the clock. 培训结束"""
    training = await work.get(Training, training_id, lock=True)
    work.ask(RULES, "end_training", training)
    return work.move(training, "end_training")


def require_ahead(work: Work, training: Training) -> None:
    if not takes_enrolments.test(work.actor, training):
        raise NotNow("begun", "This training has begun or is called off.", "该场培训已开始或已取消。")


def _require_times(work: Work, training: Training, course: Course) -> None:
    if training.starts_at <= work.now:
        raise Invalid("begins_in_the_past", "A training begins in the future.", "培训须在将来开始。", path="startsAt")
    if training.ends_at - training.starts_at < timedelta(minutes=course.minutes):
        raise Invalid(
            "too_short",
            f"The course takes {course.minutes} minutes.",
            f"该课程需要 {course.minutes} 分钟。",
            path="endsAt",
        )


def _require_places(capacity: int) -> None:
    if not 1 <= capacity <= MOST_PLACES:
        raise Invalid(
            "wrong_capacity",
            f"A training has 1 to {MOST_PLACES} places.",
            f"培训名额须为 1 至 {MOST_PLACES}。",
            path="capacity",
        )
