"""Clients that others wrote and certified find everything as the standards have it."""

import json
from pathlib import Path

import pytest

from api.oauth import store
from domain.columns import typed
from tests.oauth.conftest import Door
from tests.oauth.others import checks


@pytest.mark.node
async def test_openid_client_and_oauth4webapi_pass_every_check(door: Door, tmp_path: Path) -> None:
    alice = door.people["alice@example.com"]
    session = await store.begin_session(door.house.lanes.run, alice, door.house.clock(), amr=["pwd"])
    lines = await checks(
        "relying_party.mjs",
        tmp_path,
        ISSUER=door.url,
        CLIENTS=json.dumps(door.clients),
        SESSION=session,
        SUBJECT=typed("usr", alice),
    )
    assert len(lines) == 27
