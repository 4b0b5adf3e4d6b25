"""群众参加志愿者: who was served, and wants it known, is counted; in how many the wish to serve wakes is seen."""

import asyncio
from datetime import date
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import CLOCK, Actor
from domain.accounts.erasure import erase_person
from domain.accounts.introductions import introduce
from domain.columns import new_id
from domain.errors import Conflict, NotAllowed, NotFound, NotNow
from domain.notifications.models import Message
from domain.programmes.commands import cancel_shift, start_shift
from domain.programmes.models import Shift
from domain.volunteers.commands import record_served, register_volunteer, withdraw_served
from domain.volunteers.models import ServedResident, Volunteer
from domain.volunteers.states import ServedState
from tests.acting import READ, ask
from tests.conftest import Clock
from tests.notifications.inboxes import told
from tests.programmes.neighbourhood import ADULT, Neighbourhood

CONVERSIONS = """query($since: Date, $until: Date) {
    conversions(since: $since, until: $until) { community { name { text } } served volunteers medianDays } }"""


async def running(here: Neighbourhood, clock: Clock) -> Shift:
    shift = await here.shift(ahead=1)
    clock.wait(hours=1)
    started: Shift = await here.do(CLOCK, start_shift, shift_id=shift.id)
    return started


async def serve(here: Neighbourhood, whom: Actor, shift: Shift, who: Actor | None = None) -> ServedResident:
    code = await introduce(here.house.lanes.run, whom.id or new_id(), here.house.clock())
    served: ServedResident = await here.do(who or here.staff, record_served, shift_id=shift.id, code=code)
    return served


async def registers(here: Neighbourhood, somebody: Actor) -> Volunteer:
    one: Volunteer = await here.do(somebody, register_volunteer, **READ, legal_name="Served", birth_date=ADULT)
    return one


async def told_to(here: Neighbourhood, who: Actor, **months: str) -> Any:
    engine = Engine(schema(), here.house)
    return [
        (one["community"]["name"]["text"], one["served"], one["volunteers"], one["medianDays"])
        for one in (await ask(engine, who.at(here.house.clock()), CONVERSIONS, **months))["conversions"]
    ]


async def test_a_served_resident_becomes_a_volunteer_in_one_step_and_is_counted(
    here: Neighbourhood, clock: Clock
) -> None:
    shift = await running(here, clock)
    served = [await here.person(f"Served {n}") for n in range(6)]
    for resident in served:
        assert (await serve(here, resident, shift)).served_on == date(2026, 6, 1)
    for resident, days in zip(served, (0, 2, 8), strict=False):
        clock.wait(hours=24 * days)
        await registers(here, resident)
    assert await told_to(here, here.worker) == [("North", 6, 3, 2)]
    assert await told_to(here, here.worker, since="2026-07-01") == []
    assert await told_to(here, here.worker, since="2026-06-30", until="2026-06-01") == [("North", 6, 3, 2)]


async def test_of_few_nothing_is_told_apart(here: Neighbourhood, clock: Clock) -> None:
    """Otherwise one could read who was in need."""
    shift = await running(here, clock)
    for n in range(4):
        await serve(here, await here.person(f"Served {n}"), shift)
    assert await told_to(here, here.worker) == [("North", None, None, None)]
    assert await told_to(here, here.stranger) == []


async def test_only_whoever_shows_their_code_is_noted_and_by_those_who_run_the_service(
    here: Neighbourhood, clock: Clock
) -> None:
    shift, resident = await running(here, clock), await here.person("Served")
    for who in (here.outsider, here.stranger, resident):
        with pytest.raises((NotAllowed, NotFound)):
            await serve(here, resident, shift, who)
    with pytest.raises(NotFound) as no:
        await here.do(here.staff, record_served, shift_id=shift.id, code="BCDF-GHJK")
    assert (no.value.code, no.value.path) == ("nobody_shown", "code")
    with pytest.raises(NotAllowed):
        await serve(here, here.staff, shift)  # nobody notes that they were served themselves
    assert (await serve(here, resident, shift)).state == ServedState.NOTED


async def test_nobody_is_noted_before_they_were_served_nor_who_serves_already(
    here: Neighbourhood, clock: Clock
) -> None:
    ahead, resident = await here.shift(ahead=30), await here.person("Served")
    with pytest.raises(NotNow) as no:
        await serve(here, resident, ahead)
    assert (no.value.code, bool(no.value.remedy)) == ("not_served_yet", True)
    await here.do(here.worker, cancel_shift, shift_id=ahead.id, reason="Rain.")
    with pytest.raises(NotNow):
        await serve(here, resident, ahead)
    with pytest.raises(NotNow) as no:
        await serve(here, await here.volunteer("Lin"), await running(here, clock))
    assert no.value.code == "serves_already"


async def test_it_is_noted_once_for_a_community_also_at_once_and_taken_back_it_counts_no_longer(
    here: Neighbourhood, clock: Clock
) -> None:
    shift, resident = await running(here, clock), await here.person("Served")
    done = await asyncio.gather(*(serve(here, resident, shift) for _ in range(4)), return_exceptions=True)
    kept = [one for one in done if isinstance(one, ServedResident)]
    assert (len(kept), {type(one) for one in done} - {ServedResident}) == (1, {Conflict})
    for n in range(4):
        await serve(here, await here.person(f"Other {n}"), shift)
    assert await told_to(here, here.worker) == [("North", 5, 0, None)]
    with pytest.raises((NotAllowed, NotFound)):
        await here.do(here.stranger, withdraw_served, served_resident_id=kept[0].id)
    await here.do(resident, withdraw_served, served_resident_id=kept[0].id)
    assert await told_to(here, here.worker) == [("North", None, None, None)]
    assert (await serve(here, resident, shift)).state == ServedState.NOTED


async def test_they_read_that_it_was_noted_and_how_to_serve_others(here: Neighbourhood, clock: Clock) -> None:
    shift, resident = await running(here, clock), await here.person("Served")
    await serve(here, resident, shift)
    await told(here.house)
    [message] = await here.all(Message, "person_id = $1", resident.id)
    assert "register as a volunteer" in str(message.says)


async def test_whoever_closes_their_account_is_still_counted_and_nobody_knows_who_it_was(
    here: Neighbourhood, clock: Clock
) -> None:
    """pain 24: erasure takes the person, and not the sum."""
    shift = await running(here, clock)
    people = [await here.person(f"Served {n}") for n in range(5)]
    for resident in people:
        await serve(here, resident, shift)
    await registers(here, people[0])
    await here.do(people[0], erase_person, person_id=people[0].id)
    assert await told_to(here, here.worker) == [("North", 5, 1, 0)]
