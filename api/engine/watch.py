"""What does a subscription watch? Deeds about one kind of thing, and the statement that shows the thing after each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from api.engine.compile import Compiler, MissingScope
from api.engine.declare import Changes
from api.engine.kinds import Schema
from api.engine.plan import Operation, Refused, user_error
from api.engine.statement import Statement
from domain.access import Actor


@dataclass(frozen=True)
class Watch:
    """How to show one event of a subscription."""

    key: str
    noun: str
    statement: Statement


def watched(schema: Schema, operation: Operation, shapes: Mapping[str, Any], viewer: Actor) -> Watch:
    compiler = Compiler(schema, operation, shapes, viewer)
    root = compiler.collect(operation.root, operation.node.selection_set, {})
    if not root:
        raise Refused(user_error("Nothing is subscribed to."))
    answer, nodes = next(iter(root.items()))
    asked = nodes[0].name.value
    field = schema.fields["Subscription", asked]
    source, graph = cast(Changes, field.source), field.kind.graphs[0]
    try:
        compiler.visible(graph, cast(Any, source.model).__table__)
    except MissingScope as missing:
        raise Refused(missing.error()) from None
    given = compiler.arguments.of(operation.root.fields[asked], nodes[0])
    narrowed = [
        (argument.python, compiler.arguments.scalar(given[name], UUID, prefix=cast(Any, argument.model).prefix))
        for name, argument in field.arguments.items()
        if given.get(name) is not None
    ]
    statement = compiler.shown(
        graph,
        compiler.of(graph, nodes),
        path=[False],
        where=lambda t: [t.c[name] == bound for name, bound in narrowed],
    )
    return Watch(answer, cast(Any, source.model).__tablename__, statement)
