"""pain 16: what ends is announced in time, renewed without losing a day, and counts a while longer if learnt here."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.columns import typed
from domain.errors import NotNow
from domain.notifications.models import Message
from domain.programmes.states import SignupState
from domain.training.commands import change_places
from domain.volunteers.models import Competence, CompetenceSource
from domain.volunteers.states import CompetenceState
from tests.conftest import Clock
from tests.notifications.inboxes import told
from tests.programmes.neighbourhood import Neighbourhood
from tests.programmes.test_matching import asks
from tests.programmes.test_needs import needing_first_aid, show_proof
from tests.training.school import School
from tests.training.test_results import after, says

DAY = timedelta(days=1)
REQUIREMENTS = """query($id: ID!) { shift(id: $id) { requirements {
    code met missing training { id place { text } course { title { text } } } } } }"""


async def learnt(school: School, here: Neighbourhood, clock: Clock, lin: Actor, months: int | None = 12) -> Competence:
    (enrolment,) = await after(school, clock, lin, assessed=False, valid_months=months)
    await says(here, "complete_training", enrolment)
    newest: Competence = max(await here.all(Competence), key=lambda one: one.confirmed_at)
    return newest


async def to(here: Neighbourhood, clock: Clock, day: date) -> None:
    """Eight in the morning of that day in China, all clocks rung."""
    clock.now = clock.now.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0)
    while await Alarm(here.house).ring():
        pass


@pytest.fixture
async def lin(here: Neighbourhood) -> Actor:
    await needing_first_aid(here)
    return await here.volunteer("Lin")


async def test_what_was_learnt_here_can_be_renewed_from_a_day_on_and_has_days_of_grace(
    school: School, here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    known = await learnt(school, here, clock, lin)
    assert (known.since, known.until) == (date(2026, 6, 2), date(2027, 6, 1))
    assert (known.renewal_from, known.counts_until) == (date(2027, 3, 3), date(2027, 7, 1))
    await to(here, clock, date(2027, 3, 2))
    assert not (await here.now(known)).renewal_open
    await to(here, clock, date(2027, 3, 3))
    assert (await here.now(known)).renewal_open
    await to(here, clock, date(2027, 6, 27))
    seat = await here.sign_up(lin, await here.shift(ahead=72))  # on 30 June, within the grace
    assert seat.state == SignupState.CONFIRMED
    with pytest.raises(NotNow) as no:
        await here.sign_up(lin, await here.shift(ahead=24 * 5))  # on 2 July, beyond it
    assert no.value.code == "skill_missing"
    await to(here, clock, date(2027, 7, 1))
    assert (await here.now(known)).state == CompetenceState.CURRENT
    await to(here, clock, date(2027, 7, 2))
    assert (await here.now(known)).state == CompetenceState.EXPIRED


async def test_a_certificate_of_others_holds_as_long_as_it_says_and_not_a_day_longer(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    proof = await show_proof(here, lin, until=date(2026, 7, 1))
    assert (proof.source, proof.counts_until) == (CompetenceSource.CERTIFICATE, date(2026, 7, 1))
    await to(here, clock, date(2026, 7, 2))
    assert (await here.now(proof)).state == CompetenceState.EXPIRED


async def test_passed_again_in_time_no_day_is_lost_and_too_early_none_is_won(
    school: School, here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    first = await learnt(school, here, clock, lin)
    early = await learnt(school, here, clock, lin)
    assert early.since == date(2026, 6, 3), "nine months before it can be renewed: from that day on"
    await to(here, clock, date(2027, 5, 1))
    second = await learnt(school, here, clock, lin)
    assert (second.since, second.until) == (date(2027, 6, 3), date(2028, 6, 2))
    assert (await here.now(early)).renewal_from is None, "nobody asks to renew what is renewed"
    await to(here, clock, date(2027, 7, 10))
    states = [(await here.now(one)).state for one in (first, early, second)]
    assert states == [CompetenceState.EXPIRED, CompetenceState.EXPIRED, CompetenceState.CURRENT]
    await told(here.house)
    verbs = [m.verb for m in await here.all(Message, "person_id = $1", lin.id)]
    assert "expire_competence" not in verbs, "the skill has not ended"


async def test_within_the_grace_it_holds_from_that_day_on(
    school: School, here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    await learnt(school, here, clock, lin)
    await to(here, clock, date(2027, 6, 20))
    assert (await learnt(school, here, clock, lin)).since == date(2027, 6, 21)


async def test_the_letter_says_what_ends_until_when_and_where_it_is_learnt_next(
    school: School, here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    await learnt(school, here, clock, lin)
    await to(here, clock, date(2027, 3, 1))
    await school.training(3, course=await school.course(), ahead=24 * 30)
    await to(here, clock, date(2027, 3, 3))
    await told(here.house)
    (message,) = await here.all(Message, "verb = 'open_renewal'")
    english = message.says["translations"]["en"]["text"]
    assert "What: first aid" in english
    assert "It holds until 2027-06-02 00:00 (Beijing time)." in english
    assert "Learnt next in: First aid, 2027-03-31 08:00 (Beijing time)." in english


async def missing(here: Neighbourhood, who: Actor, shift: Any) -> Any:
    found = (await asks(here, who, REQUIREMENTS, id=typed("shf", shift.id)))["shift"]["requirements"]
    assert all((one["missing"], one["training"]) == (None, None) for one in found if one["met"])
    (lacks,) = [one for one in found if not one["met"]]
    return lacks


async def test_whoever_lacks_a_skill_is_told_which_and_the_nearest_course_that_is_over_before(
    school: School, here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    sql = "UPDATE opportunity SET skills = $1"
    await here.house.lanes.run(sql, (["first_aid", "cooking", "first_aid"],))
    shift = await here.shift(ahead=72)
    assert (await missing(here, lin, shift))["missing"] == ["cooking", "first_aid"]
    assert (await missing(here, lin, shift))["training"] is None
    course = await school.course()
    late = await school.training(1, course=course, ahead=71)
    full, later = [await school.training(1, course=course, ahead=hours) for hours in (10, 40)]
    await school.enrol(await here.volunteer(), full)
    lacks = await missing(here, lin, shift)
    assert (lacks["code"], lacks["training"]["id"]) == ("SKILL_MISSING", typed("trn", later.id))
    assert lacks["training"]["course"]["title"]["text"] == "First aid"
    await here.do(here.manager, change_places, training_id=full.id, capacity=2)
    assert (await missing(here, lin, shift))["training"]["id"] == typed("trn", full.id)
    assert late.ends_at > shift.starts_at


async def test_whoever_learns_at_that_time_does_not_serve(school: School, here: Neighbourhood) -> None:
    """pain 6: nobody is booked twice, wherever they are booked."""
    somebody = await here.volunteer()
    await school.enrol(somebody, await school.training(2, ahead=71, length=2))
    with pytest.raises(NotNow) as no:
        await here.sign_up(somebody, await here.shift(ahead=72))
    assert no.value.code == "overlap"
    assert (await here.sign_up(somebody, await here.shift(ahead=73.5))).state == SignupState.CONFIRMED
