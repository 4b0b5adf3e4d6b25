"""Is what was looked up about somebody's access still true?

PostgreSQL tells of every change (domain/accounts/changes.py) about a millisecond after its commit. Silence alone proves
nothing: so the watchman calls out to himself through the same queue, and once he hears his call, he has heard all that
was committed before it. While he hears nothing, what was looked up counts for a second.
"""

import asyncio
import time
from collections.abc import Iterable
from uuid import uuid4

from domain.accounts.changes import CHANNEL
from domain.errors import Unavailable
from domain.postgres import GONE, Lanes, connect

FRESH_SECONDS = 1.0
"""How old the latest proof may be, at most, that nothing has changed."""
CALL_SECONDS = 0.3
MOST_CHANGES = 10_000
"""After so many different people, applications and families, all count as changed."""


class Watchman:
    """Keeps the moments, on `time.monotonic`, at which it was heard whose access had changed."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.own = f"{CHANNEL}_{uuid4().hex}"
        self.certain = self.latest = self.all = float("-inf")
        self.changed: dict[str, float] = {}

    def vouches(self, looked: float, whose: Iterable[str]) -> bool:
        """Whether what was looked up at that moment about them is still true, or was within the last second."""
        if max(looked, self.certain) + FRESH_SECONDS < time.monotonic():
            return False
        return looked > self.latest or all(looked > self.changed.get(id, self.all) for id in whose)

    async def watch(self) -> None:
        """Listen until the connection is lost."""
        connection = await connect(self.lanes.dsn)
        try:
            await connection.add_listener(CHANNEL, self._hear)
            await connection.add_listener(self.own, self._hear_himself)
            self._hear(None, 0, CHANNEL, "")  # what changed while nobody listened is not known
            while True:
                await connection.execute(
                    "SELECT pg_notify($1, $2)", self.own, repr(time.monotonic()), timeout=FRESH_SECONDS
                )
                await asyncio.sleep(CALL_SECONDS)
        except GONE as gone:
            raise Unavailable("The database hung up.") from gone
        finally:
            connection.terminate()

    def _hear(self, _connection: object, _pid: int, _channel: str, whose: object) -> None:
        self.latest = time.monotonic()
        if whose and len(self.changed) < MOST_CHANGES:
            self.changed[str(whose)] = self.latest
        else:
            self.changed.clear()
            self.all = self.latest

    def _hear_himself(self, _connection: object, _pid: int, _channel: str, called: object) -> None:
        self.certain = float(str(called))
