"""`town`: a fresh house, served on a real port, whose time the story tells; its operator has a command line."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings
from domain.clock import Alarm
from domain.columns import day_of, utc_now
from domain.house import House
from domain.postgres import Lanes
from tests.conftest import Clock
from tests.mail import SENDER, MailServer, listening


@dataclass
class Town:
    """Where it is, and what time it is there.

    The story begins tomorrow, for commands go by the real clock, and what they do must have happened before.
    """

    url: str
    database: str
    house: House
    clock: Clock
    tomorrow: date
    mail: MailServer

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        """So many days after the story began, at this time of China."""
        midnight = datetime.combine(self.tomorrow, datetime.min.time(), UTC) - timedelta(hours=8)
        return midnight + timedelta(days=day, hours=hour, minutes=minute)

    async def at(self, day: int, hour: int, minute: int = 0) -> None:
        """Let it be that moment: whatever has fallen due happens."""
        self.clock.now = self.moment(day, hour, minute)
        await Alarm(self.house).ring()

    async def sanshe(self, *words: str) -> str:
        """What the operator's command prints."""
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("sanshe"),
            *words,
            env={**os.environ, "DATABASE_URL": self.database, "ISSUER": self.url},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode()


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with listening() as server:
        yield server


@pytest.fixture
async def town(database: str, clock: Clock, mail: MailServer) -> AsyncIterator[Town]:
    door = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{door.getsockname()[1]}"
    house = House(Lanes(database), clock)
    settings = Settings(issuer=url, smtp_url=SecretStr(mail.url), mail_from=SENDER)
    server = uvicorn.Server(uvicorn.Config(create_app(settings, house), log_config=None, ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    while not server.started and not serving.done():  # noqa: ASYNC110 uvicorn offers no event
        await asyncio.sleep(0.01)
    town = Town(url, database, house, clock, day_of(utc_now()) + timedelta(days=1), mail)
    await town.at(day=0, hour=12)
    yield town
    server.should_exit = True
    await serving
