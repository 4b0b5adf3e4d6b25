"""How is everybody told of what was done? Once: messages and letters go with the reader's place in one transaction.

Whoever holds the place tells; other processes pass by. Whoever dies meanwhile has told nothing, and the next begins at
the same place.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.columns import new_id
from domain.house import House
from domain.letters import LATEST, Channel, Kind, letter
from domain.notifications.about import concerned
from domain.notifications.kinds import KINDS
from domain.notifications.kinds import Kind as Told
from domain.notifications.models import Mailed, Way
from domain.notifications.quiet import morning
from domain.notifications.wording import LANGUAGES, in_both, language_of, worded
from domain.postgres import Lane
from domain.rules import StaleBook

BATCH = 500

BEGIN = "INSERT INTO told (id, no) VALUES (true, 0) ON CONFLICT DO NOTHING"
PLACE = "SELECT no FROM told WHERE EXISTS (SELECT FROM link WHERE link.no > told.no) FOR UPDATE SKIP LOCKED"
DEEDS = """
SELECT l.no, d.id, d.at, d.verb, d.noun, d.subject_id, d.actor_id, d.reason
FROM link l JOIN deed d ON d.id = l.deed_id WHERE l.no > $1 ORDER BY l.no LIMIT $2"""
MOVE_ON = "UPDATE told SET no = $1"
TO_THE_END = "UPDATE told SET no = greatest(no, (SELECT max(no) FROM link))"
TELL = """
INSERT INTO message
    (id, version, person_id, verb, deed_id, subject_id, shift_id, volunteer_id, subject, says, made_at, mailed,
     letter_id)
VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"""

# Whoever was erased while they were being told: their deed comes by after all that was told until then.
FORGET = """
WITH erased AS (SELECT id FROM person WHERE id = ANY($1) AND state = 'erased'),
     gone AS (DELETE FROM message WHERE person_id IN (SELECT id FROM erased) RETURNING letter_id),
     undelivered AS (DELETE FROM undelivered_letter WHERE person_id IN (SELECT id FROM erased))
DELETE FROM letter WHERE id IN (SELECT letter_id FROM gone)"""


async def begin(house: House) -> None:
    """Who never told anything begins with the first deed."""
    await house.lanes.run(BEGIN, ())


async def pass_over(house: House) -> None:
    """Nobody is told of what was done until now: it is a story, or came from a register that told them itself."""
    await begin(house)
    await house.lanes.run(TO_THE_END, ())


async def tell(house: House) -> int:
    """Tell of the next deeds, and say how many were passed; none, if there is nothing new or somebody else is at it."""
    try:
        return await _tell_next(house)
    except StaleBook as new:
        await house.refresh(new.street)
        return await tell(house)


async def _tell_next(house: House) -> int:
    async with house.lanes.hold() as lane:
        if not (place := await lane.run(PLACE)):
            return 0
        deeds = await lane.run(DEEDS, (place[0]["no"], BATCH))
        about = await _about(lane, to_tell := [deed for deed in deeds if _is_told(deed)], house.clock())
        for deed in to_tell:
            for known in about[KINDS[deed["verb"]].concerned, deed["subject_id"]]:
                if _hears(deed, known):
                    await _tell(lane, deed, known, house)
        if people := [deed["subject_id"] for deed in deeds if deed["noun"] == "person"]:
            await lane.run(FORGET, (people,))
        await lane.run(MOVE_ON, (deeds[-1]["no"],))
        return len(deeds)


def _is_told(deed: Any) -> bool:
    return deed["verb"] in KINDS and KINDS[deed["verb"]].noun == deed["noun"]


def _hears(deed: Any, known: Any) -> bool:
    """Neither whoever did it, nor, where the minor did it themselves, their guardian."""
    led_to = KINDS[deed["verb"]].led_to
    return deed["actor_id"] not in {known["person_id"], known["whose"]} and led_to in {None, known["state"]}


async def _about(lane: Lane, deeds: list[Any], now: datetime) -> dict[tuple[str, UUID], list[Any]]:
    """Whom each thing concerns: one question for each way to find them."""
    subjects, found = defaultdict(list), defaultdict(list)
    for deed in deeds:
        subjects[KINDS[deed["verb"]].concerned].append(deed["subject_id"])
    for whom, ids in sorted(subjects.items()):
        for known in await concerned(lane.run, whom, ids, now):
            found[whom, known["subject_id"]].append(known)
    return found


async def _tell(lane: Lane, deed: Any, known: Any, house: House) -> None:
    kind, now = KINDS[deed["verb"]], house.clock()
    way = kind.no_less_than(Way((known["chosen"] or {}).get(deed["verb"], Way.EMAIL)))
    if way == Way.NONE:
        return
    said = worded(kind, known, deed["reason"], names=False)
    by_mail = way == Way.EMAIL and known["email"]
    letter_id = await _write(lane, kind, known, deed, house) if by_mail else None
    mailed = Mailed.GATHERED if way == Way.DAILY and known["email"] else Mailed.NONE
    english, chinese = said[LANGUAGES.en], said[LANGUAGES.zh]
    await lane.run(
        TELL,
        (
            new_id(),
            known["person_id"],
            deed["verb"],
            deed["id"],
            deed["subject_id"],
            known["shift_id"],
            known["volunteer_id"],
            in_both(english.subject, chinese.subject),
            in_both(english.says, chinese.says),
            now,
            Mailed.WAITING if letter_id else mailed,
            letter_id,
        ),
    )


async def _write(lane: Lane, kind: Told, known: Any, deed: Any, house: House) -> UUID | None:
    """The same by e-mail, while it is worth sending: an offer until it expires, most for a while.

    At night it waits for the morning, unless it cannot, or would be of no use by then.
    """
    now = house.clock()
    ends = known["until"] if kind.useless_later else deed["at"] + LATEST
    if ends <= now:
        return None
    waits_until = None if kind.at_once else morning(house.book, known["subject_id"], now)
    language = language_of(known["locale"])
    words = worded(kind, known, deed["reason"], names=True)[language]
    sql, args = letter(
        Kind.NOTICE,
        Channel.EMAIL,
        known["email"],
        language,
        now,
        lasts=ends - now,
        waits_until=waits_until if waits_until and waits_until < ends else None,
        about=words.subject,
        text=words.says,
        stops=kind.least != Way.EMAIL,
    )
    await lane.run(sql, args)
    id: UUID = args[0]
    return id
