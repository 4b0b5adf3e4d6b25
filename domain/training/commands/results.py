"""Do: saying who took part in a training, and who can do now what was learnt."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.access import not_found
from domain.columns import Table
from domain.errors import NotNow
from domain.training.access import RULES
from domain.training.models import Course, Enrolment, Training
from domain.training.states import EnrolmentState, TrainingState
from domain.volunteers.commands.competences import grant_competence
from domain.volunteers.models import Volunteer
from domain.wording import paragraphs
from domain.work import Work

WHOLE = (
    select(*(Table.metadata.tables[name] for name in ("enrolment", "volunteer", "training", "course")))
    .where(col(Enrolment.id) == bindparam("enrolment"), col(Volunteer.id) == col(Enrolment.volunteer_id))
    .where(col(Training.id) == col(Enrolment.training_id), col(Course.id) == col(Training.course_id))
)


async def complete_training(work: Work, *, enrolment_id: UUID) -> Enrolment:
    """Say that they took part to the end; where nothing is assessed, they can do it from now on. 确认完成培训"""
    enrolment, volunteer, training, course = await _asked(work, "complete_training", enrolment_id)
    to = EnrolmentState.COMPLETED if course.assessed else EnrolmentState.PASSED
    work.move(enrolment, "complete_training", to=to)
    _require_over(training)
    if not course.assessed:
        await _learnt(work, volunteer, course)
    return enrolment


async def miss_training(work: Work, *, enrolment_id: UUID) -> Enrolment:
    """Say that they did not come, or not for the whole of it. 登记缺课"""
    enrolment, _, training, _ = await _asked(work, "miss_training", enrolment_id)
    work.move(enrolment, "miss_training")
    _require_over(training)
    return enrolment


async def pass_assessment(work: Work, *, enrolment_id: UUID) -> Enrolment:
    """Say that they have shown that they can do it. 考核合格"""
    enrolment, volunteer, _, course = await _asked(work, "pass_assessment", enrolment_id)
    work.move(enrolment, "pass_assessment")
    await _learnt(work, volunteer, course)
    return enrolment


async def fail_assessment(
    work: Work, *, enrolment_id: UUID, reason: Annotated[str, "What is missing, for the volunteer to read."]
) -> Enrolment:
    """Say that they cannot do it yet. Another training can be enrolled in. 考核未合格"""
    enrolment, _, _, _ = await _asked(work, "fail_assessment", enrolment_id, reason)
    return work.move(enrolment, "fail_assessment", reason=paragraphs(reason, "reason"))


async def _learnt(work: Work, volunteer: Volunteer, course: Course) -> None:
    """The course itself is the proof, for as long as it says; a seat that was held for want of it is theirs again."""
    await grant_competence(
        work,
        volunteer,
        skill=course.skill,
        level=course.level,
        proof=course.title["text"],
        months=course.valid_months,
    )


async def _asked(
    work: Work, verb: str, enrolment_id: UUID, reason: str | None = None
) -> tuple[Enrolment, Volunteer, Training, Course]:
    found = await work.together((Enrolment, Volunteer, Training, Course), WHOLE, enrolment=enrolment_id)
    if found is None:
        raise not_found(Enrolment)
    enrolment, volunteer, _, _ = found
    work.ask(RULES, verb, enrolment, volunteer, reason=reason)
    return found


def _require_over(training: Training) -> None:
    if training.state != TrainingState.ENDED:
        raise NotNow(
            "not_over",
            "This training is not over.",
            "该场培训尚未结束。",
            remedy=("Say it after its end.", "请在培训结束后登记。"),
        )
