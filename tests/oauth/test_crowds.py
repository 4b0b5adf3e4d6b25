"""Machines that ask for tokens in crowds, and passwords that are tried, hold up nobody else."""

import asyncio
import base64
import threading
from typing import Any

import httpx2
import pytest

from api.oauth.clients import revoke, rotate
from domain.accounts import passwords
from tests.oauth.conftest import Door, until

SECRET = "service-secret"


def proof(door: Door, secret: str) -> dict[str, str]:
    pair = f"{door.clients['service']}:{secret}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


async def ask(door: Door, browser: httpx2.AsyncClient, secret: str = SECRET) -> httpx2.Response:
    return await browser.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=proof(door, secret))


async def test_everyone_of_a_crowd_gets_a_token_of_a_family_of_its_own(door: Door) -> None:
    async with door.browser() as browser:
        answers = await asyncio.gather(*(ask(door, browser) for _ in range(40)))
        assert {answer.status_code for answer in answers} == {200}
        tokens = [answer.json()["access_token"] for answer in answers]
        seen = [await door.graphql(browser, token) for token in tokens]
    assert all(answer.json()["roles"] == ["auditor"] for answer in seen)
    sql = "SELECT count(*) FROM token_family WHERE client_id = $1 AND person_id IS NULL AND scope = 'hours:read'"
    client = seen[0].json()["id"]
    assert (await door.house.lanes.run(sql, (client,)))[0][0] == 40


async def test_who_is_refused_among_a_crowd_leaves_no_family(door: Door) -> None:
    async with door.browser() as browser:
        answers = await asyncio.gather(*(ask(door, browser, "wrong" if n % 2 else SECRET) for n in range(20)))
    assert [answer.status_code for answer in answers] == [200, 401] * 10
    assert (await door.house.lanes.run("SELECT count(*) FROM token_family"))[0][0] == 10


async def heard(door: Door, browser: httpx2.AsyncClient, status: int, **asked: Any) -> None:
    """What the database has told counts within a moment."""

    async def answered() -> bool:
        return (await ask(door, browser, **asked)).status_code == status

    await until(answered)


async def test_an_application_that_asked_before_gets_nothing_once_it_is_revoked(door: Door) -> None:
    async with door.browser() as browser:
        token = (await ask(door, browser)).json()["access_token"]
        await revoke(door.house, door.clients["service"])
        await heard(door, browser, 401)
        assert (await door.graphql(browser, token)).status_code == 401


async def test_an_application_that_asked_before_is_held_to_its_new_secret(door: Door) -> None:
    async with door.browser() as browser:
        assert (await ask(door, browser)).status_code == 200
        new = await rotate(door.house, door.clients["service"])
        assert new
        await heard(door, browser, 401)
        await heard(door, browser, 200, secret=new)


async def test_passwords_are_no_work_of_the_loop(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: set[int] = set()

    class Watched(type(passwords.HASHER)):  # type: ignore[misc]
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            worked.add(threading.get_ident())
            return bool(super().verify(hash, password))

    monkeypatch.setattr(passwords, "HASHER", Watched(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    async with door.browser() as browser:
        assert (await door.sign_in(browser)).status_code == 303
    assert worked
    assert threading.get_ident() not in worked
