"""The house as a command needs it: the database is up to date, the lanes are open."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from api.settings import Settings
from domain.house import House
from domain.postgres import Lanes
from sanshe.database import database
from sanshe.migrating import migrate

Result = TypeVar("Result")


def in_house(settings: Settings, task: Callable[[House], Awaitable[Result]]) -> Result:
    """Carry out the task in the house that the settings describe."""
    with database(settings) as address:
        migrate(address)
        return at(address, task)


def at(address: str, task: Callable[[House], Awaitable[Result]]) -> Result:
    """Carry out the task in the house at this database, which is up to date."""

    async def open_and_do() -> Result:
        lanes = await Lanes(address, size=2).open()
        try:
            return await task(await House(lanes).open())
        finally:
            await lanes.close()

    return asyncio.run(open_and_do())
