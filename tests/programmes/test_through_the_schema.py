"""A service from the plan to verified hours, through the schema; strangers see none of what is private."""

from datetime import timedelta
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import typed
from domain.hours.commands import log_hours
from domain.house import House
from domain.programmes.commands import create_opportunity, withdraw
from tests.acting import ask
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood, said

NO = "... on Refusal { kind code path }"


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def do(engine: Engine, person: Actor, verb: str, show: str, **given: Any) -> Any:
    """What a mutation answers."""
    kind = f"{verb[0].upper()}{verb[1:]}Input"
    document = f"mutation Do($input: {kind}!) {{ {verb}(input: $input) {{ {show} {NO} }} }}"
    return (await ask(engine, person, document, input=given))[verb]


SHIFT = """... on Shift {
  id state seatsLeft recordDue viewerCan opportunity { title { text } plan { budget { amount } } }
}"""
SIGNUP = "... on Signup { id state place waitingAhead offerExpiresAt late viewerCan shift { taken seatsLeft } }"
ENTRY = "... on HourEntry { id minutes state assurance viewerCan supersedes { id state } }"


async def test_from_the_plan_to_verified_hours(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    worker, (li, ma, zhu) = here.worker, [await here.volunteer(name) for name in ("Li", "Ma", "Zhu")]
    begins = here.house.clock() + timedelta(hours=72)
    shift = await do(
        engine,
        worker,
        "openShift",
        SHIFT,
        opportunityId=typed("opp", here.opportunity.id),
        startsAt=begins.isoformat(),
        endsAt=(begins + timedelta(hours=2)).isoformat(),
        capacity=1,
    )
    assert (shift["state"], shift["seatsLeft"], shift["recordDue"]) == ("SCHEDULED", 1, "2026-06-18")
    assert shift["opportunity"] == {"title": {"text": "Carry meals"}, "plan": {"budget": None}}
    assert shift["viewerCan"] == ["reschedule_shift", "cancel_shift"]

    seat, first, second = [await do(engine, v, "signUp", SIGNUP, shiftId=shift["id"]) for v in (li, ma, zhu)]
    assert (seat["state"], seat["viewerCan"]) == ("CONFIRMED", ["withdraw"])
    assert seat["shift"] == {"taken": 1, "seatsLeft": 0}
    assert [(s["state"], s["place"], s["waitingAhead"]) for s in (first, second)] == [
        ("WAITLISTED", 1, 0),
        ("WAITLISTED", 2, 1),
    ]
    assert (await do(engine, ma, "withdraw", SIGNUP, signupId=seat["id"])) == {
        "kind": "NOT_FOUND",
        "code": "not_found",
        "path": None,
    }
    assert (await do(engine, li, "withdraw", SIGNUP, signupId=seat["id"]))["late"] is False
    offered = await ask(engine, ma, f"query ($id: ID!) {{ signup(id: $id) {{ {SIGNUP} }} }}", id=first["id"])
    assert (offered["signup"]["state"], offered["signup"]["viewerCan"]) == (
        "OFFERED",
        ["accept_offer", "decline_offer", "withdraw"],
    )
    assert (await do(engine, ma, "acceptOffer", SIGNUP, signupId=first["id"]))["state"] == "CONFIRMED"

    clock.now = begins
    code = await do(engine, worker, "showCheckInCode", "... on CheckInCode { code validUntil }", shiftId=shift["id"])
    came = "... on Attendance { state source }"
    guessed = await do(engine, ma, "checkIn", came, signupId=first["id"], code="no")
    assert guessed == {"kind": "INVALID", "code": "wrong_code", "path": "code"}
    checked = await do(engine, ma, "checkIn", came, signupId=first["id"], code=code["code"])
    assert checked == {"state": "CHECKED_IN", "source": "CODE"}
    clock.wait(hours=2)
    await do(engine, ma, "checkOut", came, signupId=first["id"])
    entry = await do(engine, ma, "logHours", ENTRY, signupId=first["id"], minutes=115)
    assert (entry["state"], entry["assurance"], entry["viewerCan"]) == ("LOGGED", "A2", [])
    verified = await do(engine, worker, "verifyHours", ENTRY, hourEntryId=entry["id"])
    assert (verified["state"], verified["viewerCan"]) == ("VERIFIED", ["adjust_hours", "void_hours"])

    totals = (
        "query { hourTotals(groupBy: COMMUNITY) { minutes volunteers community { name { text } } volunteer { id } } }"
    )
    assert (await ask(engine, here.stranger, totals))["hourTotals"] == [
        {"minutes": 115, "volunteers": 1, "community": {"name": {"text": "North"}}, "volunteer": None}
    ]
    mine = "query { myVolunteer { displayName verifiedMinutes hours(first: 5) { nodes { minutes } } } }"
    assert (await ask(engine, ma, mine))["myVolunteer"] == {
        "displayName": "Ma",
        "verifiedMinutes": 115,
        "hours": {"nodes": [{"minutes": 115}]},
    }


async def test_what_a_moment_has_closed_is_no_longer_shown_as_open_though_the_clock_is_late(
    here: Neighbourhood, engine: Engine, clock: Clock
) -> None:
    shift, li, ma = await here.shift(ahead=9), await here.volunteer("Li"), await here.volunteer("Ma")
    seat, place = await here.sign_up(li, shift), await here.sign_up(ma, shift)
    await here.do(li, withdraw, signup_id=seat.id)
    offer = await here.now(place)

    async def can() -> list[str]:
        document = "query ($id: ID!) { signup(id: $id) { viewerCan } }"
        return (await ask(engine, ma, document, id=typed("sgn", place.id)))["signup"]["viewerCan"]  # type: ignore[no-any-return]

    clock.now = offer.offer_expires_at - timedelta(microseconds=1)
    assert await can() == ["accept_offer", "decline_offer", "withdraw"]
    clock.now = offer.offer_expires_at
    assert await can() == ["decline_offer", "withdraw"]
    assert (await do(engine, ma, "acceptOffer", SIGNUP, signupId=typed("sgn", place.id)))["code"] == "offer_expired"
    clock.now = shift.starts_at
    assert await can() == ["decline_offer"]
    assert (await do(engine, ma, "withdraw", SIGNUP, signupId=typed("sgn", place.id)))["code"] == "begun"


async def test_a_community_shows_its_newest_ways_to_help_first_and_no_draft_to_a_stranger(
    here: Neighbourhood, engine: Engine
) -> None:
    words = {name: said("Teach chess") for name in ("title", "tasks", "risks", "place")}
    draft = await here.do(here.worker, create_opportunity, plan_id=here.plan.id, **words)
    document = "query ($id: ID!) { community(id: $id) { opportunities { nodes { id } } } }"

    async def seen(viewer: Actor) -> list[str]:
        found = await ask(engine, viewer, document, id=typed("com", here.community.id))
        return [node["id"] for node in found["community"]["opportunities"]["nodes"]]

    published = typed("opp", here.opportunity.id)
    assert await seen(here.worker) == [typed("opp", draft.id), published]
    assert await seen(here.stranger) == [published]


async def test_a_volunteers_newest_hours_come_first(here: Neighbourhood, engine: Engine, clock: Clock) -> None:
    li = await here.volunteer("Li")
    seats = []
    for minutes in (30, 60):
        shift = await here.shift()
        seats.append(await here.sign_up(li, shift))
        clock.now = shift.ends_at
        await here.do(li, log_hours, signup_id=seats[-1].id, minutes=minutes)
    mine = """{ myVolunteer {
      hours { nodes { minutes } } signups(orderBy: SIGNED_UP_AT_DESC) { nodes { id } } other: signups { nodes { id } }
    } }"""
    shown = (await ask(engine, li, mine))["myVolunteer"]
    ids = [{"id": typed("sgn", seat.id)} for seat in seats]
    assert shown["hours"]["nodes"] == [{"minutes": 60}, {"minutes": 30}]
    assert (shown["signups"]["nodes"], shown["other"]["nodes"]) == (ids[::-1], ids)


async def test_a_stranger_never_sees_a_birth_date(here: Neighbourhood, engine: Engine) -> None:
    li, shift = await here.volunteer("Li"), await here.shift()
    seat = await here.sign_up(li, shift)
    volunteer = await here.volunteer_of(li)
    private = "displayName legalName birthDate phone nationality guardian { id } guardianConsentedAt"
    document = f"query ($id: ID!) {{ volunteer(id: $id) {{ {private} signups {{ nodes {{ id }} }} }} }}"
    asked = {"id": typed("vol", volunteer.id)}
    full = {
        "displayName": "Li",
        "legalName": "Li Legally",
        "birthDate": "1990-02-28",
        "phone": None,
        "nationality": None,
        "guardian": None,
        "guardianConsentedAt": None,
        "signups": {"nodes": [{"id": typed("sgn", seat.id)}]},
    }
    for sees_all in (li, here.worker, here.staff):
        assert (await ask(engine, sees_all, document, **asked))["volunteer"] == full
    hidden = full | {"legalName": None, "birthDate": None, "signups": {"nodes": []}}
    assert (await ask(engine, here.outsider, document, **asked))["volunteer"] == hidden
    for sees_nothing in (here.stranger, await here.volunteer("Rival"), Actor()):
        assert (await ask(engine, sees_nothing, document, **asked)) == {"volunteer": None}
        by_node = "query ($id: ID!) { node(id: $id) { id } }"
        assert (await ask(engine, sees_nothing, by_node, id=typed("sgn", seat.id))) == {"node": None}
        by_shift = "query ($id: ID!) { shift(id: $id) { taken signups { totalCount nodes { id } } } }"
        seen = await ask(engine, sees_nothing, by_shift, id=typed("shf", shift.id))
        assert seen == {"shift": {"taken": 1, "signups": {"totalCount": 0, "nodes": []}}}


async def test_a_minors_refusal_shows_the_rule_and_what_to_do(here: Neighbourhood, engine: Engine) -> None:
    born = here.house.clock().date().replace(year=2010)
    minor, shift = await here.volunteer("Xiao", born), await here.shift()
    document = """mutation ($id: ID!) { signUp(input: {shiftId: $id}) {
        ... on Refusal { kind code remedy rule { says source } } } }"""
    answer = (await ask(engine, minor, document, id=typed("shf", shift.id)))["signUp"]
    assert (answer["kind"], answer["code"]) == ("NOT_NOW", "guardian_consent_missing")
    assert answer["remedy"]


async def test_whoever_watches_a_shift_hears_of_its_signups(here: Neighbourhood, engine: Engine) -> None:
    shift, other, li = await here.shift(), await here.shift(ahead=90), await here.volunteer("Li")
    elsewhere, seat = await here.sign_up(li, other), await here.sign_up(li, shift)

    async def news() -> Any:
        for signup in (elsewhere, seat):
            yield {"noun": "signup", "subject_id": signup.id, "no": 1}

    document = "subscription ($id: ID!) { signupChanged(shiftId: $id) { id state } }"
    heard = [
        body async for body in engine.subscribe(document, {"id": typed("shf", shift.id)}, None, here.worker, news())
    ]
    assert len(heard) == 1
    assert typed("sgn", seat.id).encode() in heard[0]


WORDS = {"text": "Meals", "language": "en"}
PLAN = {
    "title": WORDS,
    "aims": WORDS,
    "measures": WORDS,
    "since": "2026-06-01",
    "until": "2026-12-31",
    "budget": {"amount": "12.50", "currency": "CNY"},
}


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"title": {"text": " ", "language": "en"}}, "title"),
        ({"aims": {"text": "Meals", "language": "no language"}}, "aims"),
        ({"measures": {"text": "x" * 5001, "language": "en"}}, "measures"),
        ({"until": "2026-05-31"}, "until"),
        ({"budget": {"amount": "1.005", "currency": "CNY"}}, "budget.amount"),
        ({"budget": {"amount": "-1.00", "currency": "CNY"}}, "budget"),
        ({"budget": {"amount": "1.00", "currency": "yuan"}}, "budget.currency"),
        ({"communityId": "org_" + "0" * 32}, "communityId"),
    ],
)
async def test_what_is_wrong_in_a_plan_is_refused_by_its_field(
    here: Neighbourhood, engine: Engine, wrong: dict[str, Any], path: str
) -> None:
    given = PLAN | {
        "communityId": typed("com", here.community.id),
        "organizationId": typed("org", here.organization.id),
        "socialWorkerId": typed("wrk", here.plan.social_worker_id),
    }
    refused = await do(engine, here.worker, "planService", "__typename", **(given | wrong))
    assert (refused["kind"], refused["path"]) == ("INVALID", path)
