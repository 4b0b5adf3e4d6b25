"""Do: holding seats for a group before it is known who comes, and taking them by name.

Each member takes a seat in their own name, by a code that goes round in the group: nobody is signed up behind their
back, and what each has to meet is asked of each, and told to nobody else.
"""

from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from domain.accounts.devices import new_user_code, user_code
from domain.columns import minute_of
from domain.errors import Invalid, NotFound, NotNow
from domain.programmes.access import RULES, names_are_open, takes_signups
from domain.programmes.commands.signups import ask_for_review, myself_and_shift, seated
from domain.programmes.eligibility import require_all
from domain.programmes.groups import let_go, names_due_at
from domain.programmes.models import Booking, Shift, Signup
from domain.programmes.requirements import RequirementCode, refusal
from domain.programmes.states import BookingState
from domain.rules import grounds
from domain.volunteers.models import Volunteer
from domain.wording import line
from domain.work import Work

FEWEST = 2
ALONE = ("Sign up for the shift by yourself.", "请自行报名该班次。")

#: Seats of groups in a shift, named or not.
OF_GROUPS = select(func.coalesce(func.sum(col(Booking.seats)), 0)).where(col(Booking.shift_id) == bindparam("shift"))


async def book_group(
    work: Work,
    *,
    shift_id: UUID,
    name: Annotated[str, "What the group is called."],
    seats: Annotated[int, "How many will come."],
) -> Booking:
    """Hold seats for a group; its members take them by name until some time before the shift. 团体预留名额"""
    contact, shift, _ = await myself_and_shift(work, shift_id)
    notice = work.rule("group_names_due", at=shift)
    booking = Booking.new(
        street_id=shift.street_id,
        community_id=shift.community_id,
        organization_id=shift.organization_id,
        shift_id=shift.id,
        contact_id=contact.id,
        name=line(name, "name"),
        seats=seats,
        join_code=new_user_code(),
        booked_at=work.now,
        names_due_at=names_due_at(work, shift),
    )
    work.ask(RULES, "book_group", booking, contact, shift)
    if not takes_signups.test(work.actor, shift):
        raise refusal(work, RequirementCode.BEGUN)
    if shift.everyone_from and work.now < shift.everyone_from:  # a group is of people of every wave
        raise refusal(work, RequirementCode.NOT_OPEN_YET)
    if not names_are_open.test(work.actor, booking):
        raise NotNow(
            "too_late_for_groups",
            f"Groups named their members by {minute_of(booking.names_due_at)}, Beijing time.",
            f"团体名单已于北京时间{minute_of(booking.names_due_at)}截止。",
            grounds=grounds(notice, work.actor.language),
            remedy=("Let each sign up by themselves.", "请各成员自行报名。"),
        )
    await _require_room(work, booking, shift)
    work.change(shift, taken=shift.taken + seats)
    return work.insert(booking)


async def join_group(
    work: Work, *, booking_id: UUID, code: Annotated[str, "The code that goes round in the group."]
) -> Signup:
    """Take one of your group's seats in your own name. 以团体成员身份报名"""
    booking = await work.get(Booking, booking_id, lock=True)
    member, shift, asked = await myself_and_shift(work, booking.shift_id)
    signup = Signup.new(
        street_id=shift.street_id,
        community_id=shift.community_id,
        organization_id=shift.organization_id,
        shift_id=shift.id,
        volunteer_id=member.id,
        booking_id=booking.id,
        signed_up_at=work.now,
        **seated(work, shift),
    )
    work.ask(RULES, "join_group", signup, member, shift, booking)
    if user_code(code) != booking.join_code:
        raise NotFound(
            "no_such_group",
            "No group has this code.",
            "没有使用此代码的团体。",
            path="code",
            remedy=("Ask whoever answers for the group.", "请向团体联系人确认。"),
        )
    if booking.state != BookingState.HELD or not names_are_open.test(work.actor, booking):
        raise NotNow("names_closed", "The group's time for names is over.", "团体名单已截止。", remedy=ALONE)
    if not booking.unnamed:
        raise NotNow("group_full", "All seats of the group have names.", "团体名额已满。", remedy=ALONE)
    require_all(work, asked)
    work.change(booking, named=booking.named + 1)
    return ask_for_review(work, work.insert(signup))


async def cancel_booking(work: Work, *, booking_id: UUID) -> Booking:
    """Give up the group's seats that have no name; members who are named keep theirs. 取消团体预留"""
    booking, contact, shift = await _booking(work, booking_id)
    work.ask(RULES, "cancel_booking", booking, contact, shift)
    return await let_go(work, booking, shift, "cancel_booking")


async def release_seats(work: Work, *, booking_id: UUID) -> Booking:
    """The time for names is over: seats without one go to those who wait. By the clock. 释放未实名名额"""
    booking, contact, shift = await _booking(work, booking_id)
    work.ask(RULES, "release_seats", booking, contact, shift)
    return await let_go(work, booking, shift, "release_seats")


async def _booking(work: Work, booking_id: UUID) -> tuple[Booking, Volunteer, Shift]:
    booking = await work.get(Booking, booking_id, lock=True)
    return booking, await work.get(Volunteer, booking.contact_id), await work.get(Shift, booking.shift_id, lock=True)


async def _require_room(work: Work, booking: Booking, shift: Shift) -> None:
    """Seats that are free, and no more for all groups together than leaves room for those who come by themselves."""
    share = work.rule("group_share", at=shift)
    (of_groups,) = await work.values(OF_GROUPS, shift=shift.id)
    most = shift.capacity * int(share.value) // 100 - of_groups
    if not FEWEST <= booking.seats <= most:
        raise Invalid(
            "wrong_group",
            f"A group is of {FEWEST} or more, and {max(most, 0)} seats are left for groups here.",
            f"团体至少 {FEWEST} 人；该班次可供团体预留的名额尚余 {max(most, 0)} 个。",
            path="seats",
            grounds=grounds(share, work.actor.language),
            remedy=("Let the others sign up by themselves.", "请其余成员自行报名。"),
        )
    if booking.seats > (free := shift.capacity - shift.taken):
        raise NotNow(
            "too_few_seats",
            f"{free} seats are free.",
            f"剩余名额 {free} 个。",
            path="seats",
            remedy=("Book so many at most, or choose another shift.", "请减少预留数量，或选择其他班次。"),
        )
