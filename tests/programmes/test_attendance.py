"""Showing that one came: by a code seen on the spot, or by the word of whoever runs the service."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.access import Actor
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.programmes import commands
from domain.programmes.access import RULES
from domain.programmes.models import Attendance, AttendanceSource, CheckInCode, Shift, Signup
from domain.programmes.states import AttendanceState
from domain.volunteers.commands import register_volunteer
from domain.work import compiled
from tests.acting import READ
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood


async def served(here: Neighbourhood, clock: Clock) -> tuple[Shift, Actor, Signup]:
    """A volunteer with a seat, at the hour the shift begins."""
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at
    return shift, somebody, seat


def wrong(code: CheckInCode) -> str:
    return f"{(int(code.code) + 1) % 1_000_000:06}"


async def test_the_code_shown_on_the_spot_checks_in(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, seat = await served(here, clock)
    code = await here.do(here.staff, commands.show_check_in_code, shift_id=shift.id)
    assert len(code.code) == 6
    came = await here.do(somebody, commands.check_in, signup_id=seat.id, code=code.code)
    assert (came.state, came.source) == (AttendanceState.CHECKED_IN, AttendanceSource.CODE)
    assert came.checked_in_at == clock.now
    clock.wait(hours=2)
    left = await here.do(somebody, commands.check_out, signup_id=seat.id)
    assert (left.state, left.checked_out_at) == (AttendanceState.CHECKED_OUT, clock.now)


async def test_a_code_counts_for_five_minutes_and_then_another_is_shown(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, seat = await served(here, clock)
    code = await here.do(here.worker, commands.show_check_in_code, shift_id=shift.id)
    assert code.valid_until == clock.now + timedelta(minutes=5)
    assert (await here.do(here.worker, commands.show_check_in_code, shift_id=shift.id)).id == code.id
    clock.wait(minutes=5)
    with pytest.raises(Invalid) as refusal:
        await here.do(somebody, commands.check_in, signup_id=seat.id, code=code.code)
    assert refusal.value.path == "code"
    assert (await here.do(here.worker, commands.show_check_in_code, shift_id=shift.id)).id != code.id


async def test_volunteers_and_outsiders_never_get_a_code(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, _ = await served(here, clock)
    await here.do(here.worker, commands.show_check_in_code, shift_id=shift.id)
    table = CheckInCode.__table__.alias()  # type: ignore[attr-defined]
    for other in (somebody, here.outsider, here.stranger, Actor()):
        with pytest.raises((NotAllowed, NotFound)):
            await here.do(other, commands.show_check_in_code, shift_id=shift.id)
        sql, args = compiled(select(table.c.code).where(RULES.sql(other, "see_check_in_code", table)))
        assert await here.house.lanes.run(sql, args(other.at(clock.now).binds())) == []


async def test_five_wrong_codes_close_the_door_and_each_is_remembered(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, seat = await served(here, clock)
    code = await here.do(here.worker, commands.show_check_in_code, shift_id=shift.id)
    for _ in range(5):
        with pytest.raises(Invalid):
            await here.do(somebody, commands.check_in, signup_id=seat.id, code=wrong(code))
    with pytest.raises(NotNow) as refusal:
        await here.do(somebody, commands.check_in, signup_id=seat.id, code=code.code)
    assert refusal.value.code == "too_many_wrong_codes"
    (attendance,) = await here.all(Attendance)
    assert (attendance.wrong_codes, attendance.state) == (5, AttendanceState.EXPECTED)
    deeds = await here.house.lanes.run("SELECT actor_id FROM deed WHERE verb = 'miss_check_in_code'")
    assert [deed["actor_id"] for deed in deeds] == [somebody.id] * 5
    came = await here.do(here.worker, commands.check_in, signup_id=seat.id)
    assert (came.state, came.source) == (AttendanceState.CHECKED_IN, AttendanceSource.SUPERVISOR)


async def test_a_wrong_code_under_a_key_is_not_taken_for_an_answer(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, seat = await served(here, clock)
    code = await here.do(here.worker, commands.show_check_in_code, shift_id=shift.id)
    for _ in range(2):
        with pytest.raises(Invalid):
            await here.house.do(somebody, commands.check_in, key="k", signup_id=seat.id, code=wrong(code))
    done = await here.house.do(somebody, commands.check_in, key="k", signup_id=seat.id, code=code.code)
    assert isinstance(done.row, Attendance)
    assert done.row.state == AttendanceState.CHECKED_IN


async def test_no_code_is_right_when_none_is_shown(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await served(here, clock)
    for code in (None, "", "000000"):
        with pytest.raises(Invalid):
            await here.do(somebody, commands.check_in, signup_id=seat.id, code=code)


async def test_a_code_of_one_shift_does_not_open_another(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await served(here, clock)
    other = await here.shift(ahead=0.5)
    code = await here.do(here.worker, commands.show_check_in_code, shift_id=other.id)
    with pytest.raises(Invalid):
        await here.do(somebody, commands.check_in, signup_id=seat.id, code=code.code)


async def test_a_worker_who_volunteers_needs_the_code_like_everybody(here: Neighbourhood, clock: Clock) -> None:
    await here.do(here.worker, register_volunteer, **READ, legal_name="Wang", birth_date=ADULT)
    shift = await here.shift()
    seat = await here.sign_up(here.worker, shift)
    clock.now = shift.starts_at
    with pytest.raises(Invalid):
        await here.do(here.worker, commands.check_in, signup_id=seat.id)


async def test_check_in_opens_an_hour_before_and_ends_with_the_shift(here: Neighbourhood, clock: Clock) -> None:
    shift, _, seat = await served(here, clock)
    for moment, code in ((shift.starts_at - timedelta(minutes=61), "too_early"), (shift.ends_at, "over")):
        clock.now = moment
        with pytest.raises(NotNow) as refusal:
            await here.do(here.worker, commands.check_in, signup_id=seat.id)
        assert refusal.value.code == code
    clock.now = shift.starts_at - timedelta(minutes=60)
    await here.do(here.worker, commands.check_in, signup_id=seat.id)


async def test_whoever_has_checked_in_early_gives_no_seat_back(here: Neighbourhood, clock: Clock) -> None:
    shift, somebody, seat = await served(here, clock)
    clock.now = shift.starts_at - timedelta(minutes=30)
    await here.do(here.worker, commands.check_in, signup_id=seat.id)
    with pytest.raises(NotNow) as refusal:
        await here.do(somebody, commands.withdraw, signup_id=seat.id)
    assert refusal.value.code == "checked_in"


async def test_whoever_waits_in_line_cannot_check_in(here: Neighbourhood, clock: Clock) -> None:
    shift, _, _ = await served(here, clock)
    clock.wait(hours=-1)
    place = await here.sign_up(await here.volunteer(), shift)
    clock.wait(hours=1)
    with pytest.raises(NotNow) as refusal:
        await here.do(here.worker, commands.check_in, signup_id=place.id)
    assert refusal.value.code == "no_seat"


async def test_strangers_and_rivals_cannot_check_anybody_in(here: Neighbourhood, clock: Clock) -> None:
    shift, _, seat = await served(here, clock)
    code = await here.do(here.worker, commands.show_check_in_code, shift_id=shift.id)
    for other in (here.stranger, await here.volunteer("Rival"), here.outsider):
        with pytest.raises(NotFound):
            await here.do(other, commands.check_in, signup_id=seat.id, code=code.code)
    assert await here.all(Attendance) == []


async def test_an_absence_is_provisional_and_coming_late_takes_it_back(here: Neighbourhood, clock: Clock) -> None:
    _, _, seat = await served(here, clock)
    clock.wait(minutes=29)
    with pytest.raises(NotNow) as refusal:
        await here.do(here.worker, commands.mark_no_show, signup_id=seat.id)
    assert refusal.value.grounds is not None
    clock.wait(minutes=1)
    absent = await here.do(here.worker, commands.mark_no_show, signup_id=seat.id)
    assert absent.state == AttendanceState.NO_SHOW_PROVISIONAL
    came = await here.do(here.worker, commands.check_in, signup_id=seat.id)
    assert came.state == AttendanceState.CHECKED_IN


async def test_nobody_leaves_who_has_not_come(here: Neighbourhood, clock: Clock) -> None:
    _, somebody, seat = await served(here, clock)
    with pytest.raises(NotNow):
        await here.do(somebody, commands.check_out, signup_id=seat.id)
    assert await here.all(Attendance) == []
