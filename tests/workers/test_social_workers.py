"""A social worker acts once their certificate is verified, and supervises for a time."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.access import CLOCK
from domain.accounts.models import RoleName
from domain.communities.commands import register_community
from domain.communities.models import Community
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from domain.organizations.commands import (
    appoint_manager,
    confirm_organization,
    deregister_organization,
    register_organization,
    suspend_organization,
)
from domain.organizations.models import Organization, OrganizationCategory
from domain.volunteers.commands import register_volunteer
from domain.work import compiled
from domain.workers.access import RULES
from domain.workers.commands import (
    assign_supervision,
    end_supervision,
    expire_supervision,
    register_social_worker,
    release_social_worker,
    verify_qualification,
)
from domain.workers.models import Qualification, SocialWorker, Supervision
from domain.workers.states import SocialWorkerState, SupervisionState
from tests.acting import Somebody, chinese, somebody, street
from tests.conftest import Clock
from tests.organizations.test_unified_code import GOOD

SECRET = "2015-1-110105-0007"
ROLE = "social worker"
TODAY = date(2026, 6, 1)


class Place(NamedTuple):
    """A street with its officer, a neighbouring officer, an active agency with its manager, and a community."""

    officer: Somebody
    neighbour: Somebody
    manager: Somebody
    agency: Organization
    community: Community


@pytest.fixture
async def place(house: House) -> Place:
    wangjing, shuangjing = await street(house, 1, "望京"), await street(house, 2, "双井")
    officer = await somebody(house, "Wang", RoleName.STREET_OFFICER, street_id=wangjing.id)
    neighbour = await somebody(house, "Zhao", RoleName.STREET_OFFICER, street_id=shuangjing.id)
    agency = await officer.does(
        register_organization,
        street_id=wangjing.id,
        name=chinese("和谐社工事务所"),
        category=OrganizationCategory.REGISTERED,
        unified_code=GOOD,
    )
    await officer.does(confirm_organization, organization_id=agency.id)
    manager = await somebody(house, "Liu")
    await officer.does(appoint_manager, organization_id=agency.id, person_id=manager.id, position="总干事")
    community = await officer.does(register_community, street_id=wangjing.id, name=chinese("南湖西里"))
    return Place(officer, neighbour, manager, agency, community)


def papers(place: Place, person_id: UUID, **other: Any) -> dict[str, Any]:
    return {
        "agency_id": place.agency.id,
        "person_id": person_id,
        "qualification": Qualification.INTERMEDIATE,
        "certificate_number": SECRET,
        "issued_on": date(2015, 6, 30),
        **other,
    }


async def registered(house: House, place: Place, name: str = "Mei") -> tuple[Somebody, SocialWorker]:
    mei = await somebody(house, name)
    return mei, await place.manager.does(register_social_worker, **papers(place, mei.id))


async def qualified(house: House, place: Place, name: str = "Mei") -> tuple[Somebody, SocialWorker]:
    mei, worker = await registered(house, place, name)
    return mei, await place.officer.does(verify_qualification, social_worker_id=worker.id)


async def supervising(place: Place, worker: SocialWorker, **dates: date) -> Supervision:
    made = await place.officer.does(
        assign_supervision, social_worker_id=worker.id, community_id=place.community.id, **dates
    )
    assert isinstance(made, Supervision)
    return made


async def test_a_social_worker_acts_as_one_only_once_the_certificate_is_verified(house: House, place: Place) -> None:
    mei, worker = await registered(house, place)
    assert worker.state == SocialWorkerState.REGISTERED
    assert await mei.holds(ROLE) == frozenset()
    verified = await place.officer.does(verify_qualification, social_worker_id=worker.id)
    assert (verified.state, verified.verified_by) == (SocialWorkerState.QUALIFIED, place.officer.id)
    assert await mei.holds(ROLE) == {place.agency.id}


async def test_an_agency_never_verifies_its_own_people(house: House, place: Place) -> None:
    _, worker = await registered(house, place)
    with pytest.raises(NotAllowed):
        await place.manager.does(verify_qualification, social_worker_id=worker.id)


async def test_nobody_verifies_themselves(place: Place) -> None:
    worker = await place.manager.does(register_social_worker, **papers(place, place.officer.id))
    with pytest.raises(NotAllowed):
        await place.officer.does(verify_qualification, social_worker_id=worker.id)


async def test_another_streets_officer_neither_registers_nor_verifies(house: House, place: Place) -> None:
    mei, worker = await registered(house, place)
    with pytest.raises(NotAllowed):
        await place.neighbour.does(register_social_worker, **papers(place, mei.id))
    with pytest.raises(NotAllowed):
        await place.neighbour.does(verify_qualification, social_worker_id=worker.id)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"certificate_number": " "}, "certificateNumber"),
        ({"certificate_number": "7" * 101}, "certificateNumber"),
        ({"certificate_number": "7\x007"}, "certificateNumber"),
        ({"issued_on": date(2026, 6, 2)}, "issuedOn"),
    ],
)
async def test_a_wrong_certificate_names_its_field(
    house: House, place: Place, wrong: dict[str, Any], path: str
) -> None:
    mei = await somebody(house, "Mei")
    with pytest.raises(Invalid) as refused:
        await place.manager.does(register_social_worker, **papers(place, mei.id, **wrong))
    assert refused.value.path == path


async def test_an_agency_that_rests_names_no_social_workers(house: House, place: Place) -> None:
    await place.officer.does(suspend_organization, organization_id=place.agency.id, reason="年检")
    with pytest.raises(NotNow):
        await registered(house, place)


async def test_one_person_is_one_social_worker_of_an_agency(house: House, place: Place) -> None:
    mei, _ = await registered(house, place)
    with pytest.raises(Conflict) as refused:
        await place.manager.does(register_social_worker, **papers(place, mei.id))
    assert refused.value.code == "already_social_worker"


async def test_a_certificate_number_is_for_the_person_their_agency_and_their_street(house: House, place: Place) -> None:
    mei, worker = await registered(house, place)
    for reader, allowed in ((mei, True), (place.manager, True), (place.officer, True), (place.neighbour, False)):
        assert RULES.may(await reader.actor(), "see_private", worker) is allowed


async def test_supervision_of_a_community_brings_the_role_there_and_takes_it_along(house: House, place: Place) -> None:
    mei, worker = await qualified(house, place)
    supervision = await supervising(place, worker)
    assert await mei.holds(ROLE) == {place.agency.id, place.community.id}
    ended = await place.officer.does(end_supervision, supervision_id=supervision.id, reason="轮换")
    assert (ended.state, ended.until) == (SupervisionState.ENDED, TODAY)
    assert await mei.holds(ROLE) == {place.agency.id}
    with pytest.raises(NotNow):
        await place.officer.does(end_supervision, supervision_id=supervision.id, reason="twice")


async def test_only_the_communitys_street_assigns_its_supervision(house: House, place: Place) -> None:
    mei, worker = await qualified(house, place)
    for outsider in (place.neighbour, place.manager, mei):
        with pytest.raises(NotAllowed):
            await outsider.does(assign_supervision, social_worker_id=worker.id, community_id=place.community.id)


async def test_without_a_verified_certificate_nobody_supervises(house: House, place: Place) -> None:
    _, worker = await registered(house, place)
    with pytest.raises(NotNow):
        await supervising(place, worker)


async def test_a_supervision_is_of_one_community_or_one_volunteer(house: House, place: Place) -> None:
    _, worker = await qualified(house, place)
    with pytest.raises(Invalid) as refused:
        await place.officer.does(assign_supervision, social_worker_id=worker.id)
    assert refused.value.code == "one_of_two"
    with pytest.raises(NotFound):
        await place.officer.does(assign_supervision, social_worker_id=worker.id, volunteer_id=worker.id)


async def test_the_same_community_is_not_assigned_twice(house: House, place: Place) -> None:
    _, worker = await qualified(house, place)
    await supervising(place, worker)
    with pytest.raises(Conflict) as refused:
        await supervising(place, worker)
    assert refused.value.code == "already_supervises"


@pytest.mark.parametrize(("since", "until"), [(-1, 5), (0, 0), (3, 2)])
async def test_a_supervision_begins_today_or_later_and_ends_after_it(
    house: House, place: Place, since: int, until: int
) -> None:
    _, worker = await qualified(house, place)
    with pytest.raises(Invalid) as refused:
        await supervising(place, worker, since=TODAY + timedelta(since), until=TODAY + timedelta(until))
    assert refused.value.path == "since"


async def test_a_dated_supervision_ends_by_itself_and_its_role_with_it(
    house: House, place: Place, clock: Clock
) -> None:
    mei, worker = await qualified(house, place)
    supervision = await supervising(place, worker, until=TODAY + timedelta(30))
    due = await house.lanes.run("SELECT next_due FROM supervision")
    assert due[0]["next_due"].isoformat() == "2026-06-30T16:00:00+00:00"  # midnight in China
    clock.now = due[0]["next_due"]
    await house.do(CLOCK, expire_supervision, supervision_id=supervision.id)
    assert await mei.holds(ROLE) == {place.agency.id}
    rows = await house.lanes.run("SELECT state, next_due FROM supervision")
    assert tuple(rows[0]) == ("ended", None)


async def test_whoever_is_released_loses_the_role_and_all_supervisions(house: House, place: Place) -> None:
    mei, worker = await qualified(house, place)
    await supervising(place, worker)
    released = await place.manager.does(release_social_worker, social_worker_id=worker.id, reason="调离")
    assert released.state == SocialWorkerState.RELEASED
    assert await mei.holds(ROLE) == frozenset()
    states = await house.lanes.run("SELECT state FROM supervision")
    assert [row["state"] for row in states] == ["ended"]
    again = await place.manager.does(register_social_worker, **papers(place, mei.id))
    assert again.id != worker.id


async def test_when_the_agency_is_struck_off_its_social_workers_act_nowhere_in_its_name(
    house: House, place: Place
) -> None:
    mei, worker = await qualified(house, place)
    await supervising(place, worker)
    await place.officer.does(deregister_organization, organization_id=place.agency.id, reason="撤销登记")
    assert await mei.holds(ROLE) == frozenset()
    states = await house.lanes.run("SELECT w.state, s.state FROM social_worker w, supervision s")
    assert [tuple(row) for row in states] == [("released", "ended")]


async def test_who_supervises_a_volunteer_is_for_those_concerned_only(house: House, place: Place) -> None:
    mei, worker = await qualified(house, place)
    hua, stranger = await somebody(house, "Hua"), await somebody(house, "Stranger")
    volunteer = await hua.does(register_volunteer, legal_name="华", birth_date=date(1990, 1, 1))
    supervision = await place.officer.does(assign_supervision, social_worker_id=worker.id, volunteer_id=volunteer.id)
    of_the_community = await supervising(place, worker)
    readers = {hua: True, mei: True, place.manager: True, place.officer: True, place.neighbour: False, stranger: False}
    for reader, allowed in readers.items():
        actor = await reader.actor()
        assert RULES.may(actor, "see_supervision", supervision, worker, volunteer) is allowed
        assert RULES.may(actor, "see_supervision", of_the_community, worker, place.community)
        sql, args = compiled(select(func.count()).select_from(Supervision).where(RULES.sql(actor, "see_supervision")))
        assert (await house.lanes.run(sql, args(actor.binds())))[0][0] == (2 if allowed else 1)
    with pytest.raises(NotFound):
        await stranger.does(end_supervision, supervision_id=supervision.id, reason="curiosity")
    assert await mei.holds(ROLE) == {place.agency.id, place.community.id}


async def test_the_number_of_a_certificate_is_in_no_deed(house: House, place: Place) -> None:
    await qualified(house, place)
    deeds = await house.lanes.run("SELECT to_jsonb(deed)::text AS said FROM deed")
    assert not any(SECRET in deed["said"] for deed in deeds)
