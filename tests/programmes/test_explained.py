"""What stands between somebody and a shift is read before signing up: by them and their guardian, by nobody else."""

from datetime import date
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import typed
from domain.errors import NotNow
from domain.programmes.models import Shift
from domain.programmes.requirements import REQUIREMENTS, RequirementCode
from domain.volunteers.commands import give_guardian_consent, name_guardian
from tests.acting import ask
from tests.programmes.neighbourhood import Neighbourhood

ASKS = """query ($id: ID!, $for: ID) { shift(id: $id) { requirements(volunteerId: $for) {
  code met says { text } remedy { text } rule { name jurisdiction source } } } }"""


@pytest.fixture
def engine(here: Neighbourhood) -> Engine:
    return Engine(schema(), here.house)


async def read(engine: Engine, who: Actor, shift: Shift, volunteer: str | None = None) -> list[dict[str, Any]]:
    shown = await ask(engine, who, ASKS, **{"id": typed("shf", shift.id), "for": volunteer})
    return list(shown["shift"]["requirements"])


async def test_a_minor_reads_what_is_missing_with_rule_and_remedy_and_then_that_it_is_met(
    here: Neighbourhood, engine: Engine
) -> None:
    """Pain 10: why, by which rule from which source, and what to do, before anything is tried."""
    shift, minor = await here.shift(capacity=3), await here.volunteer("Wu", date(2010, 5, 1))
    found = await read(engine, minor, shift)
    assert [one["code"] for one in found] == [code.name for code in REQUIREMENTS]
    (unmet,) = [one for one in found if not one["met"]]
    told = REQUIREMENTS[RequirementCode.GUARDIAN_CONSENT_MISSING]
    assert told.remedy
    assert (unmet["says"]["text"], unmet["remedy"]["text"]) == (told.says.zh, told.remedy.zh)
    assert (unmet["rule"]["name"], unmet["rule"]["jurisdiction"]) == ("majority", "CN")
    assert "民法典" in unmet["rule"]["source"]
    with pytest.raises(NotNow) as refused:
        await here.sign_up(minor, shift)
    assert refused.value.code == unmet["code"].lower()

    guardian, volunteer = await here.person("Mother"), await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=guardian.id)
    child = typed("vol", volunteer.id)
    assert [one["code"] for one in await read(engine, guardian, shift, child) if not one["met"]] == [unmet["code"]]
    await here.do(guardian, give_guardian_consent, volunteer_id=volunteer.id)
    assert all(one["met"] for one in await read(engine, guardian, shift, child))
    assert all(one["met"] for one in await read(engine, minor, shift))


async def test_nobody_reads_it_of_others_and_who_is_no_volunteer_reads_nothing(
    here: Neighbourhood, engine: Engine
) -> None:
    shift, volunteer = await here.shift(), await here.volunteer()
    theirs = typed("vol", (await here.volunteer_of(volunteer)).id)
    for other in (here.stranger, here.worker, here.manager, await here.volunteer("Ma")):
        assert await read(engine, other, shift, theirs) == []
    assert await read(engine, here.stranger, shift) == []
    assert len(await read(engine, volunteer, shift, theirs)) == len(REQUIREMENTS)


async def test_of_many_shifts_each_says_its_own(here: Neighbourhood, engine: Engine) -> None:
    volunteer = await here.volunteer()
    taken, free = await here.shift(ahead=72), await here.shift(ahead=240)
    await here.sign_up(volunteer, taken)
    clash = await here.shift(ahead=73)
    shown = await ask(
        engine,
        volunteer,
        "{ shifts(first: 5, orderBy: [STARTS_AT_ASC]) { nodes { id requirements(first: 20) { code met } } } }",
    )
    unmet = {s["id"]: [r["code"] for r in s["requirements"] if not r["met"]] for s in shown["shifts"]["nodes"]}
    assert unmet == {typed("shf", taken.id): [], typed("shf", clash.id): ["OVERLAP"], typed("shf", free.id): []}
