"""What a mutation answers is what the same question by id is answered right after it, whatever is asked and by whom."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from domain.columns import typed
from domain.history import Deed
from tests.oracle.acting import Director
from tests.oracle.comparing import Cursors, told
from tests.oracle.conftest import Town
from tests.oracle.oracle import Oracle
from tests.oracle.rows import Rows

ROOMS = {
    "accounts": ("suspendPerson", "reinstatePerson", "grantRole", "revokeRole"),
    "regulations": ("addRule", "amendRule"),
    "communities": ("renameStreetOffice", "registerCommunity", "registerGrid", "renameGrid"),
    "organizations": ("registerOrganization", "renameOrganization", "appointManager", "deregisterOrganization"),
    "workers": ("verifyQualification", "endSupervision"),
    "volunteers": ("updateVolunteer", "speakLanguage", "nameGuardian", "giveGuardianConsent"),
    "programmes": ("publishPlan", "cancelOpportunity", "changeCapacity", "cancelShift"),
    "hours": ("verifyHours", "rejectHours", "voidHours", "adjustHours"),
}
TRIED, DONE = 60, 2
"""How often somebody tries, and after how many deeds they stop: many a no is said by a rule or a state."""

RETURNED = "SELECT a.subject_id FROM deed d JOIN answer a ON a.deed_id = d.id WHERE d.key = $1"
"""What the command returned that was carried out under a key."""


@pytest.mark.parametrize("room", ROOMS)
async def test_what_was_done_is_told_as_it_stands_then(changing: Town, room: str) -> None:
    director, done = Director(changing, len(room)), 0
    for verb in ROOMS[room]:
        of_this = 0
        for _ in range(TRIED):
            of_this += await agree(changing, director, verb)
            if of_this == DONE:
                break
        done += of_this
    assert done


async def agree(town: Town, director: Director, verb: str) -> bool:
    """Somebody tries something; whether it was done. What is told of it is what the oracle reads then."""
    field = town.schema.fields["Mutation", verb]
    act, run = director.act(field), town.engine.house.lanes.run
    answer = await town.engine.execute(act.mutation, act.variables, None, act.actor)
    said = json.loads(answer.body)
    if not answer.executed:
        assert {error["extensions"]["code"] for error in said["errors"]} == {"QUERY_TOO_COMPLEX"}, said
        return False
    returned = await run(RETURNED, (act.key,))
    if not returned:
        return False
    rows = await Rows.load(run, {*town.rows.tables, Deed})
    town.rows, oracle = rows, Oracle(town.schema, town.graphql, rows)
    id = typed(cast(Any, field.kind.graphs[0].model).prefix, returned[0][0])
    data, errors = oracle.answer(act.query, {**act.variables, "id": id}, None, act.actor)
    assert json.dumps(said["data"], indent=1) == json.dumps(Cursors().meet(data, said["data"]), indent=1), act
    assert told(said["data"], said.get("errors", ())) == told(data, errors), act
    return True
