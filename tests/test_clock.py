"""Each row gets its due move once: by several workers, after one was killed, and whatever fails beside it."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from domain import clock as the_clock
from domain.clock import FIRST_PAUSE, Alarm, run_clock
from domain.programmes import commands
from domain.programmes.models import Shift, Signup
from domain.programmes.states import ShiftState, SignupState
from domain.work import Work
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood


async def deeds(here: Neighbourhood, verb: str) -> int:
    return int((await here.house.lanes.run("SELECT count(*) AS n FROM deed WHERE verb = $1", (verb,)))[0]["n"])


async def test_what_is_due_is_stored_beside_the_row_it_befalls(here: Neighbourhood) -> None:
    shift = await here.shift(ahead=5)
    assert (await here.now(shift)).next_due == shift.starts_at
    assert shift.due() == [(shift.starts_at, "start_shift")]
    await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Storm")
    assert (await here.now(shift)).next_due is None


async def test_nothing_happens_before_its_time(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(ahead=5)
    clock.now = shift.starts_at - timedelta(microseconds=1)
    assert await Alarm(here.house).ring() == 0
    clock.now = shift.starts_at
    assert await Alarm(here.house).ring() == 1


async def test_three_workers_at_once_do_each_move_once(here: Neighbourhood, clock: Clock) -> None:
    shifts = [await here.shift(ahead=5) for _ in range(20)]
    clock.wait(hours=5)
    done = await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
    assert sum(done) == await deeds(here, "start_shift") == len(shifts)
    assert {shift.state for shift in await here.all(Shift)} == {ShiftState.RUNNING}


async def test_what_a_worker_was_killed_over_is_done_once_and_whole(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(ahead=5)
    await here.sign_up(await here.volunteer(), shift)
    await here.sign_up(await here.volunteer(), shift)
    clock.wait(hours=5)
    async with here.house.lanes.hold() as somebody:
        await somebody.run("SELECT FROM signup WHERE shift_id = $1 FOR UPDATE", (shift.id,))
        worker = asyncio.create_task(Alarm(here.house).ring())
        while not await here.house.lanes.run("SELECT FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110 the moment it waits
            await asyncio.sleep(0.01)
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker
    await Alarm(here.house).ring()
    assert await deeds(here, "start_shift") == 1
    assert [s.state for s in await here.all(Signup)] == [SignupState.CONFIRMED, SignupState.CLOSED]


async def test_what_always_fails_is_tried_ever_later_and_blocks_nothing(
    here: Neighbourhood, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = await here.shift(ahead=5), await here.shift(ahead=6)
    clock.wait(hours=6)
    tries = 0

    async def start_shift(work: Work, *, shift_id: Any) -> Shift:
        nonlocal tries
        if shift_id == broken.id:
            tries += 1
            raise RuntimeError("It always fails.")
        return await commands.start_shift(work, shift_id=shift_id)

    monkeypatch.setattr(the_clock, "command", lambda *_: start_shift)
    alarm = Alarm(here.house)
    assert await alarm.ring() == 1
    assert (await here.now(sound)).state == ShiftState.RUNNING
    assert await alarm.ring() == 0
    assert tries == 1
    assert await alarm.next() == here.house.clock() + FIRST_PAUSE
    clock.now += FIRST_PAUSE
    await alarm.ring()
    assert (tries, alarm.parked[broken.id].pause) == (2, 2 * FIRST_PAUSE)
    monkeypatch.undo()
    clock.now += 2 * FIRST_PAUSE
    assert (await alarm.ring(), alarm.parked) == (1, {})


async def test_the_worker_sees_what_is_made_due_while_it_sleeps(
    here: Neighbourhood, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_clock, "LONGEST_SLEEP", 0.01)
    done = asyncio.Event()
    worker = asyncio.create_task(run_clock(here.house))
    shift = await here.shift(ahead=5)
    here.house.after_commit = done.set
    clock.wait(hours=5)
    async with asyncio.timeout(30):
        await done.wait()
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
    assert (await here.now(shift)).state == ShiftState.RUNNING
