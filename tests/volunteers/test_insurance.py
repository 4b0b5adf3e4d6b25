"""An organization says whom it has insured, for which days; only it says so, and only until the last day is over."""

from datetime import timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.clock import Alarm
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.programmes.states import SignupState
from domain.volunteers.commands import end_insurance, expire_insurance, insure_volunteer
from domain.volunteers.models import Insurance
from domain.volunteers.states import InsuranceState
from tests.conftest import NOON, Clock
from tests.programmes.neighbourhood import Neighbourhood

TODAY = NOON.date()


async def insure(here: Neighbourhood, somebody: Actor, who: Actor | None = None, **about: Any) -> Insurance:
    volunteer = await here.volunteer_of(somebody)
    told = {"insurer": "PICC", "policy": "PEAC-1", "since": TODAY, "until": TODAY, **about}
    by = {"organization_id": here.organization.id, "volunteer_id": volunteer.id}
    insurance: Insurance = await here.do(who or here.manager, insure_volunteer, **by, **told)
    return insurance


async def test_only_the_organization_says_that_it_has_insured(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    elsewhere = Actor((await here.person("Ma")).id, {"organization manager": frozenset({here.other_community.id})})
    for who in (somebody, here.worker, here.staff, elsewhere, Actor()):
        with pytest.raises((NotAllowed, NotFound)):
            await insure(here, somebody, who)
    assert await here.all(Insurance) == []
    kept = await insure(here, somebody)
    assert (kept.state, kept.policy) == (InsuranceState.IN_FORCE, "PEAC-1")


@pytest.mark.parametrize(
    ("about", "path"),
    [
        ({"insurer": " "}, "insurer"),
        ({"policy": ""}, "policy"),
        ({"since": TODAY - timedelta(9), "until": TODAY - timedelta(1)}, "until"),
        ({"since": TODAY + timedelta(2), "until": TODAY + timedelta(1)}, "until"),
    ],
)
async def test_what_is_wrong_with_an_insurance_is_named(here: Neighbourhood, about: dict[str, Any], path: str) -> None:
    somebody = await here.volunteer()
    with pytest.raises(Invalid) as no:
        await insure(here, somebody, **about)
    assert no.value.path == path
    assert await here.all(Insurance) == []


async def test_an_insurance_ends_when_its_last_day_is_over_in_china_or_before(
    here: Neighbourhood, clock: Clock
) -> None:
    somebody = await here.volunteer()
    kept, given_up = await insure(here, somebody), await insure(here, somebody)
    ended = await here.do(here.manager, end_insurance, insurance_id=given_up.id, reason="Not paid.")
    assert (ended.state, ended.reason, ended.next_due) == (InsuranceState.ENDED, "Not paid.", None)
    with pytest.raises(NotFound):
        await here.do(here.stranger, expire_insurance, insurance_id=kept.id)
    due = (await here.now(kept)).next_due
    assert due.isoformat() == f"{TODAY}T16:00:00+00:00"
    clock.now = due - timedelta(seconds=1)
    assert await Alarm(here.house).ring() == 0
    clock.now = due
    assert await Alarm(here.house).ring() == 1
    assert (await here.now(kept)).state == InsuranceState.EXPIRED
    with pytest.raises(NotNow):
        await here.do(here.manager, end_insurance, insurance_id=kept.id, reason="Late.")


async def test_a_seat_that_rests_on_an_insurance_is_held_for_a_while_when_that_ends(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    await here.house.lanes.run("UPDATE opportunity SET dangerous = true WHERE id = $1", [here.opportunity.id])
    await here.house.lanes.run("DELETE FROM rule WHERE name = 'agreement_high_risk'", [])
    kept = await insure(here, somebody, until=TODAY + timedelta(9))
    seat = await here.sign_up(somebody, await here.shift())
    await here.do(here.manager, end_insurance, insurance_id=kept.id, reason="Not paid.")
    held = await here.now(seat)
    assert (held.state, list(held.missing)) == (SignupState.NEEDS_ACTION, ["insurance_missing"])
    await insure(here, somebody, until=TODAY)
    assert (await here.now(seat)).state == SignupState.NEEDS_ACTION, "it does not cover the day of the shift"
    await insure(here, somebody, until=TODAY + timedelta(9))
    assert (await here.now(seat)).state == SignupState.CONFIRMED, "in the same act"


async def test_erasure_forgets_insurances(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    await insure(here, somebody)
    await here.do(somebody, erase_person, person_id=somebody.id)
    assert await here.all(Insurance) == []
