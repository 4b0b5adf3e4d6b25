"""What still stands between a volunteer and a shift: one reading, for whoever signs up and whoever accepts an offer."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select

from domain.access import NOW, Actor
from domain.columns import day_of
from domain.errors import NotNow
from domain.organizations.models import Organization, OrganizationCategory
from domain.organizations.states import OrganizationState
from domain.places import jurisdiction
from domain.programmes import commands
from domain.programmes.eligibility import as_one, requirements
from domain.programmes.models import Agreement, Shift, Signup
from domain.programmes.requirements import REQUIREMENTS, RequirementCode
from domain.programmes.states import AgreementState, ShiftState, SignupState
from domain.regulations.models import Rule
from domain.rules import grounds
from domain.volunteers.commands import (
    confirm_competence,
    end_insurance,
    insure_volunteer,
    record_competence,
    revoke_competence,
)
from domain.volunteers.models import Competence, CompetenceLevel, CompetenceSource, Insurance, Volunteer
from domain.volunteers.states import CompetenceState, InsuranceState
from domain.work import compiled
from tests.programmes.eligibility_by_hand import demanded_by_hand, met_by_hand
from tests.programmes.neighbourhood import ADULT, Neighbourhood, said

Code = RequirementCode
THURSDAY = 68
"""Hours until eight in the morning of a Thursday in Beijing."""
THAT_DAY = date(2026, 6, 4)
PLACE = jurisdiction("110105")

shifts, volunteers = Shift.__table__, Volunteer.__table__  # type: ignore[attr-defined]
QUESTION = select(as_one(requirements(volunteers, shifts, NOW))).where(
    volunteers.c.id == bindparam("volunteer"), shifts.c.id == bindparam("shift")
)

#: Where else somebody serves who may therefore not serve for two hours on Thursday from eight: hours later, and hours.
ELSEWHERE: dict[Code, list[tuple[float, float]]] = {
    Code.OVERLAP: [(1, 2)],
    Code.REST_BETWEEN: [(2.25, 1)],
    Code.DAY_MOST: [(3, 11)],
    Code.WEEK_MOST: [(-24, 3), (24, 12), (48, 12), (72, 12)],
    Code.SEATS_AHEAD: [(24, 1), (48, 1)],
}


FOUND_BY_CIRCUMSTANCES = {Code.AGREEMENT_MISSING: "agreement_out_of_city"}
NEEDS = {Code.SKILL_MISSING: "skills", Code.LANGUAGE_MISSING: "languages"}


async def needs(here: Neighbourhood, skills: Sequence[str] = (), languages: Sequence[str] = ()) -> None:
    """The service needs these from now on."""
    sql = "UPDATE opportunity SET skills = $1, languages = $2 WHERE id = $3"
    await here.house.lanes.run(sql, [list(skills), list(languages), here.opportunity.id])
    here.opportunity = await here.now(here.opportunity)


async def is_such(here: Neighbourhood, **of_it: Any) -> None:
    """The opportunity is such from now on."""
    for name, value in of_it.items():
        await here.house.lanes.run(f"UPDATE opportunity SET {name} = $1 WHERE id = $2", [value, here.opportunity.id])
    here.opportunity = await here.now(here.opportunity)


async def consents(here: Neighbourhood, minor: Actor) -> None:
    """A guardian consents to whatever the minor does until next year."""
    sql = "UPDATE volunteer SET guardian_consent_until = $2 WHERE person_id = $1"
    await here.house.lanes.run(sql, [minor.id, here.house.clock() + timedelta(days=200)])


async def endangers(here: Neighbourhood) -> None:
    """Volunteers may be hurt from now on; where law wants no agreement for that."""
    await is_such(here, dangerous=True)
    await rule_here(here, "agreement_high_risk", 0, since=date(2026, 1, 1))


async def found(here: Neighbourhood, somebody: Actor, shift: Shift) -> dict[Code, bool]:
    sql, args = compiled(QUESTION)
    volunteer = await here.volunteer_of(somebody)
    asked = {"volunteer": volunteer.id, "shift": shift.id, "now": here.house.clock()}
    ((listed,),) = await here.house.lanes.run(sql, args(asked))
    assert [code for code, *_ in listed] == list(REQUIREMENTS)
    return {Code(code): met for code, met, _ in listed}


async def rule_here(here: Neighbourhood, name: str, value: int, since: date = date(2020, 1, 1)) -> None:
    await here.put(
        Rule.new(
            name=name,
            jurisdiction="CN-BJ",
            jurisdiction_name=said("Beijing"),
            since=since,
            value=Decimal(value),
            unit="units",
            says=said(f"{value} in Beijing."),
            source="A test",
            verified=True,
            version=1,
        )
    )
    await here.house.refresh()


async def serves_elsewhere(here: Neighbourhood, somebody: Actor, code: Code) -> None:
    for later, length in ELSEWHERE[code]:
        await here.sign_up(somebody, await here.shift(ahead=THURSDAY + later, length=length))


async def world(here: Neighbourhood, code: Code) -> tuple[Actor, Shift]:
    """A volunteer and a shift between whom stands this alone."""
    shift = await here.shift(ahead=THURSDAY, capacity=5)
    if code == Code.BEGUN:
        await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Storm")
    if code == Code.NOT_OPEN_YET:
        await here.do(
            here.worker, commands.open_in_waves, shift_id=shift.id, everyone_from=shift.starts_at - timedelta(hours=1)
        )
    if code == Code.TOO_YOUNG:
        await rule_here(here, "youngest_volunteer", 37)
    if code == Code.SEATS_AHEAD:
        await rule_here(here, "seats_ahead", 2)
    if code == Code.INSURANCE_MISSING:
        await endangers(here)
    if code == Code.AGREEMENT_MISSING:
        await is_such(here, out_of_city=True)
    if code == Code.CHARTER_UNREAD:
        await rule_here(here, "charter_edition", 2)
    if code in NEEDS:
        await needs(here, **{NEEDS[code]: ["first_aid"]})
    a_minor = code in {Code.GUARDIAN_CONSENT_MISSING, Code.MINOR_IN_DANGER}
    somebody = await here.volunteer(born=date(2008, 6, 5) if a_minor else ADULT)
    if code == Code.MINOR_IN_DANGER:
        await endangers(here)
        await rule_here(here, "insurance_before_danger", 0)
        await rule_here(here, "minor_in_danger", 0)
        await consents(here, somebody)
    if code in ELSEWHERE:
        await serves_elsewhere(here, somebody, code)
    if code == Code.REMOVED:
        seat = await here.sign_up(somebody, shift)
        await here.do(here.worker, commands.remove_signup, signup_id=seat.id, reason="Quarrels")
    return somebody, shift


@pytest.mark.parametrize("code", Code)
async def test_what_is_shown_is_what_signing_up_does(here: Neighbourhood, code: Code) -> None:
    """Pain 10: one is told why, by which rule from which source, and what can be done, in both languages."""
    somebody, shift = await world(here, code)
    assert [c for c, met in (await found(here, somebody, shift)).items() if not met] == [code]
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(somebody, shift)
    told, no = REQUIREMENTS[code], refusal.value
    assert (no.code, no.say("en"), no.say("zh-Hans"), no.remedy) == (code.value, *told.says, told.remedy)
    if name := told.rule or FOUND_BY_CIRCUMSTANCES.get(code):
        assert no.grounds == grounds(here.house.book.find(name, date(2026, 6, 4), PLACE), somebody.language)
    else:
        assert no.grounds is None


@pytest.mark.parametrize("code", ELSEWHERE)
async def test_an_offer_asks_the_same_as_signing_up(here: Neighbourhood, code: Code) -> None:
    shift = await here.shift(ahead=THURSDAY)
    if code == Code.SEATS_AHEAD:
        await rule_here(here, "seats_ahead", 2)
    first, second = await here.volunteer(), await here.volunteer()
    seat, place = await here.sign_up(first, shift), await here.sign_up(second, shift)
    await serves_elsewhere(here, second, code)
    await here.do(first, commands.withdraw, signup_id=seat.id)
    with pytest.raises(NotNow) as refusal:
        await here.do(second, commands.accept_offer, signup_id=place.id)
    assert refusal.value.code == code.value
    assert (await here.now(place)).state == SignupState.OFFERED


async def test_a_week_is_from_monday_to_sunday_in_china(here: Neighbourhood) -> None:
    """Pain 5: forty hours in one week are enough; the next Monday begins another."""
    somebody = await here.volunteer()
    for days in (1, 2, 3, 4):
        await here.sign_up(somebody, await here.shift(ahead=THURSDAY + 24 * days, length=12))
    assert all((await found(here, somebody, await here.shift(ahead=THURSDAY + 24 * 5, length=12))).values())
    assert not (await found(here, somebody, await here.shift(ahead=THURSDAY, length=5)))[Code.WEEK_MOST]


async def test_the_rule_in_force_on_the_shifts_day_decides(here: Neighbourhood) -> None:
    """Not today's: who is told no today for a day in July is told by July's rule."""
    await rule_here(here, "rest_between", 180, since=date(2026, 6, 5))
    somebody = await here.volunteer()
    for days, met in ((0, True), (1, False)):
        await here.sign_up(somebody, await here.shift(ahead=THURSDAY + 24 * days, length=1))
        after = await here.shift(ahead=THURSDAY + 24 * days + 3, length=1)
        assert (await found(here, somebody, after))[Code.REST_BETWEEN] is met


async def test_who_may_be_hurt_is_insured_by_the_organization_for_that_day(here: Neighbourhood) -> None:
    await endangers(here)
    shift, somebody = await here.shift(ahead=THURSDAY), await here.volunteer()
    told: dict[str, Any] = {"volunteer_id": (await here.volunteer_of(somebody)).id, "insurer": "PICC", "policy": "1"}
    by_us = {"organization_id": here.organization.id, **told}
    kept = []
    for since, until, met in (
        (THAT_DAY - timedelta(1), THAT_DAY - timedelta(1), False),
        (THAT_DAY + timedelta(1), THAT_DAY + timedelta(1), False),
        (THAT_DAY, THAT_DAY, True),
    ):
        kept.append(await here.do(here.manager, insure_volunteer, since=since, until=until, **by_us))
        assert (await found(here, somebody, shift))[Code.INSURANCE_MISSING] is met
    await here.do(here.manager, end_insurance, insurance_id=kept[-1].id, reason="Not paid.")
    assert not (await found(here, somebody, shift))[Code.INSURANCE_MISSING]
    await rule_here(here, "insurance_before_danger", 0)
    assert (await found(here, somebody, shift))[Code.INSURANCE_MISSING], "a place may lift what the nation demands"


@pytest.mark.parametrize("wrong", [{"until": THAT_DAY - timedelta(1)}, {"since": THAT_DAY + timedelta(1)}])
async def test_proof_counts_on_the_days_on_which_it_holds(here: Neighbourhood, wrong: dict[str, date]) -> None:
    """Pain 16: what is current today may have ended by the shift's day, or begin only later."""
    shift, somebody = await here.shift(ahead=THURSDAY), await here.volunteer()
    volunteer = await here.volunteer_of(somebody)
    await needs(here, languages=["en"])
    told: dict[str, Any] = {"level": CompetenceLevel.BASIC, "source": CompetenceSource.REFERENCE, "proof": "Anna"}
    claims = []
    for about, met in ((wrong, False), ({"since": THAT_DAY, "until": THAT_DAY}, True)):
        claim = await here.do(somebody, record_competence, volunteer_id=volunteer.id, language="en", **told, **about)
        claims.append(claim.id)
        assert not (await found(here, somebody, shift))[Code.LANGUAGE_MISSING], "nobody has seen it yet"
        await here.do(here.manager, confirm_competence, competence_id=claim.id)
        assert (await found(here, somebody, shift))[Code.LANGUAGE_MISSING] is met
    assert (await here.sign_up(somebody, shift)).state == SignupState.CONFIRMED
    await here.do(here.worker, revoke_competence, competence_id=claims[-1], reason="Another's.")
    assert not (await found(here, somebody, shift))[Code.LANGUAGE_MISSING]
    (seat,) = await here.all(Signup)
    assert (seat.state, seat.missing) == (SignupState.NEEDS_ACTION, {Code.LANGUAGE_MISSING.value: None})


async def test_who_comes_of_age_by_the_shifts_day_needs_no_guardian(here: Neighbourhood) -> None:
    shift = await here.shift(ahead=THURSDAY, capacity=2)
    on_the_day, a_day_late = await here.volunteer(born=date(2008, 6, 4)), await here.volunteer(born=date(2008, 6, 5))
    assert (await here.sign_up(on_the_day, shift)).state == SignupState.CONFIRMED
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(a_day_late, shift)
    assert refusal.value.code == "guardian_consent_missing"


async def test_where_law_keeps_minors_from_danger_no_consent_lets_them_serve_in_it(here: Neighbourhood) -> None:
    """pain 3: suited work. Zhejiang 2018, article 9; Ningbo 2021, article 10; Shandong 2021, article 10."""
    minor, adult = await here.volunteer("Xiao", date(2010, 1, 1)), await here.volunteer("Da")
    await consents(here, minor)
    shift = await here.shift(capacity=5)
    await endangers(here)
    assert (await found(here, minor, shift))[Code.MINOR_IN_DANGER], "Beijing has no such rule"
    await rule_here(here, "minor_in_danger", 0)
    assert not (await found(here, minor, shift))[Code.MINOR_IN_DANGER]
    assert (await found(here, adult, shift))[Code.MINOR_IN_DANGER]
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(minor, shift)
    assert (refusal.value.code, bool(refusal.value.grounds), refusal.value.remedy) == ("minor_in_danger", True, None)
    await is_such(here, dangerous=False)
    assert (await here.sign_up(minor, shift)).state == SignupState.CONFIRMED


async def test_a_seat_remembers_every_rule_that_was_looked_at(here: Neighbourhood) -> None:
    await here.sign_up(await here.volunteer(), await here.shift())
    (deed,) = await here.house.lanes.run("SELECT rules FROM deed WHERE verb = 'sign_up'")
    assert {citation.partition("@")[0] for citation in deed["rules"]} == {
        r.rule for r in REQUIREMENTS.values() if r.rule and r.rule != "minor_in_danger"
    }, "all that Beijing has"


async def test_nobody_serves_too_long_on_a_day_by_being_quick(here: Neighbourhood) -> None:
    """Pain 5: six shifts of three hours asked for at once; twelve hours are the most, whatever the order."""
    open_shifts = [await here.shift(capacity=5, ahead=THURSDAY - 8 + n * 4, length=3) for n in range(6)]
    somebody = await here.volunteer()
    results = await asyncio.gather(*(here.sign_up(somebody, s) for s in open_shifts), return_exceptions=True)
    assert sum(isinstance(r, Signup) for r in results) <= 4
    assert all(isinstance(r, Signup) or getattr(r, "code", None) in ("day_most", "busy") for r in results)
    seats = await here.all(Signup, "volunteer_id = $1", (await here.volunteer_of(somebody)).id)
    assert len(seats) == sum(isinstance(r, Signup) for r in results) >= 1


hours = st.integers(-100, 100).map(lambda quarters: quarters / 4)
others = st.lists(st.tuples(hours, st.integers(1, 48).map(lambda quarters: quarters / 4), st.booleans()), max_size=6)
births = st.sampled_from([date(1990, 2, 28), date(2008, 6, 4), date(2008, 6, 5), date(2012, 6, 4), date(2012, 6, 5)])
ends_of_consent = st.sampled_from([None, THURSDAY - 0.25, THURSDAY, THURSDAY + 0.25])
scopes = st.tuples(
    st.sampled_from([None, None, True, False]),
    st.booleans(),
    st.sampled_from([None, "00:00", "12:00", "22:00", "23:59"]),
)
days = st.sampled_from([THAT_DAY + timedelta(n) for n in (-1, 0, 1)])
proofs = st.lists(
    st.tuples(st.sampled_from("ab"), days, st.none() | days, st.sampled_from(CompetenceState)).filter(
        lambda proof: proof[2] is None or proof[1] <= proof[2]
    ),
    max_size=3,
    unique_by=lambda proof: (proof[0], proof[3]),
)
covers = st.lists(
    st.tuples(st.booleans(), days, days, st.sampled_from(InsuranceState)).filter(lambda cover: cover[1] <= cover[2]),
    max_size=2,
)
circumstances = st.fixed_dictionaries(
    {
        "term_months": st.sampled_from([None, 1, 3]),
        "full_time": st.booleans(),
        "large_event": st.booleans(),
        "out_of_city": st.booleans(),
    }
)
leaps = st.sampled_from([date(2008, 2, 29), date(2012, 2, 29)])


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    elsewhere=others,
    born=births | leaps,
    consent=ends_of_consent,
    scope=scopes,
    length=st.integers(1, 14),
    shown=proofs,
    skills=st.sets(st.sampled_from("ab")),
    circumstances=circumstances,
    country=st.sampled_from([None, "CN", "HK", "DE"]),
    agreed=st.lists(st.tuples(st.booleans(), days, days).filter(lambda held: held[1] <= held[2]), max_size=1),
    covered=covers,
    dangerous=st.booleans(),
    edition=st.sampled_from([None, 0, 1, 2]),
)
async def test_both_readings_agree_whatever_the_facts(
    here: Neighbourhood,
    elsewhere: list[tuple[float, float, bool]],
    born: date,
    consent: float | None,
    scope: tuple[str, bool, str | None],
    length: int,
    shown: list[tuple[str, date, date | None, CompetenceState]],
    skills: set[str],
    circumstances: dict[str, Any],
    country: str | None,
    agreed: list[tuple[bool, date, date]],
    covered: list[tuple[bool, date, date, InsuranceState]],
    dangerous: bool,
    edition: int | None,
) -> None:
    if not await here.all(Rule, "name = 'minor_in_danger' AND jurisdiction = 'CN-BJ'"):
        await rule_here(here, "minor_in_danger", 0)
    person, now = await here.person("Li"), here.house.clock()
    where, ours_too, latest = scope
    limits = {
        "guardian_consent_community_id": {"here": here.community.id, "elsewhere": here.other_community.id}.get(where),
        "guardian_consent_organization_id": here.organization.id if ours_too else None,
        "guardian_consent_latest": latest,
    }
    volunteer = await here.put(
        Volunteer.new(
            person_id=person.id,
            display_name="Li",
            legal_name="Li",
            birth_date=born,
            nationality=country,
            registered_at=now,
            charter_edition=edition,
            guardian_consent_until=None if consent is None else now + timedelta(hours=consent),
            **limits,
        )
    )
    shift = await put_shift(here, THURSDAY, length)
    await needs(here, skills=sorted(skills))
    await is_such(here, dangerous=dangerous, **circumstances)
    for is_held, since, last in agreed:
        await here.put(
            Agreement.new(
                **{name: getattr(shift, name) for name in ("street_id", "community_id", "organization_id")},
                opportunity_id=here.opportunity.id,
                volunteer_id=volunteer.id,
                wording="Both agree.",
                language="en",
                since=since,
                until=last,
                signed_by_id=person.id,
                signed_at=now,
                state=AgreementState.IN_FORCE if is_held else AgreementState.ENDED,
            )
        )
    other = await here.put(
        Organization.new(
            street_id=here.street,
            name=said("Moon"),
            category=OrganizationCategory.FILED,
            state=OrganizationState.ACTIVE,
        )
    )
    for ours, since, last, covering in covered:
        await here.put(
            Insurance.new(
                street_id=here.street,
                organization_id=here.organization.id if ours else other.id,
                volunteer_id=volunteer.id,
                insurer="PICC",
                policy="1",
                since=since,
                until=last,
                state=covering,
            )
        )
    for skill, since, until, state in shown:
        await here.put(
            Competence.new(
                volunteer_id=volunteer.id,
                skill=skill,
                level=CompetenceLevel.BASIC,
                source=CompetenceSource.REFERENCE,
                proof="Anna",
                since=since,
                until=until,
                state=state,
            )
        )
    seats = []
    for later, long, over in elsewhere:
        other = await put_shift(here, THURSDAY + later, long, ShiftState.ENDED if over else ShiftState.SCHEDULED)
        seats.append(other)
        await here.put(
            Signup.new(
                street_id=here.street,
                community_id=other.community_id,
                organization_id=other.organization_id,
                shift_id=other.id,
                volunteer_id=volunteer.id,
                signed_up_at=now,
                state=SignupState.CONFIRMED,
            )
        )
    day, find = day_of(shift.starts_at), here.house.book.find
    competences = await here.all(Competence, "volunteer_id = $1", volunteer.id)
    insurances = await here.all(Insurance, "volunteer_id = $1", volunteer.id)
    agreements = await here.all(Agreement, "volunteer_id = $1", volunteer.id)

    def held(name: str) -> Rule | None:
        try:
            return find(name, day, PLACE)
        except LookupError:
            return None

    rules = {code: rule for code, told in REQUIREMENTS.items() if told.rule and (rule := held(told.rule))}
    rules |= demanded_by_hand(volunteer, here.opportunity, held)
    known = (here.opportunity, competences, insurances, agreements)
    said_by_hand = met_by_hand(volunteer, shift, seats, rules, now, *known)
    assert await found(here, person, shift) == said_by_hand


async def put_shift(
    here: Neighbourhood, ahead: float, length: float, state: ShiftState = ShiftState.SCHEDULED
) -> Shift:
    starts_at = here.house.clock() + timedelta(hours=ahead)
    values: dict[str, Any] = {
        name: getattr(here.opportunity, name) for name in ("street_id", "community_id", "organization_id")
    }
    return await here.put(  # type: ignore[no-any-return]
        Shift.new(
            **values,
            opportunity_id=here.opportunity.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=length),
            capacity=9,
            record_due=date(2026, 7, 1),
            record_due_provisional=False,
            state=state,
        )
    )
