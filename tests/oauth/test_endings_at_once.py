"""Access that ends while a code is just being redeemed has ended: no family slips through between the two."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from api.oauth import store
from api.oauth.clients import OPERATOR
from domain.access import Actor
from domain.accounts import authenticators, commands
from domain.accounts.clients import revoke_client
from domain.accounts.erasure import erase_person
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


async def is_erased(door: Door, _cookie: str) -> None:
    alice = door.people["alice@example.com"]
    await door.house.do(Actor(alice), erase_person, person_id=alice)


async def changes_the_password(door: Door, _cookie: str) -> None:
    alice = door.people["alice@example.com"]
    await door.house.do(Actor(alice), commands.change_password, person_id=alice, password="x")


THEIRS = ("SELECT FROM login_session WHERE ended_at IS NULL", "SELECT FROM known_browser")
WHO_ENDS = pytest.mark.parametrize("ends", [is_suspended, is_erased, changes_the_password])


async def until_waiting(door: Door, *tasks: asyncio.Task[Any]) -> None:
    """Each for somebody before it; or it has overlooked them."""

    async def all_wait() -> bool:
        return any(task.done() for task in tasks) or len(await door.house.lanes.run(WAITING)) == len(tasks)

    await until(all_wait)


@WHO_ENDS
async def test_whoever_signs_in_by_the_old_password_just_when_it_ends_is_not_signed_in(
    door: Door, ends: Callable[[Door, str], Coroutine[Any, Any, None]]
) -> None:
    async with door.browser() as browser, door.browser() as thief:
        await door.sign_in(browser)
        async with door.house.lanes.hold() as lane:
            await lane.run("SELECT FROM login_session FOR UPDATE", ())
            ending = asyncio.create_task(ends(door, ""))
            await until_waiting(door, ending)
            signing_in = asyncio.create_task(door.sign_in(thief))
            await until_waiting(door, ending, signing_in)
        await ending
        answer = await signing_in
        assert (answer.status_code, "/login" in answer.headers["location"]) == (303, True)
        assert not thief.cookies.get("session")
    for theirs in THEIRS:
        assert not await door.house.lanes.run(theirs)


@WHO_ENDS
async def test_a_session_that_began_a_moment_before_the_end_ends_with_the_others(
    door: Door, ends: Callable[[Door, str], Coroutine[Any, Any, None]]
) -> None:
    alice, now = door.people["alice@example.com"], door.house.clock()
    async with door.house.lanes.hold() as lane:
        cookie = await store.begin_session(lane.run, alice, now, amr=["pwd"])
        ending = asyncio.create_task(ends(door, ""))
        await until_waiting(door, ending)
        await authenticators.know(lane.run, "device", alice, cookie, now)
    await ending
    assert await store.session(door.house.lanes.run, cookie, now) is None
    await authenticators.know(door.house.lanes.run, "device", alice, cookie, now)  # after it, by whoever was slow
    for theirs in THEIRS:
        assert not await door.house.lanes.run(theirs)


async def test_tokens_of_a_code_redeemed_during_an_erasure_are_gone(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser, scope="openid accounts:read")
    client = await store.client(door.house.lanes.run, code.client_id)
    assert client
    async with door.house.lanes.hold() as lane:
        grant = await store.redeem(lane.run, code.code, client, None, door.house.clock())
        assert grant
        ending = asyncio.create_task(is_erased(door, ""))
        await until_waiting(door, ending)
        await store.begin_family(lane.run, client, grant, None)
    await ending
    assert not await door.house.lanes.run(FAMILIES)
