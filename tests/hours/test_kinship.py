"""Nobody decides about the hours of a relative, whichever of the two declared it, wherever the rule is asked."""

import json
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.accounts.introductions import introduce
from domain.columns import typed
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.hours import commands
from domain.hours.models import HourEntry, Kinship, Relation
from domain.hours.states import HourState, KinshipState
from domain.programmes.models import Shift
from tests.acting import ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood


async def declared(here: Neighbourhood, by: Actor, of: Actor) -> Kinship:
    assert of.id
    code = await introduce(here.house.lanes.run, of.id, here.house.clock())
    kinship: Kinship = await here.do(by, commands.declare_kinship, code=code, relation=Relation.SIBLING)
    return kinship


async def logged(here: Neighbourhood, clock: Clock, somebody: Actor) -> tuple[Shift, HourEntry]:
    shift = await here.shift()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    return shift, await here.do(somebody, commands.log_hours, signup_id=seat.id, minutes=60)


async def viewer_can(here: Neighbourhood, viewer: Actor, entry: HourEntry) -> list[str]:
    document = "query($id: ID!) { hourEntry(id: $id) { viewerCan } }"
    data = await ask(Engine(schema(), here.house), viewer, document, id=typed("hrs", entry.id))
    return list(data["hourEntry"]["viewerCan"])


@pytest.mark.parametrize("by_the_volunteer", [True, False])
async def test_nobody_verifies_a_relatives_hours_whoever_declared_it(
    here: Neighbourhood, clock: Clock, by_the_volunteer: bool
) -> None:
    """Pain 22: the rule that a command asks and the one in SQL say the same."""
    somebody = await here.volunteer()
    shift, entry = await logged(here, clock, somebody)
    assert "verify_hours" in await viewer_can(here, here.worker, entry)
    kinship = await declared(here, *((somebody, here.worker) if by_the_volunteer else (here.worker, somebody)))
    assert await viewer_can(here, here.worker, entry) == []
    for command, more in (
        (commands.verify_hours, {}),
        (commands.return_hours, {"reason": "What was it?"}),
        (commands.reject_hours, {"reason": "No"}),
        (commands.adjust_hours, {"reason": "More", "minutes": 70}),
        (commands.void_hours, {"reason": "No"}),
        (commands.propose_adjustment, {"reason": "Less", "minutes": 30}),
    ):
        with pytest.raises(NotAllowed):
            await here.do(here.worker, command, hour_entry_id=entry.id, **more)
    with pytest.raises(Exception, match="waits for you"):
        await here.do(here.worker, commands.verify_shift_hours, shift_id=shift.id)
    await here.do(somebody, commands.end_kinship, kinship_id=kinship.id, reason="Another of that name")
    assert "verify_hours" in await viewer_can(here, here.worker, entry)
    assert (await here.do(here.worker, commands.verify_hours, hour_entry_id=entry.id)).state == HourState.VERIFIED


async def test_a_relative_of_somebody_else_verifies(here: Neighbourhood, clock: Clock) -> None:
    _, entry = await logged(here, clock, await here.volunteer())
    await declared(here, here.worker, await here.volunteer("Her brother"))
    assert (await here.do(here.worker, commands.verify_hours, hour_entry_id=entry.id)).state == HourState.VERIFIED


async def test_a_relative_decides_no_case_and_clears_no_suspicion(here: Neighbourhood, clock: Clock) -> None:
    somebody = await here.volunteer()
    _, entry = await logged(here, clock, somebody)
    await here.do(here.worker, commands.verify_hours, hour_entry_id=entry.id)
    street = await here.person("Street", {"street officer": here.street})
    await declared(here, here.colleague, somebody)
    case = await here.do(somebody, commands.open_hour_case, hour_entry_id=entry.id, minutes=90, reason="Stayed on")
    for command in (commands.uphold_hours, commands.correct_hours):
        more: dict[str, Any] = {"minutes": 90} if command is commands.correct_hours else {}
        with pytest.raises(NotAllowed):
            await here.do(here.colleague, command, hour_case_id=case.id, reason="She is right", **more)
    await declared(here, street, somebody)
    with pytest.raises(NotAllowed):
        await here.do(street, commands.suspect_hours, hour_entry_id=entry.id, reason="Seen elsewhere")


async def test_the_same_two_are_relatives_once_and_nobody_is_their_own(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    kinship = await declared(here, somebody, here.worker)
    for by, of, no in (
        (here.worker, somebody, Conflict),
        (somebody, here.worker, Conflict),
        (somebody, somebody, Invalid),
    ):
        with pytest.raises(no):
            await declared(here, by, of)
    with pytest.raises(NotFound) as refusal:
        await here.do(somebody, commands.declare_kinship, code="WRONG", relation=Relation.OTHER)
    assert refusal.value.code == "no_such_code"
    with pytest.raises(NotFound):
        await here.do(here.colleague, commands.end_kinship, kinship_id=kinship.id, reason="I say so")
    await here.do(here.worker, commands.end_kinship, kinship_id=kinship.id, reason="Was a mistake")
    assert (await declared(here, here.worker, somebody)).state == KinshipState.DECLARED


async def test_kinships_are_seen_by_the_two_and_by_auditors(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    kinship = await declared(here, somebody, here.worker)
    engine, document = Engine(schema(), here.house), "{ kinships { nodes { id } } }"
    auditor = Actor(here.stranger.id, {"auditor": frozenset()})
    for viewer, seen in ((somebody, 1), (here.worker, 1), (auditor, 1), (here.colleague, 0), (here.stranger, 0)):
        found = (await ask(engine, viewer, document))["kinships"]["nodes"]
        assert found == [{"id": typed("kin", kinship.id)}] * seen


async def test_whoever_was_erased_is_nobodys_relative(here: Neighbourhood) -> None:
    first, second = await here.volunteer("First"), await here.volunteer("Second")
    await declared(here, here.stranger, first)
    await declared(here, here.stranger, second)
    operator = Actor(roles={"operator": frozenset()})
    for somebody in (first, second):
        reason = "By letter, with a copy of the identity card."
        await here.do(operator, erase_person, person_id=somebody.id, reason=reason)
    left = await here.all(Kinship)
    assert [(kinship.relative_id, kinship.state) for kinship in left] == [(None, KinshipState.ENDED)] * 2


async def test_an_application_declares_nothing_for_itself(here: Neighbourhood) -> None:
    document = """mutation($input: DeclareKinshipInput!) {
        declareKinship(input: $input) { ... on Refusal { code } } }"""
    given = {"input": {"code": "BCDF-GHJK", "relation": "OTHER"}}
    answer = await Engine(schema(), here.house).execute(document, given, None, Actor(here.worker.id, is_client=True))
    assert json.loads(answer.body)["data"]["declareKinship"]["code"] == "not_signed_in"
