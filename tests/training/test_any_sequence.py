"""Whatever people do about trainings, in whatever order, alone or at once: what must hold holds after every step."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Refusal
from domain.programmes.models import Shift, Signup
from domain.programmes.states import SignupState
from domain.training import commands
from domain.training.models import Enrolment, Training
from domain.training.states import ENROLMENT, OPEN, PLACED, EnrolmentState, TrainingState
from domain.volunteers.models import Competence, Volunteer
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood
from tests.training.school import School

PEOPLE, TRAININGS = 4, 3
SAID = ["complete_training", "miss_training", "pass_assessment", "fail_assessment"]

who, which = st.integers(0, PEOPLE - 1), st.integers(0, TRAININGS - 1)
steps = st.one_of(
    st.tuples(st.sampled_from(["enrol", "enrol", "leave_training", "accept_place", "decline_place"]), who, which),
    st.tuples(st.sampled_from(["sign_up", *SAID]), who, which),
    st.tuples(st.sampled_from(["change_places", "cancel_training", "wait"]), st.integers(1, 40), which),
)
told = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Play:
    """Four people and three trainings, the first two of which overlap, as does a shift; each example has its own."""

    school: School
    clock: Clock
    people: list[Actor]
    trainings: list[Training]
    shift: Shift

    async def step(self, verb: str, n: int, which: int) -> None:
        """One act; a refusal is an answer."""
        training, here = self.trainings[which], self.school.here
        about = {"training_id": training.id}
        try:
            if verb == "wait":
                self.clock.wait(hours=n)
                await Alarm(here.house).ring()
            elif verb == "enrol":
                await self.school.enrol(self.people[n], training)
            elif verb == "sign_up":
                await here.sign_up(self.people[n], self.shift)
            elif verb == "change_places":
                await here.do(here.manager, commands.change_places, **about, capacity=1 + n % 4)
            elif verb == "cancel_training":
                await here.do(here.manager, commands.cancel_training, **about, reason="The teacher is ill.")
            elif found := [e for e in await self.of(training) if verb in ENROLMENT.open_to(e.state)]:
                enrolment = found[n % len(found)]
                why = {"reason": "Not yet."} if verb == "fail_assessment" else {}
                actor = here.manager if verb in SAID else await self.whose(enrolment)
                await here.do(actor, getattr(commands, verb), enrolment_id=enrolment.id, **why)
        except Refusal:
            pass

    async def of(self, training: Training) -> list[Enrolment]:
        return await self.school.all(Enrolment, "training_id = $1", training.id)

    async def whose(self, enrolment: Enrolment) -> Actor:
        volunteer = next(v for v in await self.school.all(Volunteer) if v.id == enrolment.volunteer_id)
        return next(p for p in self.people if p.id == volunteer.person_id)

    async def check(self) -> None:
        busy: list[tuple[Any, Training | Shift]] = []
        passed = 0
        for old in self.trainings:
            training = await self.school.now(old)
            enrolments = await self.of(training)
            check_places(training, enrolments)
            passed += len([e for e in enrolments if e.state == EnrolmentState.PASSED])
            busy += [(e.volunteer_id, training) for e in enrolments if e.state == EnrolmentState.ENROLLED]
        seats = await self.school.all(Signup, "shift_id = $1", self.shift.id)
        busy += [(s.volunteer_id, self.shift) for s in seats if s.state == SignupState.CONFIRMED]
        for person, held in busy:
            theirs = [other for somebody, other in busy if somebody == person]
            assert [o for o in theirs if o.starts_at < held.ends_at and o.ends_at > held.starts_at] == [held]
        learnt = await self.school.all(Competence, "confirmed_at >= $1", self.trainings[0].starts_at)
        assert len(learnt) == passed


def check_places(training: Training, enrolments: list[Enrolment]) -> None:
    placed = [e for e in enrolments if e.state in PLACED]
    waiting = [e.number or 0 for e in enrolments if e.state == EnrolmentState.QUEUED]
    offered = [e for e in enrolments if e.state == EnrolmentState.OFFERED]
    if training.state == TrainingState.SCHEDULED:
        assert len(placed) == training.taken <= training.capacity
        assert not waiting or training.taken == training.capacity, "no place is free while somebody waits"
        assert all(e.next_due == e.offer_expires_at is not None for e in offered)
    else:
        assert not waiting
        assert not offered
    if training.state == TrainingState.CANCELLED:
        assert not placed
    assert max(Counter(e.volunteer_id for e in enrolments if e.state in OPEN).values(), default=1) == 1
    assert sorted(e.number for e in enrolments if e.number) == list(range(1, training.queued + 1))
    assert max((e.number or 0 for e in offered), default=0) < min(waiting, default=training.queued + 1)


@pytest.fixture
async def people(here: Neighbourhood) -> list[Actor]:
    return [await here.volunteer(f"V{n}") for n in range(PEOPLE)]


async def begin(school: School, clock: Clock, people: list[Actor]) -> Play:
    """All enrol in two; examples are two weeks apart, to meet no other's."""
    clock.wait(days=14)
    await Alarm(school.here.house).ring()
    course = await school.course()
    held = [
        await school.training(capacity, course=course, ahead=ahead, length=3)
        for capacity, ahead in ((1, 40), (3, 41), (2, 60))
    ]
    play = Play(school, clock, people, held, await school.here.shift(4, ahead=62))
    for n in range(PEOPLE):
        for which in (0, 2):
            await play.step("enrol", n, which)
    return play


@pytest.mark.slow
@told
@given(sequence=st.lists(steps, min_size=1, max_size=25))
async def test_one_after_the_other(
    school: School, clock: Clock, people: list[Actor], sequence: list[tuple[str, int, int]]
) -> None:
    play = await begin(school, clock, people)
    for verb, n, training in sequence:
        await play.step(verb, n, training)
        await play.check()


@pytest.mark.slow
@told
@given(rounds=st.lists(st.lists(steps, min_size=2, max_size=8), min_size=1, max_size=4))
async def test_all_at_once(
    school: School, clock: Clock, people: list[Actor], rounds: list[list[tuple[str, int, int]]]
) -> None:
    play = await begin(school, clock, people)
    for batch in rounds:
        await asyncio.gather(*(play.step(verb, n, training) for verb, n, training in batch))
        await Alarm(school.here.house).ring()
        await play.check()
