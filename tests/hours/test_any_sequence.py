"""Whatever is done in the ledger, in whatever order, alone or all at once: every report adds up to it at every step."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Refusal
from domain.hours import commands
from domain.hours.models import HourCase, HourEntry, Kinship, Relation
from domain.hours.reports import ReportGroup, hour_report
from domain.hours.states import CASE, COUNTED, HOURS, STANDING, UNDECIDED, HourState
from domain.hours.totals import HourGroup, hour_totals
from domain.programmes.models import Shift, Signup
from domain.volunteers.commands import register_volunteer
from domain.volunteers.models import Volunteer
from domain.work import compiled
from tests.acting import READ
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

OF_ENTRIES = [
    "verify_hours",
    "return_hours",
    "resubmit_hours",
    "reject_hours",
    "adjust_hours",
    "suspect_hours",
    "clear_suspicion",
    "void_hours",
    "propose_adjustment",
    "open_hour_case",
]
OPENS_A_CASE = {"propose_adjustment", "open_hour_case"}
OF_CASES = ["accept_adjustment", "contest_adjustment", "uphold_hours", "correct_hours"]
TAKES_MINUTES = {"resubmit_hours", "adjust_hours", "propose_adjustment", "open_hour_case", "correct_hours"}
GIVES_NO_REASON = {"verify_hours", "accept_adjustment"}

who, which, minutes = st.integers(0, 6), st.integers(0, 5), st.sampled_from([0, 30, 250, 300])
steps = st.one_of(
    st.tuples(st.sampled_from(["log_hours", "verify_hours"]), who, which, minutes),
    st.tuples(st.sampled_from(OF_ENTRIES), who, which, minutes),
    st.tuples(st.sampled_from(OF_CASES), who, which, minutes),
    st.tuples(st.just("wait"), who, which, st.sampled_from([1, 8, 20])),
)
Step = tuple[str, int, int, int]
told = partial(
    settings,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Play:
    """Three volunteers in two shifts of a day: one leads the service, one is the relative of somebody who does."""

    here: Neighbourhood
    clock: Clock
    people: list[Actor]
    relatives: set[frozenset[UUID | None]]
    shifts: list[Shift] = field(default_factory=list)
    minutes: dict[UUID, int] = field(default_factory=dict)

    async def begin(self) -> None:
        """Each example has a day of its own, when both shifts are over."""
        self.clock.wait(days=60)
        await Alarm(self.here.house).ring()
        self.shifts = [await self.here.shift(3, ahead=20, length=5), await self.here.shift(3, ahead=26, length=5)]
        for shift in self.shifts:
            for volunteer in self.people[:3]:
                await self.here.sign_up(volunteer, shift)
        self.clock.wait(hours=32)
        await Alarm(self.here.house).ring()
        for n, shift in enumerate(self.shifts):
            for seat in await self.here.all(Signup, "shift_id = $1", shift.id):
                await self.here.do(self.people[3], commands.log_hours, signup_id=seat.id, minutes=100 + 100 * n)

    async def step(self, verb: str, who: int, which: int, minutes: int) -> None:
        """One act; a refusal is an answer."""
        try:
            if verb == "wait":
                self.clock.wait(days=minutes)
                await Alarm(self.here.house).ring()
            elif target := await self.target(verb, which):
                given: dict[str, Any] = {} if verb in GIVES_NO_REASON | {"log_hours"} else {"reason": "So it was."}
                given |= {"minutes": minutes} if verb in TAKES_MINUTES | {"log_hours"} else {}
                await self.here.do(self.people[who], getattr(commands, verb), **target, **given)
        except Refusal:
            pass

    async def target(self, verb: str, which: int) -> dict[str, UUID]:
        """One of the seats, or of the entries and cases to which this can be done."""
        found: list[Any] = []
        if verb == "log_hours":
            found = await self.here.all(Signup, "shift_id = ANY($1)", [shift.id for shift in self.shifts])
            return {"signup_id": found[which % len(found)].id}
        if verb in OF_CASES:
            found = [case for case in await self.here.all(HourCase) if verb in CASE.open_to(case.state)]
            return {"hour_case_id": found[-1 - which % len(found)].id} if found else {}
        entries = await self.here.all(HourEntry, "shift_id = ANY($1)", [shift.id for shift in self.shifts])
        found = [e for e in entries if verb in OPENS_A_CASE or verb in HOURS.open_to(e.state)]
        return {"hour_entry_id": found[which % len(found)].id} if found else {}

    async def check(self) -> None:
        entries: list[HourEntry] = await self.here.all(HourEntry)
        await self.check_reports(entries)
        assert self.minutes.items() <= {entry.id: entry.minutes for entry in entries}.items(), "one changed or is gone"
        self.minutes = {entry.id: entry.minutes for entry in entries}
        standing = [entry for entry in entries if entry.state in STANDING]
        assert max(Counter(entry.signup_id for entry in standing).values(), default=1) == 1
        replaced = {entry.supersedes_id for entry in entries}
        assert not [entry for entry in standing if entry.id in replaced]
        assert {entry.id for entry in entries if entry.state == HourState.SUPERSEDED} <= replaced
        cases = Counter(case.signup_id for case in await self.here.all(HourCase) if case.state in UNDECIDED)
        assert max(cases.values(), default=1) == 1
        await self.check_who_decided(entries)

    async def check_reports(self, entries: list[HourEntry]) -> None:
        """pain 20: person, community, organization, street and month say what the ledger says."""
        columns: dict[HourGroup, str] = {g: f"{g.value}_id" for g in HourGroup if g != HourGroup.MONTH}
        for group in HourGroup:
            counted: dict[Any, int] = defaultdict(int)
            pending: dict[Any, int] = defaultdict(int)
            for entry in entries:
                key = getattr(entry, columns[group]) if group in columns else entry.served_on.replace(day=1)
                if entry.state in STANDING:
                    counted[key] += entry.minutes if entry.state in COUNTED else 0
                    pending[key] += entry.minutes if entry.state not in COUNTED else 0
            sql, args = compiled(hour_totals(AUDITOR, group_by=group))
            binds = AUDITOR.at(self.clock.now).binds()
            rows = await self.here.house.lanes.run(sql, args(binds))
            name = columns.get(group, "month")
            assert {row[name]: row["minutes"] for row in rows} == counted
            assert {row[name]: row["pending_minutes"] for row in rows} == pending
            if group.value in set(ReportGroup):
                sql, args = compiled(hour_report(AUDITOR, group_by=ReportGroup(group.value)))
                said = await self.here.house.lanes.run(sql, args(binds))
                kept = [name, "minutes", "pending_minutes", "entries"]
                assert sorted([row[k] for k in kept] for row in said) == sorted([row[k] for k in kept] for row in rows)

    async def check_who_decided(self, entries: list[HourEntry]) -> None:
        person = {volunteer.id: volunteer.person_id for volunteer in await self.here.all(Volunteer)}
        for entry in entries:
            served = person[entry.volunteer_id]
            for decider in {entry.first_verified_by_id, entry.decided_by_id} - {None}:
                if entry.state in COUNTED or decider == entry.first_verified_by_id:
                    assert decider not in {served, entry.logged_by_id}
                    assert frozenset({decider, served}) not in self.relatives
            if entry.state in COUNTED and entry.first_verified_by_id:
                assert entry.decided_by_id != entry.first_verified_by_id


AUDITOR = Actor(UUID(int=9), {"auditor": frozenset()})


@pytest.fixture
async def play(here: Neighbourhood, clock: Clock) -> Play:
    await here.do(here.worker, register_volunteer, **READ, legal_name="Wang Legally", birth_date=ADULT)
    people = [here.worker, await here.volunteer("Son"), await here.volunteer("Li"), here.staff, here.colleague]
    people.append(await here.person("Officer", {"community officer": here.community.id}))
    people.append(await here.person("Street", {"street officer": here.street}))
    kin = {"person_id": people[1].id, "relative_id": here.colleague.id, "relation": Relation.PARENT_OR_CHILD}
    await here.put(Kinship.new(**kin, declared_at=clock.now))
    return Play(here, clock, people, {frozenset({people[1].id, here.colleague.id})})


@pytest.mark.slow
@told(max_examples=15)
@given(sequence=st.lists(steps, min_size=5, max_size=25))
async def test_one_after_the_other(play: Play, sequence: list[Step]) -> None:
    await play.begin()
    for step in sequence:
        await play.step(*step)
        await play.check()


@pytest.mark.slow
@told(max_examples=15)
@given(rounds=st.lists(st.lists(steps, min_size=2, max_size=8), min_size=1, max_size=4))
async def test_all_at_once(play: Play, rounds: list[list[Step]]) -> None:
    await play.begin()
    for batch in rounds:
        await asyncio.gather(*(play.step(*step) for step in batch))
        await play.check()
