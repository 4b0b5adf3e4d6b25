"""What does a mutation ask for? A deed for each of its root fields, with the statement that shows what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import GraphQLObjectType

from api.engine.compile import Compiler, Selection
from api.engine.kinds import Field, Schema
from api.engine.plan import Operation
from api.engine.statement import Statement
from domain.access import Actor


@dataclass(frozen=True)
class Deed:
    """How to carry out one field of a mutation and show what came of it."""

    key: str
    field: Field
    input: Any
    statement: Statement
    refusal: Selection
    rule: Selection


def deeds(
    schema: Schema, operation: Operation, shapes: Mapping[str, Any], viewer: Actor
) -> tuple[Deed | tuple[str, str], ...]:
    """One deed for each root field, in order; a statement of its own for each."""
    root = Compiler(schema, operation, shapes, viewer)
    made: list[Deed | tuple[str, str]] = []
    for answer, nodes in root.collect(operation.root, operation.node.selection_set, {}).items():
        asked = nodes[0].name.value
        if asked == "__typename":
            made.append((answer, operation.root.name))
            continue
        compiler = Compiler(schema, operation, shapes, viewer)
        field = schema.fields["Mutation", asked]
        given = compiler.arguments.of(operation.root.fields[asked], nodes[0])["input"]
        graph = field.kind.graphs[0]
        statement = compiler.shown(graph, compiler.of(graph, nodes), path=[True])
        no = compiler.merged(cast(GraphQLObjectType, schema.graphql.get_type("Refusal")), nodes)
        grounds = cast(GraphQLObjectType, schema.graphql.get_type("Grounds"))
        rule = compiler.merged(grounds, [n for ns in no.values() for n in ns if n.name.value == "rule"])
        made.append(Deed(answer, field, given, statement, no, rule))
    return tuple(made)
