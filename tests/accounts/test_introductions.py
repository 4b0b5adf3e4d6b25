"""Whoever gives a role finds the person by a code they show, and nobody by their address."""

from datetime import timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.introductions import introduce
from domain.accounts.models import RoleName
from domain.columns import new_id, typed
from domain.errors import NotAllowed, NotFound
from domain.house import House
from tests.acting import ask, somebody
from tests.conftest import Clock

OFFICER = Actor(new_id())
FIND = """mutation($code: String!) {
  findPerson(input: {code: $code}) { __typename ... on Person { id displayName email } }
}"""


async def test_an_officer_gives_a_role_to_whoever_shows_a_code(house: House) -> None:
    li, officer = await somebody(house, "Li"), await somebody(house, "Wang", RoleName.OPERATOR)
    code = await introduce(house.lanes.run, li.id, house.clock())
    spelled = f" {code[:4].lower()}-{code[4:]} "
    found = await ask(Engine(schema(), house), officer, FIND, code=spelled)
    assert found == {
        "findPerson": {
            "__typename": "Person",
            "id": typed("usr", li.id),
            "displayName": "Li",
            "email": "li@example.org",
        }
    }
    await officer.does(commands.grant_role, person_id=li.id, role=RoleName.AUDITOR)
    assert "auditor" in (await li.actor()).roles


async def test_a_code_tells_no_more_than_everybody_may_see(house: House) -> None:
    li, zhou = await somebody(house, "Li"), await somebody(house, "Zhou")
    code = await introduce(house.lanes.run, li.id, house.clock())
    found = await ask(Engine(schema(), house), zhou, FIND, code=code)
    assert (found["findPerson"]["displayName"], found["findPerson"]["email"]) == ("Li", None)


async def test_a_code_is_over_after_a_quarter_of_an_hour(house: House, clock: Clock) -> None:
    li = await somebody(house, "Li")
    code = await introduce(house.lanes.run, li.id, clock.now)
    clock.wait(minutes=14, seconds=59)
    assert (await house.do(OFFICER, commands.find_person, code=code)).row
    clock.wait(seconds=1)
    with pytest.raises(NotFound):
        await house.do(OFFICER, commands.find_person, code=code)


@pytest.mark.parametrize("code", ["", "li@example.org", "+8613800138000", "BCDFGHJK", "é" * 5000, "\0", "B" * 9])
async def test_nothing_else_finds_anybody(house: House, code: str) -> None:
    await somebody(house, "Li")
    with pytest.raises(NotFound) as no:
        await house.do(OFFICER, commands.find_person, code=code)
    assert no.value.path == "code"


@pytest.mark.parametrize("actor", [{"id": None}, {"scopes": frozenset({"accounts:read"})}])
async def test_nobody_finds_anybody_who_is_not_signed_in_or_whose_token_may_only_read(
    house: House, actor: dict[str, Any]
) -> None:
    li = await somebody(house, "Li")
    code = await introduce(house.lanes.run, li.id, house.clock())
    with pytest.raises((NotAllowed, NotFound)) as no:
        await house.do(Actor(**{"id": li.id, **actor}), commands.find_person, code=code)
    assert no.value.code in {"missing_scope", "not_found"}


async def test_looking_somebody_up_changes_nothing(house: House) -> None:
    li = await somebody(house, "Li")
    code = await introduce(house.lanes.run, li.id, house.clock())
    before = await house.lanes.run("SELECT count(*) FROM deed")
    for _ in range(2):
        await house.do(OFFICER, commands.find_person, code=code)
    assert await house.lanes.run("SELECT count(*) FROM deed") == before


async def test_codes_are_of_their_own_even_for_one_person(house: House) -> None:
    li, now = await somebody(house, "Li"), house.clock()
    codes = {await introduce(house.lanes.run, li.id, now + timedelta(seconds=n)) for n in range(50)}
    assert len(codes) == 50
