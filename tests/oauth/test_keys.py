"""The signing keys: made once, alike for all processes, locked when the environment gives a key for them."""

import asyncio
import os
from asyncio.subprocess import PIPE
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jws
from pydantic import SecretStr

from api.context import Gate, Unauthorized
from api.oauth.keys import KEPT_AFTER, PUBLISHED_BEFORE, REREAD_SECONDS, Keys, LockedKeys, Ring
from api.oauth.store import sweep
from api.oauth.tokens import LEEWAY, LIFETIME, issue_for
from api.settings import Settings
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.accounts.credentials import Algorithm
from domain.errors import NotNow
from domain.house import House
from tests.conftest import Clock
from tests.platform.test_command_line import sanshe
from tests.serving import free_port


def signing(ring: Ring) -> dict[str, str]:
    """The kids of the keys that sign, and with what."""
    return {str(key.kid): algorithm.value for algorithm, key in ring.active.items()}


async def test_processes_that_start_together_make_the_same_keys(house: House) -> None:
    rings = await asyncio.gather(*(Keys(house, Settings()).ring() for _ in range(4)))
    assert len({kid for ring in rings for kid in signing(ring)}) == len(Algorithm)
    assert Counter((await states(house)).values()) == {"active": 2, "next": 2}


async def test_keys_of_the_kind_that_was_not_there_yet_are_made_beside_the_others(house: House) -> None:
    """As in a house whose access tokens were signed like its id tokens."""
    before = signing(await Keys(house, OPEN).ring())
    await house.lanes.run("DELETE FROM signing_key WHERE algorithm = 'ES256'")
    now = signing(await Keys(house, OPEN).ring())
    assert sorted(now.values()) == ["ES256", "RS256"]
    assert [kid for kid in now if kid in before] == [kid for kid, algorithm in before.items() if algorithm == "RS256"]


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
    assert signing(await Keys(house, locked).ring()) == signing(ring)
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
    before, _ = signing(await slow.keys.ring()), await quick.keys.ring()
    clock.wait(minutes=10)
    old = await issue_for(house, OPEN, "alice@example.com")

    now_signing = await Keys(house, OPEN).rotate()
    assert before.keys().isdisjoint(now_signing)
    new = await issue_for(house, OPEN, "alice@example.com")
    assert jws.extract_compact(new.encode()).headers()["kid"] in now_signing
    ring = await slow.keys.ring()
    assert signing(ring) == before, "it has not read them again, and signs with the old one for a while"
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
    published = {key["kid"] for key in (await Gate(house, OPEN).keys.ring()).public()["keys"]}
    assert before.keys().isdisjoint(published)


async def test_a_retired_key_is_published_longer_than_anything_it_signed_is_good() -> None:
    assert timedelta(seconds=REREAD_SECONDS + LEEWAY) + LIFETIME < KEPT_AFTER
    assert timedelta(seconds=REREAD_SECONDS + 300) < PUBLISHED_BEFORE, "the JWKS may be kept for 300 s"


async def test_two_that_rotate_at_once_rotate_once(house: House, clock: Clock) -> None:
    first = signing(await Keys(house, OPEN).ring())
    clock.wait(minutes=10)
    done = await asyncio.gather(*(Keys(house, OPEN).rotate() for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NotNow", "NotNow", "NotNow", "list"]
    assert Counter((await states(house)).values()) == {"active": 2, "next": 2, "retired": 2}
    assert {kid for kid, state in (await states(house)).items() if state == "retired"} == first.keys()


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
    assert Counter((await states(house)).values()) == {"active": 2, "next": 2, "retired": 2}


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
    first = signing(await keys.ring())
    clock.wait(minutes=10)
    await keys.rotate()
    private = {row["kid"]: row["private"] for row in await house.lanes.run("SELECT kid, private FROM signing_key")}
    assert {kid for kid, part in private.items() if part is None} == first.keys()
    assert [(key.algorithm, key.state, key.kept) for key in await keys.listed()] == [
        (algorithm, state, kept)
        for state, kept in (("active", "encrypted"), ("next", "encrypted"), ("retired", "public"))
        for algorithm in ("ES256", "RS256")
    ]
    clock.wait(days=1, seconds=1)
    await sweep(house.lanes.run, clock())
    assert Counter((await states(house)).values()) == {"active": 2, "next": 2}


# -- SANSHE_KEY -------------------------------------------------------------------------------------------------------


async def test_keys_made_in_the_open_are_encrypted_when_the_environment_has_a_key(house: House) -> None:
    ring = await Keys(house, OPEN).ring()
    assert signing(await Keys(house, LOCKED).ring()) == signing(ring)
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
    assert signing(await Keys(house, alone).ring()) == signing(ring)
    with pytest.raises(LockedKeys):
        await Keys(house, LOCKED).ring()
