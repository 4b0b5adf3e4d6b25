"""Whoever asks is forgotten, and the ledger stays true without them."""

from typing import Any
from uuid import UUID

import pytest

from domain import history
from domain.access import Actor
from domain.accounts.commands import amend_person, grant_role
from domain.accounts.erasure import erase_person
from domain.accounts.models import Person, RoleName
from domain.accounts.states import PersonState
from domain.columns import Table
from domain.errors import Invalid, NotAllowed, NotNow
from domain.hours.commands import log_hours, verify_hours
from domain.house import House
from domain.programmes.states import SignupState
from domain.volunteers.commands import give_guardian_consent, name_guardian, withdraw_guardian_consent
from tests.acting import linked
from tests.conftest import NOON, Clock
from tests.programmes.neighbourhood import Neighbourhood

OPERATOR = Actor(UUID(int=1), {"operator": frozenset()})
SIXTEEN = NOON.date().replace(year=NOON.year - 16)


async def erase(here: Neighbourhood, somebody: Actor) -> Person:
    assert somebody.id
    erased: Person = await here.do(somebody, erase_person, person_id=somebody.id)
    return erased


async def everything(house: House) -> str:
    """All that stands in the database, as text."""
    said = []
    for name in Table.metadata.tables:
        if await house.lanes.run("SELECT to_regclass($1) AS there", (name,)) and name in TABLES:
            said += [str(dict(row)) for row in await house.lanes.run(f'SELECT t::text FROM "{name}" t')]
    return "\n".join(said)


TABLES = {str(m.class_.__tablename__) for m in Table._sa_registry.mappers if m.class_.__module__.startswith("domain.")}


async def totals(house: House) -> Any:
    return [
        dict(row)
        for row in await house.lanes.run(
            "SELECT volunteer_id, community_id, organization_id, state, sum(minutes), count(*) FROM hour_entry "
            "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
    ]


async def served(here: Neighbourhood, clock: Clock, somebody: Actor) -> None:
    """One shift, served and verified."""
    shift = await here.shift(ahead=1)
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)


async def test_nothing_leads_to_whoever_was_erased_and_the_ledger_stays(here: Neighbourhood, clock: Clock) -> None:
    somebody = await here.volunteer("Ximena")
    await served(here, clock, somebody)
    before = await totals(here.house)
    erased = await erase(here, somebody)
    assert erased.state == PersonState.ERASED
    assert "ximena" not in (await everything(here.house)).lower()
    assert await totals(here.house) == before
    await linked(here.house)
    proof = await history.verify(here.house.lanes.run)
    assert (proof.broken, proof.waiting) == (None, 0)


async def test_whoever_is_erased_leaves_the_seat_to_the_next_in_line(here: Neighbourhood) -> None:
    somebody, next_in_line = await here.volunteer("A"), await here.volunteer("B")
    shift = await here.shift(capacity=1)
    seat, waiting = await here.sign_up(somebody, shift), await here.sign_up(next_in_line, shift)
    await erase(here, somebody)
    assert (await here.now(seat)).state == SignupState.WITHDRAWN
    assert (await here.now(waiting)).state == SignupState.OFFERED
    assert (await here.now(shift)).taken == 1


async def test_a_second_erasure_changes_nothing(here: Neighbourhood) -> None:
    somebody = await here.volunteer("A")
    first = await erase(here, somebody)
    again = await here.do(OPERATOR, erase_person, person_id=first.id, reason="By letter.")
    assert again.version == first.version
    deeds = await here.house.lanes.run(
        "SELECT verb FROM deed WHERE subject_id = $1 AND verb = 'erase_person'", (first.id,)
    )
    assert len(deeds) == 1


async def test_an_application_never_erases_anybody_and_an_operator_says_why(here: Neighbourhood) -> None:
    somebody = await here.volunteer("A")
    assert somebody.id
    by_application = Actor(somebody.id, {}, frozenset({"accounts:read", "accounts:write"}), "cli_1")
    with pytest.raises(NotAllowed):
        await here.do(by_application, erase_person, person_id=somebody.id)
    with pytest.raises(NotAllowed):
        await here.do(here.stranger, erase_person, person_id=somebody.id)
    with pytest.raises(Invalid):
        await here.do(OPERATOR, erase_person, person_id=somebody.id, reason=" ")
    assert (
        await here.do(OPERATOR, erase_person, person_id=somebody.id, reason="By letter.")
    ).state == PersonState.ERASED


async def test_nobody_goes_on_whom_others_depend(here: Neighbourhood, clock: Clock) -> None:
    manager = await here.person("Last")
    street = Actor(UUID(int=2), {"street officer": frozenset({here.street})})
    await here.do(
        street,
        grant_role,
        person_id=manager.id,
        role=RoleName.ORGANIZATION_MANAGER,
        organization_id=here.organization.id,
    )
    shift = await here.shift(ahead=1, capacity=2)
    minor, guardian, adult = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma"), await here.volunteer("Li")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=guardian.id)
    await here.do(guardian, give_guardian_consent, volunteer_id=volunteer.id)
    await here.sign_up(minor, shift)
    await here.sign_up(adult, shift)
    clock.now = shift.starts_at

    async def refused(somebody: Actor) -> str:
        with pytest.raises(NotNow) as no:
            await erase(here, somebody)
        assert no.value.remedy
        return no.value.code

    people = (manager, here.worker, guardian, adult)
    assert [await refused(one) for one in people] == ["last_manager", "leads_shifts", "guards_minors", "serves_now"]
    await here.do(guardian, withdraw_guardian_consent, volunteer_id=volunteer.id)
    await erase(here, guardian)
    assert (await here.now(volunteer)).guardian_id is None


async def test_people_correct_their_own_names_alone(here: Neighbourhood) -> None:
    somebody = await here.person("Li")
    changed = await here.do(somebody, amend_person, person_id=somebody.id, name=" Li  Na ", locale="en")
    assert (changed.name, changed.display_name, changed.locale) == ("Li Na", "Li", "en")
    with pytest.raises(NotAllowed):
        await here.do(here.stranger, amend_person, person_id=somebody.id, name="Not Li")
