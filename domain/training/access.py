"""Who may do what with courses, trainings and enrolments."""

from typing import Any

from domain.access import Rules, Who, anyone, before, role_at, state_in, via
from domain.programmes.access import it_follows, once_published, the_clock
from domain.training.models import Course, Enrolment, Training
from domain.training.states import CourseState, TrainingState
from domain.volunteers.access import oneself_or_guardian, the_volunteer
from domain.volunteers.models import Volunteer


def holds(model: Any) -> Who:
    """Whoever answers for a course: of the organization that holds it, or of its street."""
    return (
        role_at("social worker", model.street_id)
        | role_at("street officer", model.street_id)
        | role_at("social worker", model.organization_id)
        | role_at("organization manager", model.organization_id)
    ).called(
        "whoever holds the course (a social worker or an officer of the street, a social worker or the manager of the "
        "organization)",
        "培训负责人（该街道的社会工作者或工作人员、该社会组织的社会工作者或负责人）",
    )


who_enrols = via(Enrolment.volunteer_id, Volunteer, the_volunteer).called("the volunteer", "志愿者本人")
for_whom_it_is = via(Enrolment.volunteer_id, Volunteer, oneself_or_guardian).called(
    "the volunteer or their guardian", "志愿者本人或其监护人"
)

who_saw_them = (holds(Enrolment) & ~who_enrols).called(
    "whoever holds the course, if they did not take part themselves", "培训负责人（本人参加的除外）"
)

takes_enrolments = state_in(Training.state, TrainingState.SCHEDULED) & before(Training.starts_at)
its_training_takes_enrolments = via(Enrolment.training_id, Training, takes_enrolments)
its_training_is_over = via(Enrolment.training_id, Training, state_in(Training.state, TrainingState.ENDED))
place_is_held = before(Enrolment.offer_expires_at)

RULES = Rules(
    "training",
    times={
        "leave_training": its_training_takes_enrolments,
        "accept_place": its_training_takes_enrolments & place_is_held,
        "complete_training": its_training_is_over,
        "miss_training": its_training_is_over,
    },
    create_course=holds(Course),
    publish_course=holds(Course),
    close_course=holds(Course),
    open_training=holds(Training),
    change_places=holds(Training),
    cancel_training=holds(Training),
    start_training=the_clock(Training.starts_at, "when the training begins", "培训开始时"),
    end_training=the_clock(Training.ends_at, "when the training ends", "培训结束时"),
    enrol=who_enrols,
    leave_training=for_whom_it_is,
    accept_place=who_enrols,
    decline_place=for_whom_it_is,
    expire_place=the_clock(Enrolment.offer_expires_at, "when the offer expires", "名额保留期满时"),
    complete_training=who_saw_them,
    miss_training=who_saw_them,
    pass_assessment=who_saw_them,
    fail_assessment=who_saw_them,
    offer_place=it_follows,
    cancel_enrolment=it_follows,
    close_enrolment=it_follows,
    see_course=once_published(Course.state, CourseState.DRAFT) | holds(Course),
    see_training=anyone,
    see_enrolment=for_whom_it_is | holds(Enrolment),
)
