"""Seats: never more than there are, to whom they go, and when."""

import asyncio
from datetime import timedelta

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.programmes import commands
from domain.programmes.models import Shift, Signup
from domain.programmes.states import ShiftState, SignupState
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

CONFIRMED, WAITLISTED = SignupState.CONFIRMED, SignupState.WAITLISTED


async def states(here: Neighbourhood, shift: Shift) -> list[str]:
    return [signup.state.value for signup in await here.all(Signup, "shift_id = $1", shift.id)]


async def test_the_first_get_the_seats_and_the_others_wait_in_order_of_arrival(here: Neighbourhood) -> None:
    shift = await here.shift(capacity=2)
    signups = [await here.sign_up(await here.volunteer(), shift) for _ in range(4)]
    assert [(s.state, s.place) for s in signups] == [
        (CONFIRMED, None),
        (CONFIRMED, None),
        (WAITLISTED, 1),
        (WAITLISTED, 2),
    ]
    now = await here.now(shift)
    assert (now.taken, now.queued) == (2, 2)


async def test_a_seat_given_back_is_offered_to_the_next_in_line_in_the_same_act(here: Neighbourhood) -> None:
    shift = await here.shift()
    first, second, third = [await here.volunteer() for _ in range(3)]
    seat, place, _ = [await here.sign_up(v, shift) for v in (first, second, third)]
    await here.do(first, commands.withdraw, signup_id=seat.id)
    assert await states(here, shift) == ["withdrawn", "offered", "waitlisted"]
    deeds = await here.house.lanes.run(
        "SELECT verb, actor_id, subject_id, cause_id FROM deed WHERE verb IN ('withdraw', 'offer_seat') ORDER BY id"
    )
    assert [(d["verb"], d["actor_id"], d["subject_id"]) for d in deeds] == [
        ("withdraw", first.id, seat.id),
        ("offer_seat", None, place.id),
    ]
    assert deeds[1]["cause_id"] is not None
    assert (await here.now(shift)).taken == 1


async def test_an_offer_is_held_for_a_third_of_the_time_left_and_never_longer_than_a_day(here: Neighbourhood) -> None:
    for ahead, held in ((9, 3), (240, 24)):
        shift = await here.shift(ahead=ahead)
        first, second = await here.volunteer(), await here.volunteer()
        seat, place = await here.sign_up(first, shift), await here.sign_up(second, shift)
        await here.do(first, commands.withdraw, signup_id=seat.id)
        assert (await here.now(place)).offer_expires_at == here.house.clock() + timedelta(hours=held)


async def test_an_offer_that_expires_goes_to_the_next_by_the_clock(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift()
    people = [await here.volunteer() for _ in range(3)]
    signups = [await here.sign_up(v, shift) for v in people]
    await here.do(people[0], commands.withdraw, signup_id=signups[0].id)
    clock.wait(hours=23, minutes=59)
    assert await Alarm(here.house).ring() == 0
    clock.wait(minutes=1)
    with pytest.raises(NotNow) as refusal:
        await here.do(people[1], commands.accept_offer, signup_id=signups[1].id)
    assert refusal.value.code == "offer_expired"
    assert await Alarm(here.house).ring() == 1
    assert await states(here, shift) == ["withdrawn", "offer_expired", "offered"]
    accepted = await here.do(people[2], commands.accept_offer, signup_id=signups[2].id)
    assert (accepted.state, accepted.next_due) == (CONFIRMED, None)


async def test_a_declined_offer_goes_on_and_a_seat_nobody_waits_for_is_free_again(here: Neighbourhood) -> None:
    shift = await here.shift()
    first, second = await here.volunteer(), await here.volunteer()
    seat, place = await here.sign_up(first, shift), await here.sign_up(second, shift)
    await here.do(first, commands.withdraw, signup_id=seat.id)
    await here.do(second, commands.decline_offer, signup_id=place.id)
    assert (await here.now(shift)).taken == 0
    assert (await here.sign_up(first, shift)).state == CONFIRMED


async def test_whoever_leaves_the_line_frees_no_seat(here: Neighbourhood) -> None:
    shift = await here.shift()
    first, second, third = [await here.volunteer() for _ in range(3)]
    _, place, _ = [await here.sign_up(v, shift) for v in (first, second, third)]
    await here.do(second, commands.withdraw, signup_id=place.id)
    assert await states(here, shift) == ["confirmed", "withdrawn", "waitlisted"]
    assert (await here.now(shift)).taken == 1


async def test_added_seats_go_to_those_who_wait_before_anybody_else(here: Neighbourhood) -> None:
    shift = await here.shift()
    for _ in range(4):
        await here.sign_up(await here.volunteer(), shift)
    await here.do(here.worker, commands.change_capacity, shift_id=shift.id, capacity=3)
    assert await states(here, shift) == ["confirmed", "offered", "offered", "waitlisted"]
    assert (await here.sign_up(await here.volunteer(), shift)).state == WAITLISTED


async def test_seats_that_are_taken_cannot_be_taken_away(here: Neighbourhood) -> None:
    shift = await here.shift(capacity=3)
    for _ in range(2):
        await here.sign_up(await here.volunteer(), shift)
    with pytest.raises(Invalid) as refusal:
        await here.do(here.worker, commands.change_capacity, shift_id=shift.id, capacity=1)
    assert (refusal.value.path, (await here.now(shift)).capacity) == ("capacity", 3)


async def test_nobody_signs_up_twice_but_may_again_after_withdrawing(here: Neighbourhood) -> None:
    shift, somebody = await here.shift(capacity=5), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    with pytest.raises(Conflict) as refusal:
        await here.sign_up(somebody, shift)
    assert refusal.value.code == "already_signed_up"
    await here.do(somebody, commands.withdraw, signup_id=seat.id)
    assert (await here.sign_up(somebody, shift)).id != seat.id
    assert (await here.now(shift)).taken == 1


async def test_nobody_serves_in_two_shifts_at_once(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    early, late = await here.shift(ahead=48, length=3), await here.shift(ahead=50, length=3)
    later = await here.shift(ahead=51.5, length=1)
    await here.sign_up(somebody, early)
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(somebody, late)
    assert refusal.value.code == "overlap"
    assert (await here.sign_up(somebody, later)).state == CONFIRMED


async def test_an_offer_cannot_be_accepted_by_whoever_serves_elsewhere_by_then(here: Neighbourhood) -> None:
    popular, other = await here.shift(ahead=48), await here.shift(ahead=48)
    first, second = await here.volunteer(), await here.volunteer()
    seat, place = await here.sign_up(first, popular), await here.sign_up(second, popular)
    await here.sign_up(second, other)
    await here.do(first, commands.withdraw, signup_id=seat.id)
    with pytest.raises(NotNow) as refusal:
        await here.do(second, commands.accept_offer, signup_id=place.id)
    assert refusal.value.code == "overlap"


async def test_a_seat_given_back_within_a_day_of_the_shift_is_late(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(capacity=3, ahead=25)
    early, late = await here.volunteer(), await here.volunteer()
    signups = [await here.sign_up(v, shift) for v in (early, late)]
    assert (await here.do(early, commands.withdraw, signup_id=signups[0].id)).late is False
    clock.wait(hours=2)
    assert (await here.do(late, commands.withdraw, signup_id=signups[1].id)).late is True


async def test_at_the_start_nobody_waits_any_longer_and_no_offer_stands(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(capacity=2, ahead=30)
    people = [await here.volunteer() for _ in range(4)]
    signups = [await here.sign_up(v, shift) for v in people]
    clock.wait(hours=29)
    await here.do(people[0], commands.withdraw, signup_id=signups[0].id)
    clock.wait(hours=1)
    with pytest.raises(NotNow):
        await here.do(people[1], commands.withdraw, signup_id=signups[1].id)
    await Alarm(here.house).ring()
    assert await states(here, shift) == ["withdrawn", "confirmed", "offer_expired", "closed"]
    now = await here.now(shift)
    assert (now.state, now.taken) == (ShiftState.RUNNING, 1)
    with pytest.raises(NotNow):
        await here.sign_up(await here.volunteer(), shift)
    clock.wait(hours=2)
    await Alarm(here.house).ring()
    ended = await here.now(shift)
    assert (ended.state, ended.next_due) == (ShiftState.ENDED, ended.record_review_at)


async def test_a_shift_called_off_lets_everybody_go_and_says_why(here: Neighbourhood) -> None:
    shift = await here.shift(capacity=2)
    for _ in range(3):
        await here.sign_up(await here.volunteer(), shift)
    await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Storm")
    assert await states(here, shift) == ["cancelled_by_org"] * 3
    deeds = await here.house.lanes.run("SELECT reason FROM deed WHERE verb = 'cancel_signup'")
    assert [deed["reason"] for deed in deeds] == ["Storm"] * 3


async def test_only_those_who_lead_the_service_open_change_or_cancel_shifts(here: Neighbourhood) -> None:
    shift = await here.shift()
    for somebody in (here.outsider, here.staff, here.stranger):
        with pytest.raises(NotAllowed):
            await here.do(somebody, commands.change_capacity, shift_id=shift.id, capacity=9)
    assert (await here.do(here.manager, commands.change_capacity, shift_id=shift.id, capacity=9)).capacity == 9


async def test_nobody_withdraws_or_accepts_for_somebody_else(here: Neighbourhood) -> None:
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    for other, no in ((here.worker, NotAllowed), (here.stranger, NotFound), (here.outsider, NotFound)):
        with pytest.raises(no):
            await here.do(other, commands.withdraw, signup_id=seat.id)
    assert (await here.now(seat)).state == CONFIRMED


async def test_only_a_volunteer_signs_up(here: Neighbourhood) -> None:
    shift = await here.shift()
    for somebody in (here.stranger, Actor()):
        with pytest.raises(NotAllowed) as refusal:
            await here.sign_up(somebody, shift)
        assert refusal.value.remedy is not None


@pytest.mark.slow
async def test_two_hundred_at_once_get_twenty_seats_and_one_place_each(here: Neighbourhood) -> None:
    shift = await here.shift(capacity=20)
    people = [await here.volunteer(f"V{n}") for n in range(200)]
    signups = await asyncio.gather(*(here.sign_up(v, shift) for v in people))
    assert sum(s.state == CONFIRMED for s in signups) == 20
    assert sorted(s.place for s in signups if s.place) == list(range(1, 181))
    now = await here.now(shift)
    assert (now.taken, now.queued) == (20, 180)
    stored = await here.house.lanes.run(
        "SELECT count(*) FILTER (WHERE state = 'confirmed') AS seats, count(DISTINCT place) AS places FROM signup"
    )
    assert tuple(stored[0]) == (20, 180)
    deeds = await here.house.lanes.run("SELECT count(*) AS n FROM deed WHERE verb = 'sign_up'")
    assert deeds[0]["n"] == 200


async def test_a_popular_shift_can_be_called_off(here: Neighbourhood) -> None:
    """More rows than fit into one statement."""
    shift = await here.shift(capacity=1)
    await here.sign_up(await here.volunteer(), shift)
    for place in range(1, 301):
        signup = Signup.new(
            street_id=shift.street_id,
            community_id=shift.community_id,
            organization_id=shift.organization_id,
            shift_id=shift.id,
            volunteer_id=(await here.volunteer_of(await here.volunteer())).id,
            signed_up_at=here.house.clock(),
            place=place,
        )
        await here.put(signup)
    await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Storm")
    assert set(await states(here, shift)) == {"cancelled_by_org"}


async def test_the_same_volunteer_cannot_take_overlapping_seats_by_being_quick(here: Neighbourhood) -> None:
    shifts = [await here.shift(capacity=5, ahead=48 + n / 2, length=4) for n in range(6)]
    somebody = await here.volunteer()
    results = await asyncio.gather(*(here.sign_up(somebody, s) for s in shifts), return_exceptions=True)
    assert sum(isinstance(r, Signup) for r in results) == 1
    assert all(isinstance(r, Signup | NotNow) for r in results)
