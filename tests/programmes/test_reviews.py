"""Where whoever leads a service decides on each signup, the seat is held until then, and not for ever."""

import asyncio
from datetime import timedelta

import pytest

from domain.access import Actor
from domain.accounts.introductions import introduce
from domain.accounts.models import RoleName
from domain.clock import Alarm
from domain.columns import new_id
from domain.errors import NotAllowed, NotNow
from domain.notifications.models import Message
from domain.programmes import commands
from domain.programmes.models import Shift, Signup
from domain.programmes.states import SignupState
from domain.volunteers.commands import register_volunteer
from tests.acting import READ
from tests.conftest import Clock
from tests.notifications.inboxes import told
from tests.programmes.neighbourhood import ADULT, Neighbourhood
from tests.programmes.test_needs import revoke, show_proof
from tests.programmes.test_records import with_role

CONFIRMED, PENDING = SignupState.CONFIRMED, SignupState.PENDING_REVIEW
HOUR = timedelta(hours=1)


@pytest.fixture
async def lin(here: Neighbourhood) -> Actor:
    return await here.volunteer("Lin")


async def reviews(here: Neighbourhood) -> None:
    about = {"opportunity_id": here.opportunity.id, "reviews_signups": True}
    await here.do(here.worker, commands.change_opportunity, **about)


@pytest.fixture
async def shift(here: Neighbourhood) -> Shift:
    await reviews(here)
    return await here.shift(ahead=96)


async def approve(here: Neighbourhood, signup: Signup, who: Actor | None = None) -> Signup:
    approved: Signup = await here.do(who or here.worker, commands.approve_signup, signup_id=signup.id)
    return approved


async def refuse(here: Neighbourhood, signup: Signup, who: Actor | None = None) -> Signup:
    about = {"signup_id": signup.id, "reason": "We need somebody who speaks Uighur."}
    refused: Signup = await here.do(who or here.worker, commands.refuse_signup, **about)
    return refused


async def test_the_seat_is_held_until_it_is_decided_and_is_theirs_then(
    here: Neighbourhood, clock: Clock, lin: Actor, shift: Shift
) -> None:
    seat, waits = await here.sign_up(lin, shift), await here.sign_up(await here.volunteer("Mo"), shift)
    assert (seat.state, seat.held_until, seat.next_due) == (PENDING, clock.now + 48 * HOUR, clock.now + 48 * HOUR)
    assert (waits.state, (await here.now(shift)).taken) == (SignupState.WAITLISTED, 1)
    approved = await approve(here, seat)
    assert (approved.state, approved.held_until, approved.next_due) == (CONFIRMED, None, None)
    assert (await here.now(waits)).state == SignupState.WAITLISTED


async def test_whoever_is_refused_reads_why_and_the_next_in_line_is_decided_about(
    here: Neighbourhood, lin: Actor, shift: Shift
) -> None:
    """pain 10: no without a reason is no answer."""
    mo = await here.volunteer("Mo")
    seat, waits = await here.sign_up(lin, shift), await here.sign_up(mo, shift)
    assert (await refuse(here, seat)).state == SignupState.REFUSED
    assert (await here.now(waits)).state == SignupState.OFFERED
    taken = await here.do(mo, commands.accept_offer, signup_id=waits.id)
    assert (taken.state, (await here.now(shift)).taken) == (PENDING, 1)
    await told(here.house)
    (message,) = await here.all(Message, "verb = 'refuse_signup'")
    assert "We need somebody who speaks Uighur." in message.says["translations"]["en"]["text"]
    with pytest.raises(NotNow) as again:
        await here.sign_up(lin, shift)
    assert again.value.code == "removed"


async def test_what_nobody_decides_passes_on_once(here: Neighbourhood, clock: Clock, lin: Actor, shift: Shift) -> None:
    seat, waits = await here.sign_up(lin, shift), await here.sign_up(await here.volunteer("Mo"), shift)
    clock.wait(hours=48)
    await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
    states = [(await here.now(one)).state for one in (seat, waits)]
    assert states == [SignupState.REVIEW_LAPSED, SignupState.OFFERED]
    assert (await here.now(shift)).taken == 1
    assert (await here.sign_up(lin, shift)).state == SignupState.WAITLISTED


async def test_what_is_missing_by_then_can_be_mended(here: Neighbourhood, lin: Actor, shift: Shift) -> None:
    await here.house.lanes.run("UPDATE opportunity SET skills = $1", (["first_aid"],))
    proof = await show_proof(here, lin)
    seat = await here.sign_up(lin, shift)
    await revoke(here, proof, lin)
    assert (await here.now(seat)).state == PENDING
    assert (await approve(here, seat)).state == SignupState.NEEDS_ACTION
    await show_proof(here, lin)
    assert (await here.now(seat)).state == CONFIRMED


async def test_members_of_groups_and_those_who_stand_in_are_decided_about_too(
    here: Neighbourhood, clock: Clock, lin: Actor, shift: Shift
) -> None:
    mo, wide = await here.volunteer("Mo"), await here.shift(8, ahead=120)
    group = await here.do(lin, commands.book_group, shift_id=wide.id, name="Rotary", seats=2)
    joined = await here.do(mo, commands.join_group, booking_id=group.id, code=group.join_code)
    assert (joined.state, bool(joined.held_until)) == (PENDING, True)
    seat = await approve(here, await here.sign_up(lin, shift))
    code = await introduce(here.house.lanes.run, mo.id or new_id(), clock.now)
    swap = await here.do(lin, commands.propose_swap, signup_id=seat.id, code=code)
    await here.do(mo, commands.accept_swap, swap_id=swap.id)
    states = [signup.state for signup in await here.all(Signup, "shift_id = $1", shift.id)]
    assert states == [SignupState.HANDED_OVER, PENDING]


async def test_whoever_leads_decides_and_nobody_about_themselves(here: Neighbourhood, lin: Actor, shift: Shift) -> None:
    seat = await here.sign_up(lin, shift)
    for who in (lin, here.staff):
        with pytest.raises(NotAllowed):
            await approve(here, seat, who)
    await here.do(lin, commands.withdraw, signup_id=seat.id)
    await here.do(here.worker, register_volunteer, **READ, legal_name="Wang", birth_date=ADULT)
    own = await here.sign_up(here.worker, shift)
    for decide in (approve, refuse):
        with pytest.raises(NotAllowed):
            await decide(here, own)
    assert (await approve(here, own, here.colleague)).state == CONFIRMED


async def test_of_two_who_decide_at_once_one_does(here: Neighbourhood, lin: Actor, shift: Shift) -> None:
    seat, waits = await here.sign_up(lin, shift), await here.sign_up(await here.volunteer("Mo"), shift)
    done = await asyncio.gather(approve(here, seat), refuse(here, seat, here.colleague), return_exceptions=True)
    assert len([one for one in done if isinstance(one, NotNow)]) == 1
    found = [(await here.now(one)).state for one in (seat, waits)]
    assert found in ([CONFIRMED, SignupState.WAITLISTED], [SignupState.REFUSED, SignupState.OFFERED])


async def test_when_the_clock_was_late_the_shift_begins_without_them(
    here: Neighbourhood, clock: Clock, lin: Actor, shift: Shift
) -> None:
    seat = await here.sign_up(lin, shift)
    clock.now = shift.starts_at + HOUR
    await here.do(Actor(roles={"clock": frozenset()}), commands.start_shift, shift_id=shift.id)
    assert ((await here.now(seat)).state, (await here.now(shift)).taken) == (SignupState.REVIEW_LAPSED, 0)


async def test_shifts_that_are_open_already_stay_as_they_are(here: Neighbourhood, lin: Actor) -> None:
    before = await here.shift(ahead=96)
    await reviews(here)
    assert (await here.sign_up(lin, before)).state == CONFIRMED


async def test_whoever_leads_reads_that_somebody_waits_and_a_shift_that_moves_leaves_them_no_less_to_go_by(
    here: Neighbourhood, clock: Clock, lin: Actor, shift: Shift
) -> None:
    """pain 14: nobody has to look every day whether there is something to decide."""
    manager = await with_role(here, "Manager", RoleName.ORGANIZATION_MANAGER, organization_id=here.organization.id)
    worker = await with_role(here, "Worker", RoleName.SOCIAL_WORKER, community_id=here.community.id)
    await with_role(here, "Worker", RoleName.SOCIAL_WORKER, community_id=here.other_community.id)
    seat = await here.sign_up(lin, shift)
    await told(here.house)
    heard = await here.all(Message, "verb = 'await_review'")
    assert {m.person_id for m in heard} == {manager.id, worker.id}
    assert "Lin" not in str(heard[0].says)
    assert "The seat is held until 2026-06-03 12:00 (Beijing time)" in heard[0].says["translations"]["en"]["text"]
    sooner = {"starts_at": clock.now + 10 * HOUR, "ends_at": clock.now + 12 * HOUR, "reason": "The hall is taken."}
    await here.do(here.worker, commands.reschedule_shift, shift_id=shift.id, **sooner)
    assert (await here.now(seat)).held_until == clock.now + 8 * HOUR
    later = {"starts_at": clock.now + 90 * HOUR, "ends_at": clock.now + 92 * HOUR, "reason": "The hall is free."}
    await here.do(here.worker, commands.reschedule_shift, shift_id=shift.id, **later)
    assert (await here.now(seat)).held_until == clock.now + 8 * HOUR
    clock.wait(hours=8)
    await Alarm(here.house).ring()
    assert (await here.now(seat)).state == SignupState.REVIEW_LAPSED
