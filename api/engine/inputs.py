"""Which arguments and inputs does a field take? Pages, orders, filters, the parameters of functions and commands."""

import inspect
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.engine import values, weights
from api.engine.declare import By, Every, Filters, Graph, Many, Orders
from api.engine.kinds import LARGEST_PAGE, PAGE, Argument, Fault, Kind
from api.engine.spelling import Spelling
from domain import columns
from domain.columns import Absent, Row
from domain.writing import model_named


class Inputs:
    """Makes arguments and inputs; `filters` and `orders` by their names in the schema."""

    def __init__(self, spell: Spelling, filters: Mapping[str, Filters]) -> None:
        self.spell = spell
        self.filters = dict(filters)
        self.orders: dict[str, Orders] = {}

    def list_arguments(self, source: Many | Every) -> list[StrawberryArgument]:
        page = f"At most {LARGEST_PAGE}; {PAGE} if neither first nor last is given."
        shown = [
            self.first(f"The first so many. {page}"),
            self.spell.argument("after", "Optional[String]", "Only what follows this cursor."),
            self.spell.argument("last", "Optional[Int]", f"The last so many. {page}"),
            self.spell.argument("before", "Optional[String]", "Only what goes before this cursor."),
        ]
        if source.order:
            said = "The order; ties are broken by id."
            shown.append(self.spell.argument("order_by", f"Optional[list[{source.order.name}]]", said))
        if source.filter:
            shown.append(self.spell.argument("filter", f"Optional[{source.filter.name}]", "Only these."))
        return shown

    def first(self, description: str) -> StrawberryArgument:
        return self.spell.argument("first", "Optional[Int]", description)

    def order(self, orders: Orders) -> None:
        if orders.name in self.spell.made:
            return
        self.orders[orders.name] = orders
        members = {}
        for name in orders.columns:
            if name in self._guarded(orders.model):
                raise Fault(f"{name} is guarded: no list can be ordered by it")
            orders.model.__table__.c[name]  # type: ignore[attr-defined] # KeyError when there is none
            words = name.replace("_", " ")
            for way, said in (("asc", "smallest or earliest first. 升序"), ("desc", "greatest or latest first. 降序")):
                key = f"{name}_{way}".upper()
                members[key] = (key, f"By {words}, {said}")
        described = f"Orders of a list of {orders.model.__name__}. 排序"
        self.spell.made[orders.name] = values.enum(orders.name, members, described)

    def filter(self, filters: Filters) -> None:
        if filters.name in self.spell.made:
            return
        self.spell.made[filters.name] = None  # filters may name each other in a circle
        self.filters[filters.name] = filters
        fields = []
        for name in filters.columns:
            if name in self._guarded(filters.model):
                raise Fault(f"{name} is guarded: no list can be filtered by it")
            described = filters.model.model_fields[name].description or f"The {name.replace('_', ' ')}."
            operators = self._operators(filters, name)
            fields.append(self.spell.field(name, f"Optional[{operators}]", described, default=strawberry.UNSET))
        for name, link in filters.related.items():
            if link.filter not in self.filters:
                raise Fault(f"no room has the filter {link.filter}")
            self.filter(self.filters[link.filter])
            own = link.owner is filters.model
            said = "Whose other end is visible and like this." if own else "With at least one visible one like this."
            searched = [weights.cost(weights.SEARCHED)]
            fields.append(
                self.spell.field(name, f"Optional[{link.filter}]", said, default=strawberry.UNSET, directives=searched)
            )
        self.spell.input(
            filters.name, fields, f"Which {filters.model.__name__} a list shall show: all of it holds. 筛选"
        )

    def _operators(self, filters: Filters, name: str) -> str:
        """The input with the operators that suit a column."""
        kind = self.spell.kind(filters.model.model_fields[name].annotation)
        text = self.spell.spelled(Kind(str)) if kind.of is columns.Text else self.spell.spelled(Kind(kind.of))
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
        search = "Search" if kind.of is columns.Text else "AndSearch"  # a Text can only be searched
        searched, none = search if name in filters.contains else "", "Nullable" if nullable else ""
        made = f"{none}{text}{searched}Filter"
        if not words:
            raise Fault(f"{name}: nothing to filter by; contains({name!r})?")
        if made not in self.spell.made:
            fields = [self._operator(op, spelled, said) for op, (spelled, said) in words.items()]
            self.spell.input(made, fields, f"Conditions on {text}: all of them hold. 条件")
        return made

    def _operator(self, name: str, annotation: str, description: str) -> StrawberryField:
        python = f"{name}_" if name == "in" else name
        searched = [weights.cost(weights.SEARCHED)] if name == "contains" else []
        made = self.spell.field(
            python, f"Optional[{annotation}]", description, default=strawberry.UNSET, directives=searched
        )
        made.graphql_name = to_camel_case(name)
        return made

    def _guarded(self, model: type[Row]) -> set[str]:
        """Columns that not all who see the row may see."""
        cls = self.spell.of_model[model].cls if model in self.spell.of_model else type(None)
        found = {n: s for n, s in vars(cls).items() if getattr(s, "guard", None)}
        return {getattr(s, "name", None) or getattr(s, "link", None) or n for n, s in found.items()}

    def lookup(self, source: By, target: Graph) -> Argument:
        model = cast(type[Row], target.model)
        kind = Kind(self.spell.kind(model.model_fields[source.column].annotation).of)
        described = model.model_fields[source.column].description or "Its id."
        of = model if source.column == "id" else None
        return Argument(source.column, to_camel_case(source.column), kind, described, model=of)

    def subject(self, model: type[Row], link: str) -> Argument:
        described = f"Only of this one. {model.model_fields[link].description or ''}".strip()
        of = model_named(link.removesuffix("_id"))
        return Argument(link, to_camel_case(link), Kind(UUID, nullable=True), described, default=None, model=of)

    def parameters(self, fn: Any) -> list[Argument]:
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
            kind = self.spell.kind(hint)
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

    def shown(self, argument: Argument) -> StrawberryArgument:
        optional = argument.kind.nullable or argument.default is not inspect.Parameter.empty
        return self.spell.argument(
            argument.python, self.spell.spelled(argument.kind, optional, suffix="Input"), argument.description
        )

    def input_field(self, argument: Argument) -> StrawberryField:
        optional = argument.kind.nullable or argument.default is not inspect.Parameter.empty
        return self.spell.field(
            argument.python,
            self.spell.spelled(argument.kind, optional, suffix="Input"),
            argument.description,
            default=strawberry.UNSET if optional else None,
        )


def _notes(hint: Any) -> tuple[Any, ...]:
    """What Annotated says, also inside `Annotated[...] | None`."""
    if typing.get_origin(hint) is Annotated:
        return tuple(hint.__metadata__)
    return tuple(n for a in typing.get_args(hint) for n in _notes(a))
