"""Time given: written once, decided by somebody else, never changed, only superseded."""

from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import typed
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.hours.commands import adjust_hours, log_hours, reject_hours, verify_hours, void_hours
from domain.hours.models import Assurance, HourEntry, HourSource
from domain.hours.states import HourState
from domain.programmes import commands as programmes
from domain.programmes.models import Shift, Signup
from domain.volunteers.commands import register_volunteer
from tests.acting import READ, ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood


async def seat_in(here: Neighbourhood, clock: Clock, *, capacity: int = 5) -> tuple[Shift, Actor, Signup]:
    """A volunteer with a seat in a shift of two hours that has just ended."""
    shift, somebody = await here.shift(capacity), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    return shift, somebody, seat


async def test_a_volunteers_own_word_is_logged_and_a_worker_verifies_it(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, seat = await seat_in(here, clock)
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=110)
    assert (entry.state, entry.minutes, entry.served_on) == (HourState.LOGGED, 110, date(2026, 6, 4))
    assert (entry.source, entry.assurance) == (HourSource.VOLUNTEER, Assurance.A0)
    assert (entry.community_id, entry.organization_id) == (shift.community_id, shift.organization_id)
    verified = await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    assert (verified.state, verified.decided_by_id) == (HourState.VERIFIED, here.worker.id)


async def test_the_code_vouches_for_the_time_between_check_in_and_check_out_alone(
    here: Neighbourhood, clock: Clock
) -> None:
    for minutes, source, assurance in (
        (100, HourSource.CODE, Assurance.A2),
        (101, HourSource.VOLUNTEER, Assurance.A0),
    ):
        shift, somebody = await here.shift(), await here.volunteer()
        seat = await here.sign_up(somebody, shift)
        clock.now = shift.starts_at
        code = await here.do(here.worker, programmes.show_check_in_code, shift_id=shift.id)
        await here.do(somebody, programmes.check_in, signup_id=seat.id, code=code.code)
        clock.wait(minutes=100)
        await here.do(somebody, programmes.check_out, signup_id=seat.id)
        clock.now = shift.ends_at
        entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=minutes)
        assert (entry.source, entry.assurance) == (source, assurance)
        assert entry.attendance_id is not None


async def test_nobody_verifies_their_own_service_nor_what_they_logged(here: Neighbourhood, clock: Clock) -> None:
    await here.do(here.worker, register_volunteer, **READ, legal_name="Wang", birth_date=ADULT)
    shift, _, seat = await seat_in(here, clock)
    clock.now = shift.starts_at - timedelta(hours=1)
    own = await here.sign_up(here.worker, shift)
    clock.now = shift.ends_at
    mine = await here.do(here.worker, log_hours, signup_id=own.id, minutes=60)
    logged = await here.do(here.worker, log_hours, signup_id=seat.id, minutes=60)
    assert (mine.source, logged.source) == (HourSource.VOLUNTEER, HourSource.SUPERVISOR)
    for entry in (mine, logged):
        with pytest.raises(NotAllowed):
            await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    for entry in (mine, logged):
        verified = await here.do(here.colleague, verify_hours, hour_entry_id=entry.id)
        assert verified.state == HourState.VERIFIED
    for command, more in ((adjust_hours, {"minutes": 120}), (void_hours, {}), (reject_hours, {})):
        with pytest.raises(NotAllowed):
            await here.do(here.worker, command, hour_entry_id=mine.id, reason="I say so", **more)


async def test_only_those_who_lead_the_service_decide(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await seat_in(here, clock)
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    for other, no in (
        (somebody, NotAllowed),
        (here.staff, NotAllowed),
        (here.outsider, NotFound),
        (here.stranger, NotFound),
        (Actor(roles=here.worker.roles), NotAllowed),
    ):
        with pytest.raises(no):
            await here.do(other, verify_hours, hour_entry_id=entry.id)
    assert (await here.do(here.manager, verify_hours, hour_entry_id=entry.id)).state == HourState.VERIFIED


async def test_an_application_in_nobodys_name_logs_nothing(here: Neighbourhood, clock: Clock) -> None:
    _, _, seat = await seat_in(here, clock)
    with pytest.raises((NotAllowed, NotFound)):
        await here.do(Actor(roles=here.worker.roles), log_hours, signup_id=seat.id, minutes=60)


@pytest.mark.parametrize(
    ("minutes", "reason", "code"),
    [
        (0, None, "no_minutes"),
        (-5, None, "no_minutes"),
        (121, None, "reason_needed"),
        (121, "  ", "reason_needed"),
        (1441, "A long day", "too_long"),
        (601, "The bus was late", "not_passed"),
    ],
)
async def test_impossible_minutes_are_refused(
    here: Neighbourhood, clock: Clock, minutes: int, reason: str | None, code: str
) -> None:
    _, somebody, seat = await seat_in(here, clock)
    clock.wait(hours=8)
    with pytest.raises(Invalid) as refusal:
        await here.do(somebody, log_hours, signup_id=seat.id, minutes=minutes, reason=reason)
    assert refusal.value.code == code
    assert await here.all(HourEntry) == []


async def test_more_than_the_shift_needs_a_reason_and_keeps_it(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await seat_in(here, clock)
    clock.wait(hours=1)
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=150, reason="The bus was late")
    assert (entry.minutes, entry.reason) == (150, "The bus was late")


async def test_hours_need_a_seat_in_a_shift_that_has_begun(here: Neighbourhood, clock: Clock) -> None:
    shift, first, second = await here.shift(), await here.volunteer(), await here.volunteer()
    seat, place = await here.sign_up(first, shift), await here.sign_up(second, shift)
    with pytest.raises(NotNow) as refusal:
        await here.do(first, log_hours, signup_id=seat.id, minutes=60)
    assert refusal.value.code == "not_begun"
    clock.now = shift.ends_at
    with pytest.raises(NotNow) as refusal:
        await here.do(second, log_hours, signup_id=place.id, minutes=60)
    assert refusal.value.code == "not_served"
    await here.do(here.worker, programmes.mark_no_show, signup_id=seat.id)
    with pytest.raises(NotNow) as refusal:
        await here.do(first, log_hours, signup_id=seat.id, minutes=60)
    assert refusal.value.code == "no_show"


async def test_the_same_service_counts_once(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await seat_in(here, clock)
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    with pytest.raises(Conflict) as refusal:
        await here.do(here.worker, log_hours, signup_id=seat.id, minutes=60)
    assert refusal.value.code == "already_logged"
    await here.do(here.worker, reject_hours, hour_entry_id=entry.id, reason="Nobody saw you")
    assert (await here.do(here.worker, log_hours, signup_id=seat.id, minutes=30)).state == HourState.LOGGED


async def test_an_adjustment_is_a_new_entry_that_somebody_else_verifies(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await seat_in(here, clock)
    old = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    await here.do(here.worker, verify_hours, hour_entry_id=old.id)
    new = await here.do(here.worker, adjust_hours, hour_entry_id=old.id, minutes=90, reason="Came early")
    before, after = await here.all(HourEntry)
    assert (before.state, before.minutes) == (HourState.SUPERSEDED, 60)
    assert (after.state, after.minutes, after.supersedes_id) == (HourState.LOGGED, 90, old.id)
    with pytest.raises(NotAllowed):
        await here.do(here.worker, verify_hours, hour_entry_id=new.id)
    await here.do(here.manager, verify_hours, hour_entry_id=new.id)
    with pytest.raises(NotNow):
        await here.do(here.worker, adjust_hours, hour_entry_id=old.id, minutes=30, reason="Again")


async def test_an_adjustment_that_is_asked_again_in_another_form_shows_the_new_entry(
    here: Neighbourhood, clock: Clock
) -> None:
    _, somebody, seat = await seat_in(here, clock)
    old = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    engine = Engine(schema(), here.house)
    given = {"hourEntryId": typed("hrs", old.id), "minutes": 90, "reason": "Came early"}

    async def adjusted(shown: str) -> Any:
        document = f"""mutation($input: AdjustHoursInput!) {{
            adjustHours(input: $input) {{ ... on HourEntry {{ {shown} }} ... on Refusal {{ code }} }} }}"""
        data = await ask(engine, here.worker, document, input={**given, "idempotencyKey": "once"})
        return data["adjustHours"]

    assert await adjusted("minutes") == {"minutes": 90}
    assert await adjusted("state minutes") == {"state": "LOGGED", "minutes": 90}
    assert len(await here.all(HourEntry)) == 2


async def test_a_voided_entry_stays_readable_with_its_reason(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await seat_in(here, clock)
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    with pytest.raises(Invalid) as refusal:
        await here.do(here.worker, void_hours, hour_entry_id=entry.id, reason=" ")
    assert refusal.value.path == "reason"
    voided = await here.do(here.worker, void_hours, hour_entry_id=entry.id, reason="Was elsewhere")
    assert (voided.state, voided.reason, voided.minutes) == (HourState.VOIDED, "Was elsewhere", 60)
    deeds = await here.house.lanes.run("SELECT reason FROM deed WHERE verb = 'void_hours'")
    assert deeds[0]["reason"] == "Was elsewhere"


async def test_the_database_itself_refuses_what_is_no_time(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await seat_in(here, clock)
    await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    with pytest.raises(asyncpg.CheckViolationError):
        await here.house.lanes.run("UPDATE hour_entry SET minutes = 0")


async def test_the_day_to_record_by_is_shown_on_the_shift_and_counts_working_days(here: Neighbourhood) -> None:
    shift = await here.shift()
    assert (shift.starts_at.date(), shift.record_due) == (date(2026, 6, 4), date(2026, 6, 18))
    assert shift.record_due_provisional is False
