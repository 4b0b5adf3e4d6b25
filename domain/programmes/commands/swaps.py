"""Do: handing a seat to somebody who stands in, or exchanging it for theirs, when both want it.

The giver consents by proposing, the taker by accepting; until then the giver has the seat and owes the service. What
each has to meet for the other's shift is asked when the seats change hands, all in one transaction.
"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, select
from sqlmodel import col

from domain.access import NOW, not_found
from domain.errors import Invalid, NotNow, Refusal
from domain.programmes.access import RULES, swap_stands, takes_signups
from domain.programmes.commands.signups import THEY_CAME, ask_for_review, seated
from domain.programmes.eligibility import as_one, require_all, requirements
from domain.programmes.models import Attendance, Shift, Signup, Swap
from domain.programmes.requirements import RequirementCode, refusal
from domain.programmes.states import LIVE, SignupState
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.volunteers.showing import who_shows
from domain.work import Work

shifts, signups = Shift.__table__, Signup.__table__  # type: ignore[attr-defined]
givers, takers = Volunteer.__table__.alias("giver"), Volunteer.__table__.alias("taker")  # type: ignore[attr-defined]
in_it = signups.alias("in_it")

#: An offer, and both whom it is between.
SWAP = (
    select(Swap.__table__, givers, takers)  # type: ignore[attr-defined]
    .where(col(Swap.id) == bindparam("swap"))
    .where(givers.c.id == col(Swap.giver_id), takers.c.id == col(Swap.taker_id))
)

#: A volunteer's seat in a shift, the shift, and whether others wait for one.
SEAT = (
    select(
        signups, shifts, exists().where(in_it.c.shift_id == shifts.c.id, is_in(in_it.c.state, SignupState.WAITLISTED))
    )
    .where(signups.c.shift_id == bindparam("shift"), signups.c.volunteer_id == bindparam("volunteer"))
    .where(is_in(signups.c.state, SignupState.CONFIRMED), shifts.c.id == signups.c.shift_id)
)

#: What a volunteer meets of a shift, once a seat of theirs is given for it; and whether they have signed up for it.
MEETS = select(
    as_one(requirements(takers, shifts, NOW, without=bindparam("given_for", type_=Uuid()))),
    exists().where(in_it.c.shift_id == shifts.c.id, in_it.c.volunteer_id == takers.c.id, is_in(in_it.c.state, *LIVE)),
).where(takers.c.id == bindparam("volunteer"), shifts.c.id == bindparam("shift"))


async def propose_swap(
    work: Work,
    *,
    signup_id: UUID,
    code: Annotated[str, "The code that the other volunteer shows, from their account page."],
    return_shift_id: Annotated[
        UUID | None, Shift, "Where they give you their seat for it; left out, they only stand in for you."
    ] = None,
) -> Swap:
    """Offer your seat to another volunteer; it stays yours until they accept. 提出换班或替班"""
    signup = await work.get(Signup, signup_id)
    own = await work.get(Volunteer, signup.volunteer_id, lock=True)
    swap = Swap.new(
        street_id=signup.street_id,
        community_id=signup.community_id,
        organization_id=signup.organization_id,
        shift_id=signup.shift_id,
        giver_id=own.id,
        taker_id=None,  # until it is known who shows the code
        return_shift_id=return_shift_id,
        proposed_at=work.now,
        expires_at=work.now,
    )
    work.ask(RULES, "propose_swap", swap, own)
    taker = await who_shows(work, code)
    if taker.id == own.id:
        raise Invalid("yourself", "This is your own code.", "这是您本人的代码。", path="code")
    _, shift = await _seat(work, swap, own, swap.shift_id)
    ends = [work.now + timedelta(minutes=int(work.rule("swap_life", at=shift).value)), shift.starts_at]
    if return_shift_id:
        back = await work.get(Shift, return_shift_id, lock=True)
        await _require(work, own, back.id, given_for=shift.id)
        ends.append(back.starts_at)
    return work.change(work.insert(swap), taker_id=taker.id, expires_at=min(ends))


async def accept_swap(work: Work, *, swap_id: UUID) -> Swap:
    """Take the seat that is offered to you, and give yours for it if that is asked. 同意换班或替班"""
    swap, giver, taker = await _swap(work, swap_id)
    work.ask(RULES, "accept_swap", swap, giver, taker)
    work.move(swap, "accept_swap", answered_at=work.now)
    if not swap_stands.test(work.actor, swap):
        raise NotNow("swap_expired", "The time to answer is over.", "已超过答复期限。")
    given, shift = await _seat(work, swap, giver, swap.shift_id)
    await _require(work, taker, shift.id, given_for=swap.return_shift_id)
    if swap.return_shift_id:
        back, of = await _seat(work, swap, taker, swap.return_shift_id)
        try:
            await _require(work, giver, of.id, given_for=shift.id)
        except Refusal as no:  # what the giver lacks is told to nobody else
            raise NotNow(
                "other_not_eligible",
                "The one who proposed it cannot take your seat as things stand.",
                "对方目前不符合您班次的条件。",
                remedy=(
                    "They see under the shift's requirements what is missing.",
                    "对方可在该班次的报名条件中查看缺少的条件。",
                ),
            ) from no
        _hand_over(work, back, of, giver)
    _hand_over(work, given, shift, taker)
    return swap


async def decline_swap(work: Work, *, swap_id: UUID) -> Swap:
    """Say that you do not want the seat; it stays whose it is. 不同意换班"""
    swap, giver, taker = await _swap(work, swap_id)
    work.ask(RULES, "decline_swap", swap, giver, taker)
    return work.move(swap, "decline_swap", answered_at=work.now)


async def cancel_swap(work: Work, *, swap_id: UUID) -> Swap:
    """Take the offer back before it is answered. 撤回换班"""
    swap, giver, taker = await _swap(work, swap_id)
    work.ask(RULES, "cancel_swap", swap, giver, taker)
    return work.move(swap, "cancel_swap")


async def expire_swap(work: Work, *, swap_id: UUID) -> Swap:
    """Nobody answered in time: the seat stays whose it is. By the clock. 换班逾期"""
    swap = await work.get(Swap, swap_id, lock=True)
    work.ask(RULES, "expire_swap", swap)
    return work.move(swap, "expire_swap")


async def _swap(work: Work, swap_id: UUID) -> tuple[Swap, Volunteer, Volunteer]:
    found = await work.together((Swap, Volunteer, Volunteer), SWAP, swap=swap_id)
    if found is None:
        raise not_found(Swap)
    return found


async def _seat(work: Work, swap: Swap, volunteer: Volunteer, shift_id: UUID) -> tuple[Signup, Shift]:
    """The seat that is given. Whoever only stands in may not pass by those who wait for it."""
    found = await work.together((Signup, Shift), SEAT, shift=shift_id, volunteer=volunteer.id)
    if found is None:
        raise NotNow(
            "no_seat_to_give",
            "There is no confirmed seat to hand over.",
            "没有可转让的已确认名额。",
        )
    signup, shift, is_wanted = found
    if not takes_signups.test(work.actor, shift):
        raise refusal(work, RequirementCode.BEGUN)
    if await work.first(Attendance, THEY_CAME, signup=signup.id):
        raise NotNow("checked_in", "The volunteer has checked in already.", "志愿者已签到。")
    if is_wanted and swap.return_shift_id is None:
        raise NotNow(
            "others_wait",
            "Others wait for this seat.",
            "已有他人候补此名额。",
            remedy=(
                "Withdraw, and the next in line is offered it at once; or exchange it for another seat.",
                "请直接取消报名，名额将立即提供给下一位候补者；也可与他人互换名额。",
            ),
        )
    return signup, shift


async def _require(work: Work, volunteer: Volunteer, shift_id: UUID, given_for: UUID | None) -> None:
    asked, has_signed_up = await work.values(
        MEETS, volunteer=volunteer.id, shift=shift_id, given_for=given_for, now=work.now
    )
    if has_signed_up:
        raise NotNow(
            "already_signed_up",
            "Whoever takes a seat has not signed up for the shift already.",
            "接受名额的一方已报名该班次。",
            remedy=("Withdraw that signup first.", "请先取消该报名。"),
        )
    require_all(work, asked)


def _hand_over(work: Work, seat: Signup, shift: Shift, taker: Volunteer) -> None:
    """One seat less for one and one more for the other: the shift has as many taken as before."""
    work.move(seat, "hand_over")
    work.follow("hand_over", seat, shift)
    signup = work.insert(
        Signup.new(
            street_id=shift.street_id,
            community_id=shift.community_id,
            organization_id=shift.organization_id,
            shift_id=shift.id,
            volunteer_id=taker.id,
            signed_up_at=work.now,
            **seated(work, shift),
        )
    )
    work.follow("sign_up", signup, shift)
    ask_for_review(work, signup)
