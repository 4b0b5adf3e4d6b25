"""Answers are kept for whoever repeats a request, and no longer than that; none tells of somebody who was erased."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import answers
from domain.access import Actor
from domain.accounts.commands import amend_person, register_person
from domain.accounts.erasure import erase_person
from domain.columns import Row, first_id, made_at, new_id
from domain.errors import Conflict
from domain.house import House
from domain.writing import Statement

KEEP = """
INSERT INTO answer (deed_id, noun, subject_id, plan, body)
SELECT unnest($1::uuid[]), 'shift', gen_random_uuid(), '', $2"""
LEFT = "SELECT deed_id FROM answer"


def show(row: Row) -> Statement:
    return Statement("SELECT json_build_object('displayName', display_name)::text FROM person WHERE id = $1", [row.id])


async def person(house: House, name: str) -> UUID:
    done = await house.do(Actor(), register_person, name=name, email=f"{name.split(maxsplit=1)[0]}@example.org".lower())
    assert done.row
    return done.row.id


async def renames(house: House, somebody: UUID, key: str, name: str) -> Any:
    input = {"person_id": somebody, "display_name": name}
    return await house.do(Actor(somebody), amend_person, key=key, show=show, form=b"f", **input)


def made(moment: datetime) -> UUID:
    """An id as `new_id` made it then."""
    return UUID(int=first_id(moment).int | new_id().int & (1 << 80) - 1)


@given(moment=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_the_first_id_of_a_moment_parts_ids_made_before_it_from_those_made_later(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    assert made(moment - timedelta(milliseconds=2)) < first_id(moment) <= made(moment)
    assert abs(made_at(first_id(moment)) - moment) <= timedelta(milliseconds=1)


async def test_a_request_that_is_repeated_after_thirty_days_is_told_that_it_was_done(house: House) -> None:
    alice = await person(house, "Alice")
    first = await renames(house, alice, "k", "Al")
    now = datetime.now(UTC)
    await answers.forget_old(house.lanes.run, now + timedelta(days=29, hours=23))
    assert (await renames(house, alice, "k", "Al")).shown == first.shown
    await answers.forget_old(house.lanes.run, now + timedelta(days=30, hours=1))
    with pytest.raises(Conflict) as over:
        await renames(house, alice, "k", "Al")
    assert (over.value.code, over.value.path) == ("answer_over", "idempotencyKey")
    with pytest.raises(Conflict) as other:
        await renames(house, alice, "k", "Bo")
    assert other.value.code == "key_reused"
    assert len(await house.lanes.run("SELECT FROM deed WHERE verb = 'amend_person'")) == 1


async def test_answers_end_in_batches_that_wait_for_nobody(house: House) -> None:
    now = datetime.now(UTC)
    old = [made(now - timedelta(days=31, seconds=n)) for n in range(2 * answers.BATCH + 7)]
    await house.lanes.run(KEEP, (old, "{}"))
    fresh = made(now - timedelta(days=29))
    await house.lanes.run(KEEP, ([fresh], "{}"))
    async with house.lanes.hold() as lane:
        await lane.run("SELECT FROM answer WHERE deed_id = $1 FOR UPDATE", (old[0],))
        await asyncio.wait_for(answers.forget_old(house.lanes.run, now), 30)
    assert {row["deed_id"] for row in await house.lanes.run(LEFT)} == {old[0], fresh}
    await answers.forget_old(house.lanes.run, now)
    assert [row["deed_id"] for row in await house.lanes.run(LEFT)] == [fresh]


async def test_whoever_is_erased_is_in_no_answer_and_others_keep_theirs(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PAGE", 3)
    alice, bob = await person(house, "Alice Li"), await person(house, "Bob")
    await renames(house, alice, "k", "Al")
    await renames(house, bob, "k", "Alistair")
    ago = [datetime.now(UTC) - timedelta(days=days) for days in range(20, 0, -1)]
    telling = [made(moment) for moment in ago[::4]]
    await house.lanes.run(KEEP, (telling, '{"shift":{"led":[{"displayName":"Al"}]}}'))
    await house.lanes.run(KEEP, ([made(moment) for moment in ago[1::4]], '{"displayName":"Alice Liddell"}'))
    await house.do(Actor(alice), erase_person, person_id=alice)
    bodies = [row["body"] for row in await house.lanes.run("SELECT body FROM answer")]
    assert sorted(set(bodies)) == ['{"displayName" : "Alistair"}', '{"displayName":"Alice Liddell"}']
    assert len(bodies) == 6
    assert (await renames(house, bob, "k", "Alistair")).repeated


async def test_what_is_answered_while_somebody_is_being_erased_is_found_as_well(house: House) -> None:
    alice = await person(house, "Alice Li")
    async with house.lanes.hold() as lane:
        await lane.run("SELECT FROM person WHERE id = $1 FOR UPDATE", (alice,))
        erasing = asyncio.create_task(house.do(Actor(alice), erase_person, person_id=alice))
        waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        end = time.monotonic() + 30
        while not await house.lanes.run(waiting):
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
        await house.lanes.run(KEEP, ([new_id()], '{"name":"Alice Li"}'))
    await erasing
    assert not await house.lanes.run(LEFT)
