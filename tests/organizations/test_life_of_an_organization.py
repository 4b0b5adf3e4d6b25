"""A street office takes an organization up, finds its papers right, and its manager leads its staff."""

from datetime import date
from typing import Any, NamedTuple

import pytest

from domain.accounts.models import RoleName
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from domain.organizations.access import RULES
from domain.organizations.commands import (
    add_staff,
    appoint_manager,
    confirm_organization,
    deregister_organization,
    register_organization,
    reinstate_organization,
    remove_staff,
    rename_organization,
    suspend_organization,
)
from domain.organizations.models import Organization, OrganizationCategory
from domain.organizations.states import OrganizationState
from tests.acting import Somebody, chinese, somebody, street
from tests.organizations.test_unified_code import GOOD

MANAGER, STAFF = "organization manager", "organization staff"


class Place(NamedTuple):
    """A street with its officer, and an organization whose papers were handed in."""

    officer: Somebody
    rival: Somebody
    organization: Organization


@pytest.fixture
async def place(house: House) -> Place:
    wangjing, shuangjing = await street(house, 1, "望京"), await street(house, 2, "双井")
    officer = await somebody(house, "Wang", RoleName.STREET_OFFICER, street_id=wangjing.id)
    rival = await somebody(house, "Zhao", RoleName.STREET_OFFICER, street_id=shuangjing.id)
    organization = await officer.does(
        register_organization,
        street_id=wangjing.id,
        name=chinese("和谐社工事务所", "Harmony Social Work"),
        category=OrganizationCategory.REGISTERED,
        unified_code=GOOD.lower(),
        registered_on=date(2012, 5, 1),
    )
    return Place(officer, rival, organization)


async def appointed(house: House, place: Place, name: str = "Liu") -> Somebody:
    manager = await somebody(house, name)
    await place.officer.does(
        appoint_manager, organization_id=place.organization.id, person_id=manager.id, position="总干事"
    )
    return manager


async def deeds(house: House) -> list[str]:
    return [deed["verb"] for deed in await house.lanes.run("SELECT verb FROM deed ORDER BY id")]


async def test_an_organization_is_pending_until_its_papers_are_confirmed(place: Place) -> None:
    assert place.organization.state == OrganizationState.PENDING
    assert place.organization.unified_code == GOOD
    confirmed = await place.officer.does(confirm_organization, organization_id=place.organization.id)
    assert confirmed.state == OrganizationState.ACTIVE
    with pytest.raises(NotNow):
        await place.officer.does(confirm_organization, organization_id=place.organization.id)


async def test_a_pending_organization_does_not_exist_for_another_street(place: Place) -> None:
    with pytest.raises(NotFound):
        await place.rival.does(confirm_organization, organization_id=place.organization.id)
    await place.officer.does(confirm_organization, organization_id=place.organization.id)
    with pytest.raises(NotAllowed):
        await place.rival.does(suspend_organization, organization_id=place.organization.id, reason="a rival")


async def test_suspended_then_reinstated_then_struck_off_for_ever(place: Place) -> None:
    id = place.organization.id
    await place.officer.does(confirm_organization, organization_id=id)
    assert (
        await place.officer.does(suspend_organization, organization_id=id, reason="年检不合格")
    ).state == "suspended"
    assert (await place.officer.does(reinstate_organization, organization_id=id, reason="已整改")).state == "active"
    assert (
        await place.officer.does(deregister_organization, organization_id=id, reason="自行解散")
    ).state == "deregistered"
    for command in (suspend_organization, reinstate_organization, deregister_organization):
        with pytest.raises(NotNow):
            await place.officer.does(command, organization_id=id, reason="too late")


@pytest.mark.parametrize(
    ("papers", "path"),
    [
        ({"category": OrganizationCategory.REGISTERED}, "unifiedCode"),
        ({"category": OrganizationCategory.REGISTERED, "unified_code": GOOD[:-1] + "0"}, "unifiedCode"),
        ({"category": OrganizationCategory.FOREIGN_RELATED}, "certificateNumber"),
        ({"category": OrganizationCategory.FOREIGN_RELATED, "certificate_number": "  "}, "certificateNumber"),
        ({"category": OrganizationCategory.FILED, "registered_on": date(2026, 6, 2)}, "registeredOn"),
    ],
)
async def test_papers_that_do_not_fit_the_kind_are_refused_by_name(
    place: Place, papers: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await place.officer.does(
            register_organization, street_id=place.organization.street_id, name=chinese("某社团"), **papers
        )
    assert refused.value.path == path


async def test_a_filed_group_needs_no_code_and_a_foreign_office_its_certificate(place: Place) -> None:
    here = place.organization.street_id
    filed = await place.officer.does(
        register_organization, street_id=here, name=chinese("合唱队"), category=OrganizationCategory.FILED
    )
    foreign = await place.officer.does(
        register_organization,
        street_id=here,
        name=chinese("某国际组织北京代表处"),
        category=OrganizationCategory.FOREIGN_RELATED,
        certificate_number="京境外代字第001号",
    )
    assert filed.unified_code is None
    assert foreign.certificate_number == "京境外代字第001号"


async def test_one_code_is_one_organization_in_all_streets(place: Place) -> None:
    (elsewhere,) = await place.rival.holds("street officer")
    with pytest.raises(Conflict) as refused:
        await place.rival.does(
            register_organization,
            street_id=elsewhere,
            name=chinese("另一个"),
            category=OrganizationCategory.REGISTERED,
            unified_code=GOOD,
        )
    assert refused.value.code == "organization_exists"


async def test_the_street_appoints_a_manager_who_takes_in_staff(house: House, place: Place) -> None:
    organization = place.organization.id
    liu = await appointed(house, place)
    assert await liu.holds(MANAGER) == {organization}
    chen = await somebody(house, "Chen")
    post = await liu.does(add_staff, organization_id=organization, person_id=chen.id, position=" 社工  助理 ")
    assert post.position == "社工 助理"
    assert await chen.holds(STAFF) == {organization}
    assert [verb for verb in await deeds(house) if verb in {"appoint_manager", "add_staff"}] == [
        "appoint_manager",
        "add_staff",
    ]
    with pytest.raises(Conflict) as refused:
        await liu.does(add_staff, organization_id=organization, person_id=chen.id, position="again")
    assert refused.value.code in {"already_staff", "held_already"}


async def test_staff_may_not_take_in_staff_nor_a_stranger_see_them(house: House, place: Place) -> None:
    liu = await appointed(house, place)
    chen, stranger = await somebody(house, "Chen"), await somebody(house, "Stranger")
    post = await liu.does(add_staff, organization_id=place.organization.id, person_id=chen.id, position="社工")
    with pytest.raises(NotAllowed):
        await chen.does(
            add_staff, organization_id=place.organization.id, person_id=stranger.id, position="a friend of mine"
        )
    with pytest.raises(NotFound):
        await stranger.does(remove_staff, staff_id=post.id, reason="malice")


async def test_whoever_is_staff_already_can_become_manager(house: House, place: Place) -> None:
    liu = await appointed(house, place)
    chen = await somebody(house, "Chen")
    post = await liu.does(add_staff, organization_id=place.organization.id, person_id=chen.id, position="社工")
    again = await liu.does(
        appoint_manager, organization_id=place.organization.id, person_id=chen.id, position="副总干事"
    )
    assert (again.id, again.position) == (post.id, "副总干事")
    assert await chen.holds(MANAGER) == {place.organization.id}


async def test_a_post_that_ends_takes_its_rights_along(house: House, place: Place) -> None:
    liu = await appointed(house, place)
    chen = await somebody(house, "Chen")
    post = await liu.does(add_staff, organization_id=place.organization.id, person_id=chen.id, position="社工")
    ended = await liu.does(remove_staff, staff_id=post.id, reason="合同到期")
    assert ended.until == date(2026, 6, 1)
    assert await chen.holds(STAFF) == frozenset()
    assert await liu.holds(MANAGER) == {place.organization.id}
    with pytest.raises(NotNow):
        await liu.does(remove_staff, staff_id=post.id, reason="twice")
    await liu.does(add_staff, organization_id=place.organization.id, person_id=chen.id, position="回聘")


async def test_whoever_works_there_may_leave(house: House, place: Place) -> None:
    liu = await appointed(house, place)
    chen = await somebody(house, "Chen")
    post = await liu.does(add_staff, organization_id=place.organization.id, person_id=chen.id, position="社工")
    assert (await chen.does(remove_staff, staff_id=post.id, reason="辞职")).until


async def test_when_an_organization_is_struck_off_nobody_acts_for_it_any_more(house: House, place: Place) -> None:
    liu = await appointed(house, place)
    chen = await somebody(house, "Chen")
    await liu.does(add_staff, organization_id=place.organization.id, person_id=chen.id, position="社工")
    await place.officer.does(deregister_organization, organization_id=place.organization.id, reason="撤销登记")
    assert await liu.holds(MANAGER) == frozenset()
    assert await chen.holds(STAFF) == frozenset()
    open_posts = await house.lanes.run("SELECT count(*) AS n FROM staff WHERE until IS NULL")
    assert open_posts[0]["n"] == 0
    with pytest.raises(NotNow):
        await appointed(house, place, "Zhou")


async def test_a_manager_renames_their_own_organization(house: House, place: Place) -> None:
    liu = await appointed(house, place)
    renamed = await liu.does(
        rename_organization, organization_id=place.organization.id, name=chinese("和谐社会工作事务所")
    )
    assert renamed.name["text"] == "和谐社会工作事务所"


@pytest.mark.parametrize("position", ["", " ", "长" * 101, "a\x07b"])
async def test_a_position_that_says_nothing_is_refused(house: House, place: Place, position: str) -> None:
    person = await somebody(house, "Liu")
    with pytest.raises(Invalid) as refused:
        await place.officer.does(
            appoint_manager, organization_id=place.organization.id, person_id=person.id, position=position
        )
    assert refused.value.path == "position"


def test_the_rules_read_as_sentences() -> None:
    assert str(RULES["add_staff"]) == "an organization manager of the organization"
    assert RULES["confirm_organization"].says.zh == "该街道的街道办事处工作人员"
