"""Deeds are chained in order; whoever alters, removes or slips one in is found out, also after dump and restore."""

import asyncio

import pytest

from domain import history
from domain.house import House
from tests.acting import linked
from tests.grammar.garden import OFFICER, plan_garden


async def do_some(house: House, n: int = 5) -> None:
    for _ in range(n):
        await house.do(OFFICER, plan_garden, beds=1)
    await linked(house)


async def test_an_untouched_chain_is_proven(house: House) -> None:
    await do_some(house)
    proof = await history.verify(house.lanes.run)
    assert (proof.links, proof.waiting, proof.broken) == (5, 0, None)


TAMPERING = {
    "a word altered": ("UPDATE deed SET verb = 'other' WHERE id = $1", "link 3: deed {} does not say what it said"),
    "a moment altered": (
        "UPDATE deed SET at = at + interval '1 microsecond' WHERE id = $1",
        "link 3: deed {} does not say what it said",
    ),
    "a deed removed": ("DELETE FROM deed WHERE id = $1", "link 3: deed {} is gone"),
    "a link removed": ("DELETE FROM link WHERE deed_id = $1", "link 3: missing; the next is 4"),
    "another digest": (
        "UPDATE link SET hash = sha256('x') WHERE deed_id = $1",
        "link 3: deed {} does not fit the link before it",
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
async def test_tampering_is_found_at_its_first_link(house: House, kind: str) -> None:
    await do_some(house)
    third = (await house.lanes.run("SELECT deed_id FROM link WHERE no = 3"))[0]["deed_id"]
    statement, finding = TAMPERING[kind]
    await house.lanes.run(statement, (third,))
    assert (await history.verify(house.lanes.run)).broken == finding.format(third)


async def test_a_deed_slipped_in_beside_the_chain_is_found(house: House) -> None:
    await do_some(house)
    copied = await house.lanes.run(
        "INSERT INTO deed (id, version, at, actor_id, verb, noun, subject_id, after, era, digest, xid) "
        "SELECT gen_random_uuid(), 1, at, actor_id, verb, noun, subject_id, after, era, digest, xid "
        "FROM deed ORDER BY id LIMIT 1 RETURNING id"
    )
    broken = (await history.verify(house.lanes.run)).broken
    assert broken == f"deed {copied[0]['id']} stands before the chain's end but has no link"


async def test_a_transaction_still_running_holds_back_later_deeds_but_loses_none(house: House) -> None:
    async with house.lanes.hold() as slow:
        await slow.run("SELECT pg_current_xact_id()")
        await house.do(OFFICER, plan_garden, beds=1)
        assert await history.link_settled(house.lanes, house.era) == 0
    await linked(house)
    assert await history.head(house.lanes.run) == 1


async def test_many_linkers_at_once_weave_one_chain(house: House) -> None:
    async def act() -> None:
        await house.do(OFFICER, plan_garden, beds=1)
        await history.link_settled(house.lanes, house.era)

    await asyncio.gather(*(act() for _ in range(40)))
    await linked(house)
    proof = await history.verify(house.lanes.run)
    assert (proof.links, proof.broken) == (40, None)


async def test_readers_behind_a_cursor_see_every_deed_once_and_in_order(house: House) -> None:
    await do_some(house, 3)
    first = await history.since(house.lanes.run, 0)
    await do_some(house, 2)
    later = await history.since(house.lanes.run, first[-1]["no"])
    assert [deed["no"] for deed in (*first, *later)] == [1, 2, 3, 4, 5]


async def test_the_chain_goes_on_where_transactions_are_counted_from_lower_down(house: House) -> None:
    """After dump and restore, deeds carry numbers that the new server has not reached yet."""
    await do_some(house, 3)
    await house.do(OFFICER, plan_garden, beds=1)  # dumped before it was linked
    await house.lanes.run("UPDATE deed SET xid = (xid::text::bigint + 1000000)::text::xid8")
    await house.open()
    await do_some(house, 2)
    proof = await history.verify(house.lanes.run)
    assert (proof.links, proof.waiting, proof.broken) == (6, 0, None)
