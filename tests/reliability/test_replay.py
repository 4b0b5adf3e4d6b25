"""A request sent twice is carried out once, and answered the second time as it was the first."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.settings import Settings
from domain.access import Actor
from domain.columns import typed, utc_now
from domain.house import House
from domain.postgres import Lanes
from domain.programmes.commands import withdraw
from domain.programmes.models import Opportunity
from tests.conftest import copied
from tests.programmes.neighbourhood import Neighbourhood
from tests.reliability.crowd import Asking, Door, logging_an_hour, signing_up, tokens, volunteers
from tests.serving import free_port, serve

AT_ONCE = 12
OPEN_SHIFT = """
mutation OpenShift($input: OpenShiftInput!) {
  done: openShift(input: $input) { type: __typename ... on Shift { id startsAt } ... on Refusal { code message } }
}"""
SIGN_UP_AND_SAY_WHY_NOT = """
mutation SignUp($input: SignUpInput!) {
  done: signUp(input: $input) { type: __typename ... on Refusal { kind code path } }
}"""


@dataclass
class Place:
    """Where people ask: behind the door, two processes."""

    house: House
    here: Neighbourhood
    settings: Settings
    door: Door

    async def volunteers(self, number: int) -> tuple[list[UUID], list[str]]:
        people = await volunteers(self.house, number)
        return people, await tokens(self.house, self.settings, people)

    async def count(self, table: str) -> int:
        (counted,) = await self.house.lanes.run(f"SELECT count(*) AS n FROM {table}")
        return int(counted["n"])


@pytest.fixture(scope="module")
async def place(template: str) -> AsyncIterator[Place]:
    settings, address = Settings(port=free_port()), await copied(template, "replay")
    lanes = await Lanes(address, size=2).open()
    house = await House(lanes).open()
    here = await Neighbourhood(house).settle()
    with serve(address, port=settings.port, WORKERS="2") as server:
        yield Place(house, here, settings, Door(server.url))
    await lanes.close()


async def test_the_first_answer_is_given_again_although_the_state_has_moved_on(place: Place) -> None:
    shift = await place.here.shift(1)
    people, (first, second) = await place.volunteers(2)
    requests = [signing_up(first, shift), signing_up(second, shift)]
    answers = [await request.send(place.door) for request in requests]
    assert [answer.done["state"] for answer in answers] == ["CONFIRMED", "WAITLISTED"]

    confirmed = UUID(answers[0].done["id"].removeprefix("sgn_"))
    await place.house.do(Actor(people[0]), withdraw, signup_id=confirmed)
    now = await place.house.lanes.run("SELECT state FROM signup WHERE shift_id = $1 ORDER BY id", (shift.id,))
    assert [signup["state"] for signup in now] == ["withdrawn", "offered"]

    again = [await request.send(place.door) for request in requests]
    assert [answer.body for answer in again] == [answer.body for answer in answers]
    assert await place.house.lanes.run("SELECT state FROM signup WHERE shift_id = $1 ORDER BY id", (shift.id,)) == now


async def _hour(place: Place) -> Asking:
    """A volunteer has served two hours and is about to write one down."""
    (person,), (token,) = await place.volunteers(1)
    now, place.house.clock = place.house.clock, lambda: utc_now() - timedelta(hours=4)
    signup = await place.here.sign_up(Actor(person), await place.here.shift(1, ahead=1, length=2))
    place.house.clock = now
    return logging_an_hour(token, signup)


async def _seat(place: Place) -> Asking:
    _, (token,) = await place.volunteers(1)
    return signing_up(token, await place.here.shift(5))


async def _shift(place: Place) -> Asking:
    """Nothing but the key keeps a worker from opening the same shift twice."""
    worker = place.here.worker.id
    assert worker
    await place.house.lanes.run(
        "INSERT INTO role_grant (id, version, person_id, role, community_id, since) "
        "VALUES (gen_random_uuid(), 1, $1, 'social_worker', $2, current_date - 1) ON CONFLICT DO NOTHING",
        (worker, place.here.community.id),
    )
    (token,) = await tokens(place.house, place.settings, [worker])
    begins = utc_now() + timedelta(days=3)
    times = {"startsAt": begins.isoformat(), "endsAt": (begins + timedelta(hours=1)).isoformat(), "capacity": 3}
    id = typed(Opportunity.prefix, place.here.opportunity.id)
    return Asking(token, OPEN_SHIFT, {"opportunityId": id, **times})


@pytest.mark.parametrize(("make", "table"), [(_seat, "signup"), (_hour, "hour_entry"), (_shift, "shift")])
async def test_many_repetitions_at_once_make_one_row_and_get_one_answer(place: Place, make: Any, table: str) -> None:
    request: Asking = await make(place)
    before = await place.count(table)
    answers = await asyncio.gather(*(request.send(place.door) for _ in range(AT_ONCE)))
    assert await place.count(table) == before + 1
    assert len({answer.body for answer in answers}) == 1
    assert answers[0].done["type"] != "Refusal"


async def test_a_key_used_for_something_else_is_a_conflict_and_nothing_is_done(place: Place) -> None:
    request = await _seat(place)
    other = replace(request, input={"shiftId": typed("shf", (await place.here.shift(5)).id)})
    first, before = await request.send(place.door), await place.count("signup")
    refused = (await replace(other, document=SIGN_UP_AND_SAY_WHY_NOT).send(place.door)).done
    assert refused == {"type": "Refusal", "kind": "CONFLICT", "code": "key_reused", "path": "idempotencyKey"}
    assert await place.count("signup") == before
    assert (await request.send(place.door)).body == first.body


async def test_a_key_is_the_persons_own(place: Place) -> None:
    request = await _seat(place)
    _, (token,) = await place.volunteers(1)
    mine, theirs = await request.send(place.door), await replace(request, token=token).send(place.door)
    assert (theirs.done["type"], theirs.done["state"]) == ("Signup", "CONFIRMED")
    assert theirs.done["id"] != mine.done["id"]
