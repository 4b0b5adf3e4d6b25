"""Checking in whom one has before oneself: from the list, many at once, and who came without a seat."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.accounts.introductions import introduce
from domain.clock import Alarm
from domain.columns import typed
from domain.errors import NotNow, Refusal
from domain.hours.commands import log_hours, log_shift_hours
from domain.hours.models import HourEntry
from domain.house import House
from domain.programmes import commands
from domain.programmes.models import Attendance, AttendanceSource, Shift, Signup
from domain.programmes.states import AttendanceState, SignupState
from domain.volunteers.commands import register_volunteer
from domain.volunteers.models import DocumentType, IdentityDocument
from domain.volunteers.states import IdentityState
from tests.acting import READ, ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

NO = "... on Refusal { kind code path rule { says } }"


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def tick(engine: Engine, person: Actor, shift: Shift, seats: list[Signup]) -> Any:
    """What ticking these on the list answers."""
    document = f"""mutation Do($input: CheckInManyInput!) {{ checkInMany(input: $input) {{
      ... on Shift {{ signups(first: 5) {{ nodes {{ attendance {{ nodes {{ state source }} }} }} }} }} {NO}
    }} }}"""
    given = {"shiftId": typed("shf", shift.id), "signupIds": [typed("sgn", seat.id) for seat in seats]}
    return (await ask(engine, person, document, input=given))["checkInMany"]


async def begun(here: Neighbourhood, clock: Clock, people: int) -> tuple[Shift, list[Actor], list[Signup]]:
    shift = await here.shift(people)
    volunteers = [await here.volunteer(f"V{n}") for n in range(people)]
    seats = [await here.sign_up(volunteer, shift) for volunteer in volunteers]
    clock.now = shift.starts_at
    return shift, volunteers, seats


# -- from the list -----------------------------------------------------------------------------------------------------


async def test_all_who_are_ticked_have_come_and_who_came_before_stays_as_they_are(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    """Pain 8: did everybody show up? One list, one act."""
    shift, volunteers, seats = await begun(here, clock, 4)
    code = await here.do(here.staff, commands.show_check_in_code, shift_id=shift.id)
    await here.do(volunteers[0], commands.check_in, signup_id=seats[0].id, code=code.code)
    clock.wait(minutes=5)
    ticked = await tick(engine, here.staff, shift, [*seats[:3], seats[1]])
    shown = [node["attendance"]["nodes"] for node in ticked["signups"]["nodes"]]
    assert [row["source"] for rows in shown for row in rows] == ["CODE", "SUPERVISOR", "SUPERVISOR"]
    assert shown[3] == []
    first = await here.all(Attendance, "signup_id = $1", seats[0].id)
    assert first[0].checked_in_at == shift.starts_at
    deeds = await here.house.lanes.run("SELECT actor_id FROM deed WHERE verb = 'check_in'", ())
    assert [deed["actor_id"] for deed in deeds] == [volunteers[0].id, here.staff.id, here.staff.id]


async def test_if_one_of_the_ticked_cannot_have_come_nobody_has_and_that_one_is_named(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, volunteers, seats = await begun(here, clock, 2)
    clock.wait(hours=-1)
    await here.do(volunteers[1], commands.withdraw, signup_id=seats[1].id)
    elsewhere = await here.sign_up(volunteers[1], await here.shift(ahead=99))
    clock.wait(hours=1)
    refused = await tick(engine, here.staff, shift, seats)
    assert (refused["code"], refused["path"]) == ("no_seat", "signupIds.1")
    refused = await tick(engine, here.staff, shift, [seats[0], elsewhere])
    assert (refused["code"], refused["path"]) == ("not_of_this_shift", "signupIds.1")
    assert await here.all(Attendance) == []


async def test_a_hundred_are_ticked_at_once_and_no_more(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    shift = await here.shift(101)
    seats = await here.seats(101, shift)
    clock.now = shift.starts_at
    for wrong in (seats, []):
        assert (await tick(engine, here.staff, shift, wrong))["code"] == "wrong_number"
    await tick(engine, here.staff, shift, seats[:100])
    assert len(await here.all(Attendance, "state = 'checked_in'")) == 100


async def test_two_lists_at_once_check_everybody_in_once(here: Neighbourhood, clock: Clock) -> None:
    shift, _, seats = await begun(here, clock, 6)
    lists = [seats[:4], seats[2:], seats[::-1]]
    await asyncio.gather(
        *(
            here.do(who, commands.check_in_many, shift_id=shift.id, signup_ids=[seat.id for seat in some])
            for who, some in zip((here.staff, here.worker, here.manager), lists, strict=True)
        )
    )
    came = await here.all(Attendance)
    assert sorted(attendance.signup_id for attendance in came) == sorted(seat.id for seat in seats)
    deeds = await here.house.lanes.run("SELECT 1 FROM deed WHERE verb = 'check_in'", ())
    assert len(deeds) == 6


async def test_nobody_ticks_themselves_and_no_volunteer_ticks_others(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    await here.do(here.staff, register_volunteer, **READ, legal_name="Zhou", birth_date=ADULT)
    shift = await here.shift(2)
    own, other = await here.sign_up(here.staff, shift), await here.sign_up(await here.volunteer(), shift)
    clock.now = shift.starts_at
    refused = await tick(engine, here.staff, shift, [other, own])
    assert (refused["code"], refused["path"]) == ("oneself", "signupIds.1")
    assert (await tick(engine, await here.volunteer("Rival"), shift, [other]))["kind"] == "NOT_ALLOWED"
    assert await here.all(Attendance) == []


# -- who came without a seat -------------------------------------------------------------------------------------------


async def admit(here: Neighbourhood, engine: Engine, shift: Shift, person: Actor, by: Actor | None = None) -> Any:
    """What the volunteer's code gets them."""
    assert person.id
    code = await introduce(here.house.lanes.run, person.id, here.house.clock())
    document = f"""mutation Do($input: AdmitWalkInInput!) {{ admitWalkIn(input: $input) {{
      ... on Shift {{
        taken signups {{ nodes {{ state attendance {{ nodes {{ state source walkIn identityBy }} }} }} }}
      }} {NO}
    }} }}"""
    given = {"shiftId": typed("shf", shift.id), "code": code}
    return (await ask(engine, by or here.staff, document, input=given))["admitWalkIn"]


async def is_verified(here: Neighbourhood, person: Actor) -> None:
    volunteer = await here.volunteer_of(person)
    known = {"sealed_number": b"", "tail": "1234", "fingerprint": volunteer.id.bytes, "state": IdentityState.VERIFIED}
    await here.put(IdentityDocument.new(volunteer_id=volunteer.id, document_type=DocumentType.RESIDENT_CARD, **known))


async def walked_in(here: Neighbourhood, engine: Engine, clock: Clock) -> tuple[Shift, Actor, Signup]:
    """Somebody who came without a seat, served, and left."""
    shift, somebody = await here.shift(2), await here.volunteer()
    clock.now = shift.starts_at
    await Alarm(here.house).ring()
    await admit(here, engine, shift, somebody)
    (seat,) = await here.all(Signup)
    clock.now = shift.ends_at
    await here.do(somebody, commands.check_out, signup_id=seat.id)
    return shift, somebody, seat


async def test_who_comes_without_a_seat_is_given_one_that_is_free(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    """Pain 7: two fields on their own telephone, a code on its screen, and they serve."""
    shift, somebody, other = await here.shift(1), await here.volunteer(), await here.volunteer("Ma")
    clock.now = shift.starts_at + timedelta(minutes=10)
    await Alarm(here.house).ring()
    admitted = await admit(here, engine, shift, somebody)
    until = f"{clock.now + timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}"
    row = {"state": "CHECKED_IN", "source": "SUPERVISOR", "walkIn": True, "identityBy": until}
    assert admitted == {"taken": 1, "signups": {"nodes": [{"state": "CONFIRMED", "attendance": {"nodes": [row]}}]}}
    assert (await admit(here, engine, shift, other))["code"] == "full"


async def test_of_many_who_come_at_once_as_many_are_admitted_as_there_are_seats(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, people = await here.shift(2), [await here.volunteer(f"V{n}") for n in range(6)]
    clock.now = shift.starts_at
    said = await asyncio.gather(*(admit(here, engine, shift, person) for person in people))
    assert sorted(answer.get("code", "admitted") for answer in said) == ["admitted"] * 2 + ["full"] * 4
    assert (await here.now(shift)).taken == 2 == len(await here.all(Signup))


async def test_a_walk_in_meets_what_everybody_meets(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    shift, overlapping = await here.shift(9), await here.shift(9, ahead=73)
    busy, child = await here.volunteer("Busy"), await here.volunteer("Child", ADULT.replace(year=2011))
    await here.sign_up(busy, overlapping)
    clock.now = shift.starts_at
    assert (await admit(here, engine, shift, busy))["code"] == "overlap"
    assert (await admit(here, engine, shift, child))["code"] == "guardian_consent_missing"
    assert (await admit(here, engine, shift, here.stranger))["code"] == "no_such_volunteer"
    await here.do(here.staff, register_volunteer, **READ, legal_name="Zhou", birth_date=ADULT)
    assert (await admit(here, engine, shift, here.staff))["code"] == "oneself"
    assert (await admit(here, engine, shift, child, by=busy))["kind"] == "NOT_ALLOWED"
    clock.now = shift.ends_at
    assert (await admit(here, engine, shift, await here.volunteer("Late")))["code"] == "over"
    assert await here.all(Attendance) == []


async def test_no_hours_are_logged_before_it_is_known_who_it_was(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await walked_in(here, engine, clock)
    with pytest.raises(NotNow) as refusal:
        await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    assert (refusal.value.code, bool(refusal.value.grounds)) == ("identity_pending", True)
    with pytest.raises(Refusal):
        await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    await is_verified(here, somebody)
    await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    (entry,) = await here.all(HourEntry)
    assert entry.minutes == 120


async def test_after_seven_days_who_was_never_identified_is_void_and_who_was_stays(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await walked_in(here, engine, clock)
    clock.now = shift.starts_at + timedelta(days=7)
    await Alarm(here.house).ring()
    (attendance,) = await here.all(Attendance)
    assert attendance.state == AttendanceState.VOID
    await is_verified(here, somebody)
    with pytest.raises(NotNow) as refusal:
        await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    assert refusal.value.code == "void"
    again, known = await here.shift(2), await here.volunteer("Known")
    clock.now = again.starts_at
    await admit(here, engine, again, known)
    await is_verified(here, known)
    clock.wait(days=7)
    await Alarm(here.house).ring()
    (attendance,) = await here.all(Attendance, "state <> 'void'")
    assert (attendance.state, attendance.identity_by) == (AttendanceState.MISSING_CHECK_OUT, None)


async def test_who_is_known_already_has_nothing_to_show(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    shift, somebody = await here.shift(), await here.volunteer()
    await is_verified(here, somebody)
    clock.now = shift.starts_at
    await admit(here, engine, shift, somebody)
    (attendance,) = await here.all(Attendance)
    assert (attendance.walk_in, attendance.identity_by, attendance.source) == (True, None, AttendanceSource.SUPERVISOR)
    assert [signup.state for signup in await here.all(Signup)] == [SignupState.CONFIRMED]
