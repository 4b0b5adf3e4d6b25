"""A street office looks at entries that nobody chose: the seed was committed before, and anybody draws them again."""

import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import day_of, typed
from domain.errors import Conflict, Invalid, NotAllowed, NotNow
from domain.hours.commands import announce_audit, draw_audit, log_shift_hours, verify_shift_hours, void_hours
from domain.hours.drawing import commitment, drawn, how_many
from domain.hours.models import AuditDraw, AuditItem, HourEntry
from domain.hours.states import AuditState
from domain.programmes import commands as programmes
from tests.acting import ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

SHOWN = """query($id: ID!) { auditDraw(id: $id) {
  commitment seed size population items { nodes { rank hourEntry { id } } } } }"""


async def announced(here: Neighbourhood, clock: Clock, officer: Actor) -> AuditDraw:
    day = day_of(clock.now) + timedelta(days=1)
    draw: AuditDraw = await here.do(officer, announce_audit, street_id=here.street, since=day, until=day)
    return draw


async def verified(here: Neighbourhood, clock: Clock, number: int) -> list[HourEntry]:
    """Entries of so many volunteers who served tomorrow."""
    shift = await here.shift(number, ahead=24)
    seats = await here.seats(number, shift)
    for clock.now, command in ((shift.starts_at, programmes.check_in), (shift.ends_at, programmes.check_out)):
        for seat in seats:
            await here.do(here.staff, command, signup_id=seat.id)
    await here.do(here.staff, log_shift_hours, shift_id=shift.id)
    await here.do(here.worker, verify_shift_hours, shift_id=shift.id)
    return await here.all(HourEntry)


@pytest.fixture
async def officer(here: Neighbourhood) -> Actor:
    return await here.person("Street", {"street officer": here.street})


async def shown(here: Neighbourhood, draw: AuditDraw) -> Any:
    return (await ask(Engine(schema(), here.house), Actor(), SHOWN, id=typed("aud", draw.id)))["auditDraw"]


async def test_entries_are_drawn_by_a_seed_that_was_committed_before_any_of_them_was_written(
    here: Neighbourhood, clock: Clock, officer: Actor
) -> None:
    """Pain 22: nobody chooses which entries are looked at, and everybody can see that nobody did."""
    draw = await announced(here, clock, officer)
    assert (draw.seed, draw.population, len(draw.commitment)) == (None, None, 64)
    *entries, voided = await verified(here, clock, 7)
    await here.do(here.worker, void_hours, hour_entry_id=voided.id, reason="Was elsewhere")
    with pytest.raises(NotNow) as refusal:
        await here.do(officer, draw_audit, audit_draw_id=draw.id)
    assert refusal.value.code == "period_runs"
    assert (await shown(here, draw))["seed"] is None
    clock.wait(days=1)
    done = await here.do(officer, draw_audit, audit_draw_id=draw.id)
    assert (done.state, commitment(done.seed), done.size) == (AuditState.DRAWN, draw.commitment, 5)
    assert done.population.splitlines() == [f"{typed('hrs', entry.id)} {entry.minutes}" for entry in entries]
    items = await here.all(AuditItem)
    by_rank = [typed("hrs", item.hour_entry_id) for item in sorted(items, key=lambda item: item.rank)]
    assert by_rank == drawn(done.seed, done.population, 5)
    with pytest.raises(NotNow):
        await here.do(officer, draw_audit, audit_draw_id=draw.id)


async def test_what_the_documentation_says_draws_the_same_entries_again(
    here: Neighbourhood, clock: Clock, officer: Actor, tmp_path: Path
) -> None:
    draw = await announced(here, clock, officer)
    await verified(here, clock, 6)
    clock.wait(days=1)
    await here.do(officer, draw_audit, audit_draw_id=draw.id)
    told = await shown(here, draw)
    docs = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(# Draws a spot check again.*?)```", docs, re.DOTALL)
    (tmp_path / "again.py").write_text(script, encoding="utf-8")
    given = [told["commitment"], told["seed"], str(told["size"])]
    run = subprocess.run(
        [sys.executable, tmp_path / "again.py", *given],
        input=told["population"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(run.stdout.split()) == 5
    everybody_sees = (await ask(Engine(schema(), here.house), officer, SHOWN, id=typed("aud", draw.id)))["auditDraw"]
    assert run.stdout.split() == [item["hourEntry"]["id"] for item in everybody_sees["items"]["nodes"]]
    assert all(item["hourEntry"] is None for item in told["items"]["nodes"]), "ids are public, entries are not"


async def test_a_period_is_announced_once_before_it_begins_and_by_its_street_alone(
    here: Neighbourhood, clock: Clock, officer: Actor
) -> None:
    draw = await announced(here, clock, officer)
    with pytest.raises(Conflict) as refusal:
        await announced(here, clock, officer)
    assert refusal.value.code == "audit_announced"
    today = day_of(clock.now)
    for first, last in ((0, 0), (-1, 5), (5, 4), (5, 371)):
        since, until = today + timedelta(days=first), today + timedelta(days=last)
        with pytest.raises(Invalid):
            await here.do(officer, announce_audit, street_id=here.street, since=since, until=until)
    for other in (here.worker, here.manager, here.stranger):
        with pytest.raises(NotAllowed):
            await announced(here, clock, other)
        with pytest.raises(NotAllowed):
            await here.do(other, draw_audit, audit_draw_id=draw.id)


async def test_of_nothing_nothing_is_drawn(here: Neighbourhood, clock: Clock, officer: Actor) -> None:
    draw = await announced(here, clock, officer)
    clock.wait(days=2)
    done = await here.do(officer, draw_audit, audit_draw_id=draw.id)
    assert (done.size, done.population) == (0, "")


@given(st.integers(0, 10_000), st.integers(0, 100), st.integers(0, 50))
def test_no_fewer_than_the_share_and_the_least_are_drawn_and_no_more_than_there_are(
    population: int, share: int, least: int
) -> None:
    size = how_many(population, Decimal(share), Decimal(least))
    assert size <= population
    assert size == population or (size * 100 >= population * share and size >= least)


def test_another_seed_draws_others_and_a_longer_list_keeps_the_lots() -> None:
    lines = "\n".join(f"hrs_{n:032x} 60" for n in range(500))
    assert drawn("a", lines, 10) != drawn("b", lines, 10)
    assert drawn("a", lines, 10) == drawn("a", lines, 20)[:10]
    assert len(set(drawn("a", lines, 500))) == 500
