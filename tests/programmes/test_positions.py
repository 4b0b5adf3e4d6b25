"""Several things are done at one opportunity: each has what it needs, and seats of its own."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.errors import Invalid, NotAllowed, NotNow
from domain.notifications.models import Message
from domain.programmes import commands
from domain.programmes.models import Position, Series, Shift, Signup
from domain.programmes.states import PositionState, SignupState
from tests.conftest import Clock
from tests.notifications.inboxes import told
from tests.programmes.neighbourhood import Neighbourhood, said
from tests.programmes.test_needs import show_proof

CONFIRMED, NEEDS_ACTION, WAITLISTED = SignupState.CONFIRMED, SignupState.NEEDS_ACTION, SignupState.WAITLISTED
HOUR = timedelta(hours=1)


async def add(here: Neighbourhood, who: Actor | None = None, **given: Any) -> Position:
    about = {"title": said("Medic"), "tasks": said("Looks after whoever falls."), "skills": ["first_aid"], **given}
    about.setdefault("opportunity_id", here.opportunity.id)
    added: Position = await here.do(who or here.worker, commands.add_position, **about)
    return added


async def change(here: Neighbourhood, position: Position, who: Actor | None = None, **given: Any) -> Position:
    changed: Position = await here.do(who or here.worker, commands.change_position, position_id=position.id, **given)
    return changed


async def opened(here: Neighbourhood, position: Position | None, capacity: int = 1, ahead: float = 96) -> Shift:
    starts_at = here.house.clock() + timedelta(hours=ahead)
    shift: Shift = await here.do(
        here.worker,
        commands.open_shift,
        opportunity_id=here.opportunity.id,
        position_id=position.id if position else None,
        starts_at=starts_at,
        ends_at=starts_at + 2 * HOUR,
        capacity=capacity,
    )
    return shift


@pytest.fixture
async def lin(here: Neighbourhood) -> Actor:
    return await here.volunteer("Lin")


async def refused(here: Neighbourhood, who: Actor, shift: Shift) -> str:
    with pytest.raises(NotNow) as no:
        await here.sign_up(who, shift)
    return no.value.code


async def test_it_needs_what_all_need_and_what_it_needs_itself(here: Neighbourhood, lin: Actor) -> None:
    medic, able = await add(here), await here.volunteer("Mo")
    await show_proof(here, able)
    shift, for_all = await opened(here, medic), await opened(here, None)
    assert await refused(here, lin, shift) == "skill_missing"
    assert (await here.sign_up(lin, for_all)).state == CONFIRMED
    await here.do(here.worker, commands.change_opportunity, opportunity_id=here.opportunity.id, languages=["de"])
    assert await refused(here, able, shift) == "language_missing"
    await here.do(here.worker, commands.change_opportunity, opportunity_id=here.opportunity.id, languages=[])
    assert (await here.sign_up(able, shift)).state == CONFIRMED


async def test_its_seats_and_its_waitlist_are_its_own_and_nobody_serves_in_two_at_once(
    here: Neighbourhood, lin: Actor
) -> None:
    cook, driver = await add(here, skills=[]), await add(here, title=said("Driver"), skills=[])
    cooking, driving = await opened(here, cook), await opened(here, driver)
    mo = await here.volunteer("Mo")
    assert (await here.sign_up(lin, cooking)).state == CONFIRMED
    assert (await here.sign_up(mo, cooking)).state == WAITLISTED
    assert await refused(here, lin, driving) == "overlap"
    assert (await here.sign_up(mo, driving)).state == CONFIRMED


async def test_a_shift_is_opened_for_a_position_of_its_own_opportunity_and_while_it_is_wanted(
    here: Neighbourhood,
) -> None:
    texts = {"title": said("Read aloud"), "tasks": said("Read."), "risks": said("None."), "place": said("Library")}
    other = await here.do(here.worker, commands.create_opportunity, plan_id=here.plan.id, **texts)
    elsewhere = await add(here, opportunity_id=other.id)
    with pytest.raises(Invalid) as wrong:
        await opened(here, elsewhere)
    assert (wrong.value.code, wrong.value.path) == ("of_another_opportunity", "positionId")
    medic = await add(here)
    await here.do(here.worker, commands.retire_position, position_id=medic.id)
    with pytest.raises(NotNow) as over:
        await opened(here, medic)
    assert over.value.code == "position_retired"
    with pytest.raises(NotNow):
        await change(here, medic, skills=[])


async def test_it_is_retired_once_nothing_of_it_is_ahead(here: Neighbourhood) -> None:
    medic = await add(here)
    shift = await opened(here, medic)
    with pytest.raises(NotNow) as ahead:
        await here.do(here.worker, commands.retire_position, position_id=medic.id)
    assert (ahead.value.code, bool(ahead.value.remedy)) == ("shifts_ahead", True)
    await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Rain.")
    retired = await here.do(here.worker, commands.retire_position, position_id=medic.id)
    assert retired.state == PositionState.RETIRED


async def test_of_retiring_it_and_opening_a_shift_at_once_one_comes_first(here: Neighbourhood) -> None:
    for n in range(6):
        medic = await add(here)
        done = await asyncio.gather(
            opened(here, medic, ahead=96 + 24 * n),
            here.do(here.worker, commands.retire_position, position_id=medic.id),
            return_exceptions=True,
        )
        assert len([one for one in done if isinstance(one, NotNow)]) == 1, done


async def test_what_recurs_opens_shifts_of_its_position_also_when_it_goes_on_in_another_series(
    here: Neighbourhood,
) -> None:
    medic, start = await add(here), here.house.clock() + 96 * HOUR
    series: Series = await here.do(
        here.worker,
        commands.open_series,
        opportunity_id=here.opportunity.id,
        position_id=medic.id,
        rrule="FREQ=DAILY;COUNT=4",
        starts_at=start,
        ends_at=start + HOUR,
        capacity=2,
    )
    third = start + timedelta(days=2)
    following = await here.do(
        here.worker,
        commands.change_series,
        series_id=series.id,
        starts_at=third + HOUR,
        ends_at=third + 2 * HOUR,
        capacity=2,
        reason="Later.",
    )
    assert following.position_id == medic.id != series.id
    assert {shift.position_id for shift in await here.all(Shift, "series_id IS NOT NULL")} == {medic.id}
    with pytest.raises(NotNow):
        await here.do(here.worker, commands.retire_position, position_id=medic.id)


async def test_what_it_needs_from_now_on_is_asked_of_its_seats_and_of_no_others(
    here: Neighbourhood, lin: Actor
) -> None:
    helper, other = await add(here, skills=[]), await add(here, skills=[])
    mo = await here.volunteer("Mo")
    seat, elsewhere = await here.sign_up(lin, await opened(here, helper)), await opened(here, other)
    untouched = await here.sign_up(mo, elsewhere)
    await change(here, helper, skills=["first_aid"])
    found = await here.now(seat)
    assert (found.state, found.missing) == (NEEDS_ACTION, {"skill_missing": None})
    assert (await here.now(untouched)).state == CONFIRMED
    await change(here, helper, skills=[])
    assert (await here.now(seat)).state == CONFIRMED


async def test_whoever_signs_up_while_it_comes_to_need_more_never_has_a_seat_without_it(
    here: Neighbourhood, lin: Actor
) -> None:
    helper = await add(here, skills=[])
    for n in range(6):
        shift = await opened(here, helper, ahead=96 + 24 * n)
        await asyncio.gather(
            change(here, helper, skills=["first_aid"]), here.sign_up(lin, shift), return_exceptions=True
        )
        states = [signup.state for signup in await here.all(Signup, "shift_id = $1", shift.id)]
        assert states in ([], [NEEDS_ACTION])
        await change(here, helper, skills=[])


async def test_whoever_signed_up_for_it_is_told_by_its_name_and_is_not_late_in_giving_the_seat_back(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    helper, mo = await add(here, skills=[], title=said("Helper")), await here.volunteer("Mo")
    shift = await opened(here, helper)
    seat, other = await here.sign_up(lin, shift), await here.sign_up(mo, await here.shift(ahead=96))
    clock.now = shift.starts_at - 3 * HOUR
    await change(here, helper, place=said("The back door"), reason="The front is painted.")
    await told(here.house)
    (message,) = await here.all(Message, "verb = 'change_position'")
    english = message.says["translations"]["en"]["text"]
    assert message.person_id == lin.id
    assert "Carry meals (Helper)" in english
    assert "The back door" in english
    assert "The front is painted." in english
    assert (await here.do(lin, commands.withdraw, signup_id=seat.id)).late is False
    assert (await here.do(mo, commands.withdraw, signup_id=other.id)).late is True


async def test_only_whoever_leads_the_service_decides_what_is_wanted(here: Neighbourhood) -> None:
    medic = await add(here)
    for who in (here.staff, here.outsider, here.stranger):
        with pytest.raises(NotAllowed):
            await add(here, who)
        with pytest.raises(NotAllowed):
            await change(here, medic, who, skills=[])


@pytest.mark.parametrize(("given", "path"), [({"skills": ["Fly!"]}, "skills"), ({"languages": ["!"]}, "languages")])
async def test_what_nobody_can_be_asked_for_is_refused(here: Neighbourhood, given: Any, path: str) -> None:
    with pytest.raises(Invalid) as no:
        await add(here, **given)
    assert str(no.value.path).startswith(path)


async def test_it_is_wanted_while_the_opportunity_is_open(here: Neighbourhood) -> None:
    await here.do(
        here.worker, commands.cancel_opportunity, opportunity_id=here.opportunity.id, reason="Nobody needs it."
    )
    with pytest.raises(NotNow) as over:
        await add(here)
    assert over.value.code == "opportunity_over"


async def test_its_changes_are_seen_by_a_clock_of_their_own(here: Neighbourhood, clock: Clock) -> None:
    medic = await add(here)
    assert medic.changed_at is None
    clock.wait(hours=1)
    changed: datetime | None = (await change(here, medic, tasks=said("Bandages."))).changed_at
    assert changed == clock.now
