"""How is a whole year played at once? By a process for each core, each with streets of its own."""

import gc
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from multiprocessing.connection import Connection, wait
from typing import cast
from uuid import UUID

import uvloop

from domain.history import link_settled
from domain.house import House
from domain.notifications.telling import pass_over
from domain.postgres import Lanes
from sanshe.trouble import Trouble
from sanshe.year.days import Days
from sanshe.year.size import Size
from sanshe.year.stage import Stage
from sanshe.year.world import FIRST_STREET, Street, found, open_doors

YEAR = 2026
"""The first in which all of the house's rules are in force."""
DAYS = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(1, 372)]
"""Until what was given last is final."""
LOOKED_AT = {date(YEAR, 1, 9), date(YEAR, 1, 16), *(date(YEAR, month, 1) for month in range(2, 13))}
"""Days on which PostgreSQL looks at what the tables have become, and plans anew."""


def steps(size: Size, days: Sequence[date] = DAYS) -> int:
    """How many steps are told of: a street's founding is one, and each of its days."""
    return size.streets * (1 + len(days))


def play(
    address: str, size: Size, password: str, progress: Callable[[int], None], days: Sequence[date] = DAYS
) -> Counter[str]:
    """Play these days, and say how often something was refused, by the refusal's code.

    `password` is the hash of everybody's password; `progress` hears how many steps are done.
    """
    several = min(os.cpu_count() or 1, size.streets)
    context = multiprocessing.get_context("spawn")
    refused: Counter[str] = Counter()
    done, pipes = 0, list[Connection]()
    for n in range(several):
        ours, theirs = context.Pipe(duplex=False)
        some = theirs, address, size, password, range(n, size.streets, several), days
        context.Process(target=_play_some, args=some, daemon=True).start()
        theirs.close()
        pipes.append(ours)
    while pipes:
        for pipe in cast(list[Connection], wait(pipes)):
            try:
                heard = pipe.recv()
            except EOFError:
                raise Trouble("The year was cut short; what went wrong is said above.", "年度演示中断。") from None
            if isinstance(heard, Counter):
                refused += heard
                pipes.remove(pipe)
            else:
                progress(done := done + heard)
    return refused


def _play_some(tell: "Connection[int | Counter[str], None]", *what: object) -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)  # nothing is thrown away but what is done with
    tell.send(uvloop.run(_play(tell.send, *what)))  # type: ignore[arg-type]


async def _play(
    tell: Callable[[int], None],
    address: str,
    size: Size,
    password: str,
    numbers: Sequence[int],
    days: Sequence[date],
) -> Counter[str]:
    lanes = await Lanes(address, size=2).open()
    try:
        stage = Stage(await House(lanes).open())
        streets: dict[UUID, Street] = {}
        for number in numbers:
            street = await found(stage, number, size.of_a_street(number), YEAR, password)
            await open_doors(stage, street, size.seats, YEAR)
            streets[street.id] = street
            tell(1)
        lives = Days(stage, streets)
        for day in days:
            if day in LOOKED_AT:
                await lanes.run("ANALYZE")
            await lives.live(day)
            tell(len(streets))
        return stage.refused
    finally:
        await lanes.close()


async def found_already(house: House) -> bool:
    """Whether the year was begun here; it is played once."""
    return bool(await house.lanes.run("SELECT FROM street_office WHERE number = $1", (FIRST_STREET,)))


async def finish(house: House) -> None:
    """What was done is linked, and nobody gets letters about it."""
    while await link_settled(house.lanes, house.era):
        pass
    await pass_over(house)
