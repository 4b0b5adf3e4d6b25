"""frontend-contract/roles.md is true: each mutation, type and field, for everybody, with every scope, by the door."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import orjson
import pytest

from api.context import Gate
from api.engine.run import Engine
from api.oauth.scopes import ROOMS as SCOPES
from api.schema import ROOMS, schema
from domain.columns import Row
from tests.roles.acts import Act, acts
from tests.roles.conftest import Giver, Served
from tests.roles.things import compare, news, things

ALIASES = 30
REACHED = "reached the ledger"
KEPT_OUT = "CONFLICT", "taken", "This exists already."
"""What is told of all that is done in the town, where the ledger takes no deed."""
DONE = "done"
LATE = "NOT_NOW wrong_state"
INSTEAD = {
    ("amendPerson", True): {DONE},
    ("declareKinship", True): {REACHED, "INVALID yourself"},
    ("announceAudit", True): {"INVALID begun"},
    ("erasePerson", True): {"INVALID reason_needed"},
    ("fileRightsRequest", True): {REACHED, "CONFLICT asked_already"},
    ("findPerson", True): {DONE},
    ("grantRole", True): {"CONFLICT held_already"},
    ("logShiftHours", True): {"NOT_NOW nothing_to_log"},
    ("verifyShiftHours", True): {"NOT_NOW nothing_to_verify"},
    ("proposeAdjustment", True): {"INVALID not_fewer"},
    ("registerDevice", True): {"INVALID wrong_key"},
    ("replayEvent", True): {"INVALID wrong_event"},
    ("registerVolunteer", True): {REACHED, "CONFLICT already_registered"},
    ("updateVolunteer", True): {DONE},
    ("showIdentity", True): {"INVALID country_of_passports"},
    ("recordCompetence", True): {"INVALID a_skill_or_a_language"},
    ("closePlan", True): {"NOT_NOW opportunities_published"},
    ("closeOpportunity", True): {"NOT_NOW shifts_ahead"},
    ("signAgreement", True): {"NOT_NOW guardian_signs", "NOT_NOW nothing_offered"},
    ("acceptOffer", True): {"NOT_NOW overlap"},
    ("clearAction", True): {"NOT_NOW overlap"},
    ("acceptOffer", False): {"NOT_NOW overlap"},
    ("joinGroup", True): {"NOT_FOUND no_such_group"},
    ("recordServed", True): {"NOT_NOW not_served_yet"},
    ("inviteVolunteer", True): {"INVALID candidate_or_code"},
    ("proposeSwap", True): {"NOT_FOUND no_such_volunteer"},
    ("acceptSwap", True): {"NOT_NOW no_seat_to_give"},
    ("showCheckInCode", True): {"NOT_NOW too_early"},
    ("checkIn", False): {LATE, REACHED},
    ("checkInAtKiosk", True): {"NOT_FOUND no_seat_shown"},
    ("checkInMany", True): {"NOT_NOW too_early"},
    ("admitWalkIn", True): {"NOT_FOUND no_such_volunteer"},
    ("confirmCheckOut", True): {"INVALID in_the_future"},
    ("correctAttendance", True): {"INVALID in_the_future"},
    ("proposeTimes", True): {"INVALID in_the_future"},
    ("completeTraining", True): {"NOT_NOW not_over"},
    ("missTraining", True): {"NOT_NOW not_over"},
}
"""What those who may hear in this town instead: mutations, whether timely, and what is told; all else is done."""


def parts(whole: list[Any]) -> Iterator[list[Any]]:
    """As many at once as the limits of names, and of cost, let through."""
    at_once = ALIASES // 2
    for n in range(0, len(whole), at_once):
        yield whole[n : n + at_once]


def told(said: Any) -> dict[Any, Any]:
    return {tuple(e["path"]): e["extensions"] for e in said.get("errors", ())}


# -- mutations ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
async def test_each_mutation_is_for_whom_and_for_which_scope_the_matrix_says(
    served: Served, giver: Giver, room: str
) -> None:
    everything = acts(served.town, room)
    timely, heard = [act for act in everything if act.timely], defaultdict[tuple[str, bool], set[str]](set)
    wanted = sorted({act.line.scope for act in everything})
    for viewer in giver.viewers:
        for scopes, some in (
            ([*SCOPES], everything),
            *(([needed], timely) for needed in wanted),
            ([s for s in SCOPES if s not in wanted], timely),
            (["openid"], timely),
        ):
            for act, said, missing in await do(served, await giver.token(viewer, scopes), some):
                about, needed = f"{viewer}, {scopes}: {act.document} → {said}", act.line.scope
                if needed not in scopes:
                    lacks = "NOT_ALLOWED", "missing_scope", f"This token lacks the scope {needed}."
                    assert (said["kind"], said["code"], said["message"]) == lacks, about
                elif not act.allowed(served.town, viewer):
                    assert (said["kind"], said["code"]) == act.denial(served.town, viewer), about
                else:
                    heard[act.line.title, act.timely].add(answer(act, said, missing, scopes, about))
    expected = {(act.line.title, act.timely): {REACHED} if act.timely else {LATE} for act in everything}
    assert heard == expected | {key: told for key, told in INSTEAD.items() if key in expected}


async def do(served: Served, token: str, some: list[Act]) -> list[tuple[Act, Any, Any]]:
    """Each with what was said of it: data, and the error at its path."""
    done = []
    for part in parts(some):
        document = " ".join(f"a{n}: {act.document}" for n, act in enumerate(part))
        said = await served.ask(token, f"mutation {{ {document} }}")
        missing = told(said)
        done += [(act, said["data"][f"a{n}"], missing.pop((f"a{n}",), None)) for n, act in enumerate(part)]
        assert not missing, (document, missing)
    return done


def answer(act: Act, said: Any, missing: Any, scopes: list[str], about: str) -> str:
    """What somebody who may is told."""
    if missing:
        needed = act.line.scope_to_see
        assert said is None, about
        assert needed not in scopes, about
        assert missing == {"code": "MISSING_SCOPE", "requires": [needed]}, about
        return DONE
    if said["__typename"] != "Refusal":
        return DONE
    return REACHED if (said["kind"], said["code"], said["message"]) == KEPT_OUT else f"{said['kind']} {said['code']}"


# -- types and fields --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
async def test_each_field_is_for_whom_and_for_which_scope_the_matrix_says(
    served: Served, giver: Giver, room: str
) -> None:
    everything = things(served.town, room)
    for viewer in giver.viewers:
        for scopes in tokens(room):
            token = await giver.token(viewer, scopes)
            for some in parts(everything):
                document = " ".join(f"a{n}: {thing.document}" for n, thing in enumerate(some))
                said = await served.ask(token, f"query {{ {document} }}")
                missing = told(said)
                for n, thing in enumerate(some):
                    expected = thing.expected(served.town, viewer, frozenset(scopes))
                    compare(said["data"][f"a{n}"], (f"a{n}",), expected, missing, f"{viewer}, {scopes}, {thing}")
                assert not missing, (viewer, scopes, missing)


def tokens(room: str) -> Iterator[list[str]]:
    """All scopes, all but one that the room's fields need, only that to read the room, none of them."""
    yield list(SCOPES)
    for without in (f"{room}:read", f"{room}.private:read"):
        if without in SCOPES:
            yield [scope for scope in SCOPES if scope != without]
    yield [f"{room}:read"]
    yield ["openid"]


# -- subscriptions -----------------------------------------------------------------------------------------------------


async def test_each_subscription_tells_whom_the_matrix_says(served: Served, giver: Giver) -> None:
    gate, engine = Gate(served.town.house, served.settings), Engine(schema(), served.town.house)
    for viewer in giver.viewers:
        for scopes in ([*SCOPES], ["openid"]):
            token = await giver.token(viewer, scopes)
            actor = await gate.actor(f"Bearer {token}".encode())
            for some in news(served.town):
                happened = deeds(thing.row for thing in some.things)
                bodies = [orjson.loads(b) async for b in engine.subscribe(some.document, {}, None, actor, happened)]
                about = f"{viewer}, {scopes}, {some.name}"
                expected = [thing.expected(served.town, viewer, frozenset(scopes)) for thing in some.things]
                if isinstance(expected[0], str):
                    (body,) = bodies
                    lacks = {"code": "MISSING_SCOPE", "requires": [expected[0]]}
                    assert [e["extensions"] for e in body["errors"]] == [lacks], about
                    continue
                shown = [one for one in expected if one is not False]
                assert len(bodies) == len(shown), about
                for body, one in zip(bodies, shown, strict=True):
                    missing = told(body)
                    compare(body["data"][some.name], (some.name,), one, missing, about)
                    assert not missing, (about, missing)


async def deeds(rows: Iterable[Row]) -> AsyncIterator[dict[str, Any]]:
    for row in rows:
        yield {"noun": type(row).__tablename__, "subject_id": row.id}
