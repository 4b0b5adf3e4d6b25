"""Whatever is decided says by which rules, in which versions, and goes on saying so when they are amended."""

from decimal import Decimal
from typing import Any

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import Row, typed
from domain.hours.commands import adjust_hours, log_hours, verify_hours
from domain.hours.models import HourEntry
from domain.regulations.commands import amend_rule
from domain.regulations.models import Rule
from tests.acting import OPERATOR, ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

APPLIED = "rulesApplied { verb rule { name jurisdiction version } }"


async def applied(here: Neighbourhood, viewer: Actor, row: Any) -> list[tuple[str, str, str, int]]:
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on {type(row).__name__} {{ {APPLIED} }} }} }}"
    data = await ask(Engine(schema(), here.house), viewer, document, id=typed(row.prefix, row.id))
    return [
        (one["verb"], one["rule"]["name"], one["rule"]["jurisdiction"], one["rule"]["version"])
        for one in data["node"]["rulesApplied"]
    ]


async def logged(here: Neighbourhood, clock: Clock, somebody: Actor) -> tuple[Row, HourEntry]:
    shift = await here.shift()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    return seat, await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)


async def test_a_decision_names_the_rules_that_were_looked_at_by_the_deed_that_looked(
    here: Neighbourhood, clock: Clock
) -> None:
    """Pain 10: why something was decided is asked of the thing itself."""
    somebody = await here.volunteer()
    seat, entry = await logged(here, clock, somebody)
    assert ("sign_up", "day_most", "CN", 1) in await applied(here, somebody, seat)
    before = await applied(here, somebody, entry)
    assert {verb for verb, *_ in before} == {"log_hours"}
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    after = await applied(here, somebody, entry)
    assert after[: len(before)] == before
    names = [name for verb, name, *_ in after if verb == "verify_hours"]
    assert {"day_at_once", "manual_quota", "public_notice"} <= set(names)
    assert names == sorted(names)


async def test_what_was_decided_by_a_former_version_goes_on_saying_so(here: Neighbourhood, clock: Clock) -> None:
    somebody = await here.volunteer()
    _, entry = await logged(here, clock, somebody)
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    was = await applied(here, somebody, entry)
    (rule,) = await here.all(Rule, "name = 'public_notice' AND jurisdiction = 'CN'")
    await here.do(OPERATOR, amend_rule, rule_id=rule.id, value=Decimal(5), reason="Five days now.")
    await here.house.refresh()
    assert await applied(here, somebody, entry) == was
    new = await here.do(here.worker, adjust_hours, hour_entry_id=entry.id, minutes=70, reason="Came early")
    await here.do(here.manager, verify_hours, hour_entry_id=new.id)
    assert ("verify_hours", "public_notice", "CN", 2) in await applied(here, somebody, new)


async def test_in_guangdong_the_rule_that_is_named_is_guangdongs(here: Neighbourhood, clock: Clock) -> None:
    await here.house.lanes.run("UPDATE street_office SET district = '440106'", ())
    await here.house.refresh()
    somebody = await here.volunteer()
    _, entry = await logged(here, clock, somebody)
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    places = {name: place for verb, name, place, _ in await applied(here, somebody, entry) if verb == "verify_hours"}
    assert (places["day_at_once"], places["public_notice"]) == ("CN-GD", "CN")


async def test_whose_entry_one_may_not_see_ones_rules_one_does_not_see_either(
    here: Neighbourhood, clock: Clock
) -> None:
    _, entry = await logged(here, clock, await here.volunteer())
    document = f"query($id: ID!) {{ hourEntry(id: $id) {{ {APPLIED} }} }}"
    data = await ask(Engine(schema(), here.house), here.stranger, document, id=typed("hrs", entry.id))
    assert data["hourEntry"] is None
