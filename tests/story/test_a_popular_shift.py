"""Two thousand want fifty seats, all at once."""

import asyncio

import pytest

from api.settings import Settings
from domain.house import House
from domain.postgres import Lanes
from tests.programmes.neighbourhood import Neighbourhood
from tests.reliability.crowd import Door, signing_up, tokens, volunteers
from tests.serving import free_port, serve

MANY, SEATS = 2000, 50

IN_THE_ORDER_DECIDED = """
SELECT s.id, s.state, s.place, s.signed_up_at FROM signup s
JOIN deed d ON d.subject_id = s.id AND d.verb = 'sign_up'
WHERE s.shift_id = $1 ORDER BY d.id"""


@pytest.mark.slow
async def test_two_thousand_at_once_get_fifty_seats_and_a_line(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    house = await House(await Lanes(database, size=2).open()).open()
    here = await Neighbourhood(house).settle()
    shift = await here.shift(SEATS)
    with serve(database, port=port) as server:
        crowd = await tokens(house, Settings(port=port), await volunteers(house, MANY))
        door = Door(server.url)
        answers = await asyncio.gather(*(signing_up(token, shift).send(door) for token in crowd))

    slowest = sorted(answer.seconds for answer in answers)
    with capsys.disabled():
        print(f"\n{MANY} signups at once: median {slowest[MANY // 2]:.1f} s, slowest {slowest[-1]:.1f} s")  # noqa: T201
    told = {answer.done["id"]: (answer.done["state"], answer.done["place"]) for answer in answers}
    signups = await house.lanes.run(IN_THE_ORDER_DECIDED, (shift.id,))
    assert told == {f"sgn_{s['id'].hex}": (s["state"].upper(), s["place"]) for s in signups}
    assert [s["state"] for s in signups] == ["confirmed"] * SEATS + ["waitlisted"] * (MANY - SEATS)
    assert [s["place"] for s in signups[SEATS:]] == [*range(1, MANY - SEATS + 1)]
    now = await here.now(shift)
    assert (now.taken, now.queued) == (SEATS, MANY - SEATS)
    await house.lanes.close()
