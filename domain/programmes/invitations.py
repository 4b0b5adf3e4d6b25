"""What becomes of invitations when the shift, or the volunteer, is not there as they were?"""

from collections.abc import Iterable

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlmodel import col

from domain.programmes.models import Invitation, Shift
from domain.programmes.states import InvitationState
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.work import Work

is_open = is_in(Invitation.state, InvitationState.OPEN)
TO_THESE = select(Invitation).where(col(Invitation.shift_id) == any_(bindparam("shifts", type_=ARRAY(Uuid()))), is_open)
TO_SOMEBODY = select(Invitation).where(col(Invitation.volunteer_id) == bindparam("volunteer"), is_open)


async def take_back_invitations(work: Work, shifts: Iterable[Shift], reason: str | None = None) -> None:
    """What follows when shifts move or are called off: what somebody was asked to do is not there any longer."""
    for invitation in await work.all(Invitation, TO_THESE, lock=True, shifts=[shift.id for shift in shifts]):
        work.move(invitation, "withdraw_invitation")
        work.follow("withdraw_invitation", invitation, reason=reason)


async def decline_all_invitations(work: Work, volunteer: Volunteer) -> None:
    """What follows when the volunteer can serve no longer."""
    for invitation in await work.all(Invitation, TO_SOMEBODY, lock=True, volunteer=volunteer.id):
        work.move(invitation, "decline_invitation", answered_at=work.now)
        work.follow("decline_invitation", invitation)
