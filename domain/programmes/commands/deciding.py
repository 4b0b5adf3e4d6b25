"""Do: what whoever leads a service decides about somebody's signup; the volunteer reads why."""

from typing import Annotated
from uuid import UUID

from domain.errors import NotNow
from domain.programmes.access import RULES
from domain.programmes.commands.needs import settle_seat
from domain.programmes.commands.signups import THEY_CAME, require_taking_signups, signup_and_what_it_meets
from domain.programmes.models import Attendance, Signup
from domain.programmes.states import SEATED
from domain.programmes.waitlist import pass_seat_on
from domain.work import Work


async def approve_signup(work: Work, *, signup_id: UUID) -> Signup:
    """Decide that somebody serves. If they meet no longer what is asked, they have time to mend it. 通过报名审核"""
    signup, volunteer, shift, asked = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "approve_signup", signup, volunteer, shift)
    work.move(signup, "approve_signup", held_until=None)
    require_taking_signups(work, shift)
    settle_seat(work, signup, shift, asked)
    return signup


async def refuse_signup(
    work: Work, *, signup_id: UUID, reason: Annotated[str, "Why, for the volunteer to read."]
) -> Signup:
    """Decide that somebody does not serve in this shift; the seat goes to the next in line. 不通过报名审核"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "refuse_signup", signup, volunteer, shift, reason=reason)
    work.move(signup, "refuse_signup")
    require_taking_signups(work, shift)
    await pass_seat_on(work, shift)
    return signup


async def lapse_review(work: Work, *, signup_id: UUID) -> Signup:
    """Nobody decided in time: the next in line gets the seat. By the clock. 审核逾期"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "lapse_review", signup, volunteer, shift)
    work.move(signup, "lapse_review")
    await pass_seat_on(work, shift)
    return signup


async def remove_signup(
    work: Work, *, signup_id: UUID, reason: Annotated[str, "Why, for the volunteer to read."]
) -> Signup:
    """Take a seat, an offer or a place in line from somebody; the seat goes to the next in line. 移除报名"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "remove_signup", signup, volunteer, shift, reason=reason)
    had_a_seat = signup.state in SEATED
    work.move(signup, "remove_signup")
    require_taking_signups(work, shift)
    if await work.first(Attendance, THEY_CAME, signup=signup.id):
        raise NotNow("checked_in", "The volunteer has checked in already.", "志愿者已签到。")
    if had_a_seat:
        await pass_seat_on(work, shift)
    return signup
