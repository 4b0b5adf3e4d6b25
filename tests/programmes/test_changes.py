"""What was signed up for changes, or somebody is taken off a shift: they are told, and asked anew what is needed."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.access import Actor
from domain.errors import Invalid, NotAllowed, NotNow
from domain.notifications.models import Message
from domain.programmes import commands
from domain.programmes.models import Opportunity, Signup
from domain.programmes.states import SignupState
from tests.conftest import Clock
from tests.notifications.inboxes import told
from tests.programmes.neighbourhood import Neighbourhood, said
from tests.programmes.test_needs import show_proof

CONFIRMED, NEEDS_ACTION = SignupState.CONFIRMED, SignupState.NEEDS_ACTION
HOUR = timedelta(hours=1)


async def change(here: Neighbourhood, who: Actor | None = None, **given: Any) -> Opportunity:
    changed: Opportunity = await here.do(
        who or here.worker, commands.change_opportunity, opportunity_id=here.opportunity.id, **given
    )
    return changed


async def remove(here: Neighbourhood, signup: Signup, who: Actor | None = None) -> Signup:
    removed: Signup = await here.do(
        who or here.worker, commands.remove_signup, signup_id=signup.id, reason="We need somebody stronger."
    )
    return removed


@pytest.fixture
async def lin(here: Neighbourhood) -> Actor:
    return await here.volunteer("Lin")


async def test_what_is_given_is_changed_and_all_else_stays(here: Neighbourhood, clock: Clock) -> None:
    point: dict[str, Any] = {"latitude": Decimal("39.9"), "longitude": Decimal("116.4"), "radius": 200}
    changed = await change(here, risks=said("Stairs, and dogs."), **point)
    assert (changed.risks["text"], changed.tasks["text"]) == ("Stairs, and dogs.", "Carry meals upstairs.")
    assert (changed.radius, changed.changed_at) == (200, clock.now)
    assert (await change(here, place=said("The new canteen"))).radius == 200
    with pytest.raises(Invalid) as no:
        await change(here, latitude=None)
    assert no.value.code == "no_point"
    assert (await change(here, latitude=None, longitude=None, radius=None)).radius is None
    with pytest.raises(NotAllowed):
        await change(here, who=here.staff, title=said("Ours"))


async def test_whoever_signed_up_is_told_once_and_why_and_whoever_is_done_is_not(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    """pain 10: information stays true, and nobody has to find out by themselves (志愿服务条例第十二条)."""
    await here.sign_up(lin, await here.shift(ahead=96))
    await here.sign_up(lin, await here.shift(ahead=120))
    done = await here.volunteer("Mo")
    over = await here.shift(ahead=2)
    await here.sign_up(done, over)
    clock.now = over.starts_at
    await change(here, risks=said("Stairs, and dogs."), reason="A dog lives there now.")
    await told(here.house)
    (message,) = await here.all(Message, "verb = 'change_opportunity'")
    assert message.person_id == lin.id
    english = message.says["translations"]["en"]["text"]
    assert "What you signed up for was changed: Carry meals" in english
    assert "A dog lives there now." in english


async def test_whoever_signed_up_for_something_else_is_not_late_in_giving_the_seat_back(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    mo, shift = await here.volunteer("Mo"), await here.shift(2, ahead=96)
    before = await here.sign_up(lin, shift)
    clock.now = shift.starts_at - 3 * HOUR
    await change(here, risks=said("Stairs, and dogs."))
    clock.wait(minutes=1)
    after = await here.sign_up(mo, shift)
    assert (await here.do(lin, commands.withdraw, signup_id=before.id)).late is False
    assert (await here.do(mo, commands.withdraw, signup_id=after.id)).late is True


async def test_what_is_needed_from_now_on_is_asked_of_every_seat_ahead_and_no_longer_when_it_is_not_needed(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    able, shift = await here.volunteer("Mo"), await here.shift(3, ahead=96)
    await show_proof(here, able)
    seats = [await here.sign_up(one, shift) for one in (lin, able)]
    await change(here, skills=["first_aid"])
    found = [await here.now(seat) for seat in seats]
    assert [seat.state for seat in found] == [NEEDS_ACTION, CONFIRMED]
    assert (found[0].missing, found[0].held_until) == ({"skill_missing": None}, clock.now + 48 * HOUR)
    await change(here, tasks=said("Carry meals to the fourth floor."))
    assert (await here.now(seats[0])).state == NEEDS_ACTION
    await change(here, skills=[])
    assert (await here.now(seats[0])).state == CONFIRMED
    await change(here, dangerous=True)
    assert set((await here.now(seats[0])).missing) == {"insurance_missing", "agreement_missing"}


async def test_whoever_signs_up_while_more_is_needed_never_has_a_seat_without_it(
    here: Neighbourhood, lin: Actor
) -> None:
    for n in range(6):
        shift = await here.shift(ahead=96 + 24 * n)
        await asyncio.gather(change(here, skills=["first_aid"]), here.sign_up(lin, shift), return_exceptions=True)
        states = [signup.state for signup in await here.all(Signup, "shift_id = $1", shift.id)]
        assert states in ([], [NEEDS_ACTION])
        await change(here, skills=[])


async def test_a_seat_that_is_taken_away_goes_to_the_next_in_line_and_its_holder_reads_why(
    here: Neighbourhood, lin: Actor
) -> None:
    """pain 10: told at once, with the reason."""
    shift = await here.shift(ahead=96)
    seat, waits = await here.sign_up(lin, shift), await here.sign_up(await here.volunteer("Mo"), shift)
    assert (await remove(here, seat)).state == SignupState.REMOVED
    assert (await here.now(waits)).state == SignupState.OFFERED
    assert (await here.now(shift)).taken == 1
    await told(here.house)
    (message,) = await here.all(Message, "verb = 'remove_signup'")
    assert "We need somebody stronger." in message.says["translations"]["en"]["text"]
    with pytest.raises(NotNow) as again:
        await here.sign_up(lin, shift)
    assert (again.value.code, bool(again.value.remedy)) == ("removed", True)
    assert (await here.sign_up(lin, await here.shift(ahead=120))).state == CONFIRMED


async def test_whoever_waits_is_taken_out_of_the_line_and_no_seat_comes_free_by_it(
    here: Neighbourhood, lin: Actor
) -> None:
    shift = await here.shift(ahead=96)
    await here.sign_up(await here.volunteer("Mo"), shift)
    await remove(here, await here.sign_up(lin, shift))
    assert (await here.now(shift)).taken == 1


async def test_only_whoever_leads_takes_somebody_off_before_it_begins_and_while_they_have_not_come(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift = await here.shift(2, ahead=96)
    seat, other = await here.sign_up(lin, shift), await here.sign_up(await here.volunteer("Mo"), shift)
    for who in (lin, here.staff):
        with pytest.raises(NotAllowed):
            await remove(here, seat, who)
    clock.now = shift.starts_at - HOUR / 6
    await here.do(here.worker, commands.check_in, signup_id=seat.id)
    with pytest.raises(NotNow) as there:
        await remove(here, seat)
    assert there.value.code == "checked_in"
    clock.now = shift.starts_at
    with pytest.raises(NotNow) as begun:
        await remove(here, other)
    assert begun.value.code == "begun"


async def test_of_withdrawing_and_being_removed_at_once_one_comes_first_and_one_seat_passes_on(
    here: Neighbourhood, lin: Actor
) -> None:
    shift = await here.shift(ahead=96)
    seat = await here.sign_up(lin, shift)
    waiting = [await here.sign_up(await here.volunteer(f"W{n}"), shift) for n in range(2)]
    done = await asyncio.gather(
        remove(here, seat), here.do(lin, commands.withdraw, signup_id=seat.id), return_exceptions=True
    )
    assert len([one for one in done if isinstance(one, NotNow)]) == 1
    states = [(await here.now(one)).state for one in waiting]
    assert states == [SignupState.OFFERED, SignupState.WAITLISTED]
    assert (await here.now(shift)).taken == 1
