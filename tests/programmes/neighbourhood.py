"""A neighbourhood to serve in: one street, two communities, an organization, a worker with a plan, and neighbours."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from domain.access import Actor
from domain.accounts.models import Person, RoleGrant
from domain.columns import Row, Text, new_id
from domain.communities.models import Community, CommunityCategory, StreetOffice
from domain.house import House
from domain.organizations.models import Organization, OrganizationCategory
from domain.organizations.states import OrganizationState
from domain.programmes import commands
from domain.programmes.models import Opportunity, ServicePlan, Shift, Signup
from domain.programmes.states import SignupState
from domain.volunteers.commands import register_volunteer
from domain.volunteers.models import Volunteer
from domain.workers.models import Qualification, SocialWorker
from tests.acting import READ

ADULT = date(1990, 2, 28)


def said(text: str) -> Text:
    return {"language": "en", "text": text}


class Neighbourhood:
    """People act by `do`; what they find there was put straight into the tables."""

    def __init__(self, house: House, number: int = 7) -> None:
        self.house = house
        self.names = count(1)
        self.number = number
        self.street = new_id(number)

    async def settle(self) -> "Neighbourhood":
        street = self.street
        await self.put(
            StreetOffice.new(
                id=street,
                street_id=street,
                number=self.number,
                name=said("Wangjing" if self.number == 7 else f"Street {self.number}"),
                district="110105",
                district_name=said("Chaoyang"),
            )
        )
        self.community = await self.put(
            Community.new(street_id=street, name=said("North"), category=CommunityCategory.URBAN)
        )
        self.other_community = await self.put(
            Community.new(street_id=street, name=said("South"), category=CommunityCategory.URBAN)
        )
        self.organization = await self.put(
            Organization.new(
                street_id=street,
                name=said("Sunrise"),
                category=OrganizationCategory.FILED,
                state=OrganizationState.ACTIVE,
            )
        )
        self.worker = await self.person("Wang", {"social worker": self.community.id})
        self.colleague = await self.person("Zhao", {"social worker": self.community.id})
        self.outsider = await self.person("Qian", {"social worker": self.other_community.id})
        self.manager = await self.person("Sun", {"organization manager": self.organization.id})
        self.staff = await self.person("Zhou", {"organization staff": self.organization.id})
        self.stranger = await self.person("Nobody")
        social_worker = await self.put(
            SocialWorker.new(
                street_id=street,
                agency_id=self.organization.id,
                person_id=self.worker.id,
                qualification=Qualification.INTERMEDIATE,
                certificate_number="1",
                issued_on=date(2020, 1, 1),
            )
        )
        self.plan: ServicePlan = await self.do(
            self.worker,
            commands.plan_service,
            community_id=self.community.id,
            organization_id=self.organization.id,
            social_worker_id=social_worker.id,
            title=said("Meals on foot"),
            aims=said("Nobody over 80 eats alone."),
            measures=said("Meals served."),
            since=date(2026, 1, 1),
            until=date(2099, 12, 31),
        )
        self.opportunity: Opportunity = await self.do(
            self.worker,
            commands.create_opportunity,
            plan_id=self.plan.id,
            title=said("Carry meals"),
            tasks=said("Carry meals upstairs."),
            risks=said("Stairs."),
            place=said("Canteen"),
        )
        await self.do(self.worker, commands.publish_plan, plan_id=self.plan.id)
        await self.do(self.worker, commands.publish_opportunity, opportunity_id=self.opportunity.id)
        return self

    async def put(self, row: Any) -> Any:
        names = list(type(row).model_fields)
        places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
        sql = f"INSERT INTO {type(row).__tablename__} ({', '.join(names)}) VALUES ({places})"
        await self.house.lanes.run(sql, [row.__dict__[name] for name in names])
        return row

    async def person(self, name: str, roles: dict[str, UUID] | None = None) -> Actor:
        person = Person.new(
            name=name,
            display_name=name,
            email=f"{name.lower()}.{next(self.names)}@{self.number}.example.org",
            registered_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        await self.put(person)
        return Actor(person.id, {role: frozenset({place}) for role, place in (roles or {}).items()})

    async def volunteer(self, name: str = "Li", born: date = ADULT) -> Actor:
        somebody = await self.person(name)
        await self.do(somebody, register_volunteer, **READ, legal_name=f"{name} Legally", birth_date=born)
        return somebody

    async def do(self, actor: Actor, command: Any, **input: Any) -> Any:
        return (await self.house.do(actor, command, **input)).row

    async def shift(self, capacity: int = 1, *, ahead: float = 72, length: float = 2) -> Shift:
        """A shift so many hours ahead, so many hours long."""
        starts_at = self.house.clock() + timedelta(hours=ahead)
        shift: Shift = await self.do(
            self.worker,
            commands.open_shift,
            opportunity_id=self.opportunity.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=length),
            capacity=capacity,
        )
        return shift

    async def sign_up(self, actor: Actor, shift: Shift) -> Signup:
        signup: Signup = await self.do(actor, commands.sign_up, shift_id=shift.id)
        return signup

    async def seats(self, number: int, shift: Shift) -> list[Signup]:
        """So many volunteers with a confirmed seat, put there at once."""
        where = {name: getattr(shift, name) for name in ("street_id", "community_id", "organization_id")}
        seats = []
        for _ in range(number):
            name = f"V{next(self.names)}"
            somebody = await self.person(name)
            volunteer = await self.put(
                Volunteer.new(
                    person_id=somebody.id,
                    display_name=name,
                    legal_name=name,
                    birth_date=ADULT,
                    registered_at=self.house.clock(),
                    charter_edition=1,
                )
            )
            known = {"shift_id": shift.id, "volunteer_id": volunteer.id, "signed_up_at": self.house.clock()}
            seats.append(await self.put(Signup.new(**where, **known, state=SignupState.CONFIRMED)))
        await self.house.lanes.run("UPDATE shift SET taken = $1 WHERE id = $2", (number, shift.id))
        return seats

    async def now(self, row: Any) -> Any:
        """The row as it stands now."""
        found = await self.house.lanes.run(f"SELECT * FROM {type(row).__tablename__} WHERE id = $1", (row.id,))
        return type(row).read(dict(found[0]))

    async def all(self, model: type[Row], where: str = "true", *args: Any) -> list[Any]:
        found = await self.house.lanes.run(f"SELECT * FROM {model.__tablename__} WHERE {where} ORDER BY id", args)
        return [model.read(dict(record)) for record in found]

    async def volunteer_of(self, actor: Actor) -> Volunteer:
        (volunteer,) = await self.all(Volunteer, "person_id = $1", actor.id)
        return volunteer  # type: ignore[no-any-return]

    async def roles_of(self, actor: Actor) -> list[str]:
        return [grant.role.value for grant in await self.all(RoleGrant, "person_id = $1", actor.id)]
