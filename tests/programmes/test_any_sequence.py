"""Whatever people do, in whatever order, alone or all at once: what must hold about seats holds after every step."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Refusal
from domain.programmes import commands
from domain.programmes.models import Shift, Signup
from domain.programmes.states import LIVE, SEATED, SIGNUP, ShiftState, SignupState
from domain.volunteers.models import Volunteer
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

PEOPLE, SHIFTS = 4, 3

who, which = st.integers(0, PEOPLE - 1), st.integers(0, SHIFTS - 1)
steps = st.one_of(
    st.tuples(st.sampled_from(["sign_up", "withdraw", "accept_offer", "decline_offer"]), who, which),
    st.tuples(st.sampled_from(["withdraw", "accept_offer", "decline_offer", "clear_action"]), who, which),
    st.tuples(st.just("reschedule_shift"), st.integers(1, 8), which),
    st.tuples(st.sampled_from(["change_capacity", "cancel_shift", "wait"]), st.integers(1, 4), which),
)
sequences = st.lists(steps, min_size=1, max_size=25)
told = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Play:
    """Four people and three shifts, the first two of which overlap; each example has its own."""

    here: Neighbourhood
    clock: Clock
    people: list[Actor]
    shifts: list[Shift]

    async def step(self, verb: str, n: int, which: int) -> None:
        """One act; a refusal is an answer."""
        shift, here = self.shifts[which], self.here
        try:
            if verb == "wait":
                self.clock.wait(hours=n)
                await Alarm(here.house).ring()
            elif verb == "sign_up":
                await here.sign_up(self.people[n], shift)
            elif verb == "change_capacity":
                await here.do(here.worker, commands.change_capacity, shift_id=shift.id, capacity=n)
            elif verb == "reschedule_shift":
                begins = shift.starts_at + timedelta(hours=6 * n - 24)
                times = {"starts_at": begins, "ends_at": begins + timedelta(hours=3)}
                await here.do(here.worker, commands.reschedule_shift, shift_id=shift.id, reason="Rain", **times)
            elif verb == "cancel_shift":
                await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Storm")
            elif signups := await self.open_to(verb, shift):
                signup = signups[n % len(signups)]
                await here.do(await self.whose(signup), getattr(commands, verb), signup_id=signup.id)
        except Refusal:
            pass

    async def open_to(self, verb: str, shift: Shift) -> list[Signup]:
        signups: list[Signup] = await self.here.all(Signup, "shift_id = $1", shift.id)
        return [s for s in signups if verb in SIGNUP.open_to(s.state)]

    async def whose(self, signup: Signup) -> Actor:
        volunteer = next(v for v in await self.here.all(Volunteer) if v.id == signup.volunteer_id)
        return next(p for p in self.people if p.id == volunteer.person_id)

    async def check(self) -> None:
        confirmed: list[tuple[Any, Shift]] = []
        for old in self.shifts:
            shift = await self.here.now(old)
            signups: list[Signup] = await self.here.all(Signup, "shift_id = $1", shift.id)
            check_seats(shift, signups)
            confirmed += [(s.volunteer_id, shift) for s in signups if s.state == SignupState.CONFIRMED]
        for person, shift in confirmed:
            theirs = [other for somebody, other in confirmed if somebody == person]
            assert [s for s in theirs if s.starts_at < shift.ends_at and s.ends_at > shift.starts_at] == [shift]


def check_seats(shift: Shift, signups: list[Signup]) -> None:
    seated = [s for s in signups if s.state in SEATED]
    waiting = [s.place or 0 for s in signups if s.state == SignupState.WAITLISTED]
    offered = [s.place or 0 for s in signups if s.state == SignupState.OFFERED]
    assert shift.taken == len(seated) <= shift.capacity
    assert max(Counter(s.volunteer_id for s in signups if s.state in LIVE).values(), default=1) == 1
    places = [s.place for s in signups if s.place]
    assert sorted(places) == list(range(1, shift.queued + 1))
    assert max(offered, default=0) < min(waiting, default=shift.queued + 1)
    if waiting:
        assert shift.state == ShiftState.SCHEDULED
        assert shift.taken == shift.capacity
    held = [s for s in signups if s.state == SignupState.NEEDS_ACTION]
    assert all(s.held_until and s.next_due == s.held_until <= shift.starts_at for s in held)
    if held:
        assert shift.state == ShiftState.SCHEDULED
    if offered:
        assert shift.state == ShiftState.SCHEDULED
        assert all(s.next_due == s.offer_expires_at for s in seated if s.state == SignupState.OFFERED)


@pytest.fixture
async def people(here: Neighbourhood) -> list[Actor]:
    return [await here.volunteer(f"V{n}") for n in range(PEOPLE)]


async def begin(here: Neighbourhood, clock: Clock, people: list[Actor]) -> Play:
    """All sign up for all; examples are a week apart, so that none meets another's shifts."""
    clock.wait(days=7)
    await Alarm(here.house).ring()
    shifts = [await here.shift(1, ahead=40, length=3), await here.shift(3, ahead=41), await here.shift(1, ahead=60)]
    play = Play(here, clock, people, shifts)
    for n in range(PEOPLE):
        for which in range(SHIFTS):
            await play.step("sign_up", n, which)
    return play


@pytest.mark.slow
@told
@given(sequence=sequences)
async def test_one_after_the_other(
    here: Neighbourhood, clock: Clock, people: list[Actor], sequence: list[tuple[str, int, int]]
) -> None:
    play = await begin(here, clock, people)
    for verb, n, shift in sequence:
        await play.step(verb, n, shift)
        await play.check()


@pytest.mark.slow
@told
@given(rounds=st.lists(st.lists(steps, min_size=2, max_size=8), min_size=1, max_size=4))
async def test_all_at_once(
    here: Neighbourhood, clock: Clock, people: list[Actor], rounds: list[list[tuple[str, int, int]]]
) -> None:
    play = await begin(here, clock, people)
    for batch in rounds:
        await asyncio.gather(*(play.step(verb, n, shift) for verb, n, shift in batch))
        await Alarm(here.house).ring()
        await play.check()
