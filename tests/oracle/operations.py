"""What can be asked? Random valid operations over a whole schema, which shrink to small ones.

Every choice is a number below another, drawn by the caller; the smallest is the plainest. Nothing in an operation
conflicts: a key that is used twice below one place names the same field with the same arguments, and merges.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from api.engine.kinds import Argument, Schema
from domain.columns import Row, snake, typed
from tests.oracle.reading import shown
from tests.oracle.rows import Rows, target_of
from tests.oracle.towns import LANGUAGES, WORDS

Path = tuple[str, ...]
Hint = tuple[type[Row], str] | str | None
"""A column whose values are worth asking for, or the name of an argument."""

DEEPEST, ALIASES, FIELDS = 7, 12, 40
PAGES = (2, 1, 3, 5, 0, 100)
VARIABLE, NULL, DIRECTIVE, MERGE, CURSOR, ARGUMENT = 4, 12, 10, 6, 3, 4
"""One in so many is a variable, null, bears a directive, is asked for again, from a cursor on, or with an argument."""


@dataclass
class Wish:
    """A variable for a cursor, to be taken from an answer to the same field."""

    variable: str
    path: Path
    luck: int


@dataclass
class Operation:
    """What is sent; `wishes` are variables that get cursors when it is sent again."""

    document: str
    variables: dict[str, Any]
    name: str | None
    wishes: list[Wish]

    def __repr__(self) -> str:
        return f"{self.document}\nvariables: {json.dumps(self.variables, ensure_ascii=False)}\nname: {self.name}"


@dataclass
class Scope:
    """The keys used at one place of the answer, each with what it stands for."""

    keys: dict[str, tuple[str, str, str, Scope]] = field(default_factory=dict)


class Writer:
    """Writes one operation about one town."""

    def __init__(self, schema: Schema, graphql: GraphQLSchema, rows: Rows, number: Callable[[int], int]) -> None:
        self.schema, self.graphql, self.rows, self._number = schema, graphql, rows, number
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self.fragments: list[str] = []
        self.wishes: list[Wish] = []
        self.aliases = self.fields = 0
        self.likely: list[str] = []
        """Types whose ids were asked for."""

    # -- choices -------------------------------------------------------------------------------------------------------

    def number(self, below: int) -> int:
        """From 0 on, which is the plainest."""
        return self._number(below) if below > 1 else 0

    def one_in(self, n: int) -> bool:
        return self.number(n) == n - 1

    def choice(self, of: Sequence[Any]) -> Any:
        return of[self.number(len(of))]

    # -- the whole -----------------------------------------------------------------------------------------------------

    def operation(self) -> Operation:
        query = cast(GraphQLObjectType, self.graphql.query_type)
        asked = self.selection(query, Scope(), (), DEEPEST)
        given = f"({', '.join(self.declared)})" if self.declared else ""
        name = "Asked" if self.one_in(3) else None
        head = f"query {name or ''}{given} " if name or given else ""
        others = ["query Other { __typename viewerIsNotAsked: __typename }"] if name and self.one_in(2) else []
        document = "\n".join([*others, head + asked, *self.fragments])
        return Operation(document, self.variables, name if others else None, self.wishes)

    def selection(self, on: GraphQLNamedType, scope: Scope, path: Path, depth: int) -> str:
        parts = [self.part(on, scope, path, depth) for _ in range(1 + self.number(4))]
        return "{ " + " ".join(parts) + " }"

    def part(self, on: GraphQLNamedType, scope: Scope, path: Path, depth: int) -> str:
        luck = self.number(12)
        if isinstance(on, GraphQLUnionType | GraphQLInterfaceType) and luck > 2:
            kinds = [t for t in self.graphql.get_possible_types(on) if t.name in self.likely or not self.likely]
            inner = self.choice(kinds or self.graphql.get_possible_types(on))
            return self.fragment(inner, inner, scope, path, depth)
        if luck == 11 or isinstance(on, GraphQLUnionType):
            return "__typename"
        if luck >= 9 and isinstance(on, GraphQLObjectType):
            shown_as = self.choice([None, on, *on.interfaces])
            return self.fragment(shown_as, on if shown_as is None else shown_as, scope, path, depth)
        return self.field(cast(GraphQLObjectType, on), scope, path, depth)

    def fragment(self, condition: Any, on: Any, scope: Scope, path: Path, depth: int) -> str:
        """Inline, or under a name; spread twice now and then."""
        inner = self.selection(on, scope, path, depth)
        if condition is None or self.one_in(2):
            return f"...{f' on {condition}' if condition else ''}{self.directives()} {inner}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {condition} {inner}")
        spread = f"...{name}{self.directives()}"
        return f"{spread} ...{name}" if self.one_in(4) and self.aliases < ALIASES // 2 else spread

    def field(self, on: GraphQLObjectType, scope: Scope, path: Path, depth: int) -> str:
        if scope.keys and self.one_in(MERGE):
            key = self.choice(list(scope.keys))
            kind, name, arguments, below = scope.keys[key]
            if kind == on.name:
                return self.written_field(on, key, name, arguments, below, path, depth)
        flat = depth <= 0 or self.fields > FIELDS
        leaves = [n for n, f in on.fields.items() if is_leaf_type(get_named_type(f.type))]
        names = leaves + ([] if flat else [n for n in on.fields if n not in leaves])
        if not names:
            return "__typename"
        name = self.choice(names)
        self.fields += 1
        key = name
        if name in scope.keys or self.one_in(MERGE):
            if self.aliases >= ALIASES:
                return "__typename"
            self.aliases += 1
            key = f"a{self.aliases}"
        arguments, below = self.arguments(on, name, (*path, key)), Scope()
        scope.keys[key] = (on.name, name, arguments, below)
        return self.written_field(on, key, name, arguments, below, path, depth)

    def written_field(
        self, on: GraphQLObjectType, key: str, name: str, arguments: str, below: Scope, path: Path, depth: int
    ) -> str:
        kind = get_named_type(on.fields[name].type)
        said = f"{'' if key == name else f'{key}: '}{name}{arguments}{self.directives()}"
        if is_leaf_type(kind):
            return said
        inner = self.selection(kind, below, (*path, key), depth - 1)
        if any(w.path == (*path, key) for w in self.wishes):
            edges = below.keys.setdefault("edges", (kind.name, "edges", "", Scope()))
            edges[3].keys.setdefault("cursor", (kind.name.replace("Connection", "Edge"), "cursor", "", Scope()))
            inner = f"{inner[:-1]}edges {{ cursor }} }}"
        return f"{said} {inner}"

    def directives(self) -> str:
        if not self.one_in(DIRECTIVE):
            return ""
        said = [f" @{name}(if: {self.given(CONDITION, None)})" for name in self.choice(CHOSEN)]
        return "".join(said)

    # -- arguments -----------------------------------------------------------------------------------------------------

    def arguments(self, on: GraphQLObjectType, name: str, path: Path) -> str:
        said = []
        declared = self.schema.fields.get((on.name, name))
        taken = on.fields[name].args
        for argument, described in taken.items():
            required = isinstance(described.type, GraphQLNonNull)
            if argument in {"after", "before"}:
                if self.one_in(CURSOR):
                    said.append(f"{argument}: {self.wish(path)}")
            elif argument == "last" and any(s.startswith("first") for s in said):
                continue
            elif required or self.one_in(ARGUMENT):
                hint = self.hint(declared.arguments.get(argument) if declared else None, argument)
                said.append(f"{argument}: {self.given(described.type, hint)}")
        return f"({', '.join(said)})" if said else ""

    def hint(self, argument: Argument | None, name: str) -> Hint:
        if argument is None:
            return name
        return (argument.model, "id") if argument.model else argument.name

    def wish(self, path: Path) -> str:
        variable = f"c{len(self.wishes)}"
        self.declared.append(f"${variable}: String")
        self.wishes.append(Wish(variable, path, self.number(50)))
        return f"${variable}"

    def given(self, kind: Any, hint: Hint) -> str:
        """A value as it is written there: a literal, a variable, or a literal with variables in it."""
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if self.one_in(VARIABLE):
            return self.variable(kind, bare, hint)
        if bare is kind and self.one_in(NULL):
            return "null"
        if isinstance(bare, GraphQLList):
            items = [self.given(bare.of_type, hint) for _ in range(self.number(4))]
            single = len(items) == 1 and items[0][0] != "$" and self.one_in(2)
            return items[0] if single else f"[{', '.join(items)}]"
        if isinstance(bare, GraphQLInputObjectType):
            fields = self.some_fields(bare, hint)
            return "{" + ", ".join(f"{n}: {self.given(bare.fields[n].type, h)}" for n, h in fields) + "}"
        return self.literal(bare, self.plain(bare, hint))

    def variable(self, kind: Any, bare: Any, hint: Hint) -> str:
        name = f"v{len(self.variables)}x{len(self.declared)}"
        required, way = bare is not kind, self.number(5)
        default = "" if way < 3 else f" = {self.literal(bare, self.plain(bare, hint))}"
        exact = required and not default
        self.declared.append(f"${name}: {bare}{'!' if exact else ''}{default}")
        if way in (0, 3) or exact:
            self.variables[name] = self.plain(bare, hint)
        elif way == 1:
            self.variables[name] = None
        return f"${name}"

    def plain(self, kind: Any, hint: Hint) -> Any:
        """A value of a type, as JSON."""
        if isinstance(kind, GraphQLNonNull):
            return self.plain(kind.of_type, hint)
        if isinstance(kind, GraphQLList):
            return [self.plain(kind.of_type, hint) for _ in range(self.number(4))]
        if isinstance(kind, GraphQLInputObjectType):
            return {n: self.plain(kind.fields[n].type, h) for n, h in self.some_fields(kind, hint)}
        if isinstance(kind, GraphQLEnumType):
            return self.choice(list(kind.values))
        return self.scalar(kind.name, hint)

    def some_fields(self, kind: GraphQLInputObjectType, hint: Hint) -> list[tuple[str, Hint]]:
        """Which fields of a filter, or operators on a column, are given, and what their values are about."""
        names = list(kind.fields)
        chosen = {self.choice(names) for _ in range(self.number(3) + (0 if isinstance(hint, str) else 1))}
        filters = self.schema.filters.get(kind.name)
        if filters is None:
            return [(n, hint) for n in names if n in chosen]
        found: list[tuple[str, Hint]] = []
        for name in names:
            if name in chosen:
                column = snake(name)
                related = filters.related.get(column)
                found.append((name, "filter" if related else (filters.model, column)))
        return found

    def literal(self, kind: Any, value: Any) -> str:
        if value is None:
            return "null"
        if isinstance(kind, GraphQLNonNull):
            return self.literal(kind.of_type, value)
        if isinstance(kind, GraphQLList):
            return f"[{', '.join(self.literal(kind.of_type, v) for v in value)}]"
        if isinstance(kind, GraphQLInputObjectType):
            return "{" + ", ".join(f"{n}: {self.literal(kind.fields[n].type, v)}" for n, v in value.items()) + "}"
        return cast(str, value) if isinstance(kind, GraphQLEnumType) else json.dumps(value, ensure_ascii=False)

    # -- scalars -------------------------------------------------------------------------------------------------------

    def scalar(self, kind: str, hint: Hint) -> Any:
        if kind == "Boolean":
            return self.number(2) == 0
        if kind == "ID":
            return self.id(hint)
        if hint == "language":
            return self.choice(LANGUAGES)
        if kind == "Int" and isinstance(hint, str):
            return self.choice(PAGES)
        there = self.values(hint) if not self.one_in(8) else []
        value = shown(self.choice(there)) if there else self.choice(INVENTED[kind])
        return self.piece(value) if isinstance(value, dict) else value

    def id(self, hint: Hint) -> Any:
        model = self.choice(list(self.rows.tables)) if isinstance(hint, str) else target_of_hint(hint)
        graph = self.schema.of_model[model]
        self.likely.append(graph.name)
        there = [r.id for r in self.rows.tables[model]]
        luck = self.number(16)
        if luck == 15:
            return self.choice(("", "x_1", f"{model.prefix}_{'0' * 32}", f"shf_{(there or [UUID(int=1)])[0].hex}"))
        return typed(model.prefix, self.choice(there) if there else UUID(int=1))

    def values(self, hint: Hint) -> list[Any]:
        """Some values of the column, or of columns that are called like the argument."""
        columns = [hint] if isinstance(hint, tuple) else [(m, hint) for m in self.rows.tables if hint in m.model_fields]
        return [v for m, c in columns for row in self.rows.tables[m][:9] if (v := getattr(row, c)) is not None]

    def piece(self, words: Mapping[str, Any]) -> Any:
        """Some letters of a text in one of its languages, perhaps in capitals."""
        said = [words["text"], *(t["text"] for t in (words.get("translations") or {}).values())]
        text = self.choice(said)[: 1 + self.number(5)]
        return text.upper() if self.one_in(3) else text


def target_of_hint(hint: Hint) -> type[Row]:
    model, column = cast(tuple[type[Row], str], hint)
    return model if column == "id" else cast(type[Row], target_of(model, column))


CONDITION = GraphQLNonNull(GraphQLBoolean)
CHOSEN = (("skip",), ("include",), ("skip", "include"))
INVENTED: dict[str, Sequence[Any]] = {
    "Int": (0, 1, 2, -1, 60),
    "String": (*WORDS, *LANGUAGES),
    "Date": ("2026-06-01", "2026-05-31", "2025-01-01"),
    "DateTime": ("2026-06-01T04:00:00Z", "2026-06-01T12:00:00.000120+08:00", "1999-12-31T23:59:59Z"),
    "Decimal": ("0", "12.5", "4.120"),
}
