"""Server and database are killed in the middle of it all: what was answered is true, and nothing is there by half."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import shuffle
from typing import Any

import psutil
import pytest

from api.settings import Settings
from domain.access import Actor
from domain.columns import utc_now
from domain.house import House
from domain.postgres import Lanes
from domain.programmes.models import Shift
from sanshe.cluster import Cluster
from tests.conftest import furnish
from tests.programmes.neighbourhood import Neighbourhood
from tests.reliability.crowd import Answer, Asking, Door, logging_an_hour, signing_up, tokens, volunteers
from tests.reliability.whole import is_linked, is_whole
from tests.serving import Server, free_port, serve

SEATS, WAITING, SERVED = 40, 200, 120
RETRIES = 60


@dataclass
class Rush:
    """People who sign up for one shift while others write down the hours they gave in another."""

    house: House
    shift: Shift
    requests: list[Asking]
    answers: dict[str, Answer] = field(default_factory=dict)

    async def send(self, door: Door, request: Asking) -> None:
        """Once; whoever gets no answer knows nothing."""
        try:
            self.note(request, await request.send(door))
        except OSError:
            return

    async def insist(self, door: Door, request: Asking) -> list[Answer]:
        """Send it again, as a careful client does, until it is answered; what came before that."""
        put_off: list[Answer] = []
        for _ in range(RETRIES):
            try:
                answer = await request.send(door)
            except OSError:
                await asyncio.sleep(0.2)
                continue
            if answer.status == 200:
                self.note(request, answer)
                return put_off
            put_off.append(answer)
            await asyncio.sleep(int(answer.headers["retry-after"]) / 4)
        raise AssertionError(f"No answer after {RETRIES} times: {put_off[-1:]}")

    def note(self, request: Asking, answer: Answer) -> None:
        assert answer.done["type"] in {"Signup", "HourEntry"}, answer.body
        self.answers[request.key] = answer

    @property
    def unanswered(self) -> list[Asking]:
        return [request for request in self.requests if request.key not in self.answers]

    async def answered(self, number: int) -> None:
        """Wait until so many have an answer."""
        while len(self.answers) < number:  # noqa: ASYNC110 the moment is what matters
            await asyncio.sleep(0.001)

    async def told_the_truth(self) -> None:
        """What every answer said is in the database."""
        found = await self.house.lanes.run(
            """SELECT id, upper(state) AS state, place, NULL AS minutes FROM signup WHERE shift_id = $1
            UNION ALL SELECT id, NULL, NULL, minutes FROM hour_entry""",
            (self.shift.id,),
        )
        rows = {row["id"].hex: dict(row) for row in found}
        for answer in self.answers.values():
            said: dict[str, Any] = answer.done
            row = rows[said.pop("id").partition("_")[2]]
            said.pop("type")
            assert said == {name: row[name] for name in said}

    async def left_everybody_with_one(self) -> None:
        """In the end: one signup for each who asked, one entry for each who served, and every seat taken."""
        (counted,) = await self.house.lanes.run(
            """SELECT (SELECT count(*) FROM signup WHERE shift_id = $1) AS signups,
            (SELECT count(*) FROM hour_entry) AS entries, (SELECT taken FROM shift WHERE id = $1) AS taken""",
            (self.shift.id,),
        )
        assert dict(counted) == {"signups": WAITING, "entries": SERVED, "taken": SEATS}
        told = [answer.done["id"] for answer in self.answers.values()]
        assert len(set(told)) == WAITING + SERVED


@asynccontextmanager
async def rush(database: str, settings: Settings) -> AsyncIterator[Rush]:
    """Everybody is ready to ask."""
    lanes = await Lanes(database, size=2).open()
    house = await House(lanes).open()
    here = await Neighbourhood(house).settle()
    shift = await here.shift(SEATS)
    waiting = await tokens(house, settings, await volunteers(house, WAITING))
    requests = [*(signing_up(token, shift) for token in waiting), *await _have_served(here, settings)]
    shuffle(requests)
    yield Rush(house, shift, requests)
    await lanes.close()


async def _have_served(here: Neighbourhood, settings: Settings) -> list[Asking]:
    """People held seats in a shift that began three hours ago, and are about to write down one hour each."""
    people, now = await volunteers(here.house, SERVED), here.house.clock
    here.house.clock = lambda: utc_now() - timedelta(hours=4)
    shift = await here.shift(SERVED, ahead=1, length=2)
    signups = [await here.sign_up(Actor(person), shift) for person in people]
    here.house.clock = now
    return [
        logging_an_hour(token, signup)
        for token, signup in zip(await tokens(here.house, settings, people), signups, strict=True)
    ]


def kill_all(server: Server) -> None:
    """Every process of it at once, as when the machine loses power."""
    family = [*psutil.Process(server.process.pid).children(recursive=True), psutil.Process(server.process.pid)]
    for process in family:
        process.kill()
    server.process.wait()
    psutil.wait_procs(family[:-1], timeout=10)


@pytest.mark.slow
async def test_a_server_killed_in_the_middle_leaves_nothing_by_half_and_told_no_lie(database: str) -> None:
    settings = Settings(port=free_port())
    async with rush(database, settings) as people:
        with serve(database, port=settings.port, WORKERS="2") as server:
            door = Door(server.url)
            sending = [asyncio.create_task(people.send(door, request)) for request in people.requests]
            await people.answered(60)
            kill_all(server)
            await asyncio.gather(*sending)
        assert len(people.unanswered) > 60, "it was killed too late to tell"
        await people.told_the_truth()
        await is_whole(people.house)

        with serve(database, port=settings.port, WORKERS="2") as server:
            door = Door(server.url)
            await asyncio.gather(*(people.insist(door, request) for request in people.unanswered))
            await people.told_the_truth()
            await people.left_everybody_with_one()
            await is_whole(people.house)
            await is_linked(people.house)


def crash(cluster: Cluster) -> None:
    """One backend dies of SIGKILL: PostgreSQL throws everybody out and recovers by itself."""
    next(process for process in _processes(cluster) if "[local]" in process.cmdline()[0]).kill()


def cut_power(cluster: Cluster) -> None:
    """All of its processes are gone at once."""
    processes = _processes(cluster)
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)


def _processes(cluster: Cluster) -> list[psutil.Process]:
    postmaster = psutil.Process(int((cluster.folder / "postmaster.pid").read_text().splitlines()[0]))
    return [postmaster, *postmaster.children(recursive=True)]


@pytest.mark.slow
async def test_a_database_killed_in_the_middle_is_said_and_the_server_goes_on_when_it_is_back(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres")
    cluster.start()
    settings = Settings(port=free_port())
    try:
        await furnish(cluster.address)
        async with rush(cluster.address, settings) as people:
            with serve(cluster.address, port=settings.port) as server:
                door = Door(server.url)
                sending = [asyncio.create_task(people.insist(door, request)) for request in people.requests]
                await people.answered(60)
                crash(cluster)
                await people.answered(140)
                cut_power(cluster)
                assert people.unanswered
                gone = await people.unanswered[0].send(door)
                assert (gone.status, gone.headers["retry-after"]) == (503, "2")
                await asyncio.to_thread(cluster.start)
                put_off = [answer for answers in await asyncio.gather(*sending) for answer in answers]
                assert {answer.status for answer in put_off} == {503}
                await people.told_the_truth()
                await people.left_everybody_with_one()
                await is_whole(people.house)
                await is_linked(people.house)
                assert "unforeseen" not in server.said
    finally:
        cluster.stop()
