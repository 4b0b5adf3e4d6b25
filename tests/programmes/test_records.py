"""The record of a shift is due ten working days after it ended: who leads it is reminded, and what is late is told."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain import calendar
from domain.access import Actor
from domain.accounts.models import RoleGrant, RoleName
from domain.clock import Alarm
from domain.columns import end_of, typed
from domain.hours.commands import log_hours, log_shift_hours, void_hours
from domain.programmes import commands
from domain.programmes.models import RecordState, Shift, Signup
from tests.acting import ask
from tests.conftest import Clock
from tests.notifications.inboxes import messages, told
from tests.programmes.neighbourhood import Neighbourhood

VERBS = "SELECT verb FROM deed WHERE subject_id = $1 AND verb LIKE '%_record' AND verb <> 'review_record' ORDER BY id"


async def over(here: Neighbourhood, clock: Clock, seats: int = 1, **when: Any) -> tuple[Shift, list[Signup]]:
    """A shift that has just ended, with so many seats of which nothing is known."""
    shift = await here.shift(seats, **when)
    signups = await here.seats(seats, shift)
    clock.now = shift.ends_at
    return await rung(here, shift), signups


async def rung(here: Neighbourhood, shift: Shift) -> Shift:
    await Alarm(here.house).ring()
    return await here.now(shift)  # type: ignore[no-any-return]


async def followed(here: Neighbourhood, shift: Shift) -> list[str]:
    return [deed["verb"] for deed in await here.house.lanes.run(VERBS, (shift.id,))]


async def with_role(here: Neighbourhood, name: str, role: RoleName, **place: Any) -> Actor:
    somebody = await here.person(name)
    await here.put(RoleGrant.new(person_id=somebody.id, role=role, since=date(2026, 1, 1), **place))
    return somebody


@pytest.fixture
def announced() -> Iterator[pytest.MonkeyPatch]:
    """What is announced later on."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.mark.parametrize(
    ("now", "reminded", "due"),
    [
        # National Day 2026: work on Saturday 10 October, none from 1 to 7 October
        (datetime(2026, 9, 25, 4, tzinfo=UTC), date(2026, 10, 12), date(2026, 10, 15)),
        # Spring Festival 2026: work on the Saturdays 14 and 28 February, none from 15 to 23
        (datetime(2026, 2, 13, 4, tzinfo=UTC), date(2026, 3, 2), date(2026, 3, 5)),
    ],
)
async def test_festivals_and_the_days_made_up_for_them_are_counted_as_the_state_council_announced_them(
    here: Neighbourhood, clock: Clock, now: datetime, reminded: date, due: date
) -> None:
    clock.now = now - timedelta(hours=1)
    shift, _ = await over(here, clock, ahead=0.5, length=0.5)
    assert (shift.record_due, shift.record_due_provisional, shift.record_state) == (due, False, RecordState.DUE)
    for moment, before, after in (
        (end_of(reminded - timedelta(days=1)), RecordState.DUE, RecordState.REMINDED),
        (end_of(due), RecordState.REMINDED, RecordState.OVERDUE),
    ):
        clock.now = moment - timedelta(seconds=1)
        assert (await rung(here, shift)).record_state == before
        clock.now = moment
        assert (await rung(here, shift)).record_state == after
    clock.wait(days=400)
    assert (await rung(here, shift)).next_due is None
    assert await followed(here, shift) == ["remind_record", "miss_record"]


async def test_what_is_recorded_or_known_to_be_an_absence_is_reminded_of_by_nobody(
    here: Neighbourhood, clock: Clock
) -> None:
    shift, (came, stayed_away) = await over(here, clock, 2)
    entry = await here.do(here.worker, log_hours, signup_id=came.id, minutes=60)
    await here.do(here.worker, commands.mark_no_show, signup_id=stayed_away.id)
    await here.do(here.worker, void_hours, hour_entry_id=entry.id, reason="Another shift")  # it was recorded in time
    clock.now = end_of(shift.record_due)
    assert (await rung(here, shift)).record_state == RecordState.RECORDED
    assert await followed(here, shift) == ["complete_record"]


async def test_who_leads_is_told_twice_and_the_street_once_of_what_is_not_recorded(
    here: Neighbourhood, clock: Clock
) -> None:
    manager = await with_role(here, "M", RoleName.ORGANIZATION_MANAGER, organization_id=here.organization.id)
    worker = await with_role(here, "W", RoleName.SOCIAL_WORKER, community_id=here.community.id)
    street = await with_role(here, "S", RoleName.STREET_OFFICER, street_id=here.street)
    other = await with_role(here, "O", RoleName.SOCIAL_WORKER, community_id=here.other_community.id)
    await over(here, clock)
    for _ in range(3):
        clock.wait(days=20)
        await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
        await told(here.house)
    heard = {who.id: [m.verb for m in await messages(here, who)] for who in (manager, worker, street, other)}
    both = ["remind_record", "miss_record"]
    assert heard == {manager.id: both, worker.id: both, street.id: ["miss_record"], other.id: []}
    [reminder, _] = await messages(here, manager)
    assert "请在北京时间2026-06-19 00:00前登记" in reminder.says["text"]


async def test_the_street_lists_what_is_overdue_until_the_last_seat_is_settled(
    here: Neighbourhood, clock: Clock
) -> None:
    shift, (first, second, third) = await over(here, clock, 3)
    clock.now = end_of(shift.record_due)
    assert (await rung(here, shift)).record_state == RecordState.OVERDUE
    officer = Actor((await here.person("Officer")).id, {"street officer": frozenset({here.street})})
    engine = Engine(schema(), here.house)
    street = typed("str", here.street)

    async def listed() -> list[str]:
        wanted = f'recordState: {{eq: OVERDUE}}, streetId: {{eq: "{street}"}}'
        document = f"{{ shifts(filter: {{{wanted}}}) {{ nodes {{ id recordDue }} }} }}"
        return [node["id"] for node in (await ask(engine, officer, document))["shifts"]["nodes"]]

    assert await listed() == [typed("shf", shift.id)]
    await here.do(here.worker, commands.mark_no_show, signup_id=third.id)
    await here.do(here.worker, log_hours, signup_id=first.id, minutes=60)
    assert await listed() == [typed("shf", shift.id)]
    await here.do(here.worker, log_hours, signup_id=second.id, minutes=60)
    assert await listed() == []
    assert await followed(here, shift) == ["remind_record", "miss_record", "complete_record"]


async def test_the_last_two_logged_at_once_complete_the_record(here: Neighbourhood, clock: Clock) -> None:
    shift, signups = await over(here, clock, 4)
    clock.now = end_of(shift.record_due)
    await rung(here, shift)
    logging = (here.do(here.worker, log_hours, signup_id=signup.id, minutes=60) for signup in signups)
    await asyncio.gather(*logging)
    assert (await here.now(shift)).record_state == RecordState.RECORDED
    assert (await followed(here, shift)).count("complete_record") == 1


@pytest.mark.parametrize(
    ("rests", "works", "due"),
    [
        (date(2027, 1, 1), None, date(2027, 1, 8)),
        (None, date(2027, 1, 2), date(2027, 1, 7)),  # counted by the days made up it would be the sixth
    ],
)
async def test_a_day_that_could_still_move_is_counted_anew_when_its_year_begins_and_never_moves_earlier(
    here: Neighbourhood, clock: Clock, announced: pytest.MonkeyPatch, rests: date | None, works: date | None, due: date
) -> None:
    clock.now = datetime(2026, 12, 24, 4, tzinfo=UTC)
    shift, _ = await over(here, clock, ahead=1, length=1)
    assert (shift.record_due, shift.record_due_provisional) == (date(2027, 1, 7), True)
    clock.now = end_of(date(2026, 12, 31)) - timedelta(seconds=1)
    assert (await rung(here, shift)).record_due_provisional is True
    announced.setattr(calendar, "is_announced", lambda year: year <= 2027)
    announced.setattr(calendar, "is_working_day", lambda day: day == works or (day.weekday() < 5 and day != rests))
    clock.wait(seconds=1)
    shift = await rung(here, shift)
    assert (shift.record_due, shift.record_due_provisional) == (due, False)
    assert shift.record_review_at == end_of(calendar.working_days_before(due, 3) - timedelta(days=1))
    clock.now = end_of(due)
    await rung(here, shift)
    assert await followed(here, shift) == ["remind_record", "miss_record"]


async def test_a_whole_shift_logged_late_completes_its_record(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(2)
    seats = await here.seats(2, shift)
    for verb, clock.now in ((commands.check_in, shift.starts_at), (commands.check_out, shift.ends_at)):
        for seat in seats:
            await here.do(here.worker, verb, signup_id=seat.id)
    await rung(here, shift)
    clock.now = end_of(shift.record_due)
    assert (await rung(here, shift)).record_state == RecordState.OVERDUE
    await here.do(here.worker, log_shift_hours, shift_id=shift.id)
    assert (await here.now(shift)).record_state == RecordState.RECORDED


async def test_who_is_found_to_have_served_after_all_is_to_be_recorded_too(here: Neighbourhood, clock: Clock) -> None:
    """pain 11: what was noted wrongly is mended, and what follows from it is not forgotten."""
    shift, (came, missed) = await over(here, clock, 2)
    await here.do(here.worker, log_hours, signup_id=came.id, minutes=60)
    await here.do(here.worker, commands.mark_no_show, signup_id=missed.id)
    clock.now = end_of(shift.record_due) - timedelta(days=1)
    assert (await rung(here, shift)).record_state == RecordState.RECORDED
    times = {"checked_in_at": shift.starts_at, "checked_out_at": shift.ends_at, "reason": "Two neighbours saw her."}
    await here.do(here.worker, commands.correct_attendance, signup_id=missed.id, **times)
    reopened = await rung(here, shift)
    assert (reopened.record_state, reopened.record_review_at) == (RecordState.DUE, clock.now + timedelta(days=1))
    clock.wait(days=1)
    assert (await rung(here, shift)).record_state == RecordState.OVERDUE
    await here.do(here.worker, log_hours, signup_id=missed.id, minutes=60)
    assert (await here.now(shift)).record_state == RecordState.RECORDED
    sooner = {**times, "checked_out_at": shift.ends_at - timedelta(minutes=5)}
    await here.do(here.worker, commands.correct_attendance, signup_id=missed.id, **sooner)
    assert (await here.now(shift)).record_state == RecordState.RECORDED, "there is an entry of it already"
    verbs = ["complete_record", "reopen_record", "remind_record", "miss_record", "complete_record"]
    assert await followed(here, shift) == verbs
