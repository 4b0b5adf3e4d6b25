"""How fast is a service as strawberry's documentation teaches it? Types with resolvers, DataLoaders made for each
request, SQLAlchemy's ORM with async sessions, and strawberry's own caches of parsing and validation."""

# Resolvers return rows, whose columns strawberry reads as the type's fields.
# ruff: noqa: N805
# mypy: disable-error-code="no-any-return, return-value"

from base64 import b64encode
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.peers import tables

Session = tables.sessions()
Load = Callable[[list[UUID]], Awaitable[list[Any]]]


def by_id(table: type[Any]) -> Load:
    """Rows by their ids."""

    async def load(keys: list[UUID]) -> list[Any]:
        async with Session() as session:
            rows = (await session.scalars(select(table).where(table.id.in_(keys)))).all()
        found = {row.id: row for row in rows}
        return [found.get(key) for key in keys]

    return load


def first_of_each(first: int, parent: InstrumentedAttribute[UUID], *order: Any) -> Load:
    """The first rows of each parent, in order."""

    async def load(keys: list[UUID]) -> list[Any]:
        place = func.row_number().over(partition_by=parent, order_by=order).label("place")
        numbered = select(parent.class_, place).where(parent.in_(keys)).subquery()
        query = select(aliased(parent.class_, numbered)).where(numbered.c.place <= first).order_by(numbered.c.place)
        children = defaultdict(list)
        async with Session() as session:
            for row in await session.scalars(query):
                children[getattr(row, parent.key)].append(row)
        return [children[key] for key in keys]

    return load


async def verified_minutes(keys: list[UUID]) -> list[int]:
    entry = tables.HourEntry
    query = (
        select(entry.volunteer_id, func.sum(entry.minutes))
        .where(entry.volunteer_id.in_(keys), entry.state == "verified")
        .group_by(entry.volunteer_id)
    )
    async with Session() as session:
        sums = dict((await session.execute(query)).all())
    return [sums.get(key, 0) for key in keys]


class Loaders:
    """The loaders of one request."""

    def __init__(self) -> None:
        self.organization: DataLoader[UUID, Any] = DataLoader(by_id(tables.Organization))
        self.community: DataLoader[UUID, Any] = DataLoader(by_id(tables.Community))
        self.plan: DataLoader[UUID, Any] = DataLoader(by_id(tables.ServicePlan))
        self.opportunity: DataLoader[UUID, Any] = DataLoader(by_id(tables.Opportunity))
        self.shift: DataLoader[UUID, Any] = DataLoader(by_id(tables.Shift))
        self.volunteer: DataLoader[UUID, Any] = DataLoader(by_id(tables.Volunteer))
        self.verified_minutes = DataLoader(verified_minutes)
        self.children: dict[tuple[str, int], DataLoader[UUID, Any]] = {}

    def first(self, first: int, parent: InstrumentedAttribute[UUID], *order: Any) -> DataLoader[UUID, Any]:
        key = str(parent), first
        if key not in self.children:
            self.children[key] = DataLoader(first_of_each(first, parent, *order))
        return self.children[key]


Info = strawberry.Info[dict[str, Any], None]


def loaders(info: Info) -> Loaders:
    found: Loaders = info.context["loaders"]
    return found


@strawberry.type
class Organization:
    name: str


@strawberry.type
class Community:
    name: str

    @strawberry.field
    async def opportunities(parent: strawberry.Parent[tables.Community], info: Info, first: int) -> list["Opportunity"]:
        row = tables.Opportunity
        return await loaders(info).first(first, row.community_id, row.id.desc()).load(parent.id)


@strawberry.type
class Plan:
    title: str
    since: date
    until: date

    @strawberry.field
    async def organization(parent: strawberry.Parent[tables.ServicePlan], info: Info) -> Organization:
        return await loaders(info).organization.load(parent.organization_id)

    @strawberry.field
    async def community(parent: strawberry.Parent[tables.ServicePlan], info: Info) -> Community:
        return await loaders(info).community.load(parent.community_id)


@strawberry.type
class Opportunity:
    id: UUID
    title: str
    tasks: str
    state: str

    @strawberry.field
    async def plan(parent: strawberry.Parent[tables.Opportunity], info: Info) -> Plan:
        return await loaders(info).plan.load(parent.plan_id)

    @strawberry.field
    async def shifts(parent: strawberry.Parent[tables.Opportunity], info: Info, first: int) -> list["Shift"]:
        row = tables.Shift
        return await loaders(info).first(first, row.opportunity_id, row.starts_at, row.id).load(parent.id)


@strawberry.type
class Shift:
    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int

    @strawberry.field
    async def opportunity(parent: strawberry.Parent[tables.Shift], info: Info) -> Opportunity:
        return await loaders(info).opportunity.load(parent.opportunity_id)

    @strawberry.field
    async def signups(parent: strawberry.Parent[tables.Shift], info: Info, first: int) -> list["Signup"]:
        row = tables.Signup
        return await loaders(info).first(first, row.shift_id, row.signed_up_at, row.id).load(parent.id)


@strawberry.type
class Signup:
    id: UUID
    state: str

    @strawberry.field
    async def shift(parent: strawberry.Parent[tables.Signup], info: Info) -> Shift:
        return await loaders(info).shift.load(parent.shift_id)

    @strawberry.field
    async def volunteer(parent: strawberry.Parent[tables.Signup], info: Info) -> "Volunteer":
        return await loaders(info).volunteer.load(parent.volunteer_id)


@strawberry.type
class HourEntry:
    id: UUID
    minutes: int
    state: str
    served_on: date

    @strawberry.field
    async def shift(parent: strawberry.Parent[tables.HourEntry], info: Info) -> Shift:
        return await loaders(info).shift.load(parent.shift_id)


@strawberry.type
class Volunteer:
    id: UUID
    display_name: str

    @strawberry.field
    async def verified_minutes(parent: strawberry.Parent[tables.Volunteer], info: Info) -> int:
        return await loaders(info).verified_minutes.load(parent.id)

    @strawberry.field
    async def hours(parent: strawberry.Parent[tables.Volunteer], info: Info, first: int) -> list[HourEntry]:
        row = tables.HourEntry
        return await loaders(info).first(first, row.volunteer_id, row.served_on.desc(), row.id.desc()).load(parent.id)


@strawberry.type
class OpportunityEdge:
    cursor: str
    node: Opportunity


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class OpportunityConnection:
    edges: list[OpportunityEdge]
    page_info: PageInfo


@strawberry.type
class MorePages:
    has_next_page: bool


@strawberry.type
class ShiftConnection:
    nodes: list[Shift]
    page_info: MorePages


@strawberry.type
class Query:
    @strawberry.field
    async def opportunity(self, info: Info, id: UUID) -> Opportunity | None:
        return await loaders(info).opportunity.load(id)

    @strawberry.field
    async def community(self, info: Info, id: UUID) -> Community | None:
        return await loaders(info).community.load(id)

    @strawberry.field
    async def volunteer(self, info: Info, id: UUID) -> Volunteer | None:
        return await loaders(info).volunteer.load(id)

    @strawberry.field
    async def opportunities(self, state: str, first: int) -> OpportunityConnection:
        row = tables.Opportunity
        query = select(row).where(row.state == state).order_by(row.id.desc()).limit(first + 1)
        async with Session() as session:
            rows: list[Any] = list(await session.scalars(query))
        edges = [OpportunityEdge(cursor=b64encode(row.id.bytes).decode(), node=row) for row in rows[:first]]
        more = PageInfo(has_next_page=len(rows) > first, end_cursor=edges[-1].cursor if edges else None)
        return OpportunityConnection(edges=edges, page_info=more)

    @strawberry.field
    async def shifts(self, community: UUID, since: datetime, first: int) -> ShiftConnection:
        row, published = tables.Shift, tables.Opportunity.state == "published"
        of_it = select(row).join(tables.Opportunity).where(row.community_id == community, published)
        query = of_it.where(row.state == "scheduled", row.starts_at >= since).order_by(row.starts_at, row.id)
        async with Session() as session:
            rows: list[Any] = list(await session.scalars(query.limit(first + 1)))
        return ShiftConnection(nodes=rows[:first], page_info=MorePages(has_next_page=len(rows) > first))


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def sign_up(self, shift_id: UUID, volunteer_id: UUID) -> Signup:
        async with Session() as session, session.begin():
            shift = await session.get_one(tables.Shift, shift_id, with_for_update=True)
            if shift.taken >= shift.capacity:
                raise ValueError("full")
            shift.taken += 1
            shift.version += 1
            signup = tables.Signup(
                version=1,
                street_id=shift.street_id,
                community_id=shift.community_id,
                organization_id=shift.organization_id,
                shift_id=shift.id,
                volunteer_id=volunteer_id,
                late=False,
                state="confirmed",
            )
            session.add(signup)
        return signup


class Service(GraphQL[dict[str, Any], None]):
    async def get_context(self, request: Any, response: Any) -> dict[str, Any]:
        return {"request": request, "response": response, "loaders": Loaders()}


schema = strawberry.Schema(Query, Mutation, extensions=[ParserCache, ValidationCache])
app = Starlette(routes=[Route("/graphql", Service(schema, graphql_ide=None), methods=["POST"])])
