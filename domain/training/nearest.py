"""Where is something learnt next, by whoever needs it by a certain moment?"""

from typing import Any

from sqlalchemy import Select, func, or_, select

from domain.states import is_in
from domain.training.models import Course, Training
from domain.training.states import CourseState, TrainingState


def nearest_training(skills: Any, now: Any, before: Any) -> Select[Any]:
    """The `id` of the next training in one of these skills, and its `title` and `starts_at`.

    One with places comes before one with a waitlist. `before`: when it is over at the latest; null for any time.
    """
    training, course = Training.__table__.alias(), Course.__table__.alias()  # type: ignore[attr-defined]
    return (
        select(training.c.id, course.c.title, training.c.starts_at)
        .select_from(training.join(course, course.c.id == training.c.course_id))
        .where(is_in(training.c.state, TrainingState.SCHEDULED), training.c.starts_at > now)
        .where(is_in(course.c.state, CourseState.PUBLISHED), func.jsonb_exists(skills, course.c.skill))
        .where(or_(before.is_(None), training.c.ends_at <= before))
        .order_by((training.c.taken >= training.c.capacity), training.c.starts_at, training.c.id)
        .limit(1)
    )
