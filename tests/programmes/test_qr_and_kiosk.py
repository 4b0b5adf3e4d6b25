"""The QR code that changes all the time, and the device to which volunteers show their own code."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.accounts.introductions import introduce
from domain.columns import typed
from domain.hours.commands import log_shift_hours
from domain.hours.models import Assurance, HourEntry
from domain.house import House
from domain.programmes import commands
from domain.programmes.models import Attendance, Shift, Signup
from domain.sealing import Seal
from domain.volunteers.commands import register_volunteer
from tests.acting import READ, ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

NO = "... on Refusal { kind code path }"
KIOSK = frozenset({"programmes.kiosk:write", "programmes:read"})


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def begun(here: Neighbourhood, clock: Clock, by: Actor | None = None) -> tuple[Shift, Actor, Signup]:
    shift, somebody = await here.shift(9), by or await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at
    return shift, somebody, seat


async def screen(here: Neighbourhood, engine: Engine, shift: Shift) -> Any:
    """What is shown now."""
    document = """mutation Do($input: ShowCheckInCodeInput!) { showCheckInCode(input: $input) {
      ... on CheckInCode { code qr qrEvery } } }"""
    return (await ask(engine, here.staff, document, input={"shiftId": typed("shf", shift.id)}))["showCheckInCode"]


async def scan(engine: Engine, person: Actor, seat: Signup, code: str) -> Any:
    document = (
        f"mutation Do($input: CheckInInput!) {{ checkIn(input: $input) {{ ... on Attendance {{ source }} {NO} }} }}"
    )
    return (await ask(engine, person, document, input={"signupId": typed("sgn", seat.id), "code": code}))["checkIn"]


# -- the QR code -------------------------------------------------------------------------------------------------------


async def test_the_screen_asks_every_thirty_seconds_and_the_code_changes(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await begun(here, clock)
    first = await screen(here, engine, shift)
    assert first["qrEvery"] == 30
    assert await screen(here, engine, shift) == first
    clock.wait(seconds=30)
    second = await screen(here, engine, shift)
    assert second["qr"] != first["qr"]
    assert second["code"] == first["code"]
    assert await scan(engine, somebody, seat, second["qr"]) == {"source": "QR"}


async def test_a_code_is_good_in_its_own_period_and_the_two_after_it(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    """Pain 17: a picture of the screen that is sent to somebody at home comes too late."""
    shift, first, seat = await begun(here, clock)
    second = await here.volunteer("Ma")
    clock.wait(hours=-1)
    other = await here.sign_up(second, shift)
    clock.wait(hours=1)
    shown = (await screen(here, engine, shift))["qr"]
    clock.wait(seconds=89)
    assert await scan(engine, first, seat, shown) == {"source": "QR"}
    clock.wait(seconds=1)
    assert (await scan(engine, second, other, shown))["code"] == "wrong_code"
    (late,) = await here.all(Attendance, "signup_id = $1", other.id)
    assert late.wrong_codes == 1


async def test_a_code_of_another_shift_or_of_tomorrow_or_signed_by_others_is_wrong(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await begun(here, clock)
    elsewhere = (await screen(here, engine, await here.shift(ahead=0.5)))["qr"]
    clock.wait(minutes=1)
    ahead = (await screen(here, engine, shift))["qr"]
    clock.wait(minutes=-1)
    said = json.loads(jws.extract_compact(ahead.encode()).payload) | {"n": int(clock.now.timestamp()) // 30}
    forged = jws.serialize_compact({"alg": "HS256"}, json.dumps(said), OctKey.generate_key(256))
    unsigned = f"{forged.rpartition('.')[0]}."
    for wrong in (elsewhere, ahead, forged, unsigned):
        assert (await scan(engine, somebody, seat, wrong))["code"] == "wrong_code"
    assert (await scan(engine, somebody, seat, "." * 9999))["code"] == "wrong_code"


async def test_the_screen_shows_the_digits_alone_while_the_houses_key_is_locked(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await begun(here, clock)
    here.house.seal = Seal()
    shown = await screen(here, engine, shift)
    assert shown["qr"] is None
    assert (await scan(engine, somebody, seat, "a.b.c"))["code"] == "wrong_code"
    assert await scan(engine, somebody, seat, shown["code"]) == {"source": "CODE"}


# -- the device on the spot --------------------------------------------------------------------------------------------


async def hold_up(here: Neighbourhood, engine: Engine, device: Actor, shift: Shift, person: Actor) -> Any:
    """What the device answers to somebody who shows their code to it."""
    assert person.id
    code = await introduce(here.house.lanes.run, person.id, here.house.clock())
    document = f"""mutation Do($input: CheckInAtKioskInput!) {{ checkInAtKiosk(input: $input) {{
      ... on Attendance {{ state source signup {{ id }} }} {NO} }} }}"""
    given = {"shiftId": typed("shf", shift.id), "code": code}
    return (await ask(engine, device, document, input=given))["checkInAtKiosk"]


async def test_a_device_checks_in_whoever_shows_their_code_and_can_do_nothing_else(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody, seat = await begun(here, clock)
    device = replace(here.staff, scopes=KIOSK)
    came = await hold_up(here, engine, device, shift, somebody)
    assert came == {"state": "CHECKED_IN", "source": "KIOSK", "signup": {"id": typed("sgn", seat.id)}}
    assert (await hold_up(here, engine, device, shift, somebody))["code"] == "wrong_state"
    out = f'mutation {{ checkOut(input: {{signupId: "{typed("sgn", seat.id)}"}}) {{ {NO} }} }}'
    assert (await ask(engine, device, out))["checkOut"]["code"] == "missing_scope"
    everything_else = replace(here.staff, scopes=frozenset({"programmes:write", "programmes:read"}))
    assert (await hold_up(here, engine, everything_else, shift, somebody))["code"] == "missing_scope"
    clock.wait(hours=1)
    await here.do(somebody, commands.check_out, signup_id=seat.id)
    await here.do(here.worker, log_shift_hours, shift_id=shift.id)
    (entry,) = await here.all(HourEntry)
    assert entry.assurance == Assurance.A2


async def test_a_device_turns_away_who_has_no_seat_and_whoever_lent_it_their_hand(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    await here.do(here.staff, register_volunteer, **READ, legal_name="Zhou", birth_date=ADULT)
    shift, staff, _ = await begun(here, clock, by=here.staff)
    device = replace(here.staff, scopes=KIOSK)
    assert (await hold_up(here, engine, device, shift, staff))["code"] == "oneself"
    assert (await hold_up(here, engine, device, shift, await here.volunteer("Ma")))["code"] == "no_seat_shown"
    assert (await hold_up(here, engine, replace(here.outsider, scopes=KIOSK), shift, staff))["kind"] == "NOT_ALLOWED"
    clock.now = shift.ends_at + timedelta(minutes=1)
    assert (await hold_up(here, engine, replace(here.worker, scopes=KIOSK), shift, staff))["code"] == "over"
    assert await here.all(Attendance) == []
