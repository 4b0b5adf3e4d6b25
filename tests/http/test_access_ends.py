"""Access ends at once, whoever ends it and however; and nothing is looked up again while nothing changes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest

from api.context import Gate, Unauthorized
from api.oauth.tokens import issue_for
from api.settings import Settings
from api.watchman import FRESH_SECONDS
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.accounts.models import Person
from domain.house import House
from domain.postgres import Run
from tests.conftest import Clock

SETTINGS = Settings(issuer="http://127.0.0.1:8000")
LOOK = "FROM token_family f"
GRANT = """
INSERT INTO role_grant (id, version, person_id, role, since, until)
VALUES (gen_random_uuid(), 1, $1, 'auditor', '2026-01-01', $2)"""
DEAFEN = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_notify%'"


@pytest.fixture
async def person(house: House) -> Any:
    return (await house.do(Actor(), register_person, name="Alice", email="alice@example.com")).row


@pytest.fixture
async def shown(house: House, person: Person) -> bytes:
    """Alice's token, in its header."""
    return f"Bearer {await issue_for(house, SETTINGS, 'alice@example.com')}".encode()


@asynccontextmanager
async def watched(house: House, gate: Gate | None = None) -> AsyncIterator[Gate]:
    """A gate whose watchman is awake."""
    gate = gate or Gate(house, SETTINGS)
    task = asyncio.create_task(gate.watchman.watch())

    async def is_awake() -> bool:
        return gate.watchman.certain > 0

    await seconds_until(is_awake)
    yield gate
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def counted(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The looks at somebody's access from now on."""
    seen: list[str] = []
    run: Run = house.lanes.run

    async def noting(sql: str, args: Any = ()) -> list[Any]:
        if LOOK in sql:
            seen.append(sql)
        return await run(sql, args)

    monkeypatch.setattr(house.lanes, "run", noting)
    return seen


async def is_let_in(gate: Gate, shown: bytes) -> bool:
    try:
        await gate.actor(shown)
    except Unauthorized:
        return False
    return True


async def seconds_until_shut_out(gate: Gate, shown: bytes) -> float:
    async def is_shut_out() -> bool:
        return not await is_let_in(gate, shown)

    return await seconds_until(is_shut_out)


async def seconds_until(what: Callable[[], Awaitable[bool]]) -> float:
    begun = time.monotonic()
    while not await what():
        assert time.monotonic() - begun < 5
        await asyncio.sleep(0.005)
    return time.monotonic() - begun


async def test_nothing_is_looked_up_again_while_nothing_changes(
    house: House, shown: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(house) as gate:
        looks = counted(house, monkeypatch)
        end = time.monotonic() + 2.5 * FRESH_SECONDS
        while time.monotonic() < end:
            await gate.actor(shown)
            await asyncio.sleep(0.05)
        assert len(looks) == 1


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE token_family SET revoked_at = now()",
        "UPDATE person SET state = 'suspended'",
        "UPDATE client SET state = 'revoked'",
        "DELETE FROM token_family",
        "TRUNCATE token_family CASCADE",
    ],
)
async def test_access_ends_at_once_even_when_it_is_ended_by_hand(house: House, shown: bytes, ending: str) -> None:
    async with watched(house) as gate:
        assert await is_let_in(gate, shown)
        await asyncio.sleep(1.5 * FRESH_SECONDS)
        assert await is_let_in(gate, shown)
        await house.lanes.run(ending)
        assert await seconds_until_shut_out(gate, shown) < FRESH_SECONDS / 4


async def test_a_role_counts_as_soon_as_it_is_given_and_until_it_is_taken(
    house: House, person: Person, shown: bytes
) -> None:
    async with watched(house) as gate:
        assert not (await gate.actor(shown)).roles

        async def is_auditor() -> bool:
            return "auditor" in (await gate.actor(shown)).roles

        async def is_nothing() -> bool:
            return not await is_auditor()

        await house.lanes.run(GRANT, (person.id, None))
        assert await seconds_until(is_auditor) < FRESH_SECONDS / 4
        await house.lanes.run("DELETE FROM role_grant")
        assert await seconds_until(is_nothing) < FRESH_SECONDS / 4


async def test_a_change_of_somebody_elses_access_costs_no_look(
    house: House, shown: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.do(Actor(), register_person, name="Bob", email="bob@example.com")
    async with watched(house) as gate:
        looks = counted(house, monkeypatch)
        for locale in ("en", "zh-Hans"):
            await gate.actor(shown)
            await house.lanes.run("UPDATE person SET locale = $1 WHERE email = 'bob@example.com'", (locale,))
            await asyncio.sleep(0.1)
        await gate.actor(shown)
        assert len(looks) == 1


async def test_a_role_ends_with_its_day_though_nothing_is_told(
    house: House, clock: Clock, person: Person, shown: bytes
) -> None:
    await house.lanes.run(GRANT, (person.id, date(2026, 6, 2)))
    clock.wait(hours=11, minutes=59)
    shown = f"Bearer {await issue_for(house, SETTINGS, 'alice@example.com')}".encode()
    async with watched(house) as gate:
        assert "auditor" in (await gate.actor(shown)).roles
        clock.wait(minutes=1)
        assert "auditor" not in (await gate.actor(shown)).roles


async def test_a_watchman_who_hears_nothing_vouches_for_a_second_at_most(house: House, shown: bytes) -> None:
    async with watched(house) as gate:
        assert await is_let_in(gate, shown)
        await house.lanes.run(DEAFEN)
        await house.lanes.run("UPDATE token_family SET revoked_at = now()")
        assert await seconds_until_shut_out(gate, shown) <= FRESH_SECONDS + 0.1


async def test_what_changed_while_nobody_listened_is_looked_up_again(house: House, shown: bytes) -> None:
    gate = Gate(house, SETTINGS)
    assert await is_let_in(gate, shown)
    await house.lanes.run("UPDATE token_family SET revoked_at = now()")
    async with watched(house, gate):
        assert not await is_let_in(gate, shown)
