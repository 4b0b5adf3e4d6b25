"""The signing keys: made once, alike for all processes, locked when the environment gives a key for them."""

import asyncio
import os
from asyncio.subprocess import PIPE
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jws
from pydantic import SecretStr

from api.context import Gate, Unauthorized
from api.oauth.keys import KEPT_AFTER, PUBLISHED_BEFORE, REREAD_SECONDS, Keys, LockedKeys
from api.oauth.store import sweep
from api.oauth.tokens import LEEWAY, LIFETIME, issue_for
from api.settings import Settings
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.errors import NotNow
from domain.house import House
from tests.conftest import Clock
from tests.platform.test_command_line import sanshe
from tests.serving import free_port


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


# -- rotation ---------------------------------------------------------------------------------------------------------

SANSHE = Path(__file__).parents[2] / ".venv" / "bin" / "sanshe"
OPEN, LOCKED = Settings(), Settings(sanshe_key=SecretStr("correct horse battery staple, and more"))
OTHER = SecretStr("another key of more than thirty-two characters")


async def states(house: House) -> dict[str, str]:
    return {row["kid"]: row["state"] for row in await house.lanes.run("SELECT kid, state FROM signing_key")}


async def shown(gate: Gate, token: str) -> bool:
    try:
        await gate.actor(f"Bearer {token}".encode())
    except Unauthorized:
        return False
    return True


async def test_every_process_believes_the_old_and_the_new_key_through_a_rotation(house: House, clock: Clock) -> None:
    """The drill: tokens stay good, also in a process that has not read the keys since; then the old key leaves."""
    await house.do(Actor(), register_person, name="Alice", email="alice@example.com")
    slow, quick = Gate(house, OPEN), Gate(house, OPEN)
    before, _ = (await slow.keys.ring()).active.kid, await quick.keys.ring()
    clock.wait(minutes=10)
    old = await issue_for(house, OPEN, "alice@example.com")

    kid = await Keys(house, OPEN).rotate()
    assert kid != before
    new = await issue_for(house, OPEN, "alice@example.com")
    assert jws.extract_compact(new.encode()).headers()["kid"] == kid
    ring = await slow.keys.ring()
    assert ring.active.kid == before, "it has not read them again, and signs with the old one for a while"
    for gate in (slow, quick, Gate(house, OPEN)):
        assert await shown(gate, old)
        assert await shown(gate, new)
    assert await slow.keys.ring() is ring

    clock.wait(minutes=9)
    late = Gate(house, OPEN)
    assert await shown(late, old)
    clock.wait(minutes=1)
    assert not await shown(late, old)
    clock.wait(minutes=5)
    assert before not in {key["kid"] for key in (await Gate(house, OPEN).keys.ring()).public()["keys"]}


async def test_a_retired_key_is_published_longer_than_anything_it_signed_is_good() -> None:
    assert timedelta(seconds=REREAD_SECONDS + LEEWAY) + LIFETIME < KEPT_AFTER
    assert timedelta(seconds=REREAD_SECONDS + 300) < PUBLISHED_BEFORE, "the JWKS may be kept for 300 s"


async def test_two_that_rotate_at_once_rotate_once(house: House, clock: Clock) -> None:
    first = (await Keys(house, OPEN).ring()).active.kid
    clock.wait(minutes=10)
    done = await asyncio.gather(*(Keys(house, OPEN).rotate() for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NotNow", "NotNow", "NotNow", "str"]
    assert sorted((await states(house)).values()) == ["active", "next", "retired"]
    assert (await states(house))[str(first)] == "retired"


@pytest.mark.slow
async def test_two_processes_that_rotate_at_once_rotate_once(database: str, house: House) -> None:
    await Keys(house, OPEN).ring()
    await house.lanes.run("UPDATE signing_key SET made_at = now() - interval '11 min'")
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "PYTHONPATH"}}
    both = [
        await asyncio.create_subprocess_exec(
            SANSHE, "keys", "rotate", env={**kept, "DATABASE_URL": database}, stdout=PIPE, stderr=PIPE
        )
        for _ in range(2)
    ]
    said = [await process.communicate() for process in both]
    assert sorted(process.returncode or 0 for process in both) == [0, 1], said
    assert any(b"Nothing was changed" in trouble for _, trouble in said)
    assert sorted((await states(house)).values()) == ["active", "next", "retired"]


async def test_a_key_signs_no_sooner_than_everybody_can_have_read_it(house: House, clock: Clock) -> None:
    keys = Keys(house, OPEN)
    await keys.ring()
    before = await states(house)
    clock.wait(minutes=9, seconds=59)
    with pytest.raises(NotNow, match="Nothing was changed"):
        await keys.rotate()
    assert await states(house) == before
    clock.wait(seconds=1)
    await keys.rotate()


async def test_a_retired_key_has_no_private_part_and_is_forgotten(house: House, clock: Clock) -> None:
    keys = Keys(house, LOCKED)
    first = str((await keys.ring()).active.kid)
    clock.wait(minutes=10)
    await keys.rotate()
    private = {row["kid"]: row["private"] for row in await house.lanes.run("SELECT kid, private FROM signing_key")}
    assert [kid for kid, part in private.items() if part is None] == [first]
    assert [(key.state, key.kept) for key in await keys.listed()] == [
        ("active", "encrypted"),
        ("next", "encrypted"),
        ("retired", "public"),
    ]
    clock.wait(days=1, seconds=1)
    await sweep(house.lanes.run, clock())
    assert first not in await states(house)
    assert len(await states(house)) == 2


# -- SANSHE_KEY -------------------------------------------------------------------------------------------------------


async def test_keys_made_in_the_open_are_encrypted_when_the_environment_has_a_key(house: House) -> None:
    ring = await Keys(house, OPEN).ring()
    assert (await Keys(house, LOCKED).ring()).active.kid == ring.active.kid
    kept = await house.lanes.run("SELECT private, encrypted FROM signing_key")
    assert all(row["encrypted"] and "PRIVATE KEY" not in row["private"] for row in kept)
    with pytest.raises(LockedKeys):
        await Keys(house, OPEN).ring()


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["", OTHER.get_secret_value()])
async def test_without_the_right_key_nothing_starts_and_it_is_said(
    house: House, database: str, tmp_path: Path, wrong: str
) -> None:
    await Keys(house, LOCKED).ring()
    environment = {"DATABASE_URL": database, "SANSHE_KEY": wrong, "PORT": str(free_port())}
    for words in (("serve",), ("keys", "rotate")):
        done = await asyncio.to_thread(sanshe, *words, folder=tmp_path, **environment)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.splitlines() == [
            "The signing keys are encrypted: set SANSHE_KEY to what it was when they were.",
            "签名密钥已加密，请将 SANSHE_KEY 设为加密时的值。",
        ]
    done = await asyncio.to_thread(sanshe, "doctor", folder=tmp_path, **environment)
    assert "does not open them" in done.stdout if wrong else "is not set" in done.stdout


async def test_another_key_in_the_environment_takes_over_when_the_one_before_is_given_once(house: House) -> None:
    ring = await Keys(house, LOCKED).ring()
    alone = Settings(sanshe_key=OTHER)
    with pytest.raises(LockedKeys):
        await Keys(house, alone).ring()
    both = Settings(sanshe_key=OTHER, sanshe_key_before=LOCKED.sanshe_key)
    await asyncio.gather(*(Keys(house, both).ring() for _ in range(3)))
    assert (await Keys(house, alone).ring()).active.kid == ring.active.kid
    with pytest.raises(LockedKeys):
        await Keys(house, LOCKED).ring()
