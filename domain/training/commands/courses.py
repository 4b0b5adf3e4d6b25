"""Do: what whoever holds courses does with them."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.columns import Text
from domain.communities.models import StreetOffice
from domain.errors import Invalid, NotNow
from domain.organizations.models import Organization
from domain.states import is_in
from domain.training.access import RULES
from domain.training.models import Course, Training
from domain.training.states import TrainingState
from domain.volunteers.models import CompetenceLevel
from domain.volunteers.skills import skill_code
from domain.wording import name as named
from domain.wording import prose
from domain.work import Work

NOT_OVER = (
    select(Training)
    .where(
        col(Training.course_id) == bindparam("course"),
        is_in(Training.state, TrainingState.SCHEDULED, TrainingState.RUNNING),
    )
    .limit(1)
)
LONGEST_COURSE = 60_000
LONGEST_VALIDITY = 600


async def create_course(
    work: Work,
    *,
    street_id: Annotated[UUID, StreetOffice, "The street it is held in."],
    title: Text,
    content: Annotated[Text, "What is mainly learnt: law asks for it (民政部令第67号第八条)."],
    minutes: Annotated[int, "How long the learning takes, in minutes."],
    skill: Annotated[str, "What one can do afterwards, as a code such as first_aid."],
    level: Annotated[CompetenceLevel, "How well."],
    assessed: Annotated[bool, "Whether somebody looks at what was learnt before it counts."],
    organization_id: Annotated[
        UUID | None, Organization, "The social organization of that street that holds it; left out, the street does."
    ] = None,
    valid_months: Annotated[int | None, "For how many months it holds; left out if it does not end."] = None,
) -> Course:
    """Draft a course. 创建培训课程"""
    street = await work.get(StreetOffice, street_id)
    organization = await work.get(Organization, organization_id) if organization_id else None
    course = Course.new(
        street_id=street.id,
        organization_id=organization_id,
        title=title,
        content=content,
        minutes=minutes,
        skill=skill,
        level=level,
        assessed=assessed,
        valid_months=valid_months,
    )
    work.ask(RULES, "create_course", course)
    _require_of_the_street(organization, street)
    _require_sound(course)
    work.insert(course)
    return work.change(course, title=named(title, "title"), content=prose(content, "content"), skill=skill_code(skill))


async def publish_course(work: Work, *, course_id: UUID) -> Course:
    """Show the course to everybody, so that it can be held. 发布培训课程"""
    course = await work.get(Course, course_id, lock=True)
    work.ask(RULES, "publish_course", course)
    return work.move(course, "publish_course")


async def close_course(work: Work, *, course_id: UUID) -> Course:
    """Say that the course is held no longer. 结束培训课程"""
    course = await work.get(Course, course_id, lock=True)
    work.ask(RULES, "close_course", course)
    if await work.first(Training, NOT_OVER, course=course.id):
        raise NotNow(
            "trainings_ahead",
            "Some of its trainings are not over.",
            "仍有尚未结束的培训场次。",
            remedy=("Wait until they have ended, or cancel them.", "请等待场次结束，或先取消这些场次。"),
        )
    return work.move(course, "close_course")


def _require_of_the_street(organization: Organization | None, street: StreetOffice) -> None:
    if organization and organization.street_id != street.id:
        raise Invalid(
            "of_another_street",
            "This organization is based in another street.",
            "该社会组织不在此街道。",
            path="organizationId",
            remedy=("Give the street of the organization.", "请填写该社会组织所在的街道。"),
        )


def _require_sound(course: Course) -> None:
    if course.level == CompetenceLevel.NATIVE:
        raise Invalid(
            "native_is_of_languages",
            "Only a language is spoken as a native; choose another level for a skill.",
            "“母语”仅适用于语言，请为技能选择其他水平。",
            path="level",
        )
    if not 1 <= course.minutes <= LONGEST_COURSE:
        raise Invalid(
            "wrong_length",
            f"A course takes 1 to {LONGEST_COURSE} minutes.",
            f"课程学时须为 1 至 {LONGEST_COURSE} 分钟。",
            path="minutes",
        )
    if course.valid_months is not None and not 1 <= course.valid_months <= LONGEST_VALIDITY:
        raise Invalid(
            "wrong_validity",
            f"What was learnt holds for 1 to {LONGEST_VALIDITY} months, or has no end.",
            f"有效期须为 1 至 {LONGEST_VALIDITY} 个月，或长期有效。",
            path="validMonths",
        )
