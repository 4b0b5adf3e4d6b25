"""Who is asked for a shift, and which shifts are shown to somebody: ranked by a sum that is told, with every reason."""

from datetime import date
from typing import Any

import orjson

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.columns import typed
from domain.programmes import commands
from domain.programmes.models import Shift
from domain.programmes.requirements import REQUIREMENTS
from domain.volunteers.commands import confirm_competence, record_competence, speak_language, update_volunteer
from domain.volunteers.models import CompetenceLevel, CompetenceSource, LanguageLevel
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood
from tests.programmes.test_fair_access import has_come, lives_here

MATCH = """
    score languages skills servedHere available livesNear thisWeek eligible volunteer { displayName } shift { id }
    unmet(first: 12) {
        code met says(language: "en") { text } remedy(language: "zh-Hans") { text } deadline rule { name source }
    }
"""
TERMS = ("languages", "skills", "servedHere", "available", "livesNear", "thisWeek")


async def asks(here: Neighbourhood, who: Actor, document: str, **variables: Any) -> Any:
    done = await Engine(schema(), here.house).execute(document, variables, None, who.at(here.house.clock()))
    said = orjson.loads(done.body)
    assert "errors" not in said, said
    return said["data"]


async def candidates(here: Neighbourhood, who: Actor, shift: Shift, first: int = 20) -> list[Any]:
    document = f"query($id: ID!, $first: Int) {{ shift(id: $id) {{ candidates(first: $first) {{ {MATCH} }} }} }}"
    found: list[Any] = (await asks(here, who, document, id=typed("shf", shift.id), first=first))["shift"]["candidates"]
    assert all(one["score"] == sum(one[term] for term in TERMS) for one in found)
    assert all(one["eligible"] is (one["unmet"] == []) for one in found)
    return found


async def suggestions(here: Neighbourhood, who: Actor) -> list[Any]:
    document = f"{{ myVolunteer {{ suggestions(first: 20) {{ {MATCH} }} }} }}"
    return (await asks(here, who, document))["myVolunteer"]["suggestions"]  # type: ignore[no-any-return]


async def needs(here: Neighbourhood, skills: list[str], languages: list[str]) -> None:
    sql = "UPDATE opportunity SET skills = $2, languages = $3 WHERE id = $1"
    await here.house.lanes.run(sql, (here.opportunity.id, skills, languages))


async def neighbour(here: Neighbourhood, name: str, skills: list[str] | None = None, **known: Any) -> Actor:
    somebody = await here.volunteer(name, **known)
    await lives_here(here, somebody)
    if skills:
        await here.house.lanes.run("UPDATE volunteer SET skills = $2 WHERE person_id = $1", (somebody.id, skills))
    return somebody


async def speaks(here: Neighbourhood, somebody: Actor, language: str) -> None:
    volunteer = await here.volunteer_of(somebody)
    level = LanguageLevel.INDEPENDENT
    await here.do(somebody, speak_language, volunteer_id=volunteer.id, language=language, level=level)


async def proves(here: Neighbourhood, somebody: Actor, skill: str) -> None:
    volunteer = await here.volunteer_of(somebody)
    shown = {
        "source": CompetenceSource.REFERENCE,
        "proof": "The worker has seen it",
        "level": CompetenceLevel.PROFICIENT,
    }
    claim = await here.do(
        somebody, record_competence, volunteer_id=volunteer.id, skill=skill, since=date(2026, 1, 1), **shown
    )
    await here.do(here.worker, confirm_competence, competence_id=claim.id)


async def test_whoever_suits_best_comes_first_and_each_term_of_the_sum_is_told(here: Neighbourhood) -> None:
    """pain 28: the right people are asked, and one can tell why them."""
    await needs(here, ["first_aid"], ["en"])
    shift = await here.shift(capacity=5)
    await neighbour(here, "Near")
    await neighbour(here, "Skilled", ["first_aid", "cooking"])
    both = await neighbour(here, "Both", ["first_aid"])
    far = await here.volunteer("Far")
    for somebody in (both, far):
        await speaks(here, somebody, "en")
    await has_come(here, both)
    await here.volunteer("Unknown")
    found = await candidates(here, here.worker, shift)
    assert [(c["volunteer"]["displayName"], *(c[term] for term in TERMS)) for c in found] == [
        ("Both", 3, 2, 2, 0, 1, 0),
        ("Skilled", 0, 2, 0, 0, 1, 0),
        ("Far", 3, 0, 0, 0, 0, 0),
        ("Near", 0, 0, 0, 0, 1, 0),
    ]
    assert [c["score"] for c in await candidates(here, here.manager, shift, first=1)] == [8]


async def test_whoever_has_proof_of_what_is_needed_is_found_though_nobody_knows_them(here: Neighbourhood) -> None:
    await needs(here, ["first_aid"], [])
    able, other = await here.volunteer("Able"), await here.volunteer("Other")
    await proves(here, able, "first_aid")
    await proves(here, other, "cooking")
    found = await candidates(here, here.worker, await here.shift())
    assert [c["volunteer"]["displayName"] for c in found] == ["Able"]


async def test_whoever_does_not_meet_something_comes_last_with_rule_remedy_and_deadline(here: Neighbourhood) -> None:
    """pain 10, pain 28: what stands against it is told as of the shift's day, and until when it can be cured."""
    await needs(here, ["first_aid"], [])
    shift = await here.shift(capacity=5, ahead=80)
    minor = await neighbour(here, "Minor", ["first_aid"], born=date(2010, 1, 1))
    adult = await neighbour(here, "Adult")
    for somebody in (minor, adult):
        await proves(here, somebody, "first_aid")
    first, last = await candidates(here, here.worker, shift)
    assert (first["volunteer"]["displayName"], first["unmet"], first["eligible"]) == ("Adult", [], True)
    assert last["score"] > first["score"]
    (lacks,) = last["unmet"]
    told = next(r for code, r in REQUIREMENTS.items() if code.name == lacks["code"])
    assert (lacks["code"], lacks["met"], lacks["rule"]["name"]) == ("GUARDIAN_CONSENT_MISSING", False, "majority")
    assert told.remedy
    assert (lacks["says"]["text"], lacks["remedy"]["text"]) == (told.says.en, told.remedy.zh)
    assert (lacks["deadline"], "民法典" in lacks["rule"]["source"]) == ("2026-06-04T12:00:00Z", True)
    await here.sign_up(adult, await here.shift(ahead=81))
    asked = {
        c["volunteer"]["displayName"]: [u["code"] for u in c["unmet"]]
        for c in await candidates(here, here.worker, shift)
    }
    assert asked == {"Adult": ["OVERLAP"], "Minor": ["GUARDIAN_CONSENT_MISSING"]}


async def test_what_the_matcher_says_is_what_signing_up_does(here: Neighbourhood) -> None:
    shift = await here.shift(capacity=5)
    people = {"Adult": await neighbour(here, "Adult"), "Child": await neighbour(here, "Child", born=date(2010, 9, 1))}
    for one in await candidates(here, here.worker, shift):
        try:
            await here.sign_up(people[one["volunteer"]["displayName"]], shift)
            refused = None
        except Exception as no:
            refused = no.code  # type: ignore[attr-defined]
        assert refused == next((u["code"].lower() for u in one["unmet"]), None)


async def test_whoever_has_served_much_that_week_lets_others_have_their_turn(here: Neighbourhood) -> None:
    """pain 5: who is asked again and again is worn out."""
    shift = await here.shift(capacity=5, ahead=72)
    busy, idle = await neighbour(here, "Busy"), await neighbour(here, "Idle")
    await here.sign_up(busy, await here.shift(ahead=48, length=9))
    found = await candidates(here, here.worker, shift)
    assert [(c["volunteer"]["displayName"], c["thisWeek"]) for c in found] == [("Idle", 0), ("Busy", -1)]
    await here.sign_up(idle, shift)
    assert [c["volunteer"]["displayName"] for c in await candidates(here, here.worker, shift)] == ["Busy"]


async def test_only_whoever_leads_the_shift_sees_whom_to_ask_and_why_not(here: Neighbourhood) -> None:
    shift, minor = await here.shift(capacity=5), await neighbour(here, "Minor", born=date(2010, 1, 1))
    for somebody, may in ((here.worker, True), (here.manager, True), (here.staff, False), (here.outsider, False)):
        assert [len(one["unmet"]) for one in await candidates(here, somebody, shift)] == [1] * may
    assert await candidates(here, minor, shift) == []


async def test_shifts_are_suggested_by_what_one_can_do_and_may(here: Neighbourhood, clock: Clock) -> None:
    """pain 26: what fits is found without reading every shift."""
    await needs(here, ["first_aid"], [])
    fits, clashes, full = await here.shift(ahead=72), await here.shift(ahead=100), await here.shift(ahead=120)
    over = await here.shift(ahead=20)
    somebody = await neighbour(here, "Somebody", ["first_aid"])
    await proves(here, somebody, "first_aid")
    await proves(here, other := await here.volunteer(), "first_aid")
    await here.sign_up(other, full)
    await here.sign_up(somebody, mine := await here.shift(ahead=101, capacity=3))
    clock.wait(hours=21)
    found = await suggestions(here, somebody)
    assert [(m["shift"]["id"], m["eligible"], [u["code"] for u in m["unmet"]], m["score"]) for m in found] == [
        (typed("shf", fits.id), True, [], 3),
        (typed("shf", clashes.id), False, ["OVERLAP"], 3),
    ]
    assert not {typed("shf", one.id) for one in (full, mine, over)} & {m["shift"]["id"] for m in found}
    await here.do(here.worker, commands.cancel_shift, shift_id=fits.id, reason="Storm")
    assert len(await suggestions(here, somebody)) == 1


async def test_whoever_can_at_that_time_comes_first_and_nobody_is_refused_by_it(here: Neighbourhood) -> None:
    """pain 26, pain 28: those are asked who said they can; whoever said nothing is neither before nor left out."""
    shift = await here.shift(capacity=5, ahead=72)  # Thursday 4 June 2026, 12:00 to 14:00 in China
    says = {
        "Fits": ["TH 12:00-14:00"],
        "Wide": ["MO 09:00-12:00", "TH 08:30-24:00"],
        "Silent": [],
        "Short": ["TH 12:00-13:59"],
        "Friday": ["FR 00:00-24:00"],
    }
    for name, times in says.items():
        somebody = await neighbour(here, name)
        volunteer = await here.volunteer_of(somebody)
        await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, available=times)
    found = await candidates(here, here.worker, shift)
    points = {one["volunteer"]["displayName"]: one["available"] for one in found}
    assert points == {"Fits": 2, "Wide": 2, "Silent": 0, "Short": -2, "Friday": -2}
    assert [one["volunteer"]["displayName"] for one in found][2] == "Silent"
    assert all(one["eligible"] for one in found)


async def test_a_shift_until_midnight_lies_in_an_evening_and_one_beyond_it_in_none(here: Neighbourhood) -> None:
    somebody = await neighbour(here, "Evening")
    volunteer = await here.volunteer_of(somebody)
    await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, available=["TH 18:00-24:00"])
    until, beyond = await here.shift(ahead=80, length=4), await here.shift(ahead=80, length=4.5)
    told = [(await candidates(here, here.worker, shift))[0]["available"] for shift in (until, beyond)]
    assert told == [2, -2]
