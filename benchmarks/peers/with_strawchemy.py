"""How fast is strawchemy, the library with the same promise? Types made of the tables, one statement for each root.

It pages by offset: its lists are plain, without cursors and pageInfo.
"""

from collections.abc import AsyncIterator
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawchemy import Strawchemy, StrawchemyAsyncRepository, StrawchemyConfig  # type: ignore[import-not-found]

from benchmarks.peers import tables

sessions = tables.sessions()
strawchemy = Strawchemy(
    StrawchemyConfig("postgresql", repository_type=StrawchemyAsyncRepository, pagination="all", order_by="all")
)


@strawchemy.type(tables.Opportunity, include="all", override=True)
class Opportunity: ...


@strawchemy.type(tables.Community, include="all", override=True)
class Community: ...


@strawchemy.type(tables.Volunteer, include="all", override=True)
class Volunteer: ...


@strawchemy.filter(tables.Opportunity, include="all")
class OpportunityFilter: ...


@strawberry.type
class Query:
    opportunity: Opportunity | None = strawchemy.field()
    community: Community | None = strawchemy.field()
    volunteer: Volunteer | None = strawchemy.field()
    opportunities: list[Opportunity] = strawchemy.field(filter_input=OpportunityFilter)


class Session(SchemaExtension):
    """A session for each operation, where strawchemy looks for it."""

    async def on_operation(self) -> AsyncIterator[None]:
        async with sessions() as session:
            self.execution_context.context["session"] = session
            yield


schema = strawberry.Schema(Query, extensions=[Session, ParserCache, ValidationCache])
service: GraphQL[dict[str, Any], None] = GraphQL(schema, graphql_ide=None)
app = Starlette(routes=[Route("/graphql", service, methods=["POST"])])
