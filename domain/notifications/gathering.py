"""How are people told who want one letter a day? Each morning, of all that came since the last."""

from itertools import groupby
from typing import Any
from uuid import UUID

from domain.house import House
from domain.notifications.mailing import one_letter
from domain.notifications.models import Mailed
from domain.notifications.quiet import last_morning
from domain.postgres import Lane

MOST = 500
"""How many messages are gathered in one transaction."""

# Whoever holds the reader's place gathers, so that nobody's morning is cut in two.
HOLD = "SELECT FROM told FOR UPDATE SKIP LOCKED"
DUE = "SELECT FROM message WHERE mailed = 'gathered' AND made_at < $1 LIMIT 1"
GATHERED = """
SELECT m.id, m.person_id, m.verb, m.subject, m.says, p.locale,
       CASE WHEN p.email_verified_at IS NOT NULL THEN p.email END AS email
FROM message m JOIN person p ON p.id = m.person_id
WHERE m.mailed = 'gathered' AND m.made_at < $1 AND m.person_id IN (
    SELECT person_id FROM message WHERE mailed = 'gathered' AND made_at < $1 ORDER BY made_at LIMIT $2)
ORDER BY m.person_id, m.made_at, m.id FOR UPDATE OF m FOR SHARE OF p"""
SENT_TOGETHER = "UPDATE message SET mailed = $2, letter_id = $3, version = version + 1 WHERE id = ANY($1)"


async def gather(house: House) -> int:
    """Write to whom something was gathered for before this morning, and say how many messages that were."""
    until = last_morning(house.book, house.clock())
    if not await house.lanes.run(DUE, (until,)):
        return 0
    async with house.lanes.hold() as lane:
        if not await lane.run(HOLD):
            return 0
        found = await lane.run(GATHERED, (until, MOST))
        for _, group in groupby(found, lambda message: message["person_id"]):
            messages = list(group)
            letter_id = await _write(lane, messages, house) if messages[0]["email"] else None
            mailed = Mailed.WAITING if letter_id else Mailed.NONE
            await lane.run(SENT_TOGETHER, ([message["id"] for message in messages], mailed, letter_id))
        return len(found)


async def _write(lane: Lane, messages: list[Any], house: House) -> UUID:
    told = [(message["verb"], message["subject"], message["says"]) for message in messages]
    sql, args = one_letter(told, messages[0]["email"], messages[0]["locale"], house.clock())
    await lane.run(sql, args)
    id: UUID = args[0]
    return id
