"""What can be done? Random mutations that have a chance: ids of rows that are there, values that could be meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)

from api.engine.declare import Do
from api.engine.kinds import Field
from domain.access import Actor
from domain.columns import typed
from tests.oracle.conftest import Town
from tests.oracle.operations import Hint, Scope, Writer
from tests.oracle.viewers import everybody, scopes_of

DEEP = 3
LIKELY: dict[str, tuple[Any, ...]] = {
    "Boolean": (True, False),
    "Int": (1, 60, 120),
    "String": ("first_aid", "en", "110105", "x@example.org", "李明", ""),
    "Date": ("2026-06-01", "1990-02-28", "2027-01-01"),
    "DateTime": ("2026-06-01T04:00:00Z", "2026-06-03T04:00:00Z", "2026-06-03T06:00:00Z"),
    "Decimal": ("12.50", "100"),
    "ID": ("x_1",),
}


@dataclass
class Act:
    """A mutation; and the query that asks the same of what it returned, by the id `$id`."""

    mutation: str
    query: str
    key: str
    variables: dict[str, Any]
    actor: Actor


class Director:
    """Has people of one town do one thing after the other."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.random = town, Random(seed)  # noqa: S311 any numbers will do

    def act(self, field: Field) -> Act:
        """Somebody who may do all, as far as that hangs on roles, and who may read all or a little."""
        writer = Writer(self.town.schema, self.town.graphql, self.town.rows, self.random.randrange)
        kind = field.kind.graphs[0].name
        below = writer.selection(self.town.graphql.type_map[kind], Scope(), (field.name,), DEEP)
        verb = cast(GraphQLObjectType, self.town.graphql.mutation_type).fields[field.name]
        key = f"{field.name} {self.random.getrandbits(64)}"
        given = self.given(field, get_named_type(verb.args["input"].type))
        declared, fragments = "".join(f", {d}" for d in writer.declared), "\n".join(writer.fragments)
        return Act(
            f"mutation($input: {verb.args['input'].type}{declared}) "
            f"{{ it: {field.name}(input: $input) {{ ... on {kind} {below} }} }}\n{fragments}",
            f"query($id: ID!{declared}) {{ it: node(id: $id) {{ ... on {kind} {below} }} }}\n{fragments}",
            key,
            {"input": {**given, "idempotencyKey": key}, **writer.variables},
            self.actor(field),
        )

    def actor(self, field: Field) -> Actor:
        source, persons = cast(Do, field.source), self.town.rows.tables[self.town.people]
        somebody = replace(everybody(self.town.rows, self.town.people), id=self.random.choice(persons).id)
        if self.random.random() < 0.7:
            return somebody
        readable = scopes_of(self.town.schema)
        some = self.random.sample(readable, self.random.randrange(len(readable)))
        return replace(somebody, scopes=frozenset({*some, cast(Any, source.rules).scope(source.command.__name__)}))

    def given(self, field: Field, kind: GraphQLInputObjectType) -> dict[str, Any]:
        wanted = [n for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull) or self.random.random() < 0.3]
        return {n: self.value(kind.fields[n].type, self.hint(field, n)) for n in wanted if n != "idempotencyKey"}

    def hint(self, field: Field, name: str) -> Hint:
        return (model, "id") if (model := field.arguments[name].model if name in field.arguments else None) else name

    def value(self, kind: Any, hint: Hint) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, hint)
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type, hint) for _ in range(self.random.randrange(3))]
        if isinstance(kind, GraphQLInputObjectType):
            return {n: self.value(f.type, n) for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)}
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(list(kind.values))
        if isinstance(hint, tuple):
            return typed(hint[0].prefix, self.random.choice(self.town.rows.tables[hint[0]]).id)
        return self.random.choice(LIKELY[kind.name])
