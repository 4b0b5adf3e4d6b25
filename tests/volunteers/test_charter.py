"""Rights and duties are read in one's own language, and accepted, before somebody signs up."""

import asyncio
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from domain.programmes.commands import change_opportunity
from domain.programmes.states import SignupState
from domain.volunteers import charter
from domain.volunteers.charter import CHARTERS, EDITION, ClauseKind
from domain.volunteers.commands import accept_charter, register_volunteer
from domain.volunteers.models import Volunteer
from tests.acting import READ, ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

CLAUSES = "{ charterClauses { edition code kind says { language text translations { language text } } source } }"


async def registered(here: Neighbourhood, **more: Any) -> tuple[Actor, Volunteer]:
    somebody = await here.person("Emily")
    return somebody, await here.do(somebody, register_volunteer, legal_name="Emily", birth_date=ADULT, **more)


async def test_everybody_can_read_them_in_both_languages_with_their_law(here: Neighbourhood, house: House) -> None:
    clauses = (await ask(Engine(schema(), house), here.stranger, CLAUSES))["charterClauses"]
    assert {clause["edition"] for clause in clauses} == {EDITION}
    assert {clause["kind"] for clause in clauses} == {"RIGHT", "DUTY"}
    for clause in clauses:
        [english] = clause["says"]["translations"]
        assert (clause["says"]["language"], english["language"]) == ("zh-Hans", "en")
        assert english["text"].isascii()
        assert "条" in clause["source"]


async def test_whoever_registers_accepts_them_in_the_same_act(here: Neighbourhood, clock: Clock) -> None:
    emily, volunteer = await registered(here, charter_edition=EDITION, charter_language="en")
    assert (volunteer.charter_language, volunteer.charter_accepted_at) == ("en", clock.now)
    assert (await here.sign_up(emily, await here.shift())).state == SignupState.CONFIRMED


async def test_nobody_signs_up_who_has_not_read_them_and_a_seat_they_have_stays(here: Neighbourhood) -> None:
    emily, volunteer = await registered(here)
    shift = await here.shift(2)
    with pytest.raises(NotNow) as no:
        await here.sign_up(emily, shift)
    assert (no.value.code, bool(no.value.remedy)) == ("charter_unread", True)
    assert no.value.grounds
    await here.do(emily, accept_charter, volunteer_id=volunteer.id, **READ)
    seat = await here.sign_up(emily, shift)
    await here.house.lanes.run("UPDATE volunteer SET charter_edition = NULL")
    await here.do(here.worker, change_opportunity, opportunity_id=here.opportunity.id, skills=["x_ray"])
    await here.do(here.worker, change_opportunity, opportunity_id=here.opportunity.id, skills=[])
    assert (await here.now(seat)).state == SignupState.CONFIRMED


async def test_a_new_edition_is_asked_for_once_the_rule_says_so(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    emily, volunteer = await registered(here, **READ)
    shift = await here.shift(2)
    await here.house.lanes.run("UPDATE rule SET value = $1 WHERE name = 'charter_edition'", (EDITION + 1,))
    with pytest.raises(NotNow) as no:
        await here.sign_up(emily, shift)
    assert no.value.code == "charter_unread"
    monkeypatch.setattr(charter, "EDITION", EDITION + 1)
    with pytest.raises(Conflict) as old:
        await here.do(emily, accept_charter, volunteer_id=volunteer.id, **READ)
    assert (old.value.code, old.value.path) == ("charter_changed", "charterEdition")
    monkeypatch.setitem(charter.CHARTERS, EDITION + 1, CHARTERS[EDITION])
    newest = {"charter_edition": EDITION + 1, "charter_language": "en"}
    await here.do(emily, accept_charter, volunteer_id=volunteer.id, **newest)
    assert (await here.sign_up(emily, shift)).state == SignupState.CONFIRMED


@pytest.mark.parametrize("language", ["de", "", "zh", None])
async def test_a_language_that_they_are_not_in_is_refused(here: Neighbourhood, language: str | None) -> None:
    with pytest.raises(Invalid) as no:
        await registered(here, charter_edition=EDITION, charter_language=language)
    assert (no.value.code, no.value.path) == ("not_in_this_language", "charterLanguage")


async def test_nobody_accepts_them_for_another(here: Neighbourhood) -> None:
    _, volunteer = await registered(here)
    for who, no in ((here.worker, NotAllowed), (here.stranger, NotFound)):
        with pytest.raises(no):
            await here.do(who, accept_charter, volunteer_id=volunteer.id, **READ)


async def test_accepting_twice_at_once_does_no_harm(here: Neighbourhood) -> None:
    emily, volunteer = await registered(here)
    both = [here.do(emily, accept_charter, volunteer_id=volunteer.id, **READ) for _ in range(2)]
    await asyncio.gather(*both)
    assert (await here.now(volunteer)).charter_edition == EDITION


def test_the_rule_asks_for_an_edition_that_there_is(house: House) -> None:
    asked = [rule.value for rule in house.book.rules if rule.name == "charter_edition"]
    assert asked
    assert set(asked) <= set(CHARTERS)


def test_each_right_and_duty_is_there_once_in_each_edition() -> None:
    for clauses in CHARTERS.values():
        assert len({clause.code for clause in clauses}) == len(clauses)
        assert {clause.kind for clause in clauses} == set(ClauseKind)
