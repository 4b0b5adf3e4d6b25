"""Places in trainings go by the order of arrival, like seats in shifts: never more than there are, and one each."""

import asyncio
from datetime import date, timedelta

import pytest

from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.clock import Alarm
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.programmes.commands import withdraw
from domain.training import commands
from domain.training.models import Enrolment
from domain.training.states import EnrolmentState
from domain.volunteers.commands import give_guardian_consent, name_guardian
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood
from tests.training.school import School

ENROLLED, QUEUED = EnrolmentState.ENROLLED, EnrolmentState.QUEUED


async def test_the_first_get_the_places_and_the_others_wait_in_order_of_arrival(
    school: School, here: Neighbourhood
) -> None:
    training = await school.training(capacity=2)
    enrolments = [await school.enrol(await here.volunteer(), training) for _ in range(4)]
    assert [(e.state, e.number) for e in enrolments] == [(ENROLLED, None), (ENROLLED, None), (QUEUED, 1), (QUEUED, 2)]
    now = await here.now(training)
    assert (now.taken, now.queued) == (2, 2)


async def test_a_place_given_back_is_offered_to_the_next_in_line_in_the_same_act(
    school: School, here: Neighbourhood
) -> None:
    """Pain 1: no waitlist by hand."""
    training = await school.training()
    first, second, third = [await here.volunteer() for _ in range(3)]
    place, number, _ = [await school.enrol(v, training) for v in (first, second, third)]
    await here.do(first, commands.leave_training, enrolment_id=place.id)
    assert await school.states(training) == ["left", "offered", "queued"]
    deeds = await here.house.lanes.run(
        "SELECT verb, actor_id, subject_id, cause_id FROM deed WHERE verb IN ('leave_training', 'offer_place') "
        "ORDER BY id"
    )
    assert [(d["verb"], d["actor_id"], d["subject_id"]) for d in deeds] == [
        ("leave_training", first.id, place.id),
        ("offer_place", None, number.id),
    ]
    assert deeds[1]["cause_id"] is not None
    assert (await here.now(number)).offer_expires_at == here.house.clock() + timedelta(hours=24)
    assert (await here.do(second, commands.accept_place, enrolment_id=number.id)).state == ENROLLED
    assert (await here.now(training)).taken == 1


async def test_an_offer_that_is_not_taken_in_time_goes_to_the_next_by_the_clock(
    school: School, here: Neighbourhood, clock: Clock
) -> None:
    """Pain 1: an offer is accepted by whom it is made to, or goes on."""
    training = await school.training(ahead=9)
    people = [await here.volunteer() for _ in range(3)]
    enrolments = [await school.enrol(v, training) for v in people]
    await here.do(people[0], commands.leave_training, enrolment_id=enrolments[0].id)
    clock.wait(hours=3)
    with pytest.raises(NotNow) as no:
        await here.do(people[1], commands.accept_place, enrolment_id=enrolments[1].id)
    assert no.value.code == "offer_expired"
    assert await Alarm(here.house).ring() == 1
    assert await school.states(training) == ["left", "place_expired", "offered"]
    assert (await here.do(people[2], commands.accept_place, enrolment_id=enrolments[2].id)).next_due is None


async def test_a_declined_offer_goes_on_and_a_place_nobody_waits_for_is_free_again(
    school: School, here: Neighbourhood
) -> None:
    training = await school.training()
    first, second = await here.volunteer(), await here.volunteer()
    place, number = await school.enrol(first, training), await school.enrol(second, training)
    await here.do(first, commands.leave_training, enrolment_id=place.id)
    await here.do(second, commands.decline_place, enrolment_id=number.id)
    assert (await here.now(training)).taken == 0
    assert (await school.enrol(first, training)).state == ENROLLED


async def test_whoever_leaves_the_line_frees_no_place(school: School, here: Neighbourhood) -> None:
    training = await school.training()
    people = [await here.volunteer() for _ in range(3)]
    _, number, _ = [await school.enrol(v, training) for v in people]
    await here.do(people[1], commands.leave_training, enrolment_id=number.id)
    assert await school.states(training) == ["enrolled", "left", "queued"]


async def test_added_places_go_to_those_who_wait_and_taken_ones_cannot_be_taken_away(
    school: School, here: Neighbourhood
) -> None:
    training = await school.training()
    for _ in range(4):
        await school.enrol(await here.volunteer(), training)
    await here.do(here.manager, commands.change_places, training_id=training.id, capacity=3)
    assert await school.states(training) == ["enrolled", "offered", "offered", "queued"]
    with pytest.raises(Invalid) as no:
        await here.do(here.manager, commands.change_places, training_id=training.id, capacity=2)
    assert (no.value.path, no.value.code) == ("capacity", "places_taken")


async def test_nobody_enrols_twice_but_may_again_after_leaving(school: School, here: Neighbourhood) -> None:
    training, somebody = await school.training(capacity=5), await here.volunteer()
    place = await school.enrol(somebody, training)
    with pytest.raises(Conflict) as no:
        await school.enrol(somebody, training)
    assert no.value.code == "already_enrolled"
    await here.do(somebody, commands.leave_training, enrolment_id=place.id)
    assert (await school.enrol(somebody, training)).id != place.id


async def test_nobody_learns_in_two_places_at_once_or_while_they_serve(school: School, here: Neighbourhood) -> None:
    """Pain 6: nobody is booked twice."""
    course = await school.course()
    somebody, shift = await here.volunteer(), await here.shift(ahead=73)
    during = await school.training(course=course, ahead=72)
    after = await school.training(course=course, ahead=75)
    while_after = await school.training(course=course, ahead=76.5)
    seat = await here.sign_up(somebody, shift)
    with pytest.raises(NotNow) as no:
        await school.enrol(somebody, during)
    assert (no.value.code, bool(no.value.remedy)) == ("overlap", True)
    assert (await school.enrol(somebody, after)).state == ENROLLED
    with pytest.raises(NotNow) as no:
        await school.enrol(somebody, while_after)
    assert no.value.code == "overlap"
    await here.do(somebody, withdraw, signup_id=seat.id)
    assert (await school.enrol(somebody, during)).state == ENROLLED


async def test_an_offer_cannot_be_accepted_by_whoever_is_elsewhere_by_then(school: School, here: Neighbourhood) -> None:
    popular, other = await school.training(), await school.training()
    first, second = await here.volunteer(), await here.volunteer()
    place, number = await school.enrol(first, popular), await school.enrol(second, popular)
    await school.enrol(second, other)
    await here.do(first, commands.leave_training, enrolment_id=place.id)
    with pytest.raises(NotNow) as no:
        await here.do(second, commands.accept_place, enrolment_id=number.id)
    assert no.value.code == "overlap"


async def test_when_it_begins_nobody_waits_any_longer_and_no_offer_stands(
    school: School, here: Neighbourhood, clock: Clock
) -> None:
    training = await school.training(capacity=2, ahead=30)
    people = [await here.volunteer() for _ in range(4)]
    enrolments = [await school.enrol(v, training) for v in people]
    clock.wait(hours=29)
    await here.do(people[0], commands.leave_training, enrolment_id=enrolments[0].id)
    clock.wait(hours=1)
    for who, verb, which in (
        (people[1], commands.leave_training, 1),
        (people[2], commands.accept_place, 2),
    ):
        with pytest.raises(NotNow) as no:
            await here.do(who, verb, enrolment_id=enrolments[which].id)
        assert no.value.code == "begun"
    await Alarm(here.house).ring()
    assert await school.states(training) == ["left", "enrolled", "place_expired", "closed"]
    assert (await here.now(training)).taken == 1
    with pytest.raises(NotNow):
        await school.enrol(await here.volunteer(), training)


async def test_a_training_called_off_lets_everybody_go_and_says_why(school: School, here: Neighbourhood) -> None:
    training = await school.training()
    for _ in range(3):
        await school.enrol(await here.volunteer(), training)
    await here.do(here.manager, commands.cancel_training, training_id=training.id, reason="The teacher is ill")
    assert await school.states(training) == ["cancelled"] * 3
    deeds = await here.house.lanes.run("SELECT reason FROM deed WHERE verb = 'cancel_enrolment'")
    assert [deed["reason"] for deed in deeds] == ["The teacher is ill"] * 3


async def test_a_guardian_gives_a_minors_place_back_and_nobody_else_does(school: School, here: Neighbourhood) -> None:
    training, guardian = await school.training(), await here.person("Guardian")
    minor = await here.volunteer("Young", born=date(2011, 1, 1))
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=guardian.id)
    await here.do(guardian, give_guardian_consent, volunteer_id=volunteer.id)
    place = await school.enrol(minor, training)
    for other, no in ((here.manager, NotAllowed), (here.stranger, NotFound), (here.outsider, NotFound)):
        with pytest.raises(no):
            await here.do(other, commands.leave_training, enrolment_id=place.id)
    left = await here.do(guardian, commands.leave_training, enrolment_id=place.id)
    assert left.state == EnrolmentState.LEFT


async def test_only_a_volunteer_enrols(school: School, here: Neighbourhood) -> None:
    training = await school.training()
    for somebody in (here.stranger, Actor()):
        with pytest.raises(NotAllowed) as no:
            await school.enrol(somebody, training)
        assert (no.value.code, bool(no.value.remedy)) == ("not_a_volunteer", True)


async def test_erasure_gives_the_place_to_the_next_in_line(school: School, here: Neighbourhood) -> None:
    """Pain 24: the record stays, without the person."""
    training = await school.training()
    first, second = await here.volunteer(), await here.volunteer()
    await school.enrol(first, training)
    await school.enrol(second, training)
    await here.do(first, erase_person, person_id=first.id)
    assert await school.states(training) == ["left", "offered"]


async def test_two_dozen_at_once_get_five_places_and_one_number_each(school: School, here: Neighbourhood) -> None:
    training = await school.training(capacity=5)
    people = [await here.volunteer(f"V{n}") for n in range(24)]
    enrolments = await asyncio.gather(*(school.enrol(v, training) for v in people))
    assert sum(e.state == ENROLLED for e in enrolments) == 5
    assert sorted(e.number for e in enrolments if e.number) == list(range(1, 20))


async def test_being_quick_gives_nobody_two_places_at_one_time(school: School, here: Neighbourhood) -> None:
    course, somebody = await school.course(), await here.volunteer()
    trainings = [await school.training(5, course=course, ahead=48 + n / 2) for n in range(4)]
    outcomes = await asyncio.gather(*(school.enrol(somebody, t) for t in trainings), return_exceptions=True)
    assert sum(isinstance(r, Enrolment) for r in outcomes) == 1
    assert all(isinstance(r, Enrolment | NotNow) for r in outcomes)
