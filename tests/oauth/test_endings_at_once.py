"""Access that ends while a code is just being redeemed has ended: no family slips through between the two."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from api.oauth import store
from api.oauth.clients import OPERATOR
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.clients import revoke_client
from domain.accounts.issuers import unlink_subject
from domain.columns import untyped
from tests.oauth.conftest import Door, until
from tests.oauth.issuer import elsewhere

WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
FAMILIES = "SELECT revoked_at FROM token_family"


async def signs_out(door: Door, cookie: str) -> None:
    await store.end_session(door.house.lanes, cookie, door.house.clock())


async def is_suspended(door: Door, _cookie: str) -> None:
    alice = door.people["alice@example.com"]
    await door.house.do(OPERATOR, commands.suspend_person, person_id=alice, reason="test")


async def withdraws_consent(door: Door, _cookie: str) -> None:
    (consent,) = await door.house.lanes.run("SELECT id, person_id FROM consent")
    await door.house.do(Actor(consent["person_id"]), commands.withdraw_consent, consent_id=consent["id"])


async def loses_the_application(door: Door, _cookie: str) -> None:
    await door.house.do(OPERATOR, revoke_client, client_id=untyped("cli", door.clients["spa"]))


async def leaves_the_issuer(door: Door, _cookie: str) -> None:
    async with elsewhere(door.house) as issuer:
        link = await issuer.link(door.people["alice@example.com"])
        await door.house.lanes.run("UPDATE login_session SET linked_subject_id = $1", (link,))  # it had begun there
        await door.house.do(Actor(door.people["alice@example.com"]), unlink_subject, linked_subject_id=link)


@pytest.mark.parametrize("ends", [signs_out, is_suspended, withdraws_consent, loses_the_application, leaves_the_issuer])
async def test_tokens_of_a_code_redeemed_while_access_ends_are_dead(
    door: Door, ends: Callable[[Door, str], Coroutine[Any, Any, None]]
) -> None:
    run = door.house.lanes.run
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser, scope="openid accounts:read")
        cookie = browser.cookies["session"]
    client = await store.client(run, code.client_id)
    assert client
    async with door.house.lanes.hold() as lane:
        grant = await store.redeem(lane.run, code.code, client, None, door.house.clock())
        assert grant
        ending = asyncio.create_task(ends(door, cookie))

        async def waits() -> bool:
            """For the code; or it has overlooked it."""
            return ending.done() or bool(await run(WAITING))

        await until(waits)
        await store.begin_family(lane.run, client, grant, None)
    await ending
    (family,) = await run(FAMILIES)
    assert family["revoked_at"]


LATE = "UPDATE authorization_code SET used_at = NULL"


@pytest.mark.parametrize("ends", [signs_out, withdraws_consent, leaves_the_issuer])
async def test_a_code_that_was_written_just_when_access_ended_is_worth_nothing(
    door: Door, ends: Callable[[Door, str], Coroutine[Any, Any, None]]
) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser, scope="openid accounts:read")
        await ends(door, browser.cookies["session"])
        await door.house.lanes.run(LATE)  # as if it came from a request that had looked at the session before
        answer = await browser.post("/oauth/token", data=code.form())
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
