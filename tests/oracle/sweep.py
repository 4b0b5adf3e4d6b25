"""What has each part of the schema to be asked at least once? Every field of every row, every order, every operator."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, cast

from graphql import GraphQLEnumType, GraphQLNonNull, GraphQLObjectType, get_named_type, is_leaf_type

from api.engine.declare import Every, Many, RowsOf
from api.engine.kinds import LARGEST_PAGE, Schema
from domain.columns import snake, typed
from tests.oracle.operations import Hint, Operation, Writer
from tests.oracle.rows import Rows

WHOLE = (
    "{ edges { cursor node { id } } nodes { id } totalCount "
    "pageInfo { hasPreviousPage hasNextPage startCursor endCursor } }"
)
AT_ONCE = 20
SMALL = {"Text", "Translation", "Money", "PageInfo"}
"""Objects that are shown wherever they are."""


class Sweep:
    """Operations that together leave nothing out, about one town."""

    def __init__(self, schema: Schema, graphql: Any, rows: Rows) -> None:
        self.schema, self.graphql, self.rows = schema, graphql, rows
        self.random = Random(1)  # noqa: S311 any numbers will do
        self.writer = Writer(schema, graphql, rows, self.random.randrange)
        self.swept: set[str] = set()
        """Orders and filters all of whose values and operators were asked for."""

    def of_rows(self) -> Iterator[Operation]:
        """All fields of all rows, and each root."""
        for name, graph in self.schema.graphs.items():
            if graph.model:
                yield self.of_all(name, self.everything(self.graphql.type_map[name], 1))
                yield from (self.of_all(name, asked) for asked in self.of_functions(name))
        for name, field in self.graphql.query_type.fields.items():
            if not self.listed("Query", name):
                for said in self.calls(self.graphql.query_type, name, field):
                    yield Operation(f"{{ {name}{said}{self.below(field, 2)} }}", {}, None, [])

    def of_functions(self, name: str) -> Iterator[str]:
        """What rows have from functions, with each argument."""
        kind = self.graphql.type_map[name]
        for key, field in kind.fields.items():
            declared = self.schema.fields.get((name, key))
            if declared and isinstance(declared.source, RowsOf):
                yield from (f"{key}{said}{self.below(field, 2)}" for said in self.calls(kind, key, field))

    def of_lists(self) -> Iterator[Operation]:
        """Each list in several ways, the roots first: they sweep the orders and filters."""
        for owner, name in sorted(self.schema.fields, key=lambda place: place[0] != "Query"):
            if not self.listed(owner, name):
                continue
            asked = list(self.ways(cast(Any, self.graphql.type_map[owner]).fields[name].args))
            for start in range(0, len(asked), AT_ONCE):
                some = enumerate(asked[start : start + AT_ONCE])
                said = " ".join(f"a{i}: {name}({one}) {WHOLE}" for i, one in some)
                yield Operation(f"{{ {said} }}", {}, None, []) if owner == "Query" else self.of_all(owner, said)

    def listed(self, owner: str, name: str) -> bool:
        declared = self.schema.fields.get((owner, name))
        return declared is not None and isinstance(declared.source, Many | Every)

    def of_all(self, name: str, asked: str) -> Operation:
        """Asked of all rows of a type at once."""
        model = cast(Any, self.schema.graphs[name].model)
        ids = [typed(model.prefix, row.id) for row in self.rows.tables[model]][:LARGEST_PAGE]
        document = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on {name} {{ {asked} }} }} }}"
        return Operation(document, {"ids": ids}, None, [])

    # -- fields --------------------------------------------------------------------------------------------------------

    def everything(self, kind: Any, depth: int) -> str:
        """All fields, so deep; below them what has no further parts."""
        if not isinstance(kind, GraphQLObjectType):
            return "__typename"
        said = []
        for name, field in kind.fields.items():
            if depth or is_leaf_type(get_named_type(field.type)) or get_named_type(field.type).name in SMALL:
                (*_, call) = self.calls(kind, name, field)
                said.append(f"{name}{call}{self.below(field, depth)}")
        return " ".join(said)

    def below(self, field: Any, depth: int) -> str:
        kind = get_named_type(field.type)
        graph = self.schema.graphs.get(kind.name)
        part = depth > 0 and graph is not None and graph.model is None  # no row of its own: a part of the one above
        return "" if is_leaf_type(kind) else f" {{ {self.everything(kind, max(depth - 1, int(part)))} }}"

    def calls(self, on: GraphQLObjectType, name: str, field: Any) -> Iterator[str]:
        """The arguments of a field: as few as must be, then each of the others, with every value if there are few."""
        declared = self.schema.fields.get((on.name, name))
        known = declared.arguments if declared else {}
        said = {
            argument: self.values(described.type, self.writer.hint(known.get(argument), argument))
            for argument, described in field.args.items()
            if not self.listed(on.name, name)
        }
        least = {a: values[0] for a, values in said.items() if isinstance(field.args[a].type, GraphQLNonNull)}
        ways = [{}, *({argument: value} for argument, values in said.items() for value in values)]
        for way in ways:
            given = ", ".join(f"{argument}: {value}" for argument, value in {**least, **way}.items())
            yield f"({given})" if given else ""

    # -- lists ---------------------------------------------------------------------------------------------------------

    def ways(self, arguments: Any) -> Iterator[str]:
        """Of several sizes, in orders and through filters: through all operators where the filter is met first."""
        yield from ("first: 1, after: null", "last: 2, before: null")
        if "orderBy" in arguments:
            kind = cast(GraphQLEnumType, get_named_type(arguments["orderBy"].type))
            values = list(kind.values)
            for one in values if kind.name not in self.swept else values[-1:]:
                yield f"orderBy: [{one}, {self.random.choice(values)}]"
            self.swept.add(kind.name)
        if "filter" in arguments:
            name = arguments["filter"].type.name
            filters = list(self.filters(name, 2))
            yield from (f"filter: {said}" for said in (filters if name not in self.swept else filters[:1]))
            self.swept.add(name)

    def filters(self, name: str, depth: int) -> Iterator[str]:
        """Every operator on every column; through links, so deep."""
        filters, kind = self.schema.filters[name], cast(Any, self.graphql.type_map[name])
        for key, field in kind.fields.items():
            if field.type.name in self.schema.filters:
                for inner in list(self.filters(field.type.name, depth - 1))[::3] if depth else ():
                    yield f"{{{key}: {inner}}}"
                continue
            for operator, described in field.type.fields.items():
                for value in self.values(described.type, (filters.model, snake(key))):
                    yield f"{{{key}: {{{operator}: {value}}}}}"

    def values(self, kind: Any, hint: Hint) -> list[str]:
        """All values of an enum, else one or two."""
        named = get_named_type(kind)
        if isinstance(named, GraphQLEnumType):
            return list(named.values)
        if named.name == "Boolean":
            return ["true", "false"]
        return [self.writer.literal(kind, self.writer.plain(kind, hint)) for _ in range(2)]
