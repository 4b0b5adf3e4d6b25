"""An organization that was told to rest begins nothing new."""

import pytest

from domain.errors import NotNow
from domain.programmes.models import Shift
from tests.programmes.neighbourhood import Neighbourhood


@pytest.mark.parametrize("state", ["pending", "suspended", "deregistered"])
async def test_no_shift_is_opened_for_an_organization_that_may_not_work(here: Neighbourhood, state: str) -> None:
    await here.shift()
    await here.house.lanes.run("UPDATE organization SET state = $1", (state,))
    with pytest.raises(NotNow) as refusal:
        await here.shift()
    assert refusal.value.code == "organization_not_active"
    assert len(await here.all(Shift)) == 1
