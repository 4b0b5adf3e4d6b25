"""Do: asking somebody to serve in a shift, and answering that.

An invitation asks, and holds nothing: accepting is signing up, by the same reading as for everybody. So it passes by
no wave and nobody who waits, and silence costs no seat. It is the yes of whoever leads the service, where they decide.
"""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, and_, bindparam, exists, func, select, true

from domain.access import not_found
from domain.errors import Invalid, NotFound, NotNow
from domain.programmes.access import RULES, invitation_stands
from domain.programmes.commands.signups import ASKED, require_taking_signups, seat_or_place, take
from domain.programmes.eligibility import Asked, needs, require_all
from domain.programmes.invitations import is_open
from domain.programmes.matching import may_be_asked
from domain.programmes.models import Invitation, Shift, Signup
from domain.programmes.requirements import RequirementCode, refusal
from domain.programmes.states import LIVE, InvitationState, SignupState
from domain.rules import grounds
from domain.states import is_in
from domain.volunteers.access import the_volunteer
from domain.volunteers.models import Volunteer
from domain.volunteers.showing import who_shows
from domain.work import Work

volunteers, shifts = Volunteer.__table__, Shift.__table__  # type: ignore[attr-defined]
signups, invitations = Signup.__table__, Invitation.__table__  # type: ignore[attr-defined]
needed = needs(shifts)
their_signups = and_(signups.c.volunteer_id == volunteers.c.id, signups.c.shift_id == shifts.c.id)
for_it, for_them = invitations.c.shift_id == shifts.c.id, invitations.c.volunteer_id == volunteers.c.id


def _count(*of: Any) -> Any:
    return select(func.count()).select_from(invitations).where(*of).correlate(shifts, volunteers).scalar_subquery()


#: How a volunteer stands to a shift, as far as whoever leads it knows anyhow; and how many are invited already.
STANDING = (
    select(
        may_be_asked(volunteers, shifts, needed).label("may_be_asked"),
        exists().where(their_signups, is_in(signups.c.state, *LIVE)).label("has_signed_up"),
        exists()
        .where(their_signups, is_in(signups.c.state, SignupState.REMOVED, SignupState.REFUSED))
        .label("was_removed"),
        exists().where(for_it, for_them, is_in(invitations.c.state, InvitationState.DECLINED)).label("has_declined"),
        _count(for_it, is_open).label("to_this_shift"),
        _count(for_them, invitations.c.invited_at > bindparam("since", type_=DateTime(timezone=True))).label("lately"),
    )
    .select_from(volunteers.join(shifts, shifts.c.id == bindparam("shift")).join(needed, true()))
    .where(volunteers.c.id == bindparam("volunteer"))
)

#: An invitation, who is invited, the shift, and what of it they meet.
INVITED = (
    select(invitations, volunteers, shifts, ASKED)
    .where(invitations.c.id == bindparam("invitation"))
    .where(volunteers.c.id == invitations.c.volunteer_id, shifts.c.id == invitations.c.shift_id)
)


async def invite_volunteer(
    work: Work,
    *,
    shift_id: UUID,
    volunteer_id: Annotated[UUID | None, Volunteer, "One of the shift's candidates; left out with a code."] = None,
    code: Annotated[
        str | None, "The code that the volunteer shows, from their account page; left out for a candidate."
    ] = None,
) -> Invitation:
    """Ask a volunteer to serve in a shift; no seat is held for them. 邀请志愿者"""
    shift = await work.get(Shift, shift_id, lock=True)
    life = timedelta(minutes=int(work.rule("invitation_life", at=shift).value))
    invitation = Invitation.new(
        street_id=shift.street_id,
        community_id=shift.community_id,
        organization_id=shift.organization_id,
        shift_id=shift.id,
        volunteer_id=None,  # until it is known who that is
        invited_by_id=work.actor.id,
        invited_at=work.now,
        expires_at=min(work.now + life, shift.starts_at),
    )
    work.ask(RULES, "invite_volunteer", invitation, shift)
    require_taking_signups(work, shift)
    volunteer = await _volunteer(work, volunteer_id, code)
    await _require_askable(work, shift, volunteer, by_code=code is not None)
    return work.change(work.insert(invitation), volunteer_id=volunteer.id)


async def accept_invitation(work: Work, *, invitation_id: UUID) -> Invitation:
    """Sign up for the shift that you are invited to: for a seat, or the next place on its waitlist. 接受邀请"""
    invitation, volunteer, shift, asked = await _invited(work, invitation_id)
    work.ask(RULES, "accept_invitation", invitation, volunteer, shift)
    work.move(invitation, "accept_invitation", answered_at=work.now)
    require_all(work, asked)
    if not invitation_stands.test(work.actor, invitation):
        raise NotNow(
            "invitation_expired",
            "The time to accept it is over.",
            "邀请已过答复期限。",
            remedy=("If there is a seat, sign up by yourself.", "如仍有名额，您可自行报名。"),
        )
    signup = take(work, seat_or_place(shift, volunteer, work), shift)
    work.follow("sign_up", signup, shift)
    return invitation


async def decline_invitation(work: Work, *, invitation_id: UUID) -> Invitation:
    """Say that you do not want to; you are not invited to this shift again. 谢绝邀请"""
    invitation, volunteer, _, _ = await _invited(work, invitation_id)
    work.ask(RULES, "decline_invitation", invitation, volunteer)
    return work.move(invitation, "decline_invitation", answered_at=work.now)


async def withdraw_invitation(work: Work, *, invitation_id: UUID) -> Invitation:
    """Take the invitation back before it is answered. 撤回邀请"""
    invitation, volunteer, _, _ = await _invited(work, invitation_id)
    work.ask(RULES, "withdraw_invitation", invitation, volunteer)
    return work.move(invitation, "withdraw_invitation")


async def expire_invitation(work: Work, *, invitation_id: UUID) -> Invitation:
    """Nobody answered in time. By the clock. 邀请逾期"""
    invitation = await work.get(Invitation, invitation_id, lock=True)
    work.ask(RULES, "expire_invitation", invitation)
    return work.move(invitation, "expire_invitation")


async def _invited(work: Work, invitation_id: UUID) -> tuple[Invitation, Volunteer, Shift, Asked]:
    found = await work.together((Invitation, Volunteer, Shift), INVITED, invitation=invitation_id, now=work.now)
    if found is None:
        raise not_found(Invitation)
    return found


async def _volunteer(work: Work, volunteer_id: UUID | None, code: str | None) -> Volunteer:
    """Whom: one of those who are shown as candidates, or whoever shows their code and so wants it."""
    if volunteer_id and code is None:
        return await work.get(Volunteer, volunteer_id, lock=True)
    if code is not None and volunteer_id is None:
        return await who_shows(work, code)
    raise Invalid(
        "candidate_or_code",
        "Name one of the shift's candidates, or the code that somebody shows: one of both.",
        "请指定一名候选志愿者，或填写志愿者出示的代码，二者择一。",
        path="volunteerId",
    )


async def _require_askable(work: Work, shift: Shift, volunteer: Volunteer, *, by_code: bool) -> None:
    """Refuses by what whoever leads the shift knows anyhow; what else is missing is told to the invited alone."""
    if the_volunteer.test(work.actor, volunteer):
        raise Invalid(
            "yourself",
            "Nobody invites themselves.",
            "不能邀请本人。",
            path="code" if by_code else "volunteerId",
            remedy=("Sign up like everybody else.", "请与其他人一样直接报名。"),
        )
    known = await work.values(
        STANDING, shift=shift.id, volunteer=volunteer.id, now=work.now, since=work.now - timedelta(days=1)
    )
    if not by_code and not known["may_be_asked"]:
        raise NotFound(
            "no_such_candidate",
            "This volunteer is not among the shift's candidates, or does not want to be invited.",
            "该志愿者不在本班次的候选名单中，或不希望受邀。",
            path="volunteerId",
            remedy=(
                "Take one of the shift's candidates, or let the volunteer show their code.",
                "请从本班次的候选名单中选择，或请志愿者出示其代码。",
            ),
        )
    if known["has_signed_up"]:
        raise NotNow("already_signed_up", "This volunteer has signed up already.", "该志愿者已报名此班次。")
    if known["was_removed"]:
        raise refusal(work, RequirementCode.REMOVED)
    if known["has_declined"]:
        raise NotNow(
            "declined_already",
            "This volunteer has declined an invitation to this shift.",
            "该志愿者已谢绝此班次的邀请。",
            remedy=("They may still sign up by themselves.", "其仍可自行报名。"),
        )
    _require_fewer(work, shift, known)


def _require_fewer(work: Work, shift: Shift, known: Any) -> None:
    """Refuses what would be too much for a shift, or for a person."""
    of_shift = work.rule("invitations_open", at=shift)
    if known["to_this_shift"] >= int(of_shift.value):
        raise NotNow(
            "too_many_invitations",
            f"{of_shift.value} invitations to this shift are open.",
            f"此班次已有 {of_shift.value} 份邀请待答复。",
            grounds=grounds(of_shift, work.actor.language),
            remedy=("Wait for answers, or withdraw some.", "请等待答复，或撤回部分邀请。"),
        )
    of_day = work.rule("invitations_a_day", at=shift)
    if known["lately"] >= int(of_day.value):
        raise NotNow(
            "invited_enough",
            f"This volunteer was invited {of_day.value} times within a day.",
            f"该志愿者一日内已受邀 {of_day.value} 次。",
            grounds=grounds(of_day, work.actor.language),
            remedy=("Ask somebody else, or try again tomorrow.", "请邀请他人，或次日再试。"),
        )
