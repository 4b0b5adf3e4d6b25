"""A clock's process is killed in the middle of its work: the next one finishes it, and nothing happens twice."""

import asyncio
import sys
from datetime import timedelta
from textwrap import dedent
from typing import Any
from uuid import UUID

import pytest

from domain.clock import Alarm
from domain.columns import day_of
from domain.hours.models import Assurance, HourEntry, HourSource, Tier
from domain.hours.states import HourState
from domain.programmes.commands import show_check_in_code
from domain.programmes.models import Attendance, RecordState, Shift, Signup
from domain.programmes.states import AttendanceState, ShiftState, SignupState
from domain.volunteers.models import Competence, CompetenceLevel, CompetenceSource
from domain.volunteers.states import CompetenceState
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

WORKER = dedent("""
    import asyncio, sys
    from datetime import datetime
    import domain.rooms
    from domain.clock import run_clock
    from domain.postgres import Lanes
    from domain.house import House

    async def work():
        house = await House(await Lanes(sys.argv[1], size=1).open(), lambda: datetime.fromisoformat(sys.argv[2])).open()
        await run_clock(house)

    asyncio.run(work())
""")

DONE = "SELECT subject_id FROM deed WHERE verb = $1"


async def done(here: Neighbourhood, verb: str) -> list[UUID]:
    return [deed["subject_id"] for deed in await here.house.lanes.run(DONE, (verb,))]


async def killed_and_followed(
    here: Neighbourhood, clock: Clock, database: str, verb: str, ids: list[UUID], workers: int = 1
) -> None:
    """Clocks are killed when they have begun to do this; the next one does the rest."""
    python = sys.executable, "-c", WORKER, database, clock.now.isoformat()
    working = [await asyncio.create_subprocess_exec(*python, stdout=asyncio.subprocess.DEVNULL) for _ in range(workers)]
    async with asyncio.timeout(60):
        while not (first := await done(here, verb)):  # noqa: ASYNC110 another process cannot wake us
            await asyncio.sleep(0.005)
    for worker in working:
        worker.kill()
    for worker in working:
        await worker.wait()
    assert 0 < len(first) < len(ids)
    await Alarm(here.house).ring()
    assert sorted(await done(here, verb)) == sorted(ids)


async def test_shifts_begin_once_each(here: Neighbourhood, clock: Clock, database: str) -> None:
    shifts = [await here.shift(ahead=5) for _ in range(150)]
    clock.wait(hours=5)
    await killed_and_followed(here, clock, database, "start_shift", [shift.id for shift in shifts])
    assert {shift.state for shift in await here.all(Shift)} == {ShiftState.RUNNING}


@pytest.mark.parametrize(
    ("verb", "moment", "before", "after"),
    [
        ("miss_check_out", "check_out_by", AttendanceState.CHECKED_IN, AttendanceState.MISSING_CHECK_OUT),
        ("review_walk_in", "identity_by", AttendanceState.CHECKED_OUT, AttendanceState.VOID),
        ("settle_no_show", "objection_until", AttendanceState.NO_SHOW_PROVISIONAL, AttendanceState.NO_SHOW),
    ],
)
async def test_each_attendance_that_nobody_looked_after_is_closed_once(
    here: Neighbourhood, clock: Clock, database: str, verb: str, moment: str, before: Any, after: Any
) -> None:
    due = clock.now - timedelta(minutes=1)
    known = {"state": before, moment: due, "next_due": due}
    rows = [
        await here.put(Attendance.new(street_id=seat.street_id, signup_id=seat.id, **known))
        for seat in await here.seats(150, await here.shift(150))
    ]
    await killed_and_followed(here, clock, database, verb, [attendance.id for attendance in rows])
    assert {attendance.state for attendance in await here.all(Attendance)} == {after}


async def test_everybody_is_presumed_absent_once(here: Neighbourhood, clock: Clock, database: str) -> None:
    """The roll of a crowd takes several works; the kill comes between them, or within one."""
    shifts = [await here.shift(30, ahead=5) for _ in range(10)]
    seats = [seat for shift in shifts for seat in await here.seats(30, shift)]
    clock.wait(hours=5)
    await Alarm(here.house).ring()
    for shift in shifts:
        await here.do(here.staff, show_check_in_code, shift_id=shift.id)
    clock.wait(hours=2)
    await killed_and_followed(here, clock, database, "call_roll", [shift.id for shift in shifts])
    absent = await here.all(Attendance, "state = 'no_show_provisional'")
    assert sorted(attendance.signup_id for attendance in absent) == sorted(seat.id for seat in seats)
    assert sorted(await done(here, "presume_no_show")) == sorted(attendance.id for attendance in absent)


async def test_the_notice_of_each_entry_ends_once_with_three_clocks_that_are_killed(
    here: Neighbourhood, clock: Clock, database: str
) -> None:
    shift, due = await here.shift(150), clock.now - timedelta(minutes=1)
    where = {name: getattr(shift, name) for name in ("street_id", "community_id", "organization_id")}
    said = {"source": HourSource.SUPERVISOR, "assurance": Assurance.A1, "tier": Tier.ORGANIZATION, "minutes": 60}
    what = {"shift_id": shift.id, "served_on": day_of(clock.now), "logged_at": due, "logged_by_id": here.worker.id}
    known = {"state": HourState.VERIFIED, "notice_until": due, "next_due": due}
    entries = [
        await here.put(
            HourEntry.new(**where, **said, **what, **known, volunteer_id=seat.volunteer_id, signup_id=seat.id)
        )
        for seat in await here.seats(150, shift)
    ]
    await killed_and_followed(here, clock, database, "finalize_hours", [entry.id for entry in entries], workers=3)
    ledger = await here.all(HourEntry)
    assert {entry.state for entry in ledger} == {HourState.FINAL}
    assert sum(entry.minutes for entry in ledger) == 150 * 60


async def test_each_record_that_is_late_is_told_once_with_three_clocks_that_are_killed(
    here: Neighbourhood, clock: Clock, database: str
) -> None:
    shifts = [await here.shift(1, ahead=5) for _ in range(80)]
    for shift in shifts:
        await here.seats(1, shift)
    clock.wait(hours=8)
    await Alarm(here.house).ring()
    clock.wait(days=60)
    ids = [shift.id for shift in shifts]
    await killed_and_followed(here, clock, database, "miss_record", ids, workers=3)
    assert sorted(await done(here, "remind_record")) == sorted(ids)
    assert {shift.record_state for shift in await here.all(Shift)} == {RecordState.OVERDUE}


async def test_each_seat_that_was_not_mended_lapses_once_with_three_clocks_that_are_killed(
    here: Neighbourhood, clock: Clock, database: str
) -> None:
    shift = await here.shift(150, ahead=5)
    ids = [seat.id for seat in await here.seats(150, shift)]
    due = clock.now - timedelta(minutes=1)
    sql = "UPDATE signup SET state = 'needs_action', held_until = $1, next_due = $1"
    await here.house.lanes.run(sql, (due,))
    await killed_and_followed(here, clock, database, "lapse_signup", ids, workers=3)
    assert {signup.state for signup in await here.all(Signup)} == {SignupState.LAPSED}
    assert (await here.now(shift)).taken == 0


async def test_proof_that_is_over_ends_once_with_the_seats_that_rest_on_it_by_three_clocks_that_are_killed(
    here: Neighbourhood, clock: Clock, database: str
) -> None:
    await here.house.lanes.run("UPDATE opportunity SET skills = $1", (["first_aid"],))
    shift, over = await here.shift(100, ahead=72), day_of(clock.now) - timedelta(days=1)
    about = {"skill": "first_aid", "level": CompetenceLevel.BASIC, "source": CompetenceSource.CERTIFICATE, "proof": "-"}
    known = {"since": over, "until": over, "counts_until": over}
    current = {"state": CompetenceState.CURRENT, "next_due": clock.now}
    seats = await here.seats(100, shift)
    proofs = [
        await here.put(Competence.new(volunteer_id=seat.volunteer_id, **about, **known, **current)) for seat in seats
    ]
    ids = [proof.id for proof in proofs]
    await killed_and_followed(here, clock, database, "expire_competence", ids, workers=3)
    assert sorted(await done(here, "need_action")) == sorted(seat.id for seat in seats)
