"""What was granted for hours falls with them, in the transaction that voids them; or nothing is voided."""

from collections.abc import Iterator

import pytest

from domain.access import Actor
from domain.errors import NotNow
from domain.hours import cascade
from domain.hours.commands import accept_adjustment, log_hours, propose_adjustment, verify_hours, void_hours
from domain.hours.models import HourEntry
from domain.hours.states import HourState
from domain.programmes.models import Signup
from domain.work import Work
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

DEEDS = "SELECT verb, cause_id IS NOT NULL AS follows FROM deed WHERE verb IN ('void_hours', 'take_back') ORDER BY id"


@pytest.fixture
def hooks() -> Iterator[list[HourEntry]]:
    """What a room would take back: a mark on the seat, by a deed that follows."""
    fallen: list[HourEntry] = []

    async def take_back(work: Work, entry: HourEntry) -> None:
        seat = await work.get(Signup, entry.signup_id, lock=True)
        work.change(seat, late=True)
        work.follow("take_back", seat)
        fallen.append(entry)

    cascade.HOOKS.append(take_back)
    yield fallen
    cascade.HOOKS.clear()


async def verified(here: Neighbourhood, clock: Clock) -> tuple[Actor, Signup, HourEntry]:
    somebody, shift = await here.volunteer(), await here.shift()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    entry = await here.do(here.worker, log_hours, signup_id=seat.id, minutes=60)
    return somebody, seat, await here.do(here.colleague, verify_hours, hour_entry_id=entry.id)


async def test_a_room_takes_back_what_it_granted_when_hours_are_voided(
    here: Neighbourhood, clock: Clock, hooks: list[HourEntry]
) -> None:
    _, seat, entry = await verified(here, clock)
    await here.do(here.manager, void_hours, hour_entry_id=entry.id, reason="Was elsewhere")
    assert [(fallen.id, fallen.state) for fallen in hooks] == [(entry.id, HourState.VOIDED)]
    assert (await here.now(seat)).late is True
    deeds = await here.house.lanes.run(DEEDS, ())
    assert [tuple(deed.values()) for deed in deeds] == [("void_hours", False), ("take_back", True)]


async def test_hours_that_come_to_nothing_by_agreement_take_as_much_with_them(
    here: Neighbourhood, clock: Clock, hooks: list[HourEntry]
) -> None:
    somebody, seat, entry = await verified(here, clock)
    case = await here.do(here.manager, propose_adjustment, hour_entry_id=entry.id, minutes=0, reason="Rain")
    await here.do(somebody, accept_adjustment, hour_case_id=case.id)
    assert [fallen.id for fallen in hooks] == [entry.id]
    assert (await here.now(seat)).late is True


async def test_what_cannot_be_taken_back_keeps_the_hours_as_they_are(
    here: Neighbourhood, clock: Clock, hooks: list[HourEntry]
) -> None:
    async def cannot(work: Work, entry: HourEntry) -> None:
        raise NotNow("used_up", "It is used up.", "已使用。")

    cascade.HOOKS.append(cannot)
    _, seat, entry = await verified(here, clock)
    with pytest.raises(NotNow):
        await here.do(here.manager, void_hours, hour_entry_id=entry.id, reason="Was elsewhere")
    assert (await here.now(entry)).state == HourState.VERIFIED
    assert (await here.now(seat)).late is False
    assert await here.house.lanes.run(DEEDS, ()) == []
