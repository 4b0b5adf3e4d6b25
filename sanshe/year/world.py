"""Who is there before the year begins: a street with its communities, organizations, workers and volunteers."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from domain.access import Actor
from domain.accounts.commands import grant_role, register_person
from domain.accounts.models import RoleName
from domain.columns import SHANGHAI, Text
from domain.communities.commands import register_community, register_street_office
from domain.communities.imports import OPERATOR
from domain.organizations.commands import add_staff, appoint_manager, confirm_organization, register_organization
from domain.organizations.models import OrganizationCategory
from domain.programmes.commands import (
    create_opportunity,
    offer_agreement,
    open_series,
    plan_service,
    publish_opportunity,
    publish_plan,
)
from domain.volunteers.charter import EDITION
from domain.volunteers.commands import give_guardian_consent, name_guardian, register_volunteer
from domain.workers.commands import assign_supervision, register_social_worker, verify_qualification
from domain.workers.models import Qualification
from sanshe.year.size import Size
from sanshe.year.stage import Acts, Stage

CHAOYANG = "110105"
FIRST_DAY = 8
"""Of January, on which the first shifts are: a week for signups."""
HOURS, MORNING, AFTERNOON = 4, 9, 14
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
ABROAD = ("DE", "FR", "KR", "JP", "US", "RU")
WORK = (
    ("长者助餐", "Meals for elders"),
    ("儿童课后陪伴", "After-school company for children"),
    ("社区环境维护", "Keeping the neighbourhood clean"),
    ("文明交通引导", "Guiding the traffic"),
    ("社区图书角", "A corner with books"),
)
FIRST_STREET = 1001
"""The numbers of the district's streets, out of the way of those that exist."""


@dataclass
class Team:
    """An organization, and who acts for it."""

    organization_id: UUID
    community_id: UUID
    worker: Actor
    manager: Actor
    plan_id: UUID


@dataclass
class Street:
    """A street, everybody in it, and the luck that its year has."""

    id: UUID
    luck: Random
    officer: Actor
    teams: dict[UUID, Team] = field(default_factory=dict)
    """By organization."""
    volunteers: list[Actor] = field(default_factory=list)
    foreign: dict[UUID, UUID] = field(default_factory=dict)
    """Volunteers from abroad, by their person: Beijing wants a written agreement with them."""


async def found(stage: Stage, number: int, size: Size, year: int, password: str) -> Street:
    """Everything that a street has on New Year's Day, as whoever may does it."""
    stage.at(date(year, 1, 1), 9)
    luck, called = Random(f"{year} {number}"), f"{number + 1:02}"  # noqa: S311 a story, no secret
    async with stage.acting() as acts:
        name = both(f"年度演示第{called}街道", f"Demo street {called}")
        office = await acts.do(
            OPERATOR, register_street_office, number=FIRST_STREET + number, name=name, district=CHAOYANG
        )
        people = People(acts, f"s{called}", password, luck)
        person = await people.somebody("officer")
        await acts.do(OPERATOR, grant_role, person_id=person, role=RoleName.STREET_OFFICER, street_id=office.id)
    await stage.house.refresh()  # the law that holds in the new street
    street = Street(office.id, luck, await stage.somebody(person))
    async with stage.acting() as acts:
        communities = [
            (await acts.do(street.officer, register_community, street_id=street.id, name=_community(n))).id
            for n in range(size.communities)
        ]
    for n in range(size.organizations):
        team = await _team(stage, street, f"s{called}o{n}", communities[n % len(communities)], n, year, password)
        street.teams[team.organization_id] = team
    await _volunteers(stage, street, f"s{called}v", size.volunteers, communities, password)
    return street


@dataclass
class People:
    """Accounts, by numbers."""

    acts: Acts
    prefix: str
    password: str
    luck: Random

    async def somebody(self, which: str) -> UUID:
        name = self.luck.choice(FAMILY) + "".join(self.luck.choices(GIVEN, k=2))
        email = f"{self.prefix}.{which}@year.example"
        person = await self.acts.do(OPERATOR, register_person, name=name, email=email, password=self.password)
        return UUID(int=person.id.int)


async def _team(
    stage: Stage, street: Street, called: str, community_id: UUID, number: int, year: int, password: str
) -> Team:
    title = both(*WORK[number % len(WORK)])
    async with stage.acting() as acts:
        people = People(acts, called, password, street.luck)
        organization = await acts.do(
            street.officer,
            register_organization,
            street_id=street.id,
            name=both(f"{called}社会工作服务中心", f"Social work centre {called}"),
            category=OrganizationCategory.FILED,
        )
        here = {"organization_id": organization.id}
        await acts.do(street.officer, confirm_organization, **here)
        manages, leads = await people.somebody("manager"), await people.somebody("worker")
        await acts.do(street.officer, appoint_manager, person_id=manages, position="主任", **here)
    manager = await stage.somebody(manages)
    async with stage.acting() as acts:
        await acts.do(manager, add_staff, person_id=leads, position="社工", **here)
        worker = await acts.do(
            manager,
            register_social_worker,
            agency_id=organization.id,
            person_id=leads,
            qualification=Qualification.INTERMEDIATE,
            certificate_number=called,
            issued_on=date(year - 3, 9, 1),
        )
        await acts.do(street.officer, verify_qualification, social_worker_id=worker.id)
        await acts.do(street.officer, assign_supervision, social_worker_id=worker.id, community_id=community_id)
    leader = await stage.somebody(leads)
    async with stage.acting() as acts:
        plan = await acts.do(
            leader,
            plan_service,
            community_id=community_id,
            organization_id=organization.id,
            social_worker_id=worker.id,
            title=title,
            aims=title,
            measures=both("每季回访。", "Calls each quarter."),
            since=date(year, 1, 1),
            until=date(year, 12, 31),
        )
        await acts.do(leader, publish_plan, plan_id=plan.id)
    return Team(organization.id, community_id, leader, manager, plan.id)


async def open_doors(stage: Stage, street: Street, seats: int, year: int) -> None:
    """Each organization opens a shift a week, in the morning or in the afternoon, for the whole year."""
    stage.at(date(year, 1, 1), 10)
    async with stage.acting() as acts:
        for n, team in enumerate(street.teams.values()):
            title = both(*WORK[n % len(WORK)])
            opportunity = await acts.do(
                team.worker,
                create_opportunity,
                plan_id=team.plan_id,
                title=title,
                tasks=title,
                risks=both("无特殊风险。", "No particular risk."),
                place=both("社区活动室", "The community's room"),
            )
            await acts.do(team.worker, publish_opportunity, opportunity_id=opportunity.id)
            await acts.do(team.worker, offer_agreement, opportunity_id=opportunity.id, agreement=AGREED)
            starts = datetime.combine(date(year, 1, FIRST_DAY + n % 7), time(MORNING if n % 2 else AFTERNOON), SHANGHAI)
            await acts.do(
                team.worker,
                open_series,
                opportunity_id=opportunity.id,
                rrule="FREQ=WEEKLY",
                starts_at=starts,
                ends_at=starts + timedelta(hours=HOURS),
                capacity=seats,
                opens_ahead=14,
            )


async def _volunteers(
    stage: Stage, street: Street, called: str, many: int, communities: list[UUID], password: str
) -> None:
    async def one(acts: Acts, n: int) -> None:
        luck = street.luck
        person = await People(acts, called, password, luck).somebody(str(n))
        minor, foreign = n % 12 == 11, n % 33 == 7
        born = date(stage.now.year - (16 if minor else luck.randint(19, 70)), luck.randint(1, 12), luck.randint(1, 28))
        actor = Actor(person)
        volunteer = await acts.do(
            actor,
            register_volunteer,
            legal_name=called + str(n),
            birth_date=born,
            community_id=communities[n % len(communities)],
            nationality=luck.choice(ABROAD) if foreign else None,
            charter_edition=EDITION,
            charter_language="en" if foreign else "zh-Hans",
        )
        if minor:
            guardian = street.volunteers[-1]
            await acts.do(actor, name_guardian, volunteer_id=volunteer.id, guardian_id=guardian.id)
            await acts.do(guardian, give_guardian_consent, volunteer_id=volunteer.id)
        if foreign:
            street.foreign[person] = volunteer.id
        street.volunteers.append(volunteering(person))

    await stage.each(range(many), one)


def volunteering(person_id: UUID) -> Actor:
    """Somebody in the role that everybody has who has registered as a volunteer."""
    return Actor(person_id, {"volunteer": frozenset()})


def both(zh: str, en: str) -> Text:
    return {"language": "zh-Hans", "text": zh, "translations": {"en": {"text": en, "status": "checked"}}}


AGREED = both("双方按所述内容开展服务。", "Both do as described.")


def _community(number: int) -> Text:
    return both(f"第{number + 1}社区", f"Community {number + 1}")
