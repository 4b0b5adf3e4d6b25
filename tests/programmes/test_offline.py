"""What a device notes and signs without a network, and what becomes of it when it arrives (pain 27)."""

import asyncio
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.clock import Alarm
from domain.columns import typed
from domain.hours.commands import log_shift_hours
from domain.hours.models import Assurance, HourEntry
from domain.house import House
from domain.programmes import commands
from domain.programmes.models import Attendance, OfflineEvent, Shift, Signup
from domain.programmes.states import AttendanceState
from domain.volunteers.commands import register_volunteer
from tests.acting import READ, ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

NO = "... on Refusal { kind code path }"
URUMQI_OF_OLD = timezone(timedelta(hours=6))


class Tablet:
    """Somebody's device, which counts and signs what it notes."""

    def __init__(self, engine: Engine, owner: Actor, alg: str = "Ed25519") -> None:
        self.engine, self.owner, self.alg = engine, owner, alg
        self.key: Any = OKPKey.generate_key("Ed25519") if alg == "Ed25519" else ECKey.generate_key("P-256")
        self.id, self.seq = "", 0

    async def is_registered(self, **instead: Any) -> Any:
        document = f"""mutation Do($input: RegisterDeviceInput!) {{ registerDevice(input: $input) {{
          ... on Device {{ id name state viewerCan }} {NO} }} }}"""
        given = {"name": "Tablet", "publicKey": json.dumps(self.key.as_dict(private=False)), **instead}
        told = (await ask(self.engine, self.owner, document, input=given))["registerDevice"]
        self.id = told.get("id", self.id)
        return told

    def notes(self, kind: str, seat: Signup, at: datetime, /, **instead: Any) -> str:
        self.seq += 1
        said = {"dev": self.id, "seq": self.seq, "sgn": typed("sgn", seat.id), "kind": kind, "at": at.isoformat()}
        return self.signs(said | instead)

    def signs(self, said: Any) -> str:
        return jws.serialize_compact({"alg": self.alg}, json.dumps(said), self.key, algorithms=[self.alg])

    async def hands_in(self, event: str, clock: datetime, by: Actor | None = None) -> Any:
        document = f"""mutation Do($input: ReplayEventInput!) {{ replayEvent(input: $input) {{
          ... on OfflineEvent {{ id verdict doubt noted claimedAt skew }} {NO} }} }}"""
        given = {"deviceId": self.id, "event": event, "clock": clock.isoformat()}
        return (await ask(self.engine, by or self.owner, document, input=given))["replayEvent"]


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


@pytest.fixture
async def tablet(here: Neighbourhood, engine: Engine) -> Tablet:
    tablet = Tablet(engine, here.staff)
    await tablet.is_registered()
    return tablet


async def up_the_mountain(here: Neighbourhood, clock: Clock, people: int = 1) -> tuple[Shift, list[Signup]]:
    """A shift where there is no network, which is over."""
    shift = await here.shift(people)
    seats = [await here.sign_up(await here.volunteer(f"V{n}"), shift) for n in range(people)]
    clock.now = shift.ends_at + timedelta(hours=3)
    return shift, seats


async def the_attendance(here: Neighbourhood) -> Attendance:
    (attendance,) = await here.all(Attendance)
    return attendance  # type: ignore[no-any-return]


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
async def test_what_was_noted_on_the_spot_stands_when_it_arrives(
    here: Neighbourhood, engine: Engine, clock: Clock, alg: str
) -> None:
    """Pain 27: no network on the mountain, and everybody's time is there in the evening."""
    tablet = Tablet(engine, here.staff, alg)
    registered = await tablet.is_registered()
    assert (registered["state"], registered["viewerCan"]) == ("ACTIVE", ["revoke_device"])
    shift, (seat,) = await up_the_mountain(here, clock)
    came = tablet.notes("in", seat, shift.starts_at - timedelta(minutes=5))
    went = tablet.notes("out", seat, shift.starts_at + timedelta(minutes=100))
    assert (await tablet.hands_in(came, clock.now))["verdict"] == "ACCEPTED"
    assert (await tablet.hands_in(went, clock.now))["verdict"] == "ACCEPTED"
    attendance = await the_attendance(here)
    assert (attendance.state, attendance.minutes) == (AttendanceState.CHECKED_OUT, 105)
    await here.do(here.worker, log_shift_hours, shift_id=shift.id)
    (entry,) = await here.all(HourEntry)
    assert (entry.minutes, entry.assurance) == (105, Assurance.A1), "it is their word"


async def test_what_is_handed_in_again_counts_once(here: Neighbourhood, tablet: Tablet, clock: Clock) -> None:
    shift, (seat,) = await up_the_mountain(here, clock)
    came = tablet.notes("in", seat, shift.starts_at)
    told = await asyncio.gather(*(tablet.hands_in(came, clock.now) for _ in range(6)))
    clock.wait(minutes=5)
    told.append(await tablet.hands_in(came, clock.now))
    assert len({answer["id"] for answer in told}) == 1
    assert len(await here.all(OfflineEvent)) == 1
    deeds = await here.house.lanes.run("SELECT 1 FROM deed WHERE verb IN ('check_in', 'replay_event')", ())
    assert len(deeds) == 2
    tablet.seq = 0
    other = tablet.notes("in", seat, shift.starts_at + timedelta(minutes=1))
    assert (await tablet.hands_in(other, clock.now))["code"] == "seq_reused"


async def test_who_was_presumed_absent_meanwhile_was_there(here: Neighbourhood, tablet: Tablet, clock: Clock) -> None:
    shift, seats = await up_the_mountain(here, clock, 2)
    clock.now = shift.starts_at
    await here.do(here.worker, commands.check_in, signup_id=seats[0].id)
    clock.now = shift.ends_at
    await Alarm(here.house).ring()
    came = tablet.notes("in", seats[1], shift.starts_at)
    assert (await tablet.hands_in(came, clock.now))["verdict"] == "ACCEPTED"
    clock.wait(hours=2)
    await Alarm(here.house).ring()
    went = tablet.notes("out", seats[1], shift.ends_at)
    assert (await tablet.hands_in(went, clock.now))["verdict"] == "ACCEPTED"
    found = {a.signup_id: a for a in await here.all(Attendance)}
    assert found[seats[1].id].state == AttendanceState.CHECKED_OUT
    assert found[seats[1].id].minutes == 120


async def test_what_is_late_askew_or_contradictory_changes_nothing_and_waits_for_somebody(
    here: Neighbourhood, engine: Engine, tablet: Tablet, clock: Clock
) -> None:
    shift, (seat,) = await up_the_mountain(here, clock)
    begins, now, minute = shift.starts_at, clock.now, timedelta(minutes=1)

    async def doubted(event: str, shown: datetime) -> Any:
        answer = await tablet.hands_in(event, shown)
        assert answer["verdict"] == "REVIEW"
        return answer["doubt"]

    assert await doubted(tablet.notes("in", seat, begins), now + 11 * minute) == "CLOCK"
    assert await doubted(tablet.notes("in", seat, begins), now - 11 * minute) == "CLOCK"
    assert await doubted(tablet.notes("in", seat, begins - timedelta(days=1)), now) == "OUT_OF_ORDER"
    assert await doubted(tablet.notes("in", seat, shift.ends_at), now) == "OUTSIDE"
    late, early = Tablet(engine, here.staff), Tablet(engine, here.staff)
    for other in (late, early):
        await other.is_registered()
    assert (await early.hands_in(early.notes("out", seat, begins), now))["doubt"] == "CONTRADICTION"
    assert (await early.hands_in(early.notes("in", seat, begins - 61 * minute), now))["doubt"] == "OUT_OF_ORDER"
    clock.now = shift.ends_at + timedelta(hours=72, seconds=1)
    assert (await late.hands_in(late.notes("in", seat, begins), clock.now))["doubt"] == "LATE"
    assert (await the_attendance(here)).state == AttendanceState.EXPECTED
    listed = "{ offlineEvents(filter: {verdict: {eq: REVIEW}}) { totalCount } }"
    assert (await ask(engine, here.worker, listed))["offlineEvents"]["totalCount"] == 7
    assert (await ask(engine, here.outsider, listed))["offlineEvents"]["totalCount"] == 0


async def test_nobody_leaves_before_they_came_or_before_they_went_on_after_a_break(
    here: Neighbourhood, tablet: Tablet, clock: Clock
) -> None:
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at
    await here.do(here.worker, commands.check_in, signup_id=seat.id)
    clock.wait(minutes=30)
    await here.do(somebody, commands.begin_break, signup_id=seat.id)
    clock.now = shift.ends_at
    early = tablet.notes("out", seat, shift.starts_at + timedelta(minutes=29))
    assert (await tablet.hands_in(early, clock.now))["doubt"] == "CONTRADICTION"
    right = tablet.notes("out", seat, shift.starts_at + timedelta(minutes=40))
    assert (await tablet.hands_in(right, clock.now))["verdict"] == "ACCEPTED"
    assert (await the_attendance(here)).minutes == 30


async def test_a_device_set_to_another_zone_means_the_moment_it_says(
    here: Neighbourhood, tablet: Tablet, clock: Clock
) -> None:
    """Also across midnight, where its day is not the day in Beijing."""
    shift = await here.shift(ahead=34, length=4)  # ten in the evening in Beijing
    seat = await here.sign_up(await here.volunteer(), shift)
    clock.now = shift.ends_at
    for kind, at in (("in", shift.starts_at), ("out", shift.ends_at)):
        event = tablet.notes(kind, seat, at.astimezone(URUMQI_OF_OLD))
        assert (await tablet.hands_in(event, clock.now.astimezone(URUMQI_OF_OLD)))["verdict"] == "ACCEPTED"
    attendance = await the_attendance(here)
    assert (attendance.checked_in_at, attendance.minutes) == (shift.starts_at, 240)


async def test_a_device_that_was_stolen_is_believed_no_longer_and_only_by_its_owners_word_before(
    here: Neighbourhood, engine: Engine, tablet: Tablet, clock: Clock
) -> None:
    shift, (seat,) = await up_the_mountain(here, clock)
    event = tablet.notes("in", seat, shift.starts_at)
    assert (await tablet.hands_in(event, clock.now, by=here.worker))["code"] == "not_your_device"
    revoke = f'mutation {{ revokeDevice(input: {{deviceId: "{tablet.id}"}}) {{ ... on Device {{ state }} {NO} }} }}'
    assert (await ask(engine, here.worker, revoke))["revokeDevice"]["kind"] == "NOT_FOUND"
    assert (await ask(engine, here.staff, revoke))["revokeDevice"] == {"state": "REVOKED"}
    assert (await tablet.hands_in(event, clock.now))["code"] == "device_revoked"
    assert await here.all(Attendance) == []


async def test_a_device_has_no_more_say_than_its_owner(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    await here.do(here.staff, register_volunteer, **READ, legal_name="Zhou", birth_date=ADULT)
    shift = await here.shift(2)
    own, other = await here.sign_up(here.staff, shift), await here.sign_up(await here.volunteer(), shift)
    clock.now = shift.ends_at
    for owner, seat, code in (
        (here.staff, own, "oneself"),
        (here.outsider, other, "not_found"),
        (here.stranger, other, "not_found"),
    ):
        tablet = Tablet(engine, owner)
        await tablet.is_registered()
        assert (await tablet.hands_in(tablet.notes("in", seat, shift.starts_at), clock.now))["code"] == code
    assert await here.all(OfflineEvent) == []


async def test_what_the_device_did_not_sign_or_nobody_understands_is_refused(
    here: Neighbourhood, engine: Engine, tablet: Tablet, clock: Clock
) -> None:
    shift, (seat,) = await up_the_mountain(here, clock)
    stranger = Tablet(engine, here.staff)
    stranger.id = tablet.id
    right = tablet.notes("in", seat, shift.starts_at)
    head, payload, signature = right.split(".")
    unsigned = jws.serialize_compact({"alg": "HS256"}, b"{}", OctKey.import_key(b"x" * 32))
    wrong = [
        stranger.notes("in", seat, shift.starts_at),
        f"{head}.{payload}.",
        f"{head}.{payload[:-2]}AA.{signature}",
        unsigned,
        "words",
        "." * 5_000,
        tablet.signs([1]),
        tablet.notes("in", seat, shift.starts_at, dev="dev_1"),
        tablet.notes("in", seat, shift.starts_at, seq=-1),
        tablet.notes("in", seat, shift.starts_at, seq=2**31),
        tablet.notes("in", seat, shift.starts_at, sgn=7),
        tablet.notes("in", seat, shift.starts_at, kind="away"),
        tablet.notes("in", seat, shift.starts_at, at="2026-06-04T12:00:00"),
        tablet.notes("in", seat, shift.starts_at, at="0001-01-01T00:00:00+14:00"),
    ]
    for event in wrong:
        assert (await tablet.hands_in(event, clock.now))["code"] == "wrong_event", event
    assert (await tablet.hands_in(right, datetime(9999, 1, 1, tzinfo=URUMQI_OF_OLD)))["doubt"] == "CLOCK"


async def test_a_key_is_public_and_of_a_kind_that_devices_have_and_there_are_ten_devices_at_most(
    here: Neighbourhood, engine: Engine
) -> None:
    tablet = Tablet(engine, here.staff)
    private, secret = tablet.key.as_dict(private=True), OctKey.generate_key(256).as_dict()
    for key in (json.dumps(private), json.dumps(secret), "[]", "{", "[" * 1_900, "{}"):
        assert (await tablet.is_registered(publicKey=key))["path"] == "publicKey"
    assert (await tablet.is_registered(name=" "))["path"] == "name"
    for _ in range(10):
        assert (await tablet.is_registered())["state"] == "ACTIVE"
    assert (await tablet.is_registered())["code"] == "too_many_devices"
