"""How letters are carried: a few at a time from the outbox, again ever later, given up when their time is over.

Two processes never carry a letter at once: whoever takes it has counted the try and moved the next one beyond the time
that carrying may last. Whoever dies between carrying and noting it leaves a letter that is carried once more.
"""

import asyncio
from typing import Any
from uuid import UUID

import structlog

from api.letters.carriers import Outgoing, Refused, carrier
from api.letters.stopping import path
from api.letters.words import words
from api.settings import Settings
from domain.house import House
from domain.letters import FIRST_PAUSE, GIVE_UP, LONGEST_PAUSE, NEVER, SENT, TAKE, TROUBLE, Channel

AT_ONCE = 5
IDLE = 1.0
"""Seconds after which the outbox is looked into again."""
LONGEST = 20.0
"""Seconds for carrying one letter, well within the first pause."""

log = structlog.get_logger()


class Post:
    """What carries the letters of one channel."""

    def __init__(self, house: House, settings: Settings, channel: Channel) -> None:
        self.house, self.channel, self.issuer = house, channel, settings.issuer
        self.run, self.carrier = house.lanes.run, carrier(channel, settings)

    async def deliver(self) -> None:
        """One round of what a serving process does again and again."""
        if not await self.carry():
            await asyncio.sleep(IDLE)

    async def carry(self) -> int:
        """Carry what is to be tried now, a few letters at once, and say how many."""
        now = self.house.clock()
        for letter in await self.run(GIVE_UP, (now,)):
            given_up(letter, letter["trouble"])
        taken = await self.run(TAKE, (self.channel, now, AT_ONCE, FIRST_PAUSE, LONGEST_PAUSE))
        await asyncio.gather(*(self._one(letter) for letter in taken))
        return len(taken)

    async def _one(self, letter: Any) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                await self._carry(letter)
        except Refused as no:
            if no.final:
                await self.run(NEVER, (self.house.clock(), letter["id"], str(no)[:200]))
                given_up(letter, str(no)[:3])
            else:
                await self.run(TROUBLE, (letter["id"], str(no)[:200]))
        except Exception as trouble:  # whatever others' servers do: its kind says enough, its words may hold passwords
            await self.run(TROUBLE, (letter["id"], type(trouble).__name__))
        else:
            await self.run(SENT, (letter["id"], self.house.clock()))

    async def _carry(self, letter: Any) -> None:
        if self.carrier is None:
            raise Refused(f"No way to send by {self.channel}: SMTP_URL or SMS_URL is missing")
        stop = self._stop(letter["id"]) if letter["says"].get("stops") else None
        said = words(letter["kind"], letter["language"], letter["says"] | {"stop": stop}, self.issuer)
        await self.carrier(
            Outgoing(letter["id"], letter["kind"], letter["address"], letter["says"], letter["written_at"], said, stop)
        )

    def _stop(self, letter: UUID) -> str | None:
        """Where the reader stops such letters; nowhere, while the key that proves the link is locked away."""
        return f"{self.issuer}{path(self.house.seal, letter)}" if self.house.seal.key else None


def given_up(letter: Any, trouble: str | None) -> None:
    log.error("letter given up", id=str(letter["id"]), kind=letter["kind"], trouble=trouble)
