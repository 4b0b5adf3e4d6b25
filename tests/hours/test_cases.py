"""Whoever holds hours to be wrong is heard: a proposal is answered, a dispute decided, and decided twice at most."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Conflict, Invalid, NotAllowed, NotNow, Refusal
from domain.hours.commands import (
    accept_adjustment,
    adjust_hours,
    clear_suspicion,
    contest_adjustment,
    correct_hours,
    log_hours,
    open_hour_case,
    propose_adjustment,
    resubmit_hours,
    return_hours,
    suspect_hours,
    uphold_hours,
    verify_hours,
    void_hours,
)
from domain.hours.models import HourCase, HourEntry, Instance
from domain.hours.states import CaseState, HourState
from tests.conftest import Clock
from tests.hours.test_ledger import seat_in
from tests.programmes.neighbourhood import Neighbourhood


async def logged(here: Neighbourhood, clock: Clock, minutes: int = 100) -> tuple[Actor, HourEntry]:
    _, somebody, seat = await seat_in(here, clock)
    return somebody, await here.do(somebody, log_hours, signup_id=seat.id, minutes=minutes)


async def verified(here: Neighbourhood, clock: Clock, minutes: int = 100) -> tuple[Actor, HourEntry]:
    somebody, entry = await logged(here, clock, minutes)
    return somebody, await here.do(here.worker, verify_hours, hour_entry_id=entry.id)


async def newest(here: Neighbourhood) -> HourEntry:
    entry: HourEntry = (await here.all(HourEntry))[-1]
    return entry


async def test_what_is_sent_back_is_handed_in_again_by_whoever_logged_it(here: Neighbourhood, clock: Clock) -> None:
    somebody, entry = await logged(here, clock)
    back = await here.do(here.worker, return_hours, hour_entry_id=entry.id, reason="Which floor?")
    assert (back.state, back.reason) == (HourState.RETURNED, "Which floor?")
    with pytest.raises(NotNow):
        await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    with pytest.raises(NotAllowed):
        await here.do(here.worker, resubmit_hours, hour_entry_id=entry.id, reason="The third")
    again = await here.do(somebody, resubmit_hours, hour_entry_id=entry.id, reason="The third")
    assert (again.id, again.state, again.minutes) == (entry.id, HourState.LOGGED, 100)


async def test_other_minutes_are_a_new_entry_also_when_they_are_handed_in_again(
    here: Neighbourhood, clock: Clock
) -> None:
    somebody, entry = await logged(here, clock)
    await here.do(here.worker, return_hours, hour_entry_id=entry.id, reason="You left early")
    new = await here.do(somebody, resubmit_hours, hour_entry_id=entry.id, minutes=80, reason="So I did")
    old = await here.now(entry)
    assert (old.state, old.minutes) == (HourState.SUPERSEDED, 100)
    assert (new.state, new.minutes, new.supersedes_id) == (HourState.LOGGED, 80, entry.id)


async def test_fewer_minutes_are_proposed_and_never_simply_written(here: Neighbourhood, clock: Clock) -> None:
    """Pain 20: nobody finds a total smaller than it was without having been asked."""
    somebody, entry = await verified(here, clock)
    with pytest.raises(NotNow) as refusal:
        await here.do(here.worker, adjust_hours, hour_entry_id=entry.id, minutes=60, reason="Left early")
    assert refusal.value.code == "propose_first"
    case = await here.do(here.worker, propose_adjustment, hour_entry_id=entry.id, minutes=60, reason="Left early")
    assert (case.state, (await here.now(entry)).state) == (CaseState.PROPOSED, HourState.VERIFIED)
    await here.do(somebody, accept_adjustment, hour_case_id=case.id)
    new = await newest(here)
    assert (new.state, new.minutes, new.supersedes_id) == (HourState.LOGGED, 60, entry.id)
    assert (await here.do(here.worker, verify_hours, hour_entry_id=new.id)).state == HourState.VERIFIED


async def test_no_minutes_at_all_may_be_proposed_and_more_may_not(here: Neighbourhood, clock: Clock) -> None:
    somebody, entry = await verified(here, clock)
    for minutes in (100, 101, -1):
        with pytest.raises(Invalid):
            await here.do(here.worker, propose_adjustment, hour_entry_id=entry.id, minutes=minutes, reason="So")
    case = await here.do(here.worker, propose_adjustment, hour_entry_id=entry.id, minutes=0, reason="Nobody saw you")
    await here.do(somebody, accept_adjustment, hour_case_id=case.id)
    assert (await here.now(entry)).state == HourState.VOIDED


async def test_silence_is_no_consent(here: Neighbourhood, clock: Clock) -> None:
    """Proposed on Thursday 12 February: answered by Saturday the 14th (made up), then after the Spring Festival."""
    clock.now = datetime(2026, 2, 9, 2, tzinfo=UTC)
    _, entry = await verified(here, clock)
    case = await here.do(here.worker, propose_adjustment, hour_entry_id=entry.id, minutes=60, reason="Left early")
    assert case.answer_due == datetime(2026, 2, 24, 16, tzinfo=UTC)
    clock.now = case.answer_due - timedelta(seconds=1)
    await Alarm(here.house).ring()
    assert (await here.now(case)).state == CaseState.PROPOSED
    clock.wait(seconds=1)
    await Alarm(here.house).ring()
    open_now = await here.now(case)
    assert (open_now.state, (await here.now(entry)).minutes) == (CaseState.OPEN, 100)
    assert str(open_now.due_on) == "2026-03-10"
    for had_a_part in (here.worker,):
        with pytest.raises(NotAllowed):
            await here.do(had_a_part, correct_hours, hour_case_id=case.id, minutes=60, reason="As I said")
    await here.do(here.colleague, uphold_hours, hour_case_id=case.id, reason="The cook saw them to the end")
    assert (await here.now(entry)).minutes == 100


async def test_whoever_disagrees_need_not_wait_for_the_clock(here: Neighbourhood, clock: Clock) -> None:
    somebody, entry = await verified(here, clock)
    case = await here.do(here.worker, propose_adjustment, hour_entry_id=entry.id, minutes=60, reason="Left early")
    with pytest.raises(Invalid):
        await here.do(somebody, contest_adjustment, hour_case_id=case.id, reason=" ")
    contested = await here.do(somebody, contest_adjustment, hour_case_id=case.id, reason="I stayed")
    assert contested.state == CaseState.OPEN
    with pytest.raises(NotNow):
        await here.do(somebody, accept_adjustment, hour_case_id=case.id)


async def test_what_was_decided_is_decided_once_more_by_the_street_and_then_no_more(
    here: Neighbourhood, clock: Clock
) -> None:
    """Pain 15: a refusal is no end; somebody else, further away, looks at it again."""
    street = await here.person("Street", {"street officer": here.street})
    somebody, entry = await verified(here, clock)

    async def opened(entry: HourEntry) -> Any:
        return await here.do(somebody, open_hour_case, hour_entry_id=entry.id, minutes=110, reason="I stayed on")

    first = await opened(entry)
    with pytest.raises(Conflict) as twice:
        await opened(entry)
    assert twice.value.code == "case_open"
    for part in (here.worker, street, somebody):
        with pytest.raises(NotAllowed):
            await here.do(part, uphold_hours, hour_case_id=first.id, reason="No")
    await here.do(here.colleague, uphold_hours, hour_case_id=first.id, reason="The door was shut by then")
    second = await opened(entry)
    assert (second.instance, second.first_id) == (Instance.SECOND, first.id)
    with pytest.raises(NotAllowed):
        await here.do(here.colleague, correct_hours, hour_case_id=second.id, minutes=110, reason="Well")
    await here.do(street, correct_hours, hour_case_id=second.id, minutes=110, reason="The porter says so")
    new = await newest(here)
    assert (new.minutes, new.state, (await here.now(entry)).state) == (110, HourState.LOGGED, HourState.SUPERSEDED)
    with pytest.raises(NotNow) as over:
        await opened(new)
    assert over.value.code == "decided_twice"


async def test_a_case_about_hours_that_were_struck_brings_them_back(here: Neighbourhood, clock: Clock) -> None:
    somebody, entry = await verified(here, clock)
    await here.do(here.worker, void_hours, hour_entry_id=entry.id, reason="Was elsewhere")
    case = await here.do(somebody, open_hour_case, hour_entry_id=entry.id, minutes=100, reason="I was there")
    await here.do(here.colleague, correct_hours, hour_case_id=case.id, minutes=100, reason="So it was")
    assert ((await here.now(entry)).state, (await newest(here)).minutes) == (HourState.VOIDED, 100)


async def test_hours_are_disputed_within_thirty_days_and_decided_within_ten_working_days(
    here: Neighbourhood, clock: Clock
) -> None:
    somebody, entry = await verified(here, clock)
    asked = {"hour_entry_id": entry.id, "minutes": 110, "reason": "I stayed on"}
    decided_at = clock.now
    clock.wait(days=30, seconds=1)
    with pytest.raises(NotNow) as refusal:
        await here.do(somebody, open_hour_case, **asked)
    assert (refusal.value.code, bool(refusal.value.grounds)) == ("too_late", True)
    clock.now = decided_at + timedelta(days=30)
    case = await here.do(somebody, open_hour_case, **asked)
    clock.now = datetime.combine(case.due_on, datetime.min.time(), UTC) + timedelta(days=1)
    await Alarm(here.house).ring()
    assert (await here.now(case)).state == CaseState.OVERDUE
    assert (await here.do(here.colleague, uphold_hours, hour_case_id=case.id, reason="Late")).state == CaseState.UPHELD


async def test_what_is_in_dispute_does_not_become_final_meanwhile(here: Neighbourhood, clock: Clock) -> None:
    somebody, entry = await verified(here, clock)
    noticed = (await here.now(entry)).notice_until
    await here.do(somebody, open_hour_case, hour_entry_id=entry.id, minutes=110, reason="I stayed on")
    clock.now = noticed
    await Alarm(here.house).ring()
    assert (await here.now(entry)).state == HourState.VERIFIED
    clock.wait(days=30)
    await Alarm(here.house).ring()
    assert (await here.now(entry)).state == HourState.FINAL


async def test_a_case_is_not_for_strangers(here: Neighbourhood, clock: Clock) -> None:
    _, entry = await verified(here, clock)
    for stranger in (here.stranger, here.outsider):
        with pytest.raises(Refusal) as refusal:
            await here.do(stranger, open_hour_case, hour_entry_id=entry.id, minutes=110, reason="So")
        assert refusal.value.kind == "NOT_FOUND"
    with pytest.raises(NotAllowed):
        await here.do(here.worker, open_hour_case, hour_entry_id=entry.id, minutes=110, reason="So")
    assert await here.all(HourCase) == []


async def test_what_is_in_doubt_does_not_count_and_counts_again_as_it_did(here: Neighbourhood, clock: Clock) -> None:
    """Pain 15: who approved can be found wrong later, without anything being deleted."""
    auditor = await here.person("Auditor", {"auditor": here.street})
    street = await here.person("Street", {"street officer": here.street})
    for wait, state in ((timedelta(), HourState.VERIFIED), (timedelta(days=20), HourState.FINAL)):
        _, entry = await verified(here, clock)
        clock.now += wait
        await Alarm(here.house).ring()
        with pytest.raises(NotAllowed):
            await here.do(here.worker, suspect_hours, hour_entry_id=entry.id, reason="Twenty in ten minutes")
        await here.do(auditor, suspect_hours, hour_entry_id=entry.id, reason="Twenty in ten minutes")
        assert (await here.now(entry)).state == HourState.SUSPECT
        with pytest.raises(NotAllowed):
            await here.do(auditor, clear_suspicion, hour_entry_id=entry.id, reason="No")
        await here.do(street, clear_suspicion, hour_entry_id=entry.id, reason="A big event")
        assert (await here.now(entry)).state == state
