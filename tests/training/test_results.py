"""What was learnt opens the doors that ask for it: whoever holds the course says so, nobody of themselves."""

from datetime import date
from typing import Any

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.notifications.models import Message
from domain.programmes.commands import clear_action
from domain.programmes.states import SignupState
from domain.training import commands
from domain.training.models import Enrolment
from domain.training.states import EnrolmentState
from domain.volunteers.commands import register_volunteer, revoke_competence
from domain.volunteers.commands.competences import last_day
from domain.volunteers.models import Competence, CompetenceSource
from domain.volunteers.states import CompetenceState
from tests.acting import READ
from tests.conftest import Clock
from tests.notifications.inboxes import told
from tests.programmes.neighbourhood import Neighbourhood
from tests.programmes.test_needs import needing_first_aid, seated_by_proof
from tests.training.school import School


async def after(school: School, clock: Clock, *people: Actor, **about: Any) -> list[Enrolment]:
    """Their enrolments in a training that is over."""
    training = await school.training(len(people), course=await school.course(**about), ahead=24)
    enrolments = [await school.enrol(somebody, training) for somebody in people]
    for moment in (training.starts_at, training.ends_at):
        clock.now = moment
        await Alarm(school.here.house).ring()
    return enrolments


async def says(here: Neighbourhood, verb: str, enrolment: Enrolment, who: Actor | None = None, **why: str) -> Enrolment:
    done: Enrolment = await here.do(who or here.manager, getattr(commands, verb), enrolment_id=enrolment.id, **why)
    return done


async def test_who_passes_has_from_that_day_what_shifts_ask_for(
    school: School, here: Neighbourhood, clock: Clock
) -> None:
    """pain 16: learnt here, recorded by itself, and for how long is known from the first day."""
    await needing_first_aid(here)
    somebody = await here.volunteer()
    (enrolment,) = await after(school, clock, somebody, assessed=True, valid_months=24)
    assert (await says(here, "complete_training", enrolment)).state == EnrolmentState.COMPLETED
    shift = await here.shift()
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(somebody, shift)
    assert refusal.value.code == "skill_missing"
    assert (await says(here, "pass_assessment", enrolment)).state == EnrolmentState.PASSED
    (competence,) = await here.all(Competence)
    assert (competence.state, competence.source) == (CompetenceState.CURRENT, CompetenceSource.COURSE)
    assert (competence.skill, competence.proof) == ("first_aid", "First aid")
    assert (competence.since, competence.until) == (date(2026, 6, 2), date(2028, 6, 1))
    assert (await here.sign_up(somebody, shift)).state == SignupState.CONFIRMED


async def test_where_nothing_is_assessed_whoever_took_part_can_do_it(
    school: School, here: Neighbourhood, clock: Clock
) -> None:
    (enrolment,) = await after(school, clock, await here.volunteer(), assessed=False, valid_months=None)
    assert (await says(here, "complete_training", enrolment)).state == EnrolmentState.PASSED
    (competence,) = await here.all(Competence)
    assert competence.until is None
    with pytest.raises(NotNow):
        await says(here, "pass_assessment", enrolment)
    assert len(await here.all(Competence)) == 1


async def test_a_seat_that_is_held_for_want_of_proof_is_theirs_again_as_they_pass(
    school: School, here: Neighbourhood, clock: Clock
) -> None:
    lin = await here.volunteer("Lin")
    (enrolment,) = await after(school, clock, lin, assessed=False)
    proof, _, seat = await seated_by_proof(here, lin)
    await here.do(here.worker, revoke_competence, competence_id=proof.id, reason="Another's.")
    assert (await here.now(seat)).state == SignupState.NEEDS_ACTION
    with pytest.raises(NotNow):
        await here.do(lin, clear_action, signup_id=seat.id)
    await says(here, "complete_training", enrolment)
    assert (await here.now(seat)).state == SignupState.CONFIRMED


async def test_nothing_is_said_before_the_end_nor_by_those_who_took_part(
    school: School, here: Neighbourhood, clock: Clock
) -> None:
    training = await school.training(2)
    both = [await school.enrol(somebody, training) for somebody in (await here.volunteer(), await volunteering(here))]
    for verb in ("complete_training", "miss_training"):
        with pytest.raises(NotNow) as refusal:
            await says(here, verb, both[0])
        assert (refusal.value.code, bool(refusal.value.remedy)) == ("not_over", True)
    for moment in (training.starts_at, training.ends_at):
        clock.now = moment
        await Alarm(here.house).ring()
    with pytest.raises(NotAllowed):
        await says(here, "complete_training", both[1], here.manager)
    for stranger in (here.outsider, here.stranger):
        with pytest.raises(NotFound):
            await says(here, "complete_training", both[0], stranger)
    colleague = await here.person("Lu", {"social worker": here.organization.id})
    assert (await says(here, "complete_training", both[1], colleague)).state == EnrolmentState.COMPLETED


async def test_who_does_not_pass_is_told_why_and_enrols_anew(school: School, here: Neighbourhood, clock: Clock) -> None:
    """pain 10: not only no, but what is missing."""
    failed, absent = await here.volunteer("Failed"), await here.volunteer("Absent")
    one, other = await after(school, clock, failed, absent)
    await says(here, "complete_training", one)
    with pytest.raises(Invalid) as refusal:
        await says(here, "fail_assessment", one, reason=" ")
    assert refusal.value.path == "reason"
    assert (await says(here, "fail_assessment", one, reason="The recovery position")).reason == "The recovery position"
    await says(here, "miss_training", other)
    assert await here.all(Competence) == []
    await told(here.house)
    for somebody, what in ((failed, "The recovery position"), (absent, "not having taken part")):
        messages = await here.all(Message, "person_id = $1", somebody.id)
        assert any(what in f"{message.subject} {message.says}" for message in messages)
    again = await school.training(2)
    assert (await school.enrol(failed, again)).state == EnrolmentState.ENROLLED


@pytest.mark.parametrize(
    ("since", "months", "last"),
    [
        (date(2026, 11, 23), 24, date(2028, 11, 22)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2028, 2, 29), 12, date(2029, 2, 27)),
        (date(2026, 3, 1), None, None),
    ],
)
def test_months_end_on_the_day_before_that_of_the_same_number(
    since: date, months: int | None, last: date | None
) -> None:
    assert last_day(since, months) == last


async def volunteering(here: Neighbourhood) -> Actor:
    """The organization's manager, as a volunteer."""
    await here.do(here.manager, register_volunteer, **READ, legal_name="Sun", birth_date=date(1990, 1, 1))
    return here.manager
