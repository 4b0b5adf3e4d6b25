"""What does the schema say of itself? graphql-core answers `__schema` and `__type`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from graphql import DocumentNode, FieldNode, GraphQLSchema, SelectionSetNode, execute_sync

from api.engine.plan import Operation, Refused


def introspect(
    schema: GraphQLSchema, operation: Operation, name: str, nodes: list[FieldNode], given: Mapping[str, Any] | None
) -> bytes:
    alone = replace(operation.node, selection_set=SelectionSetNode(selections=tuple(nodes)))
    document = DocumentNode(definitions=(alone, *operation.fragments.values()))
    result: Any = execute_sync(schema, document, variable_values=dict(given or {}))
    if result.errors:
        raise Refused(*result.errors)
    return orjson.dumps(result.data[name])
