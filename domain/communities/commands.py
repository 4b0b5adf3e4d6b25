"""What can be done with street offices, communities and grids?"""

from typing import Annotated
from uuid import UUID

from domain.columns import Text, new_id
from domain.communities.access import RULES
from domain.communities.districts import district_name
from domain.communities.models import LAST_STREET, Community, CommunityCategory, Grid, StreetOffice
from domain.errors import Invalid
from domain.wording import line
from domain.wording import name as named
from domain.work import Work

LONGEST_CODE = 20


def street_office(number: int, name: Text, district: str) -> StreetOffice:
    """A new street office, whose id carries its number as the ids of all that lies in its street will."""
    id = new_id(number)
    return StreetOffice.new(
        id=id, street_id=id, number=number, name=named(name), district=district, district_name=district_name(district)
    )


async def register_street_office(
    work: Work,
    *,
    number: Annotated[int, "The number that the ids of this street will carry: 1 to 262143, for ever."],
    name: Annotated[Text, "What the street office is called."],
    district: Annotated[str, "The district's code of GB/T 2260: 110105 is Chaoyang, Beijing."],
) -> StreetOffice:
    """Register a street office, so that communities and organizations can be registered there. 登记街道办事处"""
    if not 1 <= number <= LAST_STREET:
        raise Invalid(
            "wrong_number",
            f"A street's number lies between 1 and {LAST_STREET}.",
            f"街道编号应在1至{LAST_STREET}之间。",
            path="number",
        )
    office = street_office(number, name, district)
    work.ask(RULES, "register_street_office", office)
    return work.insert(office)


async def rename_street_office(
    work: Work,
    *,
    street_office_id: UUID,
    name: Annotated[Text, "What the street office is called from now on."],
) -> StreetOffice:
    """Give a street office another name, or its name in another language. 街道办事处更名"""
    office = await work.get(StreetOffice, street_office_id, lock=True)
    work.ask(RULES, "rename_street_office", office)
    return work.change(office, name=named(name))


async def register_community(
    work: Work,
    *,
    street_id: Annotated[UUID, StreetOffice, "The street office in whose street the community lies."],
    name: Annotated[Text, "What the community is called."],
    category: Annotated[CommunityCategory, "How the community is organized."] = CommunityCategory.URBAN,
) -> Community:
    """Register a community of the street. 登记社区"""
    office = await work.get(StreetOffice, street_id)
    community = Community.new(street_id=office.id, name=named(name), category=category)
    work.ask(RULES, "register_community", community)
    return work.insert(community)


async def rename_community(
    work: Work,
    *,
    community_id: UUID,
    name: Annotated[Text, "What the community is called from now on."],
) -> Community:
    """Give a community another name, or its name in another language. 社区更名"""
    community = await work.get(Community, community_id, lock=True)
    work.ask(RULES, "rename_community", community)
    return work.change(community, name=named(name))


async def register_grid(
    work: Work,
    *,
    community_id: UUID,
    code: Annotated[str, "What the grid is called on maps and lists, such as 03."],
) -> Grid:
    """Mark off a grid of the community. 划定网格"""
    community = await work.get(Community, community_id)
    grid = Grid.new(street_id=community.street_id, community_id=community.id, code=line(code, "code", LONGEST_CODE))
    work.ask(RULES, "register_grid", grid)
    return work.insert(grid)


async def rename_grid(
    work: Work,
    *,
    grid_id: UUID,
    code: Annotated[str, "What the grid is called from now on."],
) -> Grid:
    """Give a grid another code. 网格更名"""
    grid = await work.get(Grid, grid_id, lock=True)
    work.ask(RULES, "rename_grid", grid)
    return work.change(grid, code=line(code, "code", LONGEST_CODE))
