"""Do: taking places in a training, waiting for them and giving them back.

Everything is decided about a volunteer and a training as they are at one moment, and only holds if both stay as they
are: so nobody is in two places at one time, and no place is given twice.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlmodel import col

from domain.access import not_found
from domain.errors import NotAllowed, NotNow
from domain.programmes.models import Shift, Signup
from domain.programmes.states import SignupState
from domain.states import is_in
from domain.training.access import RULES, place_is_held
from domain.training.commands.trainings import require_ahead
from domain.training.models import Enrolment, Training
from domain.training.states import OPEN, EnrolmentState, TrainingState
from domain.training.waitlist import pass_place_on
from domain.volunteers.models import Volunteer
from domain.work import Work

volunteers, trainings = Volunteer.__table__, Training.__table__  # type: ignore[attr-defined]
elsewhere = trainings.alias()


def _at_that_time(other: Any) -> Any:
    return and_(other.c.starts_at < trainings.c.ends_at, trainings.c.starts_at < other.c.ends_at)


#: Whether the volunteer serves, or learns something else, while the training is held.
IS_BUSY = or_(
    exists()
    .where(
        col(Signup.volunteer_id) == volunteers.c.id,
        is_in(Signup.state, SignupState.CONFIRMED, SignupState.NEEDS_ACTION),
        col(Shift.id) == col(Signup.shift_id),
        _at_that_time(Shift.__table__),  # type: ignore[attr-defined]
    )
    .correlate(volunteers, trainings),
    exists()
    .where(
        col(Enrolment.volunteer_id) == volunteers.c.id,
        is_in(Enrolment.state, EnrolmentState.ENROLLED),
        elsewhere.c.id == col(Enrolment.training_id),
        elsewhere.c.id != trainings.c.id,
        _at_that_time(elsewhere),
    )
    .correlate(volunteers, trainings),
)

MYSELF_AND_TRAINING = (
    select(volunteers, trainings, IS_BUSY)
    .select_from(volunteers.outerjoin(trainings, trainings.c.id == bindparam("training")))
    .where(volunteers.c.person_id == bindparam("person"))
)

ENROLMENT = (
    select(Enrolment.__table__, volunteers, trainings, IS_BUSY)  # type: ignore[attr-defined]
    .where(col(Enrolment.id) == bindparam("enrolment"))
    .where(volunteers.c.id == col(Enrolment.volunteer_id), trainings.c.id == col(Enrolment.training_id))
)

#: Whatever a volunteer holds in trainings that have not begun.
AHEAD = (
    select(Enrolment)
    .join(trainings, trainings.c.id == col(Enrolment.training_id))
    .where(col(Enrolment.volunteer_id) == bindparam("volunteer"), is_in(Enrolment.state, *OPEN))
    .where(is_in(trainings.c.state, TrainingState.SCHEDULED), trainings.c.starts_at > bindparam("now"))
    .order_by(col(Enrolment.id))
)


async def enrol(work: Work, *, training_id: UUID) -> Enrolment:
    """Take a place in a training, or the next number in its line. 报名培训"""
    volunteer, training, is_busy = await _myself_and_training(work, training_id)
    enrolment = _place_or_number(training, volunteer, work)
    work.ask(RULES, "enrol", enrolment, volunteer, training)
    require_ahead(work, training)
    _require_free(is_busy)
    if enrolment.number:
        work.change(training, queued=enrolment.number)
    else:
        work.change(training, taken=training.taken + 1)
    return work.insert(enrolment)


async def leave_training(work: Work, *, enrolment_id: UUID) -> Enrolment:
    """Give back a place, an offer or a number in line, before the training begins. 退出培训"""
    enrolment, volunteer, training, _ = await _enrolment(work, enrolment_id)
    work.ask(RULES, "leave_training", enrolment, volunteer, training)
    require_ahead(work, training)
    return await _give_back(work, enrolment, training)


async def leave_all_trainings(work: Work, volunteer: Volunteer) -> None:
    """What follows when the volunteer leaves: every place in a training ahead goes to the next in line."""
    for enrolment in await work.all(Enrolment, AHEAD, lock=True, volunteer=volunteer.id, now=work.now):
        training = await work.get(Training, enrolment.training_id, lock=True)
        work.follow("leave_training", enrolment, training)
        await _give_back(work, enrolment, training)


async def _give_back(work: Work, enrolment: Enrolment, training: Training) -> Enrolment:
    had = enrolment.state
    work.move(enrolment, "leave_training")
    if had != EnrolmentState.QUEUED:
        await pass_place_on(work, training)
    return enrolment


async def accept_place(work: Work, *, enrolment_id: UUID) -> Enrolment:
    """Take the place that was offered. 接受培训名额"""
    enrolment, volunteer, training, is_busy = await _enrolment(work, enrolment_id)
    work.ask(RULES, "accept_place", enrolment, volunteer)
    require_ahead(work, training)
    work.move(enrolment, "accept_place")
    if not place_is_held.test(work.actor, enrolment):
        raise NotNow("offer_expired", "This offer has expired.", "该名额已过保留时间。")
    _require_free(is_busy)
    return enrolment


async def decline_place(work: Work, *, enrolment_id: UUID) -> Enrolment:
    """Leave the offered place to the next in line. 放弃培训名额"""
    enrolment, volunteer, training, _ = await _enrolment(work, enrolment_id)
    work.ask(RULES, "decline_place", enrolment, volunteer, training)
    work.move(enrolment, "decline_place")
    await pass_place_on(work, training)
    return enrolment


async def expire_place(work: Work, *, enrolment_id: UUID) -> Enrolment:
    """The offer was held long enough: the next in line gets it. By the clock. 培训名额逾期"""
    enrolment, volunteer, training, _ = await _enrolment(work, enrolment_id)
    work.ask(RULES, "expire_place", enrolment, volunteer, training)
    work.move(enrolment, "expire_place")
    await pass_place_on(work, training)
    return enrolment


async def _myself_and_training(work: Work, training_id: UUID) -> tuple[Volunteer, Training, bool]:
    found = await work.together((Volunteer, Training), MYSELF_AND_TRAINING, person=work.actor.id, training=training_id)
    if found is None:
        raise NotAllowed(
            "not_a_volunteer",
            "Only a volunteer may enrol.",
            "只有志愿者可以报名培训。",
            remedy=("Register as a volunteer first.", "请先注册为志愿者。"),
        )
    volunteer, training, is_busy = found
    if training is None:
        raise not_found(Training)
    return volunteer, training, is_busy


async def _enrolment(work: Work, enrolment_id: UUID) -> tuple[Enrolment, Volunteer, Training, bool]:
    found = await work.together((Enrolment, Volunteer, Training), ENROLMENT, enrolment=enrolment_id)
    if found is None:
        raise not_found(Enrolment)
    return found


def _place_or_number(training: Training, volunteer: Volunteer, work: Work) -> Enrolment:
    """A place while there is one, else the next number in line."""
    free = training.taken < training.capacity
    return Enrolment.new(
        street_id=training.street_id,
        organization_id=training.organization_id,
        training_id=training.id,
        volunteer_id=volunteer.id,
        enrolled_at=work.now,
        number=None if free else training.queued + 1,
        state=EnrolmentState.ENROLLED if free else EnrolmentState.QUEUED,
    )


def _require_free(is_busy: bool) -> None:
    if is_busy:
        raise NotNow(
            "overlap",
            "You serve, or learn something else, at that time.",
            "该时段您已确认参加服务或其他培训。",
            remedy=("Withdraw from the other first.", "请先退出另一项。"),
        )
