"""A clock's process is killed in the middle of its work: the next one finishes it, and nothing happens twice."""

import asyncio
import sys
from textwrap import dedent

from domain.clock import Alarm
from domain.programmes.models import Shift
from domain.programmes.states import ShiftState
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

STARTED = "SELECT subject_id FROM deed WHERE verb = 'start_shift'"


async def test_after_a_kill_the_next_clock_does_the_rest_and_nothing_twice(
    here: Neighbourhood, clock: Clock, database: str
) -> None:
    shifts = [await here.shift(ahead=5) for _ in range(150)]
    clock.wait(hours=5)
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, database, clock.now.isoformat(), stdout=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(30):
        while not (done := await here.house.lanes.run(STARTED)):  # noqa: ASYNC110 another process cannot wake us
            await asyncio.sleep(0.005)
    worker.kill()
    await worker.wait()
    assert 0 < len(done) < len(shifts)
    await Alarm(here.house).ring()
    started = [deed["subject_id"] for deed in await here.house.lanes.run(STARTED)]
    assert sorted(started) == sorted(shift.id for shift in shifts)
    assert {shift.state for shift in await here.all(Shift)} == {ShiftState.RUNNING}
