"""Rows and deeds commit together or not at all, once for each key, and never without a permission."""

import asyncio
import time
from uuid import UUID

import pytest

from domain.columns import Row
from domain.errors import Conflict, NotAllowed, NotFound, NotNow, Unasked, Unavailable
from domain.house import House
from domain.postgres import Lanes, connect
from domain.work import Work
from domain.writing import Statement
from tests.grammar.garden import (
    OFFICER,
    RIVER,
    RULES,
    STRANGER,
    Bed,
    Garden,
    gardener,
    open_garden,
    plan_garden,
    take_bed,
)


async def open_one(house: House, beds: int = 1) -> Garden:
    planned = (await house.do(OFFICER, plan_garden, beds=beds)).row
    assert isinstance(planned, Garden)
    opened = (await house.do(OFFICER, open_garden, garden_id=planned.id)).row
    assert isinstance(opened, Garden)
    return opened


async def count(house: House, table: str) -> int:
    return int((await house.lanes.run(f"SELECT count(*) AS n FROM {table}"))[0]["n"])


async def test_each_act_leaves_one_deed_that_says_who_what_and_to_what(house: House) -> None:
    garden = await open_one(house)
    deeds = await house.lanes.run("SELECT verb, noun, subject_id, actor_id, street_id FROM deed ORDER BY id")
    assert [tuple(deed) for deed in deeds] == [
        ("plan_garden", "garden", garden.id, OFFICER.id, RIVER),
        ("open_garden", "garden", garden.id, OFFICER.id, RIVER),
    ]


async def test_a_write_that_asked_no_permission_cannot_commit(house: House) -> None:
    async def sneak(work: Work) -> Row:
        return work.insert(Garden.new(street_id=RIVER))

    with pytest.raises(Unasked):
        await house.do(OFFICER, sneak)
    assert await count(house, "garden") == await count(house, "deed") == 0


async def test_a_row_beside_the_one_that_was_asked_about_cannot_commit(house: House) -> None:
    async def smuggle(work: Work) -> Row:
        garden = Garden.new(street_id=RIVER)
        work.ask(RULES, "plan_garden", garden)
        work.insert(Bed.new(street_id=RIVER, garden_id=garden.id))
        return work.insert(garden)

    with pytest.raises(Unasked):
        await house.do(OFFICER, smuggle)
    assert await count(house, "garden") == await count(house, "bed") == await count(house, "deed") == 0


async def test_a_refused_command_leaves_nothing(house: House) -> None:
    garden = await open_one(house, beds=0)
    with pytest.raises(NotNow):
        await house.do(gardener(1), take_bed, garden_id=garden.id)
    assert await count(house, "bed") == 0
    assert await count(house, "deed") == 2


async def test_what_one_may_not_see_is_not_found_and_what_one_sees_is_not_allowed(house: House) -> None:
    planned = (await house.do(OFFICER, plan_garden, beds=1)).row
    assert planned is not None
    with pytest.raises(NotFound):
        await house.do(STRANGER, open_garden, garden_id=planned.id)
    await house.do(OFFICER, open_garden, garden_id=planned.id)
    with pytest.raises(NotAllowed):
        await house.do(STRANGER, open_garden, garden_id=planned.id)


async def test_a_key_is_carried_out_once_and_gives_the_first_answer(house: House) -> None:
    garden = await open_one(house, beds=5)

    def show(row: Row) -> Statement:
        return Statement("SELECT 'bed ' || $1::text || now()::text", [str(row.id)])

    async def ask() -> str | None:
        done = await house.do(gardener(1), take_bed, key="k", show=show, form=b"f", garden_id=garden.id)
        return done.shown

    answers = await asyncio.gather(*(ask() for _ in range(8)))
    assert len(set(answers)) == 1
    assert await count(house, "bed") == 1


async def test_a_key_used_for_something_else_is_refused(house: House) -> None:
    one, other = await open_one(house), await open_one(house)
    await house.do(gardener(1), take_bed, key="k", garden_id=one.id)
    with pytest.raises(Conflict) as refusal:
        await house.do(gardener(1), take_bed, key="k", garden_id=other.id)
    assert refusal.value.code == "key_reused"


async def test_keys_of_different_people_do_not_meet(house: House) -> None:
    garden = await open_one(house, beds=2)
    for n in (1, 2):
        await house.do(gardener(n), take_bed, key="k", garden_id=garden.id)
    assert await count(house, "bed") == 2


async def test_a_violated_uniqueness_says_what_it_means(house: House) -> None:
    garden = await open_one(house, beds=2)
    await house.do(gardener(1), take_bed, garden_id=garden.id)
    with pytest.raises(Conflict) as refusal:
        await house.do(gardener(1), take_bed, garden_id=garden.id)
    assert (refusal.value.code, refusal.value.zh) == ("has_a_bed", "您在此已有菜畦。")


async def test_beds_are_never_oversold_by_many_at_once(house: House) -> None:
    garden = await open_one(house, beds=7)
    results = await asyncio.gather(
        *(house.do(gardener(n), take_bed, garden_id=garden.id) for n in range(40)), return_exceptions=True
    )
    assert sum(isinstance(r, NotNow) for r in results) == 33
    assert await count(house, "bed") == 7


async def test_a_row_changed_by_somebody_faster_is_looked_at_again(house: House) -> None:
    """Without a lock, eight at once read the same count; the version makes seven of them look again."""
    garden = await open_one(house, beds=100)

    async def take_carelessly(work: Work, *, garden_id: UUID) -> Row:
        found = await work.get(Garden, garden_id)
        bed = Bed.new(street_id=found.street_id, garden_id=found.id, gardener_id=work.actor.id)
        work.ask(RULES, "take_bed", bed, found)
        work.change(found, taken=found.taken + 1)
        return work.insert(bed)

    await asyncio.gather(*(house.do(gardener(n), take_carelessly, garden_id=garden.id) for n in range(4)))
    assert (await house.lanes.run("SELECT taken FROM garden"))[0]["taken"] == await count(house, "bed") == 4


async def test_a_command_interrupted_in_the_middle_leaves_nothing_and_the_lane_recovers(house: House) -> None:
    garden = await open_one(house)
    reached = asyncio.Event()

    async def linger(work: Work) -> Row:
        found = await work.get(Garden, garden.id, lock=True)
        reached.set()
        await asyncio.sleep(60)
        return found

    task = asyncio.create_task(house.do(OFFICER, linger))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await house.do(gardener(1), take_bed, garden_id=garden.id)).row is not None


async def test_a_lost_connection_is_unavailable_once_and_the_next_request_gets_a_new_one(house: House) -> None:
    garden = await open_one(house)
    await house.lanes.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    failures = 0
    for n in range(20):
        try:
            await house.lanes.run("SELECT $1::int", (n,))
        except Unavailable:
            failures += 1
    assert failures <= house.lanes.size
    assert (await house.do(gardener(1), take_bed, garden_id=garden.id)).row is not None


async def test_lanes_close_also_when_the_database_hung_up_first(database: str) -> None:
    lanes = await Lanes(database, size=2).open()
    other = await connect(database)
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    time.sleep(0.3)  # noqa: ASYNC251 - the loop stands still, so that nobody hears of it before closing
    await lanes.close()
    await other.close()


def test_rows_do_not_change_by_themselves() -> None:
    with pytest.raises(AttributeError):
        Garden.new(street_id=RIVER).taken = 3
