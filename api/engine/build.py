"""How do the declarations of all rooms become one strawberry schema, and which of them are mistakes?

Everything an operation could trip over is found here, when the schema is built: a field without a source or without a
description, a non-null link that a rule could hide, a filter on a guarded column. All faults are named at once.
"""

import inspect
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import ModuleType
from typing import Annotated, Any, Optional, Union, cast
from uuid import UUID

import strawberry
from graphql import GraphQLSchema
from sqlalchemy import BigInteger
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.engine import declare, values
from api.engine.declare import (
    By,
    Changes,
    Column,
    Connection,
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
    Orders,
    RowsOf,
    Rule,
    Source,
)
from domain import columns
from domain.columns import Absent, Row
from domain.work import model_named

PLAIN = {int: "Int", str: "String", bool: "Boolean", datetime: "DateTime", date: "Date", Decimal: "Decimal", UUID: "ID"}
PAGE, LARGEST_PAGE = 20, 100


@dataclass(frozen=True)
class Kind:
    """What a field holds: `of` is a scalar's Python type, an enum, Text, Money, or the graphs of a link (several: a union)."""

    of: Any
    nullable: bool = False
    many: bool = False
    connection: bool = False

    @property
    def graphs(self) -> tuple[Graph, ...]:
        return self.of if isinstance(self.of, tuple) else ()


def bare(annotation: Any) -> Any:
    """`datetime` in `datetime | None`."""
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return next(a for a in typing.get_args(annotation) if a is not type(None))
    return annotation


@dataclass(frozen=True)
class Argument:
    """A parameter of a function or command, and how the schema shows it."""

    python: str
    name: str
    kind: Kind
    description: str
    default: Any = inspect.Parameter.empty
    model: type[Row] | None = None
    """Whose id it is."""
    may_be_absent: bool = False


@dataclass(frozen=True)
class Field:
    """A field of the schema and where it comes from."""

    owner: str
    python: str
    name: str
    kind: Kind
    source: Source
    arguments: Mapping[str, Argument] = field(default_factory=dict)


@dataclass
class Schema:
    """The strawberry schema, and beside it what each of its names means."""

    strawberry: strawberry.Schema
    fields: dict[tuple[str, str], Field]
    graphs: dict[str, Graph]
    filters: dict[str, Filters]
    orders: dict[str, Orders]
    enums: dict[str, type[Enum]]

    def __post_init__(self) -> None:
        self.graphql: GraphQLSchema = self.strawberry._schema
        self.of_model = {g.model: g for g in self.graphs.values() if g.model}
        self.of_prefix = {m.prefix: g for m, g in self.of_model.items()}

    def print(self) -> str:
        return self.strawberry.as_str()


class Fault(TypeError):
    """Mistakes in declarations."""


def build(*rooms: ModuleType) -> Schema:
    """The schema that these modules declare together."""
    return Builder(rooms).build()


class Builder:
    def __init__(self, rooms: Iterable[ModuleType]) -> None:
        self.faults: list[str] = []
        self.graphs: dict[str, Graph] = {}
        self.filters: dict[str, Filters] = {}
        self.orders: dict[str, Orders] = {}
        self.roots: dict[str, list[type]] = {"Query": [], "Mutation": [], "Subscription": []}
        self.names: dict[str, Any] = {"Optional": Optional, "list": list, "Connection": Connection, "Node": Node}
        for room in rooms:
            for name, thing in vars(room).items():
                if isinstance(thing, Filters):
                    self.filters[thing.name] = thing
                elif isinstance(thing, Orders):
                    self.orders[thing.name] = thing
                elif isinstance(thing, type) and thing.__module__ == room.__name__:
                    if "__graph__" in vars(thing):
                        self.graphs[vars(thing)["__graph__"].name] = vars(thing)["__graph__"]
                    elif name in self.roots:
                        self.roots[name].append(thing)
        self.of_class = {g.cls: g for g in self.graphs.values()}
        self.of_model: dict[type[Row], Graph] = {}
        for g in self.graphs.values():
            if g.model in self.of_model:
                self.faults.append(f"{g.name} and {self.of_model[g.model].name} both show {g.model.__name__}")
            if g.model:
                self.of_model[g.model] = g
        self.fields: dict[tuple[str, str], Field] = {}
        self.enums: dict[str, type[Enum]] = {}
        self.made: dict[str, Any] = {
            "Optional": Optional,
            "list": list,
            "Int": int,
            "String": str,
            "Boolean": bool,
            "ID": strawberry.ID,
            "DateTime": values.DateTime,
            "Date": values.Date,
            "Decimal": values.DecimalString,
            **{c.__name__: c for c in (values.Text, values.TextInput, values.Money, values.MoneyInput)},
            **{c.__name__: c for c in (values.PageInfo, values.Refusal)},
        }

    def build(self) -> Schema:
        self.made["Node"] = self._object(
            "Node",
            [self._field("id", "ID", "Typed and lasting, as `shf_0192…`; the same in URLs, events and exports.")],
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
            query,
            mutation,
            subscription,
            types=[self.made[g] for g in self.graphs],
            config=StrawberryConfig(sort_schema=True, disable_field_suggestions=True, scalar_map=values.SCALARS),
        )
        return Schema(made, self.fields, self.graphs, self.filters, self.orders, self.enums)

    # -- annotations ---------------------------------------------------------------------------------------------------

    def _kind(self, annotation: Any, scope: Mapping[str, Any] | None = None) -> Kind:
        """`"list[Shift] | None"` and its like, understood; other rooms' types are found by name."""
        if isinstance(annotation, str):
            known = {**self.names, **(scope or {}), **{g.cls.__name__: g.cls for g in self.graphs.values()}}
            annotation = eval(annotation, known)  # noqa: S307 our own source
        if isinstance(annotation, typing.ForwardRef):
            return self._kind(annotation.__forward_arg__, scope)
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is Annotated:
            return self._kind(args[0], scope)
        if origin in (Union, types.UnionType):
            rest = [a for a in args if a not in (type(None), Absent)]
            inner = [self._kind(a, scope) for a in rest]
            nullable = type(None) in args
            if len(inner) == 1:
                return Kind(inner[0].of, nullable, inner[0].many, inner[0].connection)
            return Kind(tuple(g for k in inner for g in k.graphs), nullable)
        if origin in (list, Connection) and (inner_kind := self._kind(args[0], scope)):
            return Kind(inner_kind.of, many=origin is list, connection=origin is Connection)
        if annotation in self.of_class:
            return Kind((self.of_class[annotation],))
        return Kind(annotation)

    def _spelled(self, kind: Kind, nullable: bool | None = None, *, suffix: str = "") -> str:
        """The annotation strawberry gets."""
        if kind.graphs:
            name = kind.graphs[0].name
        elif kind.of is columns.Text or kind.of is columns.Money:
            name = kind.of.__name__ + suffix
        elif isinstance(kind.of, type) and issubclass(kind.of, Enum):
            name = self._enum(kind.of)
        elif kind.of in PLAIN:
            name = PLAIN[kind.of]
        else:
            raise Fault(f"{kind.of!r} cannot be shown")
        if kind.connection:
            name = self._connection(kind.graphs[0])
        name = f"list[{name}]" if kind.many else name
        return f"Optional[{name}]" if (kind.nullable if nullable is None else nullable) else name

    def _enum(self, kind: type[Enum]) -> str:
        name = kind.__name__
        if self.enums.setdefault(name, kind) is not kind:
            raise Fault(f"two enums are called {name}")
        if name not in self.made:
            said = declare.sentences(kind)
            members = {}
            for m in kind:
                en, zh = said.get(m.name, m.name.replace("_", " ").capitalize() + "."), getattr(m, "zh", None)
                members[m.name] = strawberry.enum_value(m.value, description=f"{en} {zh}" if zh else en)
            described = inspect.getdoc(kind) or f"{name}."
            self.made[name] = strawberry.enum(Enum(name, members), name=name, description=described)  # type: ignore[arg-type]
        return name

    # -- making --------------------------------------------------------------------------------------------------------

    def _field(
        self,
        name: str,
        annotation: str,
        description: str | None,
        *,
        arguments: Iterable[StrawberryArgument] = (),
        requires: values.Requires | None = None,
        default: Any = None,
    ) -> StrawberryField:
        made = StrawberryField(
            python_name=name,
            graphql_name=to_camel_case(name),
            type_annotation=StrawberryAnnotation(annotation, namespace=self.made),
            description=description,
            directives=[requires] if requires else (),
            **({"default": default} if default is not None else {}),
        )
        if arguments:
            made.arguments = list(arguments)
        return made

    def _argument(self, name: str, annotation: str, description: str) -> StrawberryArgument:
        return StrawberryArgument(
            python_name=name,
            graphql_name=to_camel_case(name),
            type_annotation=StrawberryAnnotation(annotation, namespace=self.made),
            description=description,
        )

    def _object(
        self,
        name: str,
        fields: Iterable[StrawberryField],
        description: str,
        *,
        interface: bool = False,
        bases: tuple[type, ...] = (),
        requires: values.Requires | None = None,
    ) -> type:
        make = strawberry.interface if interface else strawberry.type
        directives = [requires] if requires else ()
        self._make(make, name, fields, bases, description=description, directives=directives)
        return cast(type, self.made[name])

    def _input(self, name: str, fields: Iterable[StrawberryField], description: str) -> None:
        self._make(strawberry.input, name, fields, (), description=description)

    def _make(
        self, make: Any, name: str, fields: Iterable[StrawberryField], bases: tuple[type, ...], **options: Any
    ) -> None:
        """A strawberry class whose annotations are looked up among ours, when all of them are there."""
        own = {cast(str, f.python_name): f for f in fields}
        spelled = {python: cast(Any, f.type_annotation).raw_annotation for python, f in own.items()}
        self.made[name] = make(type(name, bases, {**own, "__module__": __name__}), name=name, **options)
        for python, f in own.items():
            f.type_annotation = StrawberryAnnotation(spelled[python], namespace=self.made)

    def _requires(self, rule: Rule | None) -> values.Requires | None:
        if rule is None:
            return None
        rules, verb = rule
        return values.Requires(scopes=[rules.scope(verb)], roles=rules[verb].says.en)

    # -- types ---------------------------------------------------------------------------------------------------------

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
        bases = (self.made["Node"],) if is_node else ()
        self._object(graph.name, fields, described, bases=bases, requires=self._requires(graph.see))

    def _declared(
        self, owner: str, python: str, annotation: Any, source: Any, said: Mapping[str, str], graph: Graph | None
    ) -> StrawberryField:
        """One declared field, checked and made."""
        where = f"{owner}.{python}"
        scope = vars(inspect.getmodule(graph.cls)) if graph else {}
        try:
            kind = self._kind(annotation, scope)
            if not isinstance(source, Source):
                raise Fault("its value is none of the words of declare.py")
            kind, arguments, shown = self._checked(kind, source, graph, where)
            annotation = self._spelled(kind) if not isinstance(source, Either) else self._union(owner, python, kind)
        except (Fault, NameError, AttributeError, KeyError, SyntaxError, TypeError, ValueError) as fault:
            self.faults.append(f"{where}: {fault}")
            return self._field(python, "String", "")
        name = to_camel_case(python)
        self.fields[owner, name] = Field(owner, python, name, kind, source, {a.name: a for a in arguments})
        description = said.get(python) or self._described(source, python, graph)
        if not description:
            self.faults.append(f"{where} has no description: write a sentence below it")
        guard = getattr(source, "guard", None)
        seen = kind.graphs[0].see if graph is None and len(kind.graphs) == 1 else None
        return self._field(python, annotation, description, arguments=shown, requires=self._requires(guard or seen))

    def _described(self, source: Source, python: str, graph: Graph | None) -> str | None:
        """The model's own words for its column."""
        if isinstance(source, Moves):
            return "The moves open now to this person with this token."
        if graph is None or graph.model is None:
            return None
        name = {Column: getattr(source, "name", None) or python, One: getattr(source, "link", ""), MoneyColumns: getattr(source, "amount", "")}  # fmt: skip
        found = graph.model.model_fields.get(name.get(type(source), ""))
        return found.description if found else None

    def _checked(
        self, kind: Kind, source: Source, graph: Graph | None, where: str
    ) -> tuple[Kind, list[Argument], list[StrawberryArgument]]:
        """The field as it will be, its arguments as we and as strawberry know them."""
        arguments: list[Argument] = []
        shown: list[StrawberryArgument] = []
        target = kind.graphs[0] if kind.graphs else None
        if getattr(source, "guard", None) and not kind.nullable:
            raise Fault("a guarded field must be `| None`")
        if isinstance(source, Column):
            self._check_column(kind, source.name or where.rpartition(".")[2], graph)
        if isinstance(source, One):
            if target is None:
                raise Fault("a link leads to a type")
            hidden = target.see is not None and not source.sure
            column = graph and graph.model and graph.model.__table__.c[source.link]  # type: ignore[attr-defined]
            if not kind.nullable and (hidden or (column is not None and column.nullable)):
                raise Fault(f"{target.name} can be hidden or missing: `| None`, or one(..., sure='why it never is')")
            kind = self._open_to_errors(kind, graph, target)
        if isinstance(source, Many | Every):
            if target is None or not kind.connection:
                raise Fault("a list is a `Connection[...]`")
            kind = self._open_to_errors(kind, graph, target)
            shown = self._list_arguments(source)
            self._check_list(source, target)
        if isinstance(source, By):
            arguments = [self._lookup(source, cast(Graph, target))]
            kind = Kind(kind.of, nullable=True)
        if isinstance(source, Mine):
            kind = Kind(kind.of, nullable=True)
        if isinstance(source, Expression | RowsOf):
            arguments = self._parameters(source.fn)
            if isinstance(source, RowsOf) and target and target.see:
                kind = self._open_to_errors(kind, graph, target)
        if kind.of is columns.Text:
            shown = [self._argument("language", "Optional[String]", "BCP 47; else the reader's own language.")]
        if isinstance(source, Changes):
            arguments = [self._subject(source.model, link) for link in source.of]
        return kind, arguments, shown or [self._shown(a) for a in arguments]

    def _open_to_errors(self, kind: Kind, graph: Graph | None, target: Graph) -> Kind:
        """Nullable wherever the token may lack a scope that reaching this place did not need."""
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

    def _check_list(self, source: Many | Every, target: Graph) -> None:
        for thing in (source.order, source.filter):
            if thing and thing.model is not target.model:
                raise Fault(f"{thing.name} is not of {target.name}")
        if source.filter:
            self._filter(source.filter)
        if source.order:
            self._order(source.order)

    def _guarded(self, model: type[Row]) -> set[str]:
        """Columns that not all who see the row may see."""
        cls = self.of_model[model].cls if model in self.of_model else type(None)
        found = {n: s for n, s in vars(cls).items() if getattr(s, "guard", None)}
        return {getattr(s, "name", None) or getattr(s, "link", None) or n for n, s in found.items()}

    def _union(self, owner: str, python: str, kind: Kind) -> str:
        name = owner + to_camel_case(python)[0].upper() + to_camel_case(python)[1:]
        members = [self._late(g.name) for g in kind.graphs]
        self.made[name] = self._union_of(name, members, f"What {owner}.{to_camel_case(python)} leads to.")
        return f"Optional[{name}]"

    @staticmethod
    def _union_of(name: str, members: list[Any], description: str) -> Any:
        return Annotated[Union[tuple(members)], strawberry.union(name, description=description)]  # noqa: UP007

    def _late(self, name: str) -> Any:
        return typing.ForwardRef(name)

    def _connection(self, target: Graph) -> str:
        name = f"{target.name}Connection"
        if name not in self.made:
            self._object(
                f"{target.name}Edge",
                [
                    self._field("cursor", "String", "Where it stands: for `after` and `before`."),
                    self._field("node", target.name, "The thing itself."),
                ],
                f"A {target.name} in a list.",
            )
            self._object(
                name,
                [
                    self._field("edges", f"list[{target.name}Edge]", "The page's things with their cursors."),
                    self._field("nodes", f"list[{target.name}]", "The page's things."),
                    self._field("page_info", "PageInfo", "What goes before and after."),
                    self._field("total_count", "Int", "How many there are on all pages; counted only when asked for."),
                ],
                f"A page of a list of {target.name}.",
            )
        return name

    # -- arguments -----------------------------------------------------------------------------------------------------

    def _list_arguments(self, source: Many | Every) -> list[StrawberryArgument]:
        page = f"At most {LARGEST_PAGE}; {PAGE} if neither first nor last is given."
        shown = [
            self._argument("first", "Optional[Int]", f"The first so many. {page}"),
            self._argument("after", "Optional[String]", "Only what follows this cursor."),
            self._argument("last", "Optional[Int]", f"The last so many. {page}"),
            self._argument("before", "Optional[String]", "Only what goes before this cursor."),
        ]
        if source.order:
            said = "The order; ties are broken by id."
            shown.append(self._argument("order_by", f"Optional[list[{source.order.name}]]", said))
        if source.filter:
            shown.append(self._argument("filter", f"Optional[{source.filter.name}]", "Only these."))
        return shown

    def _order(self, orders: Orders) -> None:
        if orders.name in self.made:
            return
        self.orders[orders.name] = orders
        members = {}
        for name in orders.columns:
            if name in self._guarded(orders.model):
                raise Fault(f"{name} is guarded: no list can be ordered by it")
            orders.model.__table__.c[name]  # type: ignore[attr-defined] # KeyError when there is none
            words = name.replace("_", " ")
            for way, said in (("asc", "smallest or earliest first"), ("desc", "greatest or latest first")):
                key = f"{name}_{way}".upper()
                members[key] = strawberry.enum_value(key, description=f"By {words}, {said}.")
        described = f"Orders of a list of {orders.model.__name__}."
        self.made[orders.name] = strawberry.enum(Enum(orders.name, members), name=orders.name, description=described)  # type: ignore[arg-type]

    def _filter(self, filters: Filters) -> None:
        if filters.name in self.made:
            return
        self.made[filters.name] = None  # filters may name each other in a circle
        self.filters[filters.name] = filters
        fields = []
        for name in filters.columns:
            if name in self._guarded(filters.model):
                raise Fault(f"{name} is guarded: no list can be filtered by it")
            described = filters.model.model_fields[name].description or f"The {name.replace('_', ' ')}."
            operators = self._operators(filters, name)
            fields.append(self._field(name.removesuffix("_id") + "_id" if name.endswith("_id") else name, f"Optional[{operators}]", described, default=strawberry.UNSET))  # fmt: skip
        for name, link in filters.related.items():
            if link.filter not in self.filters:
                raise Fault(f"no room has the filter {link.filter}")
            self._filter(self.filters[link.filter])
            said = "Whose other end is visible and like this." if link.owner is filters.model else "With at least one visible one like this."  # fmt: skip
            fields.append(self._field(name, f"Optional[{link.filter}]", said, default=strawberry.UNSET))
        self._input(filters.name, fields, f"What a {filters.model.__name__} of a list must be like: all of it.")

    def _operators(self, filters: Filters, name: str) -> str:
        """The input with the operators that suit a column."""
        kind = self._kind(filters.model.model_fields[name].annotation)
        text = self._spelled(Kind(str)) if kind.of is columns.Text else self._spelled(Kind(kind.of))
        nullable = bool(filters.model.__table__.c[name].nullable)  # type: ignore[attr-defined]
        words: dict[str, tuple[str, str]] = {}
        if kind.of is not columns.Text:
            words["eq"] = (text, "Equal to this.")
        if kind.of in (UUID, int, str) or (isinstance(kind.of, type) and issubclass(kind.of, Enum)):
            words["in"] = (f"list[{text}]", "One of these.")
        if kind.of in (int, datetime, date, Decimal):
            words |= {
                "gte": (text, "This or later, or greater."),
                "gt": (text, "Later or greater than this."),
                "lte": (text, "This or earlier, or less."),
                "lt": (text, "Earlier or less than this."),
            }
        if name in filters.contains:
            words["contains"] = ("String", "Has this in it, in any case of letters.")
        if nullable:
            words["is_null"] = ("Boolean", "Whether there is none.")
        searched, none = "Search" if name in filters.contains else "", "Nullable" if nullable else ""
        made = f"{none}{text}{searched}Filter"
        if not words:
            raise Fault(f"{name}: nothing to filter by; contains({name!r})?")
        if made not in self.made:
            fields = [self._operator(op, spelled, said) for op, (spelled, said) in words.items()]
            self._input(made, fields, f"Conditions on a {text}: all of them hold.")
        return made

    def _operator(self, name: str, annotation: str, description: str) -> StrawberryField:
        python = f"{name}_" if name == "in" else name
        made = self._field(python, f"Optional[{annotation}]", description, default=strawberry.UNSET)
        made.graphql_name = to_camel_case(name)
        return made

    def _lookup(self, source: By, target: Graph) -> Argument:
        model = cast(type[Row], target.model)
        kind = Kind(self._kind(model.model_fields[source.column].annotation).of)
        described = model.model_fields[source.column].description or "Its id."
        return Argument(source.column, to_camel_case(source.column), kind, described, model=model if source.column == "id" else None)  # fmt: skip

    def _subject(self, model: type[Row], link: str) -> Argument:
        described = f"Only of this one. {model.model_fields[link].description or ''}".strip()
        of = model_named(link.removesuffix("_id"))
        return Argument(link, to_camel_case(link), Kind(UUID, nullable=True), described, default=None, model=of)

    def _parameters(self, fn: Any) -> list[Argument]:
        """The keyword parameters of a function or command, in public."""
        hints = typing.get_type_hints(fn, include_extras=True)
        found = []
        for p in inspect.signature(fn).parameters.values():
            if p.kind is not p.KEYWORD_ONLY:
                continue
            hint = hints[p.name]
            notes = _notes(hint)
            said = next((n for n in notes if isinstance(n, str)), None)
            of = next((n for n in notes if isinstance(n, type) and issubclass(n, Row)), None)
            kind = self._kind(hint)
            if kind.of is UUID and of is None:
                of = self._named(p.name)
            if said is None and of:
                said = f"The {columns.snake(of.__name__).replace('_', ' ')}'s id."
            if said is None:
                said = p.name.replace("_", " ").capitalize() + "."
            absent = p.default is Absent.ABSENT
            found.append(Argument(p.name, to_camel_case(p.name), kind, said, p.default, of, absent))
        return found

    def _named(self, parameter: str) -> type[Row]:
        noun = parameter.removesuffix("_ids").removesuffix("_id")
        try:
            return model_named(noun)
        except StopIteration:
            raise Fault(f"{parameter}: whose id? Annotated[UUID, Model, 'description']") from None

    def _shown(self, argument: Argument) -> StrawberryArgument:
        optional = argument.kind.nullable or argument.default is not inspect.Parameter.empty
        return self._argument(
            argument.python, self._spelled(argument.kind, optional, suffix="Input"), argument.description
        )

    # -- roots ---------------------------------------------------------------------------------------------------------

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
                    kind = self._kind(annotation, scope) if isinstance(annotation, str) else annotation
                    del kind
                    fields.append(self._declared(name, python, annotation, source, said, None))
        if name == "Query":
            fields += self._node_roots()
        return self._object(name, fields, description) if fields else None

    def _node_roots(self) -> list[StrawberryField]:
        ids = "Ids of any types."
        return [
            self._field(
                "node", "Optional[Node]", "Anything by its id.", arguments=[self._argument("id", "ID", "Its id.")]
            ),
            self._field(
                "nodes",
                "list[Optional[Node]]",
                "Things by their ids, in the same order; null where there is none.",
                arguments=[self._argument("ids", "list[ID]", ids)],
            ),
        ]

    def _mutation(self, source: Do) -> StrawberryField:
        fn = source.command
        name = fn.__name__
        camel = to_camel_case(name)
        pascal = camel[0].upper() + camel[1:]
        try:
            arguments = self._parameters(fn)
            returned = typing.get_type_hints(fn)["return"]
            if returned not in self.of_model:
                raise Fault(f"no type shows {returned!r}")
            shown = [self._input_field(a) for a in arguments]
        except (Fault, NameError, KeyError, TypeError) as fault:
            self.faults.append(f"Mutation.{name}: {fault}")
            return self._field(name, "String", "")
        key = "Makes a repetition harmless: the same key gives the first answer again."
        shown.append(self._field("idempotency_key", "Optional[String]", key, default=strawberry.UNSET))
        target = self.of_model[returned]
        described = inspect.getdoc(fn)
        if not described:
            self.faults.append(f"Mutation.{name} has no description: write the command's docstring")
        self._input(f"{pascal}Input", shown, f"What {camel} needs.")
        self.made[f"{pascal}Result"] = self._union_of(
            f"{pascal}Result", [self._late(target.name), values.Refusal], f"What {camel} answers."
        )
        kind = Kind((target,), nullable=True)
        self.fields["Mutation", camel] = Field("Mutation", name, camel, kind, source, {a.name: a for a in arguments})
        rule = (source.rules, name)
        given = [self._argument("input", f"{pascal}Input", "What it needs.")]
        return self._field(name, f"Optional[{pascal}Result]", described, arguments=given, requires=self._requires(rule))

    def _input_field(self, argument: Argument) -> StrawberryField:
        optional = argument.kind.nullable or argument.default is not inspect.Parameter.empty
        return self._field(
            argument.python,
            self._spelled(argument.kind, optional, suffix="Input"),
            argument.description,
            default=strawberry.UNSET if optional else None,
        )


def _notes(hint: Any) -> tuple[Any, ...]:
    """What Annotated says, also inside `Annotated[...] | None`."""
    if typing.get_origin(hint) is Annotated:
        return tuple(hint.__metadata__)
    return tuple(n for a in typing.get_args(hint) for n in _notes(a))
