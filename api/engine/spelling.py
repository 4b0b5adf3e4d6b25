"""How is a declaration spelled in strawberry? Annotations are understood; types, fields and enums are made by name.

All of them are made before any of their annotations is looked up, so types may name each other in circles.
"""

import inspect
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, Optional, Union, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.engine import declare, values, weights
from api.engine.declare import Connection, Graph, Node, Rule
from api.engine.kinds import PLAIN, Fault, Kind
from domain import columns
from domain.columns import Absent


class Spelling:
    """Makes strawberry's things; `made` holds them by their names in the schema."""

    def __init__(self, graphs: Mapping[str, Graph]) -> None:
        self.graphs = graphs
        self.of_class = {g.cls: g for g in graphs.values()}
        self.of_model = {g.model: g for g in graphs.values() if g.model}
        self.names: dict[str, Any] = {"Optional": Optional, "list": list, "Connection": Connection, "Node": Node}
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

    def kind(self, annotation: Any, scope: Mapping[str, Any] | None = None) -> Kind:
        """`"list[Shift] | None"` and its like, understood; other rooms' types are found by name."""
        if isinstance(annotation, str):
            known = {**self.names, **(scope or {}), **{g.cls.__name__: g.cls for g in self.graphs.values()}}
            annotation = eval(annotation, known)  # noqa: S307 our own source
        if isinstance(annotation, typing.ForwardRef):
            return self.kind(annotation.__forward_arg__, scope)
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is Annotated:
            return self.kind(args[0], scope)
        if origin in (Union, types.UnionType):
            rest = [a for a in args if a not in (type(None), Absent)]
            inner = [self.kind(a, scope) for a in rest]
            nullable = type(None) in args
            if len(inner) == 1:
                return Kind(inner[0].of, nullable, inner[0].many, inner[0].connection)
            return Kind(tuple(g for k in inner for g in k.graphs), nullable)
        if origin in (list, Connection):
            return Kind(self.kind(args[0], scope).of, many=origin is list, connection=origin is Connection)
        if annotation in self.of_class:
            return Kind((self.of_class[annotation],))
        return Kind(annotation)

    def spelled(self, kind: Kind, nullable: bool | None = None, *, suffix: str = "") -> str:
        """The annotation strawberry gets."""
        if kind.graphs:
            name = kind.graphs[0].name
        elif kind.of is columns.Text or kind.of is columns.Money:
            name = kind.of.__name__ + suffix
        elif isinstance(kind.of, type) and issubclass(kind.of, Enum):
            name = self.enum(kind.of)
        elif kind.of in PLAIN:
            name = PLAIN[kind.of]
        else:
            raise Fault(f"{kind.of!r} cannot be shown")
        if kind.connection:
            name = self.connection(kind.graphs[0])
        name = f"list[{name}]" if kind.many else name
        return f"Optional[{name}]" if (kind.nullable if nullable is None else nullable) else name

    def enum(self, kind: type[Enum]) -> str:
        name = kind.__name__
        if self.enums.setdefault(name, kind) is not kind:
            raise Fault(f"two enums are called {name}")
        if name not in self.made:
            said = declare.sentences(kind)
            members = {}
            for m in kind:
                en, zh = said.get(m.name, m.name.replace("_", " ").capitalize() + "."), getattr(m, "zh", None)
                members[m.name] = (m.value, f"{en} {zh}" if zh else en)
            described = inspect.getdoc(kind) or f"{name}."
            self.made[name] = values.enum(name, members, described)
        return name

    def field(
        self,
        name: str,
        annotation: str,
        description: str | None,
        *,
        arguments: Iterable[StrawberryArgument] = (),
        directives: Sequence[Any] = (),
        default: Any = None,
    ) -> StrawberryField:
        made = StrawberryField(
            python_name=name,
            graphql_name=to_camel_case(name),
            type_annotation=StrawberryAnnotation(annotation, namespace=self.made),
            description=description,
            directives=directives,
            **({"default": default} if default is not None else {}),
        )
        if arguments:
            made.arguments = list(arguments)
        return made

    def argument(self, name: str, annotation: str, description: str) -> StrawberryArgument:
        return StrawberryArgument(
            python_name=name,
            graphql_name=to_camel_case(name),
            type_annotation=StrawberryAnnotation(annotation, namespace=self.made),
            description=description,
        )

    def object(
        self,
        name: str,
        fields: Iterable[StrawberryField],
        description: str,
        *,
        interface: bool = False,
        bases: tuple[type, ...] = (),
        directives: Sequence[Any] = (),
    ) -> type:
        make = strawberry.interface if interface else strawberry.type
        self._make(make, name, fields, bases, description=description, directives=directives)
        return cast(type, self.made[name])

    def input(self, name: str, fields: Iterable[StrawberryField], description: str) -> None:
        self._make(strawberry.input, name, fields, (), description=description)

    def _make(
        self, make: Any, name: str, fields: Iterable[StrawberryField], bases: tuple[type, ...], **options: Any
    ) -> None:
        """A strawberry class whose annotations are looked up among ours, when all of them are there."""
        own = {f.python_name: f for f in fields}
        spelled = {python: cast(Any, f.type_annotation).raw_annotation for python, f in own.items()}
        self.made[name] = make(type(name, bases, {**own, "__module__": __name__}), name=name, **options)
        for python, f in own.items():
            f.type_annotation = StrawberryAnnotation(spelled[python], namespace=self.made)

    def requires(self, rule: Rule | None) -> list[values.Requires]:
        if rule is None:
            return []
        rules, verb = rule
        return [values.Requires(scopes=[rules.scope(verb)], roles=rules[verb].says.en)]

    @staticmethod
    def union(name: str, members: list[Any], description: str) -> Any:
        joined: Any = Union[tuple(members)]  # noqa: UP007 as many as there are
        return Annotated[joined, strawberry.union(name, description=description)]

    @staticmethod
    def late(name: str) -> Any:
        return typing.ForwardRef(name)

    def connection(self, target: Graph) -> str:
        name = f"{target.name}Connection"
        if name not in self.made:
            self.object(
                f"{target.name}Edge",
                [
                    self.field("cursor", "String", "Where it stands: for `after` and `before`."),
                    self.field("node", target.name, "The thing itself."),
                ],
                f"{target.name}, at its place in a list. 列表项",
                directives=[weights.FREE],
            )
            self.object(
                name,
                [
                    self.field("edges", f"list[{target.name}Edge]", "The page's things with their cursors."),
                    self.field("nodes", f"list[{target.name}]", "The page's things."),
                    self.field("page_info", "PageInfo", "What goes before and after."),
                    self.field(
                        "total_count",
                        "Int",
                        "How many there are on all pages; counted only when asked for.",
                        directives=[weights.cost(weights.COUNTED)],
                    ),
                ],
                f"A page of a list of {target.name}. 列表的一页",
            )
        return name
