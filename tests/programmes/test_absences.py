"""What becomes of whoever did not come: presumed, explained, excused, settled, corrected."""

from datetime import timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.clock import Alarm
from domain.columns import typed
from domain.errors import NotNow
from domain.hours.commands import log_hours, log_shift_hours
from domain.hours.models import Assurance, HourEntry
from domain.house import House
from domain.programmes import commands
from domain.programmes.models import Attendance, Shift, Signup
from domain.programmes.states import AttendanceState, ShiftState
from tests.acting import ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

SHOWN = "... on Attendance { state minutes objectionUntil excuse excuseSays reason decidedAt viewerCan }"
NO = "... on Refusal { kind code path rule { says } }"


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def do(engine: Engine, person: Actor, verb: str, seat: Signup, **given: Any) -> Any:
    """What a mutation about a seat answers."""
    kind = f"{verb[0].upper()}{verb[1:]}Input"
    document = f"mutation Do($input: {kind}!) {{ {verb}(input: $input) {{ {SHOWN} {NO} }} }}"
    return (await ask(engine, person, document, input={"signupId": typed("sgn", seat.id), **given}))[verb]


async def over(here: Neighbourhood, clock: Clock) -> tuple[Shift, Actor, Signup]:
    """A volunteer who did not come, when the shift is over and its code was shown."""
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at
    await here.do(here.staff, commands.show_check_in_code, shift_id=shift.id)
    clock.now = shift.ends_at
    await Alarm(here.house).ring()
    return shift, somebody, seat


async def state(here: Neighbourhood) -> AttendanceState:
    (attendance,) = await here.all(Attendance)
    return attendance.state  # type: ignore[no-any-return]


async def test_who_is_not_heard_of_until_the_end_is_absent_for_now_and_for_good_three_days_later(
    here: Neighbourhood, clock: Clock
) -> None:
    """Pain 9: an absence is noted, by itself, and only what nobody explained is final."""
    shift, _, _ = await over(here, clock)
    (attendance,) = await here.all(Attendance)
    assert attendance.state == AttendanceState.NO_SHOW_PROVISIONAL
    assert attendance.objection_until == shift.ends_at + timedelta(hours=72)
    clock.now = attendance.objection_until - timedelta(seconds=1)
    await Alarm(here.house).ring()
    assert await state(here) == AttendanceState.NO_SHOW_PROVISIONAL
    clock.now = attendance.objection_until
    await Alarm(here.house).ring()
    assert await state(here) == AttendanceState.NO_SHOW


async def test_where_nobody_took_note_of_who_came_nobody_is_presumed_absent(here: Neighbourhood, clock: Clock) -> None:
    """Pain 11: what an organiser forgot is not held against the volunteers."""
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    await Alarm(here.house).ring()
    assert await here.all(Attendance) == []
    assert (await here.now(shift)).roll_called_at == clock.now
    await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)


async def test_who_came_and_who_gave_the_seat_back_are_not_called_absent(here: Neighbourhood, clock: Clock) -> None:
    shift, came, back, nobody = await here.shift(3), *[await here.volunteer(name) for name in ("Li", "Ma", "Zhu")]
    seats = [await here.sign_up(v, shift) for v in (came, back, nobody)]
    await here.do(back, commands.withdraw, signup_id=seats[1].id)
    clock.now = shift.starts_at
    await here.do(here.staff, commands.check_in, signup_id=seats[0].id)
    clock.now = shift.ends_at
    await Alarm(here.house).ring()
    found = {attendance.signup_id: attendance.state for attendance in await here.all(Attendance)}
    assert found == {seats[0].id: AttendanceState.CHECKED_IN, seats[2].id: AttendanceState.NO_SHOW_PROVISIONAL}


async def test_the_roll_of_a_crowd_is_called_in_portions(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(450)
    seats = await here.seats(450, shift)
    clock.now = shift.starts_at
    await here.do(here.staff, commands.check_in, signup_id=seats[0].id)
    clock.now = shift.ends_at
    await Alarm(here.house).ring()
    absent = await here.all(Attendance, "state = 'no_show_provisional'")
    assert sorted(attendance.signup_id for attendance in absent) == sorted(seat.id for seat in seats[1:])
    portions = await here.house.lanes.run(
        "SELECT count(*) AS n FROM deed WHERE verb = 'presume_no_show' GROUP BY cause_id ORDER BY n", ()
    )
    assert [portion["n"] for portion in portions] == [49, 200, 200]
    ended = await here.now(shift)
    assert (ended.state, ended.roll_called_at, ended.next_due) == (ShiftState.ENDED, clock.now, ended.record_review_at)


async def test_what_was_explained_waits_for_an_answer_and_not_for_the_clock(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    _, somebody, seat = await over(here, clock)
    said = await do(engine, somebody, "explainNoShow", seat, excuse="TRANSPORT", says="The ferry did not run.")
    assert (said["state"], said["excuse"]) == ("NO_SHOW_PROVISIONAL", "TRANSPORT")
    clock.wait(days=9)
    await Alarm(here.house).ring()
    assert await state(here) == AttendanceState.NO_SHOW_PROVISIONAL
    assert (await do(engine, somebody, "excuseNoShow", seat, reason="It was me."))["kind"] == "NOT_ALLOWED"
    excused = await do(engine, here.staff, "excuseNoShow", seat, reason="The ferry's notice was seen.")
    assert (excused["state"], excused["excuse"], excused["excuseSays"]) == (
        "EXCUSED",
        "TRANSPORT",
        "The ferry did not run.",
    )


async def test_what_does_not_hold_is_upheld_with_a_reason_but_not_before_it_was_explained(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    _, somebody, seat = await over(here, clock)
    assert (await do(engine, here.staff, "upholdNoShow", seat, reason="Never came."))["code"] == "not_explained"
    await do(engine, somebody, "explainNoShow", seat, excuse="ILLNESS")
    assert (await do(engine, here.staff, "upholdNoShow", seat, reason=" "))["code"] == "reason_needed"
    upheld = await do(engine, here.staff, "upholdNoShow", seat, reason="Seen at the cinema.")
    assert (upheld["state"], upheld["reason"]) == ("NO_SHOW", "Seen at the cinema.")


async def test_after_three_days_nobody_explains_but_whoever_runs_it_may_still_excuse(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    _, somebody, seat = await over(here, clock)
    clock.wait(hours=72)  # and the clock is late
    late = await do(engine, somebody, "explainNoShow", seat, excuse="FAMILY")
    assert (late["code"], bool(late["rule"])) == ("objection_over", True)
    times = {"checkedInAt": "2026-06-04T04:00:00Z", "checkedOutAt": "2026-06-04T05:00:00Z"}
    assert (await do(engine, somebody, "proposeTimes", seat, **times))["code"] == "objection_over"
    await Alarm(here.house).ring()
    assert (await do(engine, here.staff, "excuseNoShow", seat, reason="He called."))["code"] == "excuse_needed"
    excused = await do(engine, here.staff, "excuseNoShow", seat, excuse="FAMILY", reason="He called.")
    assert (excused["state"], excused["excuse"]) == ("EXCUSED", "FAMILY")


async def test_who_was_marked_absent_and_was_there_is_corrected_and_both_stay_on_record(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    """Pain 11: marked wrong, and set right by whoever ran it, with hours that say on whose word they rest."""
    shift, somebody, seat = await over(here, clock)
    with pytest.raises(NotNow) as refusal:
        await here.do(here.staff, log_hours, signup_id=seat.id, minutes=60)
    assert refusal.value.remedy is not None
    there = {
        "checkedInAt": shift.starts_at.isoformat(),
        "checkedOutAt": (shift.starts_at + timedelta(minutes=80)).isoformat(),
    }
    await do(engine, somebody, "proposeTimes", seat, **there)
    clock.wait(days=9)
    await Alarm(here.house).ring()
    assert await state(here) == AttendanceState.NO_SHOW_PROVISIONAL, "somebody says that they were there"
    assert (await do(engine, somebody, "correctAttendance", seat, reason="I was.", **there))["kind"] == "NOT_ALLOWED"
    corrected = await do(engine, here.worker, "correctAttendance", seat, reason="Two neighbours saw her.", **there)
    assert (corrected["state"], corrected["minutes"]) == ("CORRECTED_PRESENT", 80)
    deeds = await here.house.lanes.run("SELECT verb, reason FROM deed WHERE noun = 'attendance' ORDER BY id", ())
    assert [(deed["verb"], deed["reason"]) for deed in deeds] == [
        ("presume_no_show", None),
        ("propose_times", None),
        ("correct_attendance", "Two neighbours saw her."),
    ]
    await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    (entry,) = await here.all(HourEntry)
    assert (entry.minutes, entry.assurance) == (80, Assurance.A1)


async def test_a_correction_does_not_credit_breaks_within_it_nor_take_off_those_outside(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at
    await here.do(here.staff, commands.check_in, signup_id=seat.id)
    for _ in range(2):
        clock.wait(minutes=20)
        await here.do(somebody, commands.begin_break, signup_id=seat.id)
        clock.wait(minutes=10)
        await here.do(somebody, commands.end_break, signup_id=seat.id)
    await here.do(somebody, commands.check_out, signup_id=seat.id)
    times = {
        "checkedInAt": shift.starts_at.isoformat(),
        "checkedOutAt": (shift.starts_at + timedelta(minutes=55)).isoformat(),
    }
    corrected = await do(engine, here.staff, "correctAttendance", seat, reason="She left before.", **times)
    assert corrected["minutes"] == 55 - 10 - 5


async def test_whoever_is_marked_by_hand_can_explain_it_too(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at + timedelta(minutes=30)
    marked = await do(engine, here.staff, "markNoShow", seat)
    assert marked["objectionUntil"] == f"{clock.now + timedelta(hours=72):%Y-%m-%dT%H:%M:%SZ}"
    said = await do(engine, somebody, "explainNoShow", seat, excuse="WEATHER")
    assert said["viewerCan"] == ["check_in", "propose_times", "explain_no_show"]


async def test_a_shift_called_off_leaves_nobody_absent(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at
    await Alarm(here.house).ring()
    clock.wait(minutes=30)
    await here.do(here.staff, commands.mark_no_show, signup_id=seat.id)
    await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Storm")
    assert await state(here) == AttendanceState.SERVICE_CANCELLED
    clock.wait(days=9)
    await Alarm(here.house).ring()
    assert await state(here) == AttendanceState.SERVICE_CANCELLED
