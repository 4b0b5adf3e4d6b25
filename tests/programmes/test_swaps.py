"""Seats change hands only when both want it, each may serve in the other's shift, and nobody who waits is passed by."""

import asyncio
from datetime import date
from typing import Any

import pytest

from domain.access import Actor
from domain.accounts.introductions import introduce
from domain.clock import Alarm
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow, Refusal
from domain.programmes import commands
from domain.programmes.models import Shift, Signup, Swap
from domain.programmes.states import LIVE, SEATED, SignupState, SwapState
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

CONFIRMED, HANDED_OVER = SignupState.CONFIRMED, SignupState.HANDED_OVER


async def offered(here: Neighbourhood, seat: Signup, whose: Actor, to: Actor, back: Shift | None = None) -> Swap:
    """The other shows their code, and the seat is offered."""
    code = await introduce(here.house.lanes.run, to.id, here.house.clock())  # type: ignore[arg-type]
    given = {"return_shift_id": back.id} if back else {}
    swap: Swap = await here.do(whose, commands.propose_swap, signup_id=seat.id, code=code, **given)
    return swap


async def who_sits(here: Neighbourhood, shift: Shift) -> list[object]:
    """Whose the seats are, which are as many as the shift counts."""
    signups = await here.all(Signup, "shift_id = $1", shift.id)
    seated = [s.volunteer_id for s in signups if s.state in SEATED]
    assert (await here.now(shift)).taken == len(seated)
    return seated


async def ids(here: Neighbourhood, *people: Actor) -> list[object]:
    return [(await here.volunteer_of(one)).id for one in people]


async def test_a_seat_goes_to_whoever_stands_in_once_both_want_it(here: Neighbourhood) -> None:
    """pain 12: whoever cannot come finds somebody themselves, a day before too."""
    shift, (anna, ben) = await here.shift(ahead=20), [await here.volunteer(n) for n in ("Anna", "Ben")]
    seat = await here.sign_up(anna, shift)
    swap = await offered(here, seat, anna, ben)
    assert await who_sits(here, shift) == await ids(here, anna)
    assert swap.expires_at == shift.starts_at
    assert (await here.do(ben, commands.accept_swap, swap_id=swap.id)).state == SwapState.ACCEPTED
    assert await who_sits(here, shift) == await ids(here, ben)
    gone = await here.now(seat)
    assert (gone.state, gone.late) == (HANDED_OVER, False)
    deeds = await here.house.lanes.run(
        "SELECT verb, actor_id, cause_id IS NULL AS first FROM deed WHERE verb IN ('accept_swap', 'hand_over') "
        "OR verb = 'sign_up' AND actor_id IS NULL ORDER BY id"
    )
    assert [tuple(d) for d in deeds] == [
        ("accept_swap", ben.id, True),
        ("hand_over", None, False),
        ("sign_up", None, False),
    ]


async def test_two_exchange_seats_of_the_same_hour(here: Neighbourhood) -> None:
    """pain 12: neither is in two places at once, though each would be while the other's seat was still theirs."""
    kitchen, library = await here.shift(ahead=50), await here.shift(ahead=51)
    anna, ben = await here.volunteer("Anna"), await here.volunteer("Ben")
    seat, _ = await here.sign_up(anna, kitchen), await here.sign_up(ben, library)
    swap = await offered(here, seat, anna, ben, back=library)
    await here.do(ben, commands.accept_swap, swap_id=swap.id)
    assert await who_sits(here, kitchen) == await ids(here, ben)
    assert await who_sits(here, library) == await ids(here, anna)


async def test_nobody_but_the_named_one_accepts_and_nobody_but_the_giver_takes_it_back(here: Neighbourhood) -> None:
    shift, (anna, ben, carl) = await here.shift(), [await here.volunteer(n) for n in ("Anna", "Ben", "Carl")]
    swap = await offered(here, await here.sign_up(anna, shift), anna, ben)
    for somebody, verb, no in (
        (anna, commands.accept_swap, NotAllowed),
        (anna, commands.decline_swap, NotAllowed),
        (ben, commands.cancel_swap, NotAllowed),
        (here.worker, commands.accept_swap, NotAllowed),
        (carl, commands.accept_swap, NotFound),
    ):
        with pytest.raises(no):
            await here.do(somebody, verb, swap_id=swap.id)
    assert (await here.do(anna, commands.cancel_swap, swap_id=swap.id)).state == SwapState.CANCELLED
    with pytest.raises(NotNow):
        await here.do(ben, commands.accept_swap, swap_id=swap.id)
    assert await who_sits(here, shift) == await ids(here, anna)


async def test_nobody_offers_the_seat_of_somebody_else_or_to_themselves_or_twice(here: Neighbourhood) -> None:
    shift, (anna, ben, carl) = await here.shift(), [await here.volunteer(n) for n in ("Anna", "Ben", "Carl")]
    seat = await here.sign_up(anna, shift)
    for somebody, no in ((ben, NotFound), (here.worker, NotAllowed)):
        with pytest.raises(no):
            await offered(here, seat, somebody, carl)
    with pytest.raises(Invalid) as refusal:
        await offered(here, seat, anna, anna)
    assert (refusal.value.code, refusal.value.path) == ("yourself", "code")
    with pytest.raises(NotFound) as unknown:
        await offered(here, seat, anna, here.stranger)
    assert (unknown.value.code, unknown.value.path) == ("no_such_volunteer", "code")
    await offered(here, seat, anna, ben)
    with pytest.raises(Conflict) as twice:
        await offered(here, seat, anna, carl)
    assert twice.value.code == "already_proposed"


async def test_what_the_taker_lacks_for_the_shifts_day_is_told_when_they_accept(here: Neighbourhood) -> None:
    shift, anna = await here.shift(ahead=48), await here.volunteer("Anna")
    minor = await here.volunteer("Mina", born=date(2010, 1, 1))
    busy = await here.volunteer("Busy")
    await here.sign_up(busy, await here.shift(ahead=49))
    seat = await here.sign_up(anna, shift)
    for taker, code in ((minor, "guardian_consent_missing"), (busy, "overlap")):
        swap = await offered(here, seat, anna, taker)
        with pytest.raises(NotNow) as refusal:
            await here.do(taker, commands.accept_swap, swap_id=swap.id)
        assert refusal.value.code == code
        await here.do(anna, commands.cancel_swap, swap_id=swap.id)
    assert await who_sits(here, shift) == await ids(here, anna)


async def test_what_the_giver_lacks_for_the_others_shift_is_told_to_them_and_to_nobody_else(
    here: Neighbourhood,
) -> None:
    mine, theirs, third = await here.shift(ahead=48), await here.shift(ahead=72), await here.shift(ahead=73)
    anna, ben = await here.volunteer("Anna"), await here.volunteer("Ben")
    seat, _ = await here.sign_up(anna, mine), await here.sign_up(ben, theirs)
    swap = await offered(here, seat, anna, ben, back=theirs)
    other = await here.sign_up(anna, third)
    with pytest.raises(NotNow) as refusal:
        await here.do(ben, commands.accept_swap, swap_id=swap.id)
    assert refusal.value.code == "other_not_eligible"
    await here.do(anna, commands.cancel_swap, swap_id=swap.id)
    with pytest.raises(NotNow) as told:
        await offered(here, seat, anna, ben, back=theirs)
    assert told.value.code == "overlap"
    await here.do(anna, commands.withdraw, signup_id=other.id)
    again = await offered(here, seat, anna, ben, back=theirs)
    await here.do(ben, commands.accept_swap, swap_id=again.id)
    assert await who_sits(here, theirs) == await ids(here, anna)


async def test_whoever_stands_in_passes_nobody_by_who_waits_for_the_seat(here: Neighbourhood) -> None:
    """pain 1: the line keeps its order; pain 4: a popular seat is not kept for a friend."""
    shift, (anna, ben, carl) = await here.shift(), [await here.volunteer(n) for n in ("Anna", "Ben", "Carl")]
    seat = await here.sign_up(anna, shift)
    swap = await offered(here, seat, anna, ben)
    await here.sign_up(carl, shift)
    with pytest.raises(NotNow) as refusal:
        await here.do(ben, commands.accept_swap, swap_id=swap.id)
    assert (refusal.value.code, refusal.value.remedy is not None) == ("others_wait", True)
    other = await here.shift(ahead=100)
    await here.sign_up(ben, other)
    await here.do(anna, commands.cancel_swap, swap_id=swap.id)
    exchange = await offered(here, seat, anna, ben, back=other)
    await here.do(ben, commands.accept_swap, swap_id=exchange.id)
    assert await who_sits(here, shift) == await ids(here, ben)
    assert [s.state for s in await here.all(Signup, "shift_id = $1", shift.id) if s.state in LIVE] == [
        SignupState.WAITLISTED,
        CONFIRMED,
    ]


async def test_an_offer_nobody_answers_expires_by_the_clock_and_changes_nothing(
    here: Neighbourhood, clock: Clock
) -> None:
    shift, (anna, ben) = await here.shift(ahead=200), [await here.volunteer(n) for n in ("Anna", "Ben")]
    swap = await offered(here, await here.sign_up(anna, shift), anna, ben)
    clock.wait(hours=72)
    with pytest.raises(NotNow) as late:
        await here.do(ben, commands.accept_swap, swap_id=swap.id)
    assert late.value.code == "swap_expired"
    await Alarm(here.house).ring()
    now = await here.now(swap)
    assert (now.state, now.next_due) == (SwapState.EXPIRED, None)
    assert await who_sits(here, shift) == await ids(here, anna)


async def test_a_seat_given_up_meanwhile_is_not_handed_over(here: Neighbourhood, clock: Clock) -> None:
    shift, (anna, ben) = await here.shift(ahead=10), [await here.volunteer(n) for n in ("Anna", "Ben")]
    seat = await here.sign_up(anna, shift)
    swap = await offered(here, seat, anna, ben)
    await here.do(anna, commands.withdraw, signup_id=seat.id)
    with pytest.raises(NotNow) as refusal:
        await here.do(ben, commands.accept_swap, swap_id=swap.id)
    assert refusal.value.code == "no_seat_to_give"
    assert await who_sits(here, shift) == []


async def test_whoever_has_checked_in_hands_nothing_over(here: Neighbourhood, clock: Clock) -> None:
    shift, (anna, ben) = await here.shift(ahead=5), [await here.volunteer(n) for n in ("Anna", "Ben")]
    seat = await here.sign_up(anna, shift)
    swap = await offered(here, seat, anna, ben)
    clock.wait(hours=4.5)
    await here.do(here.worker, commands.check_in, signup_id=seat.id)
    with pytest.raises(NotNow) as refusal:
        await here.do(ben, commands.accept_swap, swap_id=swap.id)
    assert refusal.value.code == "checked_in"


# -- all at once ------------------------------------------------------------------------------------------------------


async def at_once(here: Neighbourhood, *acts: tuple[Actor, Any, dict[str, Any]]) -> list[Any]:
    return await asyncio.gather(*(here.do(who, verb, **given) for who, verb, given in acts), return_exceptions=True)


async def test_one_seat_is_given_once_though_it_is_accepted_and_withdrawn_at_once(here: Neighbourhood) -> None:
    for _ in range(5):
        shift, (anna, ben) = await here.shift(), [await here.volunteer(n) for n in ("Anna", "Ben")]
        seat = await here.sign_up(anna, shift)
        swap = await offered(here, seat, anna, ben)
        said = await at_once(
            here,
            (ben, commands.accept_swap, {"swap_id": swap.id}),
            (anna, commands.withdraw, {"signup_id": seat.id}),
            (anna, commands.cancel_swap, {"swap_id": swap.id}),
            (ben, commands.accept_swap, {"swap_id": swap.id}),
        )
        assert all(isinstance(one, Swap | Signup | Refusal) for one in said), said
        accepted = (await here.now(swap)).state == SwapState.ACCEPTED
        gone = (await here.now(seat)).state
        assert gone == HANDED_OVER if accepted else gone in {CONFIRMED, SignupState.WITHDRAWN}
        ben_sits = await ids(here, ben) == await who_sits(here, shift)
        assert ben_sits == accepted


async def test_nobody_accepts_two_seats_of_one_hour_by_being_quick(here: Neighbourhood) -> None:
    ben = await here.volunteer("Ben")
    swaps, shifts = [], []
    for n in range(4):
        shift, giver = await here.shift(ahead=48 + n / 2, length=3), await here.volunteer(f"G{n}")
        swaps.append(await offered(here, await here.sign_up(giver, shift), giver, ben))
        shifts.append(shift)
    said = await at_once(here, *((ben, commands.accept_swap, {"swap_id": swap.id}) for swap in swaps))
    assert sum(isinstance(one, Swap) for one in said) == 1
    assert all(isinstance(one, Swap | NotNow) for one in said), said
    (own,) = await ids(here, ben)
    assert [own in await who_sits(here, shift) for shift in shifts].count(True) == 1


async def test_two_offers_each_for_the_others_seat_end_in_one_exchange(here: Neighbourhood) -> None:
    kitchen, library = await here.shift(ahead=50), await here.shift(ahead=51)
    anna, ben = await here.volunteer("Anna"), await here.volunteer("Ben")
    hers, his = await here.sign_up(anna, kitchen), await here.sign_up(ben, library)
    one = await offered(here, hers, anna, ben, back=library)
    two = await offered(here, his, ben, anna, back=kitchen)
    said = await at_once(
        here,
        (ben, commands.accept_swap, {"swap_id": one.id}),
        (anna, commands.accept_swap, {"swap_id": two.id}),
    )
    assert sum(isinstance(each, Swap) for each in said) == 1
    assert await who_sits(here, kitchen) == await ids(here, ben)
    assert await who_sits(here, library) == await ids(here, anna)


async def test_the_last_wait_and_the_handing_over_at_once_leave_nobody_passed_by(here: Neighbourhood) -> None:
    for _ in range(5):
        shift, (anna, ben, carl) = await here.shift(), [await here.volunteer(n) for n in ("A", "B", "C")]
        swap = await offered(here, await here.sign_up(anna, shift), anna, ben)
        waits, accepted = await at_once(
            here,
            (carl, commands.sign_up, {"shift_id": shift.id}),
            (ben, commands.accept_swap, {"swap_id": swap.id}),
        )
        assert isinstance(waits, Signup)
        assert waits.state == SignupState.WAITLISTED
        assert isinstance(accepted, Swap | NotNow)
        (line,) = await here.house.lanes.run("SELECT queued FROM shift WHERE id = $1", (shift.id,))
        assert line["queued"] == 1
