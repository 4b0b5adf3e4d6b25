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
from domain.accounts.introductions import introduce
from domain.clock import Alarm
from domain.columns import new_id
from domain.errors import Refusal
from domain.programmes import commands
from domain.programmes.models import Booking, Invitation, Shift, Signup
from domain.programmes.states import LIVE, SEATED, SIGNUP, BookingState, InvitationState, ShiftState, SignupState
from domain.volunteers.models import Volunteer
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

PEOPLE, SHIFTS = 4, 3
INVITED = ["invite_volunteer", "accept_invitation", "decline_invitation", "withdraw_invitation"]
GROUPED = ["join_group", "cancel_booking"]

who, which = st.integers(0, PEOPLE - 1), st.integers(0, SHIFTS - 1)
steps = st.one_of(
    st.tuples(st.sampled_from(["sign_up", "withdraw", "accept_offer", "decline_offer"]), who, which),
    st.tuples(st.sampled_from(["withdraw", "accept_offer", "decline_offer", "clear_action"]), who, which),
    st.tuples(st.sampled_from(["swap", "remove_signup"]), who, which),
    st.tuples(st.sampled_from(INVITED), who, which),
    st.tuples(st.sampled_from(["book_group", "join_group", "cancel_booking"]), who, which),
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
            elif verb == "book_group":
                about: dict[str, Any] = {"name": "Rotary", "seats": 2 + which}
                await here.do(self.people[n], commands.book_group, shift_id=shift.id, **about)
            elif verb in {*GROUPED, *INVITED, "swap"}:
                await self.between_people(verb, n, shift)
            elif signups := await self.open_to(verb, shift):
                signup = signups[n % len(signups)]
                why = {"reason": "Quarrels"} if verb == "remove_signup" else {}
                who = here.worker if why else await self.whose(signup)
                await here.do(who, getattr(commands, verb), signup_id=signup.id, **why)
        except Refusal:
            pass

    async def between_people(self, verb: str, n: int, shift: Shift) -> None:
        if verb in GROUPED:
            await self.with_a_group(verb, n, shift)
        elif verb in INVITED:
            await self.invited(verb, n, shift)
        else:
            await self.swap(n, shift)

    async def with_a_group(self, verb: str, n: int, shift: Shift) -> None:
        """Whoever comes next joins one of its groups, or its contact gives up what has no name."""
        bookings: list[Booking] = await self.here.all(Booking, "shift_id = $1", shift.id)
        if bookings and verb == "join_group":
            group = bookings[n % len(bookings)]
            about = {"booking_id": group.id, "code": group.join_code}
            await self.here.do(self.people[n], commands.join_group, **about)
        elif bookings:
            await self.here.do(self.here.worker, commands.cancel_booking, booking_id=bookings[n % len(bookings)].id)

    async def invited(self, verb: str, n: int, shift: Shift) -> None:
        """Somebody is invited, answers, or whoever invited takes it back; too late and twice as well."""
        if verb == "invite_volunteer":
            code = await introduce(self.here.house.lanes.run, self.people[n].id or new_id(), self.clock.now)
            await self.here.do(self.here.worker, commands.invite_volunteer, shift_id=shift.id, code=code)
            return
        invited: list[Invitation] = await self.here.all(Invitation, "shift_id = $1", shift.id)
        if invited:
            invitation = invited[n % len(invited)]
            who = self.here.worker if verb == "withdraw_invitation" else await self.whose(invitation)
            await self.here.do(who, getattr(commands, verb), invitation_id=invitation.id)

    async def swap(self, n: int, shift: Shift) -> None:
        """Somebody's seat is handed to the next person, who wants it."""
        giver, taker = self.people[n], self.people[(n + 1) % PEOPLE]
        code = await introduce(self.here.house.lanes.run, taker.id or new_id(), self.clock.now)
        held = await self.here.all(Signup, "shift_id = $1 AND state = 'confirmed'", shift.id)
        for signup in held:
            if await self.whose(signup) == giver:
                swap = await self.here.do(giver, commands.propose_swap, signup_id=signup.id, code=code)
                await self.here.do(taker, commands.accept_swap, swap_id=swap.id)

    async def open_to(self, verb: str, shift: Shift) -> list[Signup]:
        signups: list[Signup] = await self.here.all(Signup, "shift_id = $1", shift.id)
        return [s for s in signups if verb in SIGNUP.open_to(s.state)]

    async def whose(self, signup: Signup | Invitation) -> Actor:
        volunteer = next(v for v in await self.here.all(Volunteer) if v.id == signup.volunteer_id)
        return next(p for p in self.people if p.id == volunteer.person_id)

    async def check(self) -> None:
        confirmed: list[tuple[Any, Shift]] = []
        for old in self.shifts:
            shift = await self.here.now(old)
            signups: list[Signup] = await self.here.all(Signup, "shift_id = $1", shift.id)
            check_seats(shift, signups, await self.here.all(Booking, "shift_id = $1", shift.id))
            asked: list[Invitation] = await self.here.all(Invitation, "shift_id = $1", shift.id)
            check_invitations(shift, [one for one in asked if one.state == InvitationState.OPEN])
            confirmed += [(s.volunteer_id, shift) for s in signups if s.state == SignupState.CONFIRMED]
        for person, shift in confirmed:
            theirs = [other for somebody, other in confirmed if somebody == person]
            assert [s for s in theirs if s.starts_at < shift.ends_at and s.ends_at > shift.starts_at] == [shift]


def check_invitations(shift: Shift, invited: list[Invitation]) -> None:
    """Nobody is asked twice at a time, nor longer than until it begins, nor to what was called off."""
    assert len({invitation.volunteer_id for invitation in invited}) == len(invited)
    assert all(invitation.expires_at <= shift.starts_at for invitation in invited)
    assert not invited or shift.state == ShiftState.SCHEDULED


def check_seats(shift: Shift, signups: list[Signup], bookings: list[Booking]) -> None:
    seated = [s for s in signups if s.state in SEATED]
    waiting = [s.place or 0 for s in signups if s.state == SignupState.WAITLISTED]
    offered = [s.place or 0 for s in signups if s.state == SignupState.OFFERED]
    unnamed = sum(booking.unnamed for booking in bookings if booking.state == BookingState.HELD)
    assert shift.taken == len(seated) + unnamed <= shift.capacity
    assert all(booking.unnamed == 0 for booking in bookings if booking.state != BookingState.HELD)
    for booking in bookings:
        assert booking.named == len([s for s in signups if s.booking_id == booking.id])
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
    """All sign up for two, and a group holds seats in the third; examples are a week apart, to meet no other's."""
    clock.wait(days=7)
    await Alarm(here.house).ring()
    shifts = [await here.shift(1, ahead=40, length=3), await here.shift(8, ahead=41), await here.shift(2, ahead=60)]
    play = Play(here, clock, people, shifts)
    for n in range(PEOPLE):
        for which in (0, 2):
            await play.step("sign_up", n, which)
    await play.step("book_group", 0, 1)
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
