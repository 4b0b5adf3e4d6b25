"""How far from the place a device says to be is kept as evidence, and decides nothing."""

from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import typed
from domain.house import House
from domain.programmes import commands
from domain.programmes.models import Attendance, Opportunity, Shift, Signup
from tests.acting import ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood, said

NO = "... on Refusal { kind code path }"


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def draft(here: Neighbourhood, engine: Engine, **point: Any) -> Any:
    """What an opportunity with such a point is told."""
    words = {name: {"text": "Canteen"} for name in ("title", "tasks", "risks", "place")}
    document = f"""mutation Do($input: CreateOpportunityInput!) {{ createOpportunity(input: $input) {{
      ... on Opportunity {{ id latitude longitude radius }} {NO} }} }}"""
    given = {"planId": typed("pln", here.plan.id), **words, **point}
    return (await ask(engine, here.worker, document, input=given))["createOpportunity"]


async def at_the_canteen(here: Neighbourhood, clock: Clock, *people: Actor) -> tuple[Shift, list[Signup], str]:
    """A shift where it is known what on the spot means; it has begun, and the code is shown."""
    words = {name: said("Canteen") for name in ("title", "tasks", "risks", "place")}
    point = {"latitude": 39, "longitude": 116, "radius": 300}
    here.opportunity = await here.do(here.worker, commands.create_opportunity, plan_id=here.plan.id, **words, **point)
    await here.do(here.worker, commands.publish_opportunity, opportunity_id=here.opportunity.id)
    shift = await here.shift(9)
    seats = [await here.sign_up(person, shift) for person in people]
    clock.now = shift.starts_at
    return shift, seats, (await here.do(here.staff, commands.show_check_in_code, shift_id=shift.id)).code


async def checked_in(engine: Engine, person: Actor, seat: Signup, code: str, distance: int | None) -> Any:
    document = f"""mutation Do($input: CheckInInput!) {{ checkIn(input: $input) {{
      ... on Attendance {{ state distance geofence }} {NO} }} }}"""
    given = {"signupId": typed("sgn", seat.id), "code": code, "distance": distance}
    return (await ask(engine, person, document, input=given))["checkIn"]


async def test_who_is_far_away_with_the_right_code_checks_in_and_is_listed(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    """Pain 17: a position is evidence for whoever looks at it, and no proof of anything."""
    people = [await here.volunteer(name) for name in ("Near", "Far", "Silent")]
    shift, seats, code = await at_the_canteen(here, clock, *people)
    told = [
        await checked_in(engine, person, seat, code, distance)
        for person, seat, distance in zip(people, seats, (300, 301, None), strict=True)
    ]
    assert [(t["state"], t["geofence"]) for t in told] == [
        ("CHECKED_IN", "AGREES"),
        ("CHECKED_IN", "DIFFERS"),
        ("CHECKED_IN", "UNKNOWN"),
    ]
    listed = """query ($shift: ID!) { attendances(
      filter: {geofence: {eq: DIFFERS}, signup: {shiftId: {eq: $shift}}}) { nodes { distance signup { id } } } }"""
    found = await ask(engine, here.staff, listed, shift=typed("shf", shift.id))
    assert found["attendances"]["nodes"] == [{"distance": 301, "signup": {"id": typed("sgn", seats[1].id)}}]
    for other in (here.outsider, here.stranger, people[0]):
        assert (await ask(engine, other, listed, shift=typed("shf", shift.id)))["attendances"]["nodes"] == []


async def test_a_place_without_a_point_says_nothing_about_distances(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, somebody = await here.shift(), await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.starts_at
    code = await here.do(here.staff, commands.show_check_in_code, shift_id=shift.id)
    told = await checked_in(engine, somebody, seat, code.code, 9_000)
    assert (told["distance"], told["geofence"]) == (9_000, "UNKNOWN")


@pytest.mark.parametrize("distance", [-1, 21_000_001])
async def test_what_is_no_distance_on_earth_is_refused(
    here: Neighbourhood, engine: Engine, clock: Clock, distance: int
) -> None:
    somebody = await here.volunteer()
    _, (seat,), code = await at_the_canteen(here, clock, somebody)
    assert (await checked_in(engine, somebody, seat, code, distance))["code"] == "no_distance"
    assert await here.all(Attendance) == []


async def test_a_point_is_whole_and_on_earth(here: Neighbourhood, engine: Engine) -> None:
    whole = {"latitude": "39.98765", "longitude": "116.48", "radius": 150}
    drafted = await draft(here, engine, **whole)
    (kept,) = await here.all(Opportunity, "radius IS NOT NULL")
    assert (typed("opp", kept.id), str(kept.latitude), kept.radius) == (drafted["id"], "39.98765", 150)
    for wrong, code in (
        ({"radius": None}, "no_point"),
        ({"latitude": "90.1"}, "no_such_point"),
        ({"longitude": "-180.1"}, "no_such_point"),
        ({"radius": 0}, "wrong_radius"),
    ):
        assert (await draft(here, engine, **whole | wrong))["code"] == code
