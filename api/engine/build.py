"""How do the declarations of all rooms become one strawberry schema, and which of them are mistakes?

Everything an operation could trip over is found here, when the schema is built: a field without a source or without a
description, a non-null link that a rule could hide, a filter on a guarded column. All faults are named at once.
"""

import inspect
import typing
from collections import Counter
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, cast
from uuid import UUID

import strawberry
from sqlalchemy import BigInteger
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.engine import declare, values, weights
from api.engine.declare import (
    By,
    Changes,
    Column,
    Do,
    Either,
    Every,
    Expression,
    Filters,
    Graph,
    Many,
    Mine,
    MoneyColumns,
    Moves,
    Node,
    One,
    RowsOf,
    Source,
)
from api.engine.inputs import Inputs
from api.engine.kinds import LARGEST_PAGE, Argument, Fault, Field, Kind, Schema, usual
from api.engine.spelling import Spelling
from domain import columns


def build(*rooms: ModuleType) -> Schema:
    """The schema that these modules declare together."""
    return Builder(rooms).build()


class Builder:
    """Walks over the declarations, field by field."""

    def __init__(self, rooms: Iterable[ModuleType]) -> None:
        self.faults: list[str] = []
        self.fields: dict[tuple[str, str], Field] = {}
        self.graphs: dict[str, Graph] = {}
        self.roots: dict[str, list[type]] = {"Query": [], "Mutation": [], "Subscription": []}
        filters: dict[str, Filters] = {}
        for room in rooms:
            for name, thing in vars(room).items():
                if isinstance(thing, Filters):
                    filters[thing.name] = thing
                elif isinstance(thing, type) and thing.__module__ == room.__name__:
                    if "__graph__" in vars(thing):
                        self.graphs[vars(thing)["__graph__"].name] = vars(thing)["__graph__"]
                    elif name in self.roots:
                        self.roots[name].append(thing)
        shown = Counter(g.model for g in self.graphs.values() if g.model)
        self.faults += [f"{model.__name__} is shown by {n} types" for model, n in shown.items() if n > 1]
        self.spell = Spelling(self.graphs)
        self.inputs = Inputs(self.spell, filters)

    def build(self) -> Schema:
        self.spell.made["Node"] = self.spell.object(
            "Node",
            [self.spell.field("id", "ID", "Typed and lasting, as `shf_0192…`; the same in URLs, events and exports.")],
            inspect.getdoc(Node) or "",
            interface=True,
        )
        for graph in self.graphs.values():
            self._graph(graph)
        query = self._root("Query", "Everything that can be read.")
        mutation = self._root(
            "Mutation", "Everything that can be done. Each answers with the thing, or with a Refusal."
        )
        subscription = self._root("Subscription", "News, as it happens.")
        if self.faults:
            raise Fault("\n".join(["The schema has faults:", *sorted(self.faults)]))
        made = strawberry.Schema(
            cast(type, query),
            mutation,
            subscription,
            types=[self.spell.made[g] for g in self.graphs],
            config=StrawberryConfig(sort_schema=True, disable_field_suggestions=True, scalar_map=values.SCALARS),
        )
        return Schema(made, self.fields, self.graphs, self.inputs.filters, self.inputs.orders, self.spell.enums)

    def _graph(self, graph: Graph) -> None:
        described = inspect.getdoc(graph.cls) or ""
        if not vars(graph.cls).get("__doc__"):
            self.faults.append(f"{graph.name} has no description")
        said = declare.sentences(graph.cls)
        fields = []
        for python, annotation in vars(graph.cls).get("__annotations__", {}).items():
            source = vars(graph.cls).get(python, Column())
            fields.append(self._declared(graph.name, python, annotation, source, said, graph))
        if graph.model:
            id = Field(graph.name, "id", "id", Kind(UUID), Column())
            self.fields[graph.name, "id"] = id
        is_node = issubclass(graph.cls, Node)
        if graph.model and not is_node:
            self.faults.append(f"{graph.name} has a model, so it is a Node")
        bases = (self.spell.made["Node"],) if is_node else ()
        self.spell.object(graph.name, fields, described, bases=bases, directives=self.spell.requires(graph.see))

    def _declared(
        self, owner: str, python: str, annotation: Any, source: Any, said: Mapping[str, str], graph: Graph | None
    ) -> StrawberryField:
        """One declared field, checked and made."""
        where = f"{owner}.{python}"
        scope = vars(inspect.getmodule(graph.cls)) if graph else {}
        try:
            kind = self.spell.kind(annotation, scope)
            kind, arguments, shown = self._checked(kind, source, graph, where)
            many = isinstance(source, Either)
            annotation = self._union(owner, python, kind) if many else self.spell.spelled(kind)
        except (Fault, NameError, AttributeError, KeyError, SyntaxError, TypeError, ValueError) as fault:
            self.faults.append(f"{where}: {fault}")
            return self.spell.field(python, "String", "")
        name = to_camel_case(python)
        self.fields[owner, name] = Field(owner, python, name, kind, source, {a.name: a for a in arguments})
        description = said.get(python) or self._described(source, python, graph)
        if not description:
            self.faults.append(f"{where} has no description: write a sentence below it")
        guard = getattr(source, "guard", None)
        seen = kind.graphs[0].see if graph is None and len(kind.graphs) == 1 else None
        said_of_it = [*self.spell.requires(guard or seen), *weights.directives(source, kind)]
        return self.spell.field(python, annotation, description, arguments=shown, directives=said_of_it)

    def _described(self, source: Source, python: str, graph: Graph | None) -> str | None:
        """The model's own words for its column."""
        if isinstance(source, Moves):
            return "The moves open now to this person with this token."
        if graph is None or graph.model is None:
            return None
        name = {
            Column: getattr(source, "name", None) or python,
            One: getattr(source, "link", ""),
            MoneyColumns: getattr(source, "amount", ""),
        }.get(type(source), "")
        found = graph.model.model_fields.get(name)
        return found.description if found else None

    def _checked(
        self, kind: Kind, source: Source, graph: Graph | None, where: str
    ) -> tuple[Kind, list[Argument], list[StrawberryArgument]]:
        """The field as it will be, its arguments as we and as strawberry know them."""
        if getattr(source, "guard", None) and not kind.nullable:
            raise Fault("a guarded field must be `| None`")
        arguments: list[Argument] = []
        match source:
            case Column():
                self._check_column(kind, source.name or where.rpartition(".")[2], graph)
            case One():
                kind = self._checked_link(kind, source, graph)
            case Many() | Every():
                return self._checked_list(kind, source, graph), [], self.inputs.list_arguments(source)
            case By():
                arguments, kind = [self.inputs.lookup(source, kind.graphs[0])], Kind(kind.of, nullable=True)
            case Mine():
                kind = Kind(kind.of, nullable=True)
            case RowsOf():
                arguments, kind = self.inputs.parameters(source.fn), self._open_to_errors(kind, graph)
            case Expression():
                arguments = self.inputs.parameters(source.fn)
            case Changes():
                arguments = [self.inputs.subject(source.model, link) for link in source.of]
        return kind, arguments, self._shown(kind, source, arguments)

    def _shown(self, kind: Kind, source: Source, arguments: list[Argument]) -> list[StrawberryArgument]:
        shown = [self.inputs.shown(a) for a in arguments]
        if kind.of is columns.Text:
            shown.append(self.spell.argument("language", "Optional[String]", "BCP 47; else the reader's own language."))
        if kind.many and isinstance(source, RowsOf):
            if any(a.name == "first" for a in arguments):
                raise Fault("a list has an argument `first` of its own")
            shown.append(
                self.inputs.first(f"The first so many. At most {LARGEST_PAGE}; {usual(source)} if nothing is said.")
            )
        return shown

    def _checked_link(self, kind: Kind, source: One, graph: Graph | None) -> Kind:
        if not kind.graphs:
            raise Fault("a link leads to a type")
        (target,) = kind.graphs
        table = cast(Any, graph.model).__table__ if graph and graph.model else None
        missing = table is not None and table.c[source.link].nullable
        if not kind.nullable and (missing or (target.see and not source.sure)):
            raise Fault(f"{target.name} can be hidden or missing: `| None`, or one(..., sure='why it never is')")
        return self._open_to_errors(kind, graph)

    def _checked_list(self, kind: Kind, source: Many | Every, graph: Graph | None) -> Kind:
        if not kind.connection:
            raise Fault("a list is a `Connection[...]`")
        (target,) = kind.graphs
        for thing in (source.order, source.filter):
            if thing and thing.model is not target.model:
                raise Fault(f"{thing.name} is not of {target.name}")
        if source.filter:
            self.inputs.filter(source.filter)
        if source.order:
            self.inputs.order(source.order)
        return self._open_to_errors(kind, graph)

    def _open_to_errors(self, kind: Kind, graph: Graph | None) -> Kind:
        """Nullable wherever the token may lack a scope that reaching this place did not need."""
        target = kind.graphs[0]
        needed = target.see and target.see[0].scope(target.see[1])
        given = graph.see and graph.see[0].scope(graph.see[1]) if graph else None
        return Kind(kind.of, kind.nullable or (needed is not None and needed != given), kind.many, kind.connection)

    def _check_column(self, kind: Kind, name: str, graph: Graph | None) -> None:
        if graph is None:
            raise Fault("a root needs a source")
        if graph.model is None:
            return
        column = graph.model.__table__.c.get(name)  # type: ignore[attr-defined]
        if column is None:
            raise Fault(f"{graph.model.__name__} has no column {name}")
        if column.nullable and not kind.nullable:
            raise Fault(f"the column {name} can be null")
        if kind.of is UUID:
            raise Fault("an id of another thing is shown as a link: one(...)")
        if kind.of is int and isinstance(column.type, BigInteger):
            raise Fault("Int has 32 bits, the column 64")

    def _union(self, owner: str, python: str, kind: Kind) -> str:
        name = owner + to_camel_case(python)[0].upper() + to_camel_case(python)[1:]
        members = [self.spell.late(g.name) for g in kind.graphs]
        self.spell.made[name] = self.spell.union(name, members, f"What {owner}.{to_camel_case(python)} leads to.")
        return f"Optional[{name}]"

    def _root(self, name: str, description: str) -> type | None:
        fields = []
        for cls in self.roots[name]:
            said, annotations = declare.sentences(cls), vars(cls).get("__annotations__", {})
            scope = vars(inspect.getmodule(cls))
            for python, source in vars(cls).items():
                if isinstance(source, Do):
                    fields.append(self._mutation(source))
                elif isinstance(source, Source):
                    annotation = annotations[python]
                    kind = self.spell.kind(annotation, scope) if isinstance(annotation, str) else annotation
                    del kind
                    fields.append(self._declared(name, python, annotation, source, said, None))
        if name == "Query":
            fields += self._node_roots()
        return self.spell.object(name, fields, description) if fields else None

    def _node_roots(self) -> list[StrawberryField]:
        ids = "Ids of any types."
        return [
            self.spell.field(
                "node", "Optional[Node]", "Anything by its id.", arguments=[self.spell.argument("id", "ID", "Its id.")]
            ),
            self.spell.field(
                "nodes",
                "list[Optional[Node]]",
                "Things by their ids, in the same order; null where there is none.",
                arguments=[self.spell.argument("ids", "list[ID]", ids)],
                directives=[weights.BY_IDS],
            ),
        ]

    def _mutation(self, source: Do) -> StrawberryField:
        fn = source.command
        name = fn.__name__
        camel = to_camel_case(name)
        pascal = camel[0].upper() + camel[1:]
        try:
            arguments = self.inputs.parameters(fn)
            returned = typing.get_type_hints(fn)["return"]
            target = self.spell.of_model[returned]
            shown = [self.inputs.input_field(a) for a in arguments]
        except KeyError as missing:
            self.faults.append(f"Mutation.{name}: no type shows what it returns, {missing}")
            return self.spell.field(name, "String", "")
        except (Fault, NameError, TypeError) as fault:
            self.faults.append(f"Mutation.{name}: {fault}")
            return self.spell.field(name, "String", "")
        key = "Makes a repetition harmless: the same key gives the first answer again."
        shown.append(self.spell.field("idempotency_key", "Optional[String]", key, default=strawberry.UNSET))
        described = inspect.getdoc(fn)
        if not described:
            self.faults.append(f"Mutation.{name} has no description: write the command's docstring")
        self.spell.input(f"{pascal}Input", shown, f"What {camel} needs.")
        self.spell.made[f"{pascal}Result"] = self.spell.union(
            f"{pascal}Result", [self.spell.late(target.name), values.Refusal], f"What {camel} answers."
        )
        kind = Kind((target,), nullable=True)
        self.fields["Mutation", camel] = Field("Mutation", name, camel, kind, source, {a.name: a for a in arguments})
        rule = (source.rules, name)
        given = [self.spell.argument("input", f"{pascal}Input", "What it needs.")]
        said_of_it = [*self.spell.requires(rule), *weights.directives(source, kind)]
        return self.spell.field(name, f"Optional[{pascal}Result]", described, arguments=given, directives=said_of_it)
