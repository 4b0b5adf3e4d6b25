"""The signing keys: made once, alike for all processes, locked when the environment gives a key for them."""

import asyncio

import pytest
from pydantic import SecretStr

from api.oauth.keys import Keys, LockedKeys
from api.settings import Settings
from domain.house import House


async def test_processes_that_start_together_make_one_pair_of_keys(house: House) -> None:
    rings = await asyncio.gather(*(Keys(house, Settings()).ring() for _ in range(4)))
    assert len({ring.active.kid for ring in rings}) == 1
    states = [row["state"] for row in await house.lanes.run("SELECT state FROM signing_key ORDER BY state")]
    assert states == ["active", "next"]


async def test_a_crowd_that_comes_when_they_are_to_be_read_reads_them_once(house: House) -> None:
    """Opening a key takes long; done for each of a thousand requests at once, it would keep them all waiting."""
    keys = Keys(house, Settings())
    rings = await asyncio.gather(*(keys.ring() for _ in range(1000)))
    assert all(ring is rings[0] for ring in rings)


async def test_with_a_key_in_the_environment_private_parts_are_unreadable_without_it(house: House) -> None:
    locked = Settings(sanshe_key=SecretStr("correct horse battery staple, and more"))
    ring = await Keys(house, locked).ring()
    kept = await house.lanes.run("SELECT private, encrypted FROM signing_key")
    assert all(row["encrypted"] and "PRIVATE KEY" not in row["private"] for row in kept)
    assert (await Keys(house, locked).ring()).active.kid == ring.active.kid
    for wrong in (Settings(), Settings(sanshe_key=SecretStr("another key of more than thirty-two characters"))):
        with pytest.raises(LockedKeys):
            await Keys(house, wrong).ring()
