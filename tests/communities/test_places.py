"""A street has its number for ever; its officers register its communities, and nobody else's."""

from uuid import UUID

import pytest

from domain.access import Actor
from domain.accounts.models import RoleName
from domain.columns import Text, new_id, street_number
from domain.communities.commands import (
    register_community,
    register_grid,
    register_street_office,
    rename_community,
    rename_grid,
    rename_street_office,
)
from domain.communities.models import Community
from domain.errors import Conflict, Invalid, NotAllowed
from domain.house import House
from tests.acting import OPERATOR, Somebody, chinese, done, somebody, street


async def officer(house: House, name: str, street_id: UUID) -> Somebody:
    return await somebody(house, name, RoleName.STREET_OFFICER, street_id=street_id)


async def community(house: House, street_id: UUID, name: str = "水碓子社区") -> Community:
    made = await (await officer(house, f"o{new_id().hex}", street_id)).does(
        register_community, street_id=street_id, name=chinese(name)
    )
    assert isinstance(made, Community)
    return made


async def test_all_ids_of_a_street_carry_its_number(house: House) -> None:
    office = await street(house, 262_143, "望京")
    here = await community(house, office.id)
    grid = await (await officer(house, "Wang", office.id)).does(register_grid, community_id=here.id, code="03")
    assert [street_number(row.id) for row in (office, here, grid)] == [262_143] * 3


@pytest.mark.parametrize("number", [0, -1, 262_144])
async def test_a_number_that_ids_cannot_carry_is_refused(house: House, number: int) -> None:
    with pytest.raises(Invalid) as refused:
        await street(house, number, "望京")
    assert refused.value.path == "number"


async def test_two_streets_never_share_a_number_or_a_district_a_name(house: House) -> None:
    await street(house, 1, "望京")
    for number, name, code in ((1, "双井", "number_taken"), (2, "望京", "street_office_exists")):
        with pytest.raises(Conflict) as refused:
            await street(house, number, name)
        assert refused.value.code == code


async def test_a_street_office_knows_its_districts_name(house: House) -> None:
    office = await done(house, register_street_office, number=1, name=chinese("望京"), district="110105")
    assert office.district_name["text"] == "北京市朝阳区"


async def test_an_officer_registers_communities_of_their_own_street_only(house: House) -> None:
    wangjing, shuangjing = await street(house, 1, "望京"), await street(house, 2, "双井")
    wang = await officer(house, "Wang", wangjing.id)
    await wang.does(register_community, street_id=wangjing.id, name=chinese("南湖西里"))
    with pytest.raises(NotAllowed) as refused:
        await wang.does(register_community, street_id=shuangjing.id, name=chinese("广和里"))
    assert "a street officer of the street" in refused.value.en
    assert "该街道的街道办事处工作人员" in refused.value.zh


async def test_a_community_officer_marks_off_grids_but_registers_no_community(house: House) -> None:
    office = await street(house, 1, "望京")
    here = await community(house, office.id)
    wang = await officer(house, "Wang", office.id)
    li = await somebody(house, "Li", RoleName.COMMUNITY_OFFICER, by=wang, community_id=here.id)
    grid = await li.does(register_grid, community_id=here.id, code=" 03 ")
    assert grid.code == "03"
    assert (await li.does(rename_grid, grid_id=grid.id, code="3A")).code == "3A"
    await li.does(rename_community, community_id=here.id, name=chinese("水碓子", "Shuiduizi"))
    with pytest.raises(NotAllowed):
        await li.does(register_community, street_id=office.id, name=chinese("另一社区"))


async def test_a_grid_code_is_one_of_its_kind_in_its_community(house: House) -> None:
    office = await street(house, 1, "望京")
    here, there = await community(house, office.id), await community(house, office.id, "南湖西里")
    wang = await officer(house, "Wang", office.id)
    await wang.does(register_grid, community_id=here.id, code="03")
    await wang.does(register_grid, community_id=there.id, code="03")
    with pytest.raises(Conflict) as refused:
        await wang.does(register_grid, community_id=here.id, code="03")
    assert refused.value.code == "grid_exists"


@pytest.mark.parametrize("code", ["", "  ", "9" * 21, "0\x003"])
async def test_a_grid_code_that_no_list_could_print_is_refused(house: House, code: str) -> None:
    office = await street(house, 1, "望京")
    here = await community(house, office.id)
    with pytest.raises(Invalid) as refused:
        await (await officer(house, "Wang", office.id)).does(register_grid, community_id=here.id, code=code)
    assert refused.value.path == "code"


@pytest.mark.parametrize(
    "name",
    [
        {"language": "zh-Hans", "text": " "},
        {"language": "zh-Hans", "text": "望" * 101},
        {"language": "zh-Hans", "text": "望\0京"},
        {"language": "no such tongue", "text": "望京"},
        {"language": "zh-Hans", "text": "望京", "translations": {"en": {"text": "", "status": "checked"}}},
        {"language": "zh-Hans", "text": "望京", "translations": {"?": {"text": "Wangjing", "status": "checked"}}},
    ],
)
async def test_a_name_that_cannot_be_printed_is_refused(house: House, name: Text) -> None:
    with pytest.raises(Invalid) as refused:
        await done(house, register_street_office, number=1, name=name, district="110105")
    assert refused.value.path == "name"


async def test_a_street_office_is_renamed_by_its_own_people(house: House) -> None:
    wangjing, shuangjing = await street(house, 1, "望京"), await street(house, 2, "双井")
    wang = await officer(house, "Wang", wangjing.id)
    renamed = await wang.does(
        rename_street_office, street_office_id=wangjing.id, name=chinese("望京街道", "Wangjing Subdistrict")
    )
    assert renamed.name["translations"]["en"]["text"] == "Wangjing Subdistrict"
    with pytest.raises(NotAllowed):
        await wang.does(rename_street_office, street_office_id=shuangjing.id, name=chinese("我的"))


async def test_a_volunteer_registers_nothing(house: House) -> None:
    volunteer = Actor(new_id(), {"volunteer": frozenset()})
    for actor, allowed in ((volunteer, False), (OPERATOR, True)):
        try:
            await house.do(actor, register_street_office, number=7, name=chinese("望京"), district="110105")
        except NotAllowed:
            assert not allowed
        else:
            assert allowed
