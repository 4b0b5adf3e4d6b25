"""Breaks, leaving, and what becomes of it when nobody checks out: through the schema, as frontends ask it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.clock import Alarm
from domain.columns import typed
from domain.hours.commands import log_shift_hours
from domain.hours.models import Assurance, HourEntry
from domain.house import House
from domain.programmes import commands
from domain.programmes.models import Attendance, Break, Shift, Signup
from domain.programmes.states import AttendanceState
from domain.volunteers.commands import register_volunteer
from tests.acting import READ, ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

SHOWN = """... on Attendance {
  state minutes checkedInAt checkedOutAt proposedInAt proposedOutAt decidedAt breaks { nodes { beganAt endedAt } }
}"""
NO = "... on Refusal { kind code path rule { says } }"


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def do(engine: Engine, person: Actor, verb: str, seat: Signup, **given: Any) -> Any:
    """What a mutation about a seat answers."""
    kind = f"{verb[0].upper()}{verb[1:]}Input"
    document = f"mutation Do($input: {kind}!) {{ {verb}(input: $input) {{ {SHOWN} {NO} }} }}"
    return (await ask(engine, person, document, input={"signupId": typed("sgn", seat.id), **given}))[verb]


async def came(here: Neighbourhood, clock: Clock, *, by_code: bool = True, **shift: Any) -> tuple[Shift, Actor, Signup]:
    """A volunteer who checks in as the shift begins."""
    opened, somebody = await here.shift(**shift), await here.volunteer()
    seat = await here.sign_up(somebody, opened)
    clock.now = opened.starts_at
    code = await here.do(here.staff, commands.show_check_in_code, shift_id=opened.id)
    given = {"code": code.code} if by_code else {}
    await here.do(somebody if by_code else here.staff, commands.check_in, signup_id=seat.id, **given)
    return opened, somebody, seat


async def test_breaks_are_not_counted(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    """Pain 13: what counts is when somebody was there, not when they were to be."""
    _, somebody, seat = await came(here, clock)
    for _ in range(2):
        clock.wait(minutes=20)
        assert (await do(engine, somebody, "beginBreak", seat))["state"] == "ON_BREAK"
        clock.wait(minutes=10, seconds=20)
        assert (await do(engine, here.staff, "endBreak", seat))["state"] == "CHECKED_IN"
    clock.wait(minutes=30)
    left = await do(engine, somebody, "checkOut", seat)
    assert (left["state"], left["minutes"], len(left["breaks"]["nodes"])) == ("CHECKED_OUT", 70, 2)


async def test_who_leaves_during_a_break_was_there_until_it_began(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    _, somebody, seat = await came(here, clock)
    clock.wait(minutes=45)
    await do(engine, somebody, "beginBreak", seat)
    clock.wait(minutes=30)
    left = await do(engine, somebody, "checkOut", seat)
    assert left["minutes"] == 45
    assert left["breaks"]["nodes"][0]["endedAt"] == left["checkedOutAt"]


async def test_there_is_one_break_at_a_time_and_none_for_who_is_not_there(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    _, somebody, seat = await came(here, clock)
    assert (await do(engine, somebody, "endBreak", seat))["code"] == "wrong_state"
    await do(engine, somebody, "beginBreak", seat)
    assert (await do(engine, somebody, "beginBreak", seat))["code"] == "wrong_state"
    await do(engine, somebody, "checkOut", seat)
    assert (await do(engine, somebody, "beginBreak", seat))["code"] == "wrong_state"
    assert len(await here.all(Break)) == 1


async def test_a_break_of_others_is_nobodys_business(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    _, _, seat = await came(here, clock)
    for other in (here.stranger, here.outsider, await here.volunteer("Rival")):
        assert (await do(engine, other, "beginBreak", seat))["kind"] == "NOT_FOUND"


async def test_a_forgotten_check_out_credits_nothing_until_somebody_confirms_it(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    """Pain 13: the clock guesses no time; who ran the service says when the volunteer left."""
    shift, somebody, seat = await came(here, clock)
    clock.now = shift.ends_at + timedelta(minutes=60)
    late = await do(engine, somebody, "checkOut", seat)
    assert (late["code"], bool(late["rule"])) == ("check_out_over", True)
    await Alarm(here.house).ring()
    (attendance,) = await here.all(Attendance)
    assert (attendance.state, attendance.minutes) == (AttendanceState.MISSING_CHECK_OUT, None)
    log = f'mutation {{ logHours(input: {{signupId: "{typed("sgn", seat.id)}", minutes: 60}}) {{ {NO} }} }}'
    for somebody_else in (somebody, here.staff):
        refused = (await ask(engine, somebody_else, log))["logHours"]
        assert (refused["code"], bool(refused["rule"])) == ("no_check_out", True)
    at = shift.starts_at + timedelta(minutes=90)
    confirmed = await do(engine, here.staff, "confirmCheckOut", seat, at=at.isoformat())
    assert (confirmed["state"], confirmed["minutes"]) == ("CHECKED_OUT", 90)
    await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    (entry,) = await here.all(HourEntry)
    assert (entry.minutes, entry.assurance) == (90, Assurance.A1), "the code does not vouch for when they left"


async def test_who_checks_out_in_time_is_left_alone_by_the_clock(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, seat = await came(here, clock)
    clock.now = shift.ends_at + timedelta(minutes=59)
    left = await here.do(somebody, commands.check_out, signup_id=seat.id)
    clock.wait(days=1)
    await Alarm(here.house).ring()
    assert (await here.now(left)).state == AttendanceState.CHECKED_OUT
    assert (await here.now(left)).minutes == 179


async def test_what_the_volunteer_says_stands_beside_until_somebody_else_decides(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await came(here, clock)
    clock.now = shift.ends_at + timedelta(hours=2)
    await Alarm(here.house).ring()
    came_at, left_at = shift.starts_at - timedelta(minutes=10), shift.starts_at + timedelta(minutes=100)
    times = {"checkedInAt": came_at.isoformat(), "checkedOutAt": left_at.isoformat()}
    said = await do(engine, somebody, "proposeTimes", seat, **times)
    assert (said["state"], said["checkedOutAt"], said["minutes"]) == ("MISSING_CHECK_OUT", None, None)
    assert datetime.fromisoformat(said["proposedOutAt"]) == left_at
    assert (await do(engine, here.staff, "proposeTimes", seat, **times))["kind"] == "NOT_ALLOWED"
    assert (await do(engine, somebody, "confirmCheckOut", seat, at=left_at.isoformat()))["kind"] == "NOT_ALLOWED"
    confirmed = await do(engine, here.worker, "confirmCheckOut", seat, at=left_at.isoformat())
    assert (confirmed["minutes"], confirmed["decidedAt"]) == (100, f"{clock.now:%Y-%m-%dT%H:%M:%SZ}")


async def test_a_worker_who_served_does_not_confirm_their_own_time(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    await here.do(here.worker, register_volunteer, **READ, legal_name="Wang", birth_date=ADULT)
    shift = await here.shift()
    seat = await here.sign_up(here.worker, shift)
    clock.now = shift.starts_at
    await here.do(here.staff, commands.check_in, signup_id=seat.id)
    clock.now = shift.ends_at
    assert (await do(engine, here.worker, "confirmCheckOut", seat, at=clock.now.isoformat()))["kind"] == "NOT_ALLOWED"
    assert (await do(engine, here.staff, "confirmCheckOut", seat, at=clock.now.isoformat()))["state"] == "CHECKED_OUT"


async def test_nobody_is_confirmed_to_have_been_where_they_cannot_have_been(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await came(here, clock)
    clock.wait(minutes=30)
    await do(engine, somebody, "beginBreak", seat)
    clock.wait(minutes=10)
    await do(engine, somebody, "endBreak", seat)
    clock.now = shift.ends_at

    async def told(at: datetime) -> str:
        return (await do(engine, here.staff, "confirmCheckOut", seat, at=at.isoformat()))["code"]  # type: ignore[no-any-return]

    assert await told(clock.now + timedelta(seconds=1)) == "in_the_future"
    assert await told(shift.starts_at - timedelta(minutes=1)) == "left_before_coming"
    assert await told(shift.starts_at + timedelta(minutes=39)) == "before_the_last_known"
    await do(engine, here.staff, "confirmCheckOut", seat, at=(shift.starts_at + timedelta(minutes=40)).isoformat())
    early, noon = shift.starts_at - timedelta(minutes=61), clock.now.isoformat()
    refused = await do(engine, somebody, "proposeTimes", seat, checkedInAt=early.isoformat(), checkedOutAt=noon)
    assert (refused["code"], refused["path"]) == ("before_check_in", "checkedInAt")


async def test_a_device_from_abroad_means_the_moment_it_says_in_the_hour_that_comes_twice(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    """Pain 13: on 25 October 2026 the clocks in Berlin show half past two twice, an hour apart."""
    begins = datetime(2026, 10, 25, 0, tzinfo=UTC)  # eight in the morning in Beijing
    shift, somebody, seat = await came(here, clock, ahead=(begins - clock.now) / timedelta(hours=1))
    clock.now = shift.ends_at
    times = {"checkedInAt": "2026-10-25T02:30:00+02:00", "checkedOutAt": "2026-10-25T02:30:00+01:00"}
    await do(engine, here.staff, "confirmCheckOut", seat, at=times["checkedOutAt"])
    (attendance,) = await here.all(Attendance)
    assert attendance.minutes == 90
    said = await do(engine, somebody, "proposeTimes", seat, **times)
    assert (said["proposedInAt"], said["proposedOutAt"]) == ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")


async def test_a_shift_past_midnight_is_one_attendance_of_the_day_on_which_it_begins(
    here: Neighbourhood, clock: Clock
) -> None:
    shift, somebody, seat = await came(here, clock, ahead=34, length=4)  # ten in the evening in Beijing
    clock.wait(hours=1, minutes=50)
    await here.do(somebody, commands.begin_break, signup_id=seat.id)
    clock.wait(minutes=20)
    await here.do(somebody, commands.end_break, signup_id=seat.id)
    clock.now = shift.ends_at
    await here.do(somebody, commands.check_out, signup_id=seat.id)
    await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    (entry,) = await here.all(HourEntry)
    assert (entry.minutes, entry.served_on.isoformat(), entry.assurance) == (220, "2026-06-02", Assurance.A2)
