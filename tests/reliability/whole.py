"""Is everything in the database whole? What must hold whenever it is looked at, whatever was killed before."""

import asyncio
from typing import Any

from domain import history
from domain.house import House

#: Each names what is wrong; none may find anything.
FAULTS = {
    "a row without the deed that made it, or a deed without its row": """
        SELECT id, noun
        FROM (SELECT id, 'signup' AS noun FROM signup UNION SELECT id, 'hour_entry' FROM hour_entry) made
        FULL JOIN (SELECT subject_id AS id, noun FROM deed WHERE verb IN ('sign_up', 'log_hours')) done USING (id, noun)
        WHERE made IS NULL OR done IS NULL""",
    "more than one deed that made the same row": """
        SELECT subject_id FROM deed WHERE verb IN ('sign_up', 'log_hours') GROUP BY 1 HAVING count(*) > 1""",
    "an answer kept without its deed, or a deed with a key that keeps none": """
        SELECT deed_id FROM answer
        FULL JOIN (SELECT id AS deed_id FROM deed WHERE key IS NOT NULL) asked USING (deed_id)
        WHERE answer IS NULL OR asked IS NULL""",
    "seats counted wrongly, or more than there are": """
        SELECT id FROM shift WHERE taken > capacity OR taken <>
            (SELECT count(*) FROM signup WHERE shift_id = shift.id AND state IN ('confirmed', 'offered'))""",
    "a gap in the line, or a place given twice": """
        SELECT id FROM shift WHERE
            (SELECT array_agg(place ORDER BY place) FROM signup WHERE shift_id = shift.id AND place > 0)
            IS DISTINCT FROM (SELECT array_agg(n) FROM generate_series(1, queued) AS n)""",
    "somebody with two signups for one shift": """
        SELECT volunteer_id FROM signup GROUP BY shift_id, volunteer_id HAVING count(*) > 1""",
    "time counted twice": "SELECT signup_id FROM hour_entry GROUP BY 1 HAVING count(*) > 1",
}


async def is_whole(house: House) -> None:
    """No unit of work is there by half, and the chain of deeds holds."""
    for fault, sql in FAULTS.items():
        assert not await house.lanes.run(sql), fault
    assert (await history.verify(house.lanes.run)).broken is None


async def is_linked(house: House, patience: float = 20) -> None:
    """The server links every deed, soon."""
    proof: Any = None
    for _ in range(int(patience / 0.2)):
        proof = await history.verify(house.lanes.run)
        if proof.broken or not proof.waiting:
            break
        await asyncio.sleep(0.2)
    assert (proof.broken, proof.waiting) == (None, 0)
