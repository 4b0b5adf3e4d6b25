"""What becomes of it when whoever reads a letter wants no more of this kind? They are told of it in the inbox alone."""

from typing import Any
from uuid import UUID

from domain.access import Actor
from domain.house import House
from domain.notifications.commands import choose_way
from domain.notifications.kinds import KINDS
from domain.notifications.models import Way
from domain.postgres import Run

TOLD_BY = """
SELECT DISTINCT m.person_id, m.verb, coalesce(c.way, 'email') IN ('email', 'daily') AS goes_on
FROM message m LEFT JOIN message_choice c ON c.person_id = m.person_id AND c.verb = m.verb
WHERE m.letter_id = $1 ORDER BY m.verb"""


async def told_by(run: Run, letter: UUID) -> list[Any]:
    """Whom this letter told, of what, and whether letters of the kind go on; nothing, once nobody is told any more."""
    return [told for told in await run(TOLD_BY, (letter,)) if KINDS[told["verb"]].least != Way.EMAIL]


async def stop(house: House, letter: UUID) -> None:
    """Whoever holds the letter chooses for the one to whom it went; the second time it is done already."""
    for told in await told_by(house.lanes.run, letter):
        if told["goes_on"]:
            who = told["person_id"]
            await house.do(Actor(who), choose_way, person_id=who, verb=told["verb"], way=Way.INBOX)
