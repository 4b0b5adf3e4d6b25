"""A machine allows its moves and no others, and says the same in Python, in SQL and in a drawing."""

import asyncpg
import pytest

from domain.errors import NotNow
from domain.house import House
from tests.grammar.garden import GARDEN, OFFICER, GardenState, plan_garden


def test_a_move_leads_where_the_machine_says() -> None:
    assert GARDEN.after(GardenState.PLANNED, "open_garden") == GardenState.OPEN


def test_a_move_at_the_wrong_moment_is_refused_in_both_languages() -> None:
    with pytest.raises(NotNow) as refusal:
        GARDEN.after(GardenState.CLOSED, "open_garden")
    assert refusal.value.say("en") == "This garden is closed: it is not the moment to open garden."
    assert refusal.value.say("zh-Hans") == "当前状态为 closed，不能进行此操作（open_garden）。"


async def test_the_database_knows_no_other_state(house: House) -> None:
    await house.do(OFFICER, plan_garden, beds=1)
    with pytest.raises(asyncpg.CheckViolationError):
        await house.lanes.run("UPDATE garden SET state = 'abandoned'")


def test_the_drawing_shows_every_move() -> None:
    drawn = GARDEN.mermaid()
    assert all(move.name in drawn for move in GARDEN.moves)
    assert "[*] --> planned" in drawn
