"""What nobody can do by themselves is asked for, answered in time by somebody else, and done by the answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access import Actor
from domain.accounts import rights
from domain.accounts.erasure import erase_person
from domain.accounts.models import Person
from domain.accounts.personal import NOBODY
from domain.accounts.rights_requests import DataRight, RightsRequest
from domain.accounts.states import OPEN, RIGHTS_REQUEST, PersonState, RightsRequestState
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from domain.postgres import Lanes
from domain.programmes.states import SignupState
from domain.volunteers.commands import give_guardian_consent, name_guardian
from domain.work import Work
from tests.conftest import NOON, Clock
from tests.programmes.neighbourhood import Neighbourhood, said

ANSWER = said("It is done as the law says.")
FULFILLED, PARTLY = RightsRequestState.FULFILLED, RightsRequestState.PARTLY
REFUSED, WITHDRAWN = RightsRequestState.REFUSED, RightsRequestState.WITHDRAWN
LAST_WORDS = ("fulfil_rights_request", "partly_fulfil_rights_request", "refuse_rights_request")


@pytest.fixture
async def operator(here: Neighbourhood) -> Actor:
    return Actor((await here.person("Officer")).id, {"operator": frozenset()})


async def ask(
    here: Neighbourhood, somebody: Actor, asks_for: DataRight = DataRight.EXPLANATION, **about: Any
) -> RightsRequest:
    input = {"asks_for": asks_for, "says": "Why was I not offered the seat?", **about}
    request: RightsRequest = await here.do(somebody, rights.file_rights_request, **input)
    return request


async def give(here: Neighbourhood, operator: Actor, verb: str, request: RightsRequest, **about: Any) -> RightsRequest:
    given: dict[str, Any] = {"answer": ANSWER} if verb in LAST_WORDS else {}
    given |= {"reason": "Was signed in."} if verb == "check_identity" else {}
    done: RightsRequest = await here.do(
        operator, getattr(rights, verb), rights_request_id=request.id, **{**given, **about}
    )
    return done


async def begun(here: Neighbourhood, operator: Actor, request: RightsRequest) -> RightsRequest:
    await give(here, operator, "check_identity", request)
    return await give(here, operator, "take_up_rights_request", request)


async def letters(here: Neighbourhood, kind: str) -> list[Any]:
    return await here.house.lanes.run("SELECT address, says FROM letter WHERE kind = $1", (kind,))


# -- asking -----------------------------------------------------------------------------------------------------------


async def test_what_is_asked_waits_for_its_answer_and_the_person_hears_until_when(
    here: Neighbourhood, clock: Clock
) -> None:
    clock.now = datetime(2026, 2, 9, 4, tzinfo=UTC)
    request = await ask(here, await here.volunteer(), says="  Since\nwhen? ")
    assert (request.state, request.says) == (RightsRequestState.RECEIVED, "Since\nwhen?")
    assert request.due_on == date(2026, 3, 6), "fifteen working days, with Spring Festival and its make-up days"
    assert request.due_at == datetime(2026, 3, 6, 16, tzinfo=UTC)
    (letter,) = await letters(here, "rights_request_received")
    assert letter["says"]["due"] == "2026-03-06"
    (deed,) = await here.house.lanes.run("SELECT rules FROM deed WHERE verb = 'file_rights_request'")
    assert deed["rules"] == {"rights_answer@CN/2021-11-01": 1}


@pytest.mark.parametrize(
    ("about", "path"),
    [
        ({"says": " \n "}, "says"),
        ({"says": "x" * 5001}, "says"),
        ({"says": "a\u202eb"}, "says"),
        ({"asks_for": DataRight.CORRECTION, "legal_name": "a\x07"}, "legalName"),
        ({"asks_for": DataRight.ACCESS, "legal_name": "Li Min"}, "asksFor"),
        ({"asks_for": DataRight.ERASURE, "birth_date": date(1990, 1, 1)}, "asksFor"),
    ],
)
async def test_what_cannot_be_asked_is_refused_at_its_field(
    here: Neighbourhood, about: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as no:
        await ask(here, await here.volunteer(), **about)
    assert no.value.path == path


@pytest.mark.parametrize(
    ("about", "path"), [({"legal_name": "Li Min"}, "legalName"), ({"birth_date": date(1990, 1, 1)}, "birthDate")]
)
async def test_only_volunteers_have_what_could_be_corrected(
    here: Neighbourhood, about: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as no:
        await ask(here, here.stranger, DataRight.CORRECTION, **about)
    assert (no.value.code, no.value.path) == ("no_volunteer", path)
    assert (await ask(here, here.stranger, DataRight.CORRECTION)).state == RightsRequestState.RECEIVED


async def test_the_same_is_not_asked_twice_while_it_is_open_also_not_at_once(
    here: Neighbourhood, operator: Actor
) -> None:
    somebody = await here.volunteer()
    outcomes = await asyncio.gather(*(ask(here, somebody) for _ in range(4)), return_exceptions=True)
    assert sorted(getattr(no, "code", "asked") for no in outcomes) == ["asked", *["asked_already"] * 3]
    (request,) = [asked for asked in outcomes if isinstance(asked, RightsRequest)]
    assert (await ask(here, somebody, DataRight.OTHER)).state == RightsRequestState.RECEIVED
    await give(here, operator, "refuse_rights_request", request)
    assert (await ask(here, somebody)).state == RightsRequestState.RECEIVED


async def test_nobody_asks_in_nobodys_name(here: Neighbourhood) -> None:
    with pytest.raises(NotAllowed):
        await ask(here, Actor(None, {"operator": frozenset()}))


# -- answering --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verb", "outcome"), list(zip(LAST_WORDS, (FULFILLED, PARTLY, REFUSED), strict=True)))
async def test_an_answer_is_told_and_a_no_names_the_way_to_the_court(
    here: Neighbourhood, operator: Actor, verb: str, outcome: RightsRequestState
) -> None:
    somebody = await here.volunteer()
    request = await begun(here, operator, await ask(here, somebody))
    done = await give(here, operator, verb, request)
    assert (done.state, done.answer, done.answered_at, done.answered_by_id) == (outcome, ANSWER, NOON, operator.id)
    told = done.court_route
    assert (told is None) == (outcome == FULFILLED)
    assert told is None or ("第五十条" in told["text"] and "article 50" in told["translations"]["en"]["text"])
    (letter,) = await letters(here, "rights_request_answered")
    assert letter["says"]["outcome"] == outcome.value
    deeds = await here.house.lanes.run("SELECT verb, reason FROM deed WHERE noun = 'rights_request' ORDER BY id")
    steps = ["file_rights_request", "check_identity", "take_up_rights_request", verb]
    assert [deed["verb"] for deed in deeds] == steps
    assert [deed["reason"] for deed in deeds] == [None, "Was signed in.", None, None]


async def test_an_answer_has_words(here: Neighbourhood, operator: Actor) -> None:
    request = await ask(here, await here.volunteer())
    with pytest.raises(Invalid) as no:
        await give(here, operator, "check_identity", request, reason=" ")
    assert no.value.path == "reason"
    await begun(here, operator, request)
    for verb in LAST_WORDS:
        with pytest.raises(Invalid) as no:
            await give(here, operator, verb, request, answer=said(" "))
        assert no.value.path == "answer"


async def test_nobody_answers_what_they_asked_themselves_and_no_application_answers(
    here: Neighbourhood, operator: Actor
) -> None:
    own, others = await ask(here, operator), await ask(here, await here.volunteer())
    for verb in ("check_identity", "take_up_rights_request", *LAST_WORDS):
        for somebody, request in (
            (operator, own),
            (Actor(None, operator.roles), others),
            (Actor(others.person_id), others),
        ):
            with pytest.raises(NotAllowed):
                await give(here, somebody, verb, request)
    with pytest.raises(NotFound):
        await give(here, here.stranger, "refuse_rights_request", others)
    with pytest.raises(NotAllowed):
        await give(here, operator, "withdraw_rights_request", others)
    colleague = Actor((await here.person("Colleague")).id, operator.roles)
    assert (await give(here, colleague, "check_identity", own)).state == RightsRequestState.IDENTITY_CHECKED


# -- what an answer does ----------------------------------------------------------------------------------------------


async def test_what_was_to_be_corrected_is_corrected_by_the_answer(here: Neighbourhood, operator: Actor) -> None:
    somebody = await here.volunteer()
    right = {"legal_name": "Li  Min", "birth_date": date(1991, 3, 1)}
    request = await begun(here, operator, await ask(here, somebody, DataRight.CORRECTION, **right))
    assert (await here.volunteer_of(somebody)).legal_name == "Li Legally"
    await give(here, operator, "fulfil_rights_request", request)
    volunteer = await here.volunteer_of(somebody)
    assert (volunteer.legal_name, volunteer.birth_date) == ("Li Min", date(1991, 3, 1))
    (deed,) = await here.house.lanes.run("SELECT cause_id FROM deed WHERE verb = 'update_volunteer'")
    cause = await here.house.lanes.run("SELECT verb FROM deed WHERE id = $1", (deed["cause_id"],))
    assert cause[0]["verb"] == "fulfil_rights_request"


async def test_a_part_of_a_correction_is_done_and_a_refused_one_is_not(here: Neighbourhood, operator: Actor) -> None:
    somebody = await here.volunteer()
    before = await here.volunteer_of(somebody)
    request = await ask(here, somebody, DataRight.CORRECTION, legal_name="Wu", birth_date=date(1991, 3, 1))
    await give(here, operator, "refuse_rights_request", request)
    assert (await here.volunteer_of(somebody)).version == before.version
    request = await begun(here, operator, await ask(here, somebody, DataRight.CORRECTION, legal_name="Wu"))
    with pytest.raises(Invalid) as no:
        await give(here, operator, "partly_fulfil_rights_request", request, corrects_birth_date=True)
    assert (no.value.code, no.value.path) == ("not_asked", "correctsBirthDate")
    await give(here, operator, "partly_fulfil_rights_request", request, corrects_legal_name=True)
    volunteer = await here.volunteer_of(somebody)
    assert (volunteer.legal_name, volunteer.birth_date) == ("Wu", before.birth_date)


async def test_whoever_turns_out_to_be_a_minor_needs_a_guardians_consent_for_the_seats_they_have(
    here: Neighbourhood, operator: Actor
) -> None:
    alone, guarded = await here.volunteer("A"), await here.volunteer("B", NOON.date().replace(year=NOON.year - 17))
    guardian, young = await here.person("Ma"), NOON.date().replace(year=NOON.year - 15)
    volunteer = await here.volunteer_of(guarded)
    await here.do(guarded, name_guardian, volunteer_id=volunteer.id, guardian_id=guardian.id)
    await here.do(guardian, give_guardian_consent, volunteer_id=volunteer.id)
    shift = await here.shift(capacity=2)
    seats = [await here.sign_up(somebody, shift) for somebody in (alone, guarded)]
    for somebody in (alone, guarded):
        request = await ask(here, somebody, DataRight.CORRECTION, birth_date=young)
        await give(here, operator, "fulfil_rights_request", await begun(here, operator, request))
    assert [(await here.now(seat)).state for seat in seats] == [SignupState.NEEDS_ACTION, SignupState.CONFIRMED]
    after = await here.volunteer_of(guarded)
    assert volunteer.comes_of(18) < after.comes_of(18) == after.guardian_until


async def test_nobody_becomes_too_young_to_be_a_volunteer(here: Neighbourhood, operator: Actor) -> None:
    somebody = await here.volunteer()
    request = await ask(here, somebody, DataRight.CORRECTION, birth_date=NOON.date() - timedelta(days=4000))
    await begun(here, operator, request)
    with pytest.raises(Invalid) as no:
        await give(here, operator, "fulfil_rights_request", request)
    assert no.value.code == "too_young"
    assert no.value.grounds
    assert (await here.now(request)).state == RightsRequestState.IN_PROGRESS


async def test_whoever_asks_to_be_erased_is_erased_by_the_answer(here: Neighbourhood, operator: Actor) -> None:
    somebody = await here.volunteer("Ximena")
    other = await ask(here, somebody, says="Ximena asks.")
    request = await begun(here, operator, await ask(here, somebody, DataRight.ERASURE, says="Forget Ximena."))
    done = await give(
        here, operator, "fulfil_rights_request", request, erases_person=True, answer=said("Goodbye, Ximena.")
    )
    assert (done.state, done.says, done.answer) == (FULFILLED, NOBODY, None)
    assert (await here.now(other)).state == WITHDRAWN
    (person,) = await here.all(Person, "id = $1", somebody.id)
    assert person.state == PersonState.ERASED
    for table in ("person", "rights_request", "deed", "letter", "answer", "volunteer"):
        rows = await here.house.lanes.run(f'SELECT t::text AS said FROM "{table}" t')
        assert not [row for row in rows if "ximena" in row["said"].lower()], table


async def test_nobody_is_erased_who_did_not_ask_for_it_or_asked_for_less(here: Neighbourhood, operator: Actor) -> None:
    somebody = await here.volunteer()
    less = await begun(here, operator, await ask(here, somebody, DataRight.ERASURE, says="My telephone number."))
    await give(here, operator, "fulfil_rights_request", less)
    other = await begun(here, operator, await ask(here, somebody))
    with pytest.raises(Invalid) as no:
        await give(here, operator, "fulfil_rights_request", other, erases_person=True)
    assert (no.value.code, no.value.path) == ("not_asked", "erasesPerson")
    (person,) = await here.all(Person, "id = $1", somebody.id)
    assert person.state == PersonState.ACTIVE


async def test_an_erasure_that_would_leave_somebody_alone_is_not_answered_with_yes(
    here: Neighbourhood, operator: Actor
) -> None:
    await here.shift(ahead=1)
    request = await begun(here, operator, await ask(here, here.worker, DataRight.ERASURE))
    with pytest.raises(NotNow) as no:
        await give(here, operator, "fulfil_rights_request", request, erases_person=True)
    assert no.value.code == "leads_shifts"
    assert (await here.now(request)).state == RightsRequestState.IN_PROGRESS


async def test_whoever_is_erased_leaves_no_words_in_what_was_asked(here: Neighbourhood, operator: Actor) -> None:
    somebody = await here.volunteer("Ximena")
    right = {"legal_name": "Ximena Wu", "birth_date": date(1991, 3, 1), "says": "I am Ximena."}
    answered = await begun(here, operator, await ask(here, somebody, DataRight.CORRECTION, **right))
    await give(here, operator, "fulfil_rights_request", answered, answer=said("Ximena Wu it is."))
    open_still = await ask(here, somebody, says="Ximena asks again.")
    await here.do(somebody, erase_person, person_id=somebody.id)
    kept = [await here.now(request) for request in (answered, open_still)]
    assert [request.state for request in kept] == [FULFILLED, WITHDRAWN]
    for request in kept:
        assert (request.says, request.legal_name, request.birth_date, request.answer) == (NOBODY, None, None, None)
    with pytest.raises(NotNow):
        await ask(here, somebody)


# -- at once ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def elsewhere(database: str, clock: Clock) -> AsyncIterator[House]:
    """Another process: it shares nothing with the house but the database."""
    lanes = await Lanes(database, size=2).open()
    yield await House(lanes, clock).open()
    await lanes.close()


async def decide(
    here: Neighbourhood, actor: Actor, command: Any, meanwhile: Callable[[], Awaitable[Any]], **input: Any
) -> Any:
    """Carry out a command; once it has decided and before it has written, something happens elsewhere."""
    happened: list[Any] = []

    async def decided(work: Work, **given: Any) -> Any:
        row = await command(work, **given)
        if not happened:
            happened.append(await meanwhile())
        return row

    return await here.do(actor, decided, **input)


async def test_of_two_operators_who_answer_at_once_the_first_is_heard(
    here: Neighbourhood, operator: Actor, elsewhere: House
) -> None:
    somebody, colleague = await here.volunteer(), Actor((await here.person("Colleague")).id, operator.roles)
    request = await begun(here, operator, await ask(here, somebody, DataRight.CORRECTION, legal_name="Wu"))
    answer: dict[str, Any] = {"rights_request_id": request.id, "answer": ANSWER}

    async def refused() -> Any:
        return await elsewhere.do(colleague, rights.refuse_rights_request, **answer)

    with pytest.raises(NotNow) as no:
        await decide(here, operator, rights.fulfil_rights_request, refused, **answer)
    assert no.value.code == "wrong_state"
    kept = await here.now(request)
    assert (kept.state, kept.answered_by_id) == (REFUSED, colleague.id)
    assert (await here.volunteer_of(somebody)).legal_name == "Li Legally"
    assert len(await letters(here, "rights_request_answered")) == 1


async def test_whoever_is_erased_while_it_is_decided_is_not_written_down_again(
    here: Neighbourhood, operator: Actor, elsewhere: House
) -> None:
    somebody = await here.volunteer()
    request = await begun(here, operator, await ask(here, somebody, DataRight.CORRECTION, legal_name="Wu"))

    async def erased() -> Any:
        return await elsewhere.do(somebody, erase_person, person_id=somebody.id)

    with pytest.raises(NotNow):
        await decide(here, operator, rights.fulfil_rights_request, erased, rights_request_id=request.id, answer=ANSWER)
    kept = await here.now(request)
    assert (kept.state, kept.says, kept.legal_name, kept.answer) == (WITHDRAWN, NOBODY, None, None)
    assert (await here.volunteer_of(somebody)).legal_name == NOBODY
    assert not await letters(here, "rights_request_answered")


async def test_an_answer_that_comes_while_somebody_is_erased_is_forgotten_with_them(
    here: Neighbourhood, operator: Actor, elsewhere: House
) -> None:
    somebody = await here.volunteer()
    request = await begun(here, operator, await ask(here, somebody, DataRight.CORRECTION, legal_name="Wu"))
    answer: dict[str, Any] = {"rights_request_id": request.id, "answer": ANSWER}

    async def answered() -> Any:
        return await elsewhere.do(operator, rights.fulfil_rights_request, **answer)

    await decide(here, somebody, erase_person, answered, person_id=somebody.id)
    kept = await here.now(request)
    assert (kept.state, kept.says, kept.legal_name, kept.answer) == (FULFILLED, NOBODY, None, None)
    assert (await here.volunteer_of(somebody)).legal_name == NOBODY


async def test_whoever_asks_while_they_are_erased_is_erased(here: Neighbourhood, elsewhere: House) -> None:
    somebody = await here.volunteer()

    async def erased() -> Any:
        return await elsewhere.do(somebody, erase_person, person_id=somebody.id)

    with pytest.raises(NotNow) as no:
        await decide(here, somebody, rights.file_rights_request, erased, asks_for=DataRight.OTHER, says="Who am I?")
    assert no.value.code == "erased"
    assert not await here.all(RightsRequest)


# -- in any order -----------------------------------------------------------------------------------------------------

VERBS = [move.name for move in RIGHTS_REQUEST.moves]
steps = st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(["asker", "operator", "other"])), max_size=12)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=steps)
async def test_whatever_is_tried_in_whatever_order_a_request_goes_its_way_and_ends_once(
    here: Neighbourhood, operator: Actor, sequence: list[tuple[str, str]]
) -> None:
    asker = Actor((await here.person("Asker")).id, {"operator": frozenset()})
    who = {"asker": asker, "operator": operator, "other": here.stranger}
    request = await ask(here, asker)
    state = request.state
    for verb, name in sequence:
        open_now = verb in RIGHTS_REQUEST.open_to(state)
        allowed = name == ("asker" if verb == "withdraw_rights_request" else "operator")
        (said_of_it,) = await asyncio.gather(give(here, who[name], verb, request), return_exceptions=True)
        if open_now and allowed:
            assert isinstance(said_of_it, RightsRequest), said_of_it
            state = said_of_it.state
        else:
            assert isinstance(said_of_it, NotNow if allowed else NotAllowed | NotFound), said_of_it
        kept = await here.now(request)
        assert kept.state == state
        assert (kept.answered_at is not None) == (state not in OPEN | {WITHDRAWN}) == (kept.answer is not None)
        assert (kept.court_route is not None) == (state in {PARTLY, REFUSED})
