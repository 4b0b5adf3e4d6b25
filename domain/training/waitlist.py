"""Who gets a place in a training that has become free?"""

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.programmes.waitlist import offer_expires_at
from domain.states import is_in
from domain.training.access import takes_enrolments
from domain.training.models import Enrolment, Training
from domain.training.states import EnrolmentState
from domain.work import Work

IN_LINE = (
    select(Enrolment)
    .where(col(Enrolment.training_id) == bindparam("training"), is_in(Enrolment.state, EnrolmentState.QUEUED))
    .order_by(col(Enrolment.number))
    .limit(bindparam("places"))
)


async def pass_place_on(work: Work, training: Training) -> None:
    """A place given back goes to the next in line, in the same transaction; if nobody waits, to whoever comes first."""
    if not await offer_places(work, training, 1):
        work.change(training, taken=training.taken - 1)


async def offer_free_places(work: Work, training: Training) -> None:
    """Places that were added go to as many in line."""
    offered = await offer_places(work, training, training.capacity - training.taken)
    work.change(training, taken=training.taken + offered)


async def offer_places(work: Work, training: Training, places: int) -> int:
    """Offer so many places in order of arrival, and say how many were; none once the training has begun."""
    if not takes_enrolments.test(work.actor, training):
        return 0
    waiting = await work.all(Enrolment, IN_LINE, training=training.id, places=places)
    for enrolment in waiting:
        work.move(enrolment, "offer_place", offer_expires_at=offer_expires_at(work, training))
        work.follow("offer_place", enrolment)
    return len(waiting)
