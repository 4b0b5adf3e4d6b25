"""`town`: the demo town, with everybody at a frontend."""

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.clock import Alarm
from domain.house import House
from sanshe import demo
from tests.frontend_contract.frontend import Town


@pytest.fixture
async def town(house: House) -> Town:
    await demo.load(house, "a password of the test")
    await Alarm(house).ring()
    return Town(Engine(schema(), house))
