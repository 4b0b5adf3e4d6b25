"""Courses are drafted, published, held at times with places, and closed, by those who answer for them."""

from datetime import timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.columns import new_id
from domain.communities.models import StreetOffice
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.organizations.models import Organization, OrganizationCategory
from domain.organizations.states import OrganizationState
from domain.training import commands
from domain.training.models import Course, Training
from domain.training.states import CourseState, TrainingState
from domain.volunteers.models import CompetenceLevel
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood, said
from tests.training.school import School


async def test_an_organization_or_the_street_holds_a_course(school: School, here: Neighbourhood) -> None:
    officer = await here.person("Officer", {"street officer": here.street})
    teacher = await here.person("Teacher", {"social worker": here.street})
    of_the_organization = await school.draft()
    of_the_street = await school.draft(officer, organization_id=None)
    await here.do(teacher, commands.publish_course, course_id=of_the_street.id)
    assert (of_the_organization.organization_id, of_the_street.organization_id) == (here.organization.id, None)
    assert [(c.state, c.skill, c.minutes) for c in await here.all(Course)] == [
        (CourseState.DRAFT, "first_aid", 120),
        (CourseState.PUBLISHED, "first_aid", 120),
    ]


async def test_nobody_else_does(school: School, here: Neighbourhood) -> None:
    draft, training = await school.draft(), await school.training()
    for who in (here.staff, here.outsider, here.stranger, Actor()):
        with pytest.raises((NotAllowed, NotFound)):
            await school.draft(who)
        with pytest.raises(NotFound):
            await here.do(who, commands.publish_course, course_id=draft.id)
        with pytest.raises(NotAllowed):
            await here.do(who, commands.cancel_training, training_id=training.id, reason="-")
    with pytest.raises(NotFound):
        await here.do(here.manager, commands.publish_course, course_id=new_id())


@pytest.mark.parametrize(
    ("about", "path", "code"),
    [
        ({"title": said(" ")}, "title", "not_a_line"),
        ({"content": said("\x00")}, "content", "not_a_text"),
        ({"minutes": 0}, "minutes", "wrong_length"),
        ({"minutes": 60_001}, "minutes", "wrong_length"),
        ({"skill": "First Aid"}, "skill", "wrong_skill"),
        ({"level": CompetenceLevel.NATIVE}, "level", "native_is_of_languages"),
        ({"valid_months": 0}, "validMonths", "wrong_validity"),
        ({"valid_months": 601}, "validMonths", "wrong_validity"),
    ],
)
async def test_what_is_wrong_with_a_course_is_named(
    school: School, here: Neighbourhood, about: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(Invalid) as no:
        await school.draft(**about)
    assert (no.value.path, no.value.code) == (path, code)
    assert await here.all(Course) == []


async def test_an_organization_holds_courses_in_its_own_street(school: School, here: Neighbourhood) -> None:
    far = new_id(8)
    street = {"number": 8, "name": said("Far"), "district": "110105", "district_name": said("Chaoyang")}
    await here.put(StreetOffice.new(id=far, street_id=far, **street))
    sister = {"category": OrganizationCategory.FILED, "state": OrganizationState.ACTIVE}
    organization = await here.put(Organization.new(street_id=far, name=said("Sister"), **sister))
    manager = await here.person("Manager", {"organization manager": organization.id})
    with pytest.raises(Invalid) as no:
        await school.draft(manager, organization_id=organization.id)
    assert (no.value.path, no.value.code) == ("organizationId", "of_another_street")
    assert (await school.draft(manager, organization_id=organization.id, street_id=far)).street_id == far


async def test_a_course_is_held_only_once_it_is_published_and_while_its_organization_may_work(
    school: School, here: Neighbourhood
) -> None:
    with pytest.raises(NotNow) as no:
        await school.training(course=await school.draft())
    assert no.value.code == "not_published"
    course = await school.course()
    await here.house.lanes.run("UPDATE organization SET state = $1", (OrganizationState.SUSPENDED.value,))
    with pytest.raises(NotNow) as no:
        await school.training(course=course)
    assert no.value.code == "organization_not_active"


@pytest.mark.parametrize(
    ("about", "path", "code"),
    [
        ({"ahead": 0}, "startsAt", "begins_in_the_past"),
        ({"length": 1.9}, "endsAt", "too_short"),
        ({"length": -3}, "endsAt", "too_short"),
        ({"capacity": 0}, "capacity", "wrong_capacity"),
        ({"capacity": 10_001}, "capacity", "wrong_capacity"),
    ],
)
async def test_what_is_wrong_with_a_training_is_named(
    school: School, here: Neighbourhood, about: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(Invalid) as no:
        await school.training(**about)
    assert (no.value.path, no.value.code) == (path, code)
    assert await here.all(Training) == []


async def test_a_course_closes_when_nothing_of_it_is_ahead(school: School, here: Neighbourhood, clock: Clock) -> None:
    course = await school.course()
    training = await school.training(course=course)
    for wait in (0, 73):
        clock.wait(hours=wait)
        await Alarm(here.house).ring()
        with pytest.raises(NotNow) as no:
            await here.do(here.manager, commands.close_course, course_id=course.id)
        assert no.value.code == "trainings_ahead"
    clock.wait(hours=1)
    assert await Alarm(here.house).ring() == 1
    assert (await here.now(training)).state == TrainingState.ENDED
    assert (await here.do(here.manager, commands.close_course, course_id=course.id)).state == CourseState.CLOSED
    with pytest.raises(NotNow):
        await school.training(course=course)


async def test_a_training_begins_and_ends_by_the_clock_alone(school: School, here: Neighbourhood, clock: Clock) -> None:
    training = await school.training()
    with pytest.raises(NotAllowed):
        await here.do(here.manager, commands.start_training, training_id=training.id)
    due = []
    while (now := await here.now(training)).next_due:
        due.append(now.next_due)
        clock.now = now.next_due - timedelta(microseconds=1)
        assert await Alarm(here.house).ring() == 0
        clock.now = now.next_due
        assert await Alarm(here.house).ring() == 1
    assert due == [training.starts_at, training.ends_at]
