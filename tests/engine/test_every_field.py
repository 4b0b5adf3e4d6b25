"""Whatever the schema offers compiles, and PostgreSQL accepts it, for people with every role and with none."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
)
from sqlalchemy import literal_column, select

from api.engine.kinds import Schema
from api.engine.planner import statements
from api.engine.run import Engine
from api.schema import schema
from domain.access import ROLES, Actor
from domain.house import House
from tests.engine.conftest import Library, catalogue_schema

EVERYBODY = Actor(id=UUID(int=1), roles={role: frozenset() for role in ROLES})
VALUES = {"ID": '"x_1"', "String": '"x"', "Int": "1", "DateTime": '"2026-01-01T00:00:00Z"', "Date": '"2026-01-01"'}


def selections(kind: Any, depth: int) -> str:
    """Everything below a type, so deep; lists and links end with ids."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLUnionType):
        return "{ __typename " + " ".join(f"... on {t.name} {{ id }}" for t in named.types) + " }"
    if not isinstance(named, GraphQLObjectType):
        return "{ id }"
    fields = [
        f"{n}{arguments(f)} {selections(f.type, depth - 1)}" for n, f in named.fields.items() if depth or leafy(f)
    ]
    return "{ __typename " + " ".join(fields) + " }"


def leafy(field: Any) -> bool:
    named = get_named_type(field.type)
    return is_leaf_type(named) or named.name in {"Text", "Money", "PageInfo"}


def arguments(field: Any) -> str:
    given = {n: value(a.type) for n, a in field.args.items() if is_required_argument(a)}
    given = {n: f"[{v}]" if n == "ids" else v for n, v in given.items()}
    given |= {"first": "1"} if "first" in field.args else {}  # or everything would cost too much
    return "(" + ", ".join(f"{n}: {v}" for n, v in given.items()) + ")" if given else ""


def value(kind: Any) -> str:
    named = get_named_type(kind)
    return next(iter(named.values)) if isinstance(named, GraphQLEnumType) else VALUES[named.name]


def documents(offered: Schema) -> Iterator[str]:
    graphql = offered.graphql
    assert graphql.query_type
    for name, field in graphql.query_type.fields.items():
        depth = 1 if isinstance(get_nullable_type(field.type), GraphQLList) else 2  # of a hundred rows not everything
        yield f"{{ {name}{arguments(field)} {selections(field.type, depth)} }}"
    for name, shown in offered.graphs.items():
        if shown.model:
            for n, f in graphql.type_map[name].fields.items():  # type: ignore[attr-defined]
                inner = f"{n}{arguments(f)} {selections(f.type, 2)}"
                yield f'{{ node(id: "{shown.model.prefix}_1") {{ ... on {name} {{ {inner} }} }} }}'


async def _each_is_prepared(engine: Engine) -> None:
    async with engine.house.lanes.lend() as lane:
        for document in documents(engine.schema):
            for actor in (EVERYBODY, Actor()):
                *_, plan = engine.planner.at_once(document, {}, None, actor)
                for statement in statements(plan):
                    await lane.connection.prepare(statement.sql)
                    if together := statement.question.together:
                        await lane.connection.prepare(together.sql)


async def test_every_field_of_the_library(library: Library) -> None:
    await _each_is_prepared(Engine(catalogue_schema(), library.house))


async def test_every_field_of_the_service(house: House) -> None:
    await _each_is_prepared(Engine(schema(), house))


@pytest.mark.parametrize("offered", [catalogue_schema, schema])
def test_rules_look_only_at_what_they_are_given(offered: Any) -> None:
    for shown in offered().graphs.values():
        if shown.model and shown.see:
            table = shown.model.__table__.alias()
            rules, verb = shown.see
            rule: Any = select(literal_column("1")).select_from(table).where(rules.sql(EVERYBODY, verb, table))
            assert rule.get_final_froms() == [table], f"{verb} looks at a table it was not given"
