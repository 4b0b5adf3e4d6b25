"""Who gives which role to whom, where, and from when to when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access import ROLES
from domain.accounts import commands
from domain.accounts.access import GRANTS, RULES, spaced
from domain.accounts.models import RoleGrant, RoleName
from domain.columns import day_of
from domain.communities.commands import register_community
from domain.communities.models import CommunityCategory
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from domain.organizations.commands import register_organization
from domain.organizations.models import OrganizationCategory
from domain.work import compiled
from tests.acting import OPERATOR, Somebody, chinese, somebody, street
from tests.conftest import Clock


class Town:
    """Two streets, each with an officer, a community and an organization with its manager."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.places: dict[str, UUID] = {}
        self.people: dict[str, Somebody] = {}

    async def build(self) -> "Town":
        for number, name in ((1, "river"), (2, "hill")):
            office = await street(self.house, number, name)
            officer = await somebody(self.house, f"officer-{name}", RoleName.STREET_OFFICER, street_id=office.id)
            community = await officer.does(
                register_community, street_id=office.id, name=chinese(f"{name}社区"), category=CommunityCategory.URBAN
            )
            organization = await officer.does(
                register_organization,
                street_id=office.id,
                name=chinese(f"{name}之友"),
                category=OrganizationCategory.FILED,
            )
            manager = await somebody(
                self.house,
                f"manager-{name}",
                RoleName.ORGANIZATION_MANAGER,
                by=officer,
                organization_id=organization.id,
            )
            self.places |= {f"{name} street": office.id, f"{name} community": community.id}
            self.places |= {f"{name} organization": organization.id}
            self.people |= {f"{name} officer": officer, f"{name} manager": manager}
        self.people["li"] = await somebody(self.house, "li")
        self.people["operator"] = await somebody(self.house, "operator", RoleName.OPERATOR)
        return self

    def place(self, name: str | None) -> dict[str, UUID]:
        return {f"{name.split()[1]}_id": self.places[name]} if name else {}

    async def gives(self, giver: str, role: RoleName, place: str | None, **dates: Any) -> RoleGrant:
        """To Li."""
        granted = await self.people[giver].does(
            commands.grant_role, person_id=self.people["li"].id, role=role, **self.place(place), **dates
        )
        assert isinstance(granted, RoleGrant)
        return granted


@pytest.fixture
async def town(house: House) -> Town:
    return await Town(house).build()


GIVERS = ["operator", "river officer", "hill officer", "river manager", "hill manager", "li"]
MATRIX: list[tuple[RoleName, str | None, set[str]]] = [
    (RoleName.OPERATOR, None, {"operator"}),
    (RoleName.AUDITOR, None, {"operator"}),
    (RoleName.STREET_OFFICER, "river street", {"operator"}),
    (RoleName.COMMUNITY_OFFICER, "river community", {"river officer"}),
    (RoleName.SOCIAL_WORKER, "river street", {"river officer"}),
    (RoleName.SOCIAL_WORKER, "river community", {"river officer"}),
    (RoleName.SOCIAL_WORKER, "river organization", {"river officer"}),
    (RoleName.ORGANIZATION_MANAGER, "river organization", {"river officer", "river manager"}),
    (RoleName.ORGANIZATION_STAFF, "river organization", {"river manager"}),
    (RoleName.VOLUNTEER, None, {"li"}),
    (RoleName.GUARDIAN, None, {"li"}),
]


def test_the_matrix_and_the_names_cover_every_role() -> None:
    assert {role for role, _, _ in MATRIX} == set(RoleName) == set(GRANTS)
    assert {spaced(role) for role in RoleName} == set(ROLES) - {"clock"}


async def test_each_role_is_given_by_those_entitled_and_by_nobody_else(town: Town) -> None:
    for role, place, entitled in MATRIX:
        for giver in GIVERS:
            if giver in entitled:
                granted = await town.gives(giver, role, place)
                await town.people[giver].does(commands.revoke_role, role_grant_id=granted.id)
            else:
                with pytest.raises((NotAllowed, NotFound)):
                    await town.gives(giver, role, place)


async def test_whoever_may_give_a_role_sees_who_holds_it_and_no_other_does(town: Town) -> None:
    table = RoleGrant.__table__  # type: ignore[attr-defined]
    for role, place, entitled in MATRIX:
        granted = await town.gives(min(entitled), role, place)
        for giver in GIVERS:
            actor = (await town.people[giver].actor()).at(town.house.clock())
            statement = table.select().where(RULES.sql(actor, "see_role_grant", table), table.c.id == granted.id)
            sql, args = compiled(statement)
            seen = await town.house.lanes.run(sql, args(actor.binds()))
            assert (role, giver, bool(seen)) == (role, giver, giver in entitled | {"li"})
        await town.people["li"].does(commands.revoke_role, role_grant_id=granted.id)


async def test_a_role_is_held_in_the_right_kind_of_place(town: Town) -> None:
    for role, place in (
        (RoleName.STREET_OFFICER, None),
        (RoleName.STREET_OFFICER, "river community"),
        (RoleName.OPERATOR, "river street"),
        (RoleName.ORGANIZATION_STAFF, "river street"),
    ):
        with pytest.raises(Invalid) as no:
            await town.gives("operator", role, place)
        assert no.value.code == "wrong_place"
    two = {**town.place("river street"), **town.place("river community")}
    with pytest.raises(Invalid):
        await town.people["river officer"].does(
            commands.grant_role, person_id=town.people["li"].id, role=RoleName.SOCIAL_WORKER, **two
        )


async def test_a_role_holds_from_its_first_day_to_the_day_before_its_last(town: Town, clock: Clock) -> None:
    today, li = day_of(clock()), town.people["li"]
    dates: dict[str, Any] = {"since": today + timedelta(days=1), "until": today + timedelta(days=3)}
    await town.gives("river officer", RoleName.SOCIAL_WORKER, "river community", **dates)
    held = []
    for _ in range(4):
        held.append(await li.holds("social worker"))
        clock.wait(days=1)
    here = frozenset({town.places["river community"]})
    assert held == [frozenset(), here, here, frozenset()]


async def test_a_day_begins_at_midnight_in_china(town: Town, clock: Clock) -> None:
    tomorrow = day_of(clock()) + timedelta(days=1)
    await town.gives("river officer", RoleName.SOCIAL_WORKER, "river community", since=tomorrow)
    clock.wait(hours=11, minutes=59)  # it was noon
    assert not await town.people["li"].holds("social worker")
    clock.wait(minutes=1)
    assert await town.people["li"].holds("social worker")


async def test_the_same_role_in_the_same_place_is_held_once_at_a_time(town: Town, clock: Clock) -> None:
    today = day_of(clock())
    week, fortnight = today + timedelta(days=7), today + timedelta(days=14)
    give = ("river officer", RoleName.SOCIAL_WORKER, "river community")
    await town.gives(*give, until=week)
    overlaps: list[dict[str, Any]] = [{}, {"since": today + timedelta(days=6)}, {"until": fortnight}]
    for overlapping in overlaps:
        with pytest.raises(Conflict):
            await town.gives(*give, **overlapping)
    await town.gives(*give, since=week, until=fortnight)
    await town.gives(*give[:2], "river organization")
    with pytest.raises(Conflict):
        await town.gives(*give, since=week + timedelta(days=1))


async def test_a_role_neither_begins_yesterday_nor_ends_before_it_begins(town: Town, clock: Clock) -> None:
    today = day_of(clock())
    wrong: list[dict[str, Any]] = [{"since": today - timedelta(days=1)}, {"until": today}]
    for dates in wrong:
        with pytest.raises(Invalid) as no:
            await town.gives("operator", RoleName.AUDITOR, None, **dates)
        assert no.value.code == "wrong_dates"


async def test_a_role_taken_back_is_gone_at_once_and_for_good(town: Town) -> None:
    granted = await town.gives("river officer", RoleName.COMMUNITY_OFFICER, "river community")
    li = town.people["li"]
    with pytest.raises((NotAllowed, NotFound)):
        await town.people["hill officer"].does(commands.revoke_role, role_grant_id=granted.id)
    await town.people["river officer"].does(commands.revoke_role, role_grant_id=granted.id, reason="Moved away")
    assert not await li.holds("community officer")
    with pytest.raises(NotNow):
        await town.people["river officer"].does(commands.revoke_role, role_grant_id=granted.id)
    await town.gives("river officer", RoleName.COMMUNITY_OFFICER, "river community")
    assert await li.holds("community officer")


async def test_a_person_may_give_up_a_role_themselves(town: Town) -> None:
    granted = await town.gives("river officer", RoleName.SOCIAL_WORKER, "river street")
    await town.people["li"].does(commands.revoke_role, role_grant_id=granted.id)
    assert not await town.people["li"].holds("social worker")


async def test_giving_and_taking_a_role_are_deeds_with_a_name_and_a_reason(town: Town) -> None:
    granted = await town.gives("river officer", RoleName.SOCIAL_WORKER, "river street")
    await town.people["river officer"].does(commands.revoke_role, role_grant_id=granted.id, reason="Project over")
    deeds = await town.house.lanes.run(
        "SELECT verb, actor_id, reason FROM deed WHERE subject_id = $1 ORDER BY id", (granted.id,)
    )
    officer = town.people["river officer"].id
    assert [tuple(deed) for deed in deeds] == [
        ("grant_role", officer, None),
        ("revoke_role", officer, "Project over"),
    ]


async def test_a_role_in_a_place_that_is_not_there_is_not_found(town: Town) -> None:
    with pytest.raises(NotFound):
        await town.house.do(
            OPERATOR,
            commands.grant_role,
            person_id=town.people["li"].id,
            role=RoleName.STREET_OFFICER,
            street_id=UUID(int=5),
        )
