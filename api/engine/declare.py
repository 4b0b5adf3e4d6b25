"""What does a field of the schema mean? The words in which a room's types.py and mutations.py answer that.

A room declares; nothing here runs. `build.py` turns the declarations of all rooms into one strawberry schema,
`compile.py` turns an operation on it into SQL. There is no resolver and no second way to read.

    # api/programmes/types.py
    if TYPE_CHECKING:                                    # other rooms' types are named in quotes: no import cycles
        from api.organizations.types import Organization

    ShiftOrder = orders(models.Shift, "starts_at", "-created_at")   # the first is the default; minus: descending
    ShiftFilter = filters(
        models.Shift, "state", "starts_at", "plan_id", plan=related(models.Shift.plan_id, "PlanFilter")
    )

    @graph(models.Shift, see=(RULES, "see_shift"))       # whoever fails the rule finds nothing, wherever they look
    class Shift(Node):                                   # `id` comes with Node
        \"\"\"One stretch of service, with seats. 班次\"\"\"

        starts_at: datetime                              # the column of the same name, with the model's description
        title: Text                                      # words(): prints as Text, takes the argument `language`
        state: ShiftState                                # an enum's column, shown in upper case
        cost: Money = money(models.Shift.cost, models.Shift.currency)
        phone: str | None = column(guard=(RULES, "see_private"))     # null for whom the rule does not hold
        plan: "Plan | None" = one(models.Shift.plan_id)  # a link; None because the plan's own rule may hide it
        host: "Organization | Person | None" = either(models.Shift.organization_id, models.Shift.person_id)
        signups: "Connection[Signup]" = many(models.Signup.shift_id, order=SignupOrder, filter=SignupFilter)
        seats_left: int = expression(lambda table, viewer: ...)      # SQLAlchemy, over this row's table
        viewer_can: list[str] = moves(SHIFT, RULES)      # the moves open now to this person with this token
        \"\"\"A sentence below a field is its description; needed where the model has none.\"\"\"

    @graph()                                             # no table: the columns of a `rows` selectable
    class HourTotal:
        minutes: int
        person: "Person | None" = one("person_id")       # by the name of a column of the selectable

    class Query:
        shift: "Shift | None" = by(models.Shift.id)      # shift(id: ID!)
        shifts: "Connection[Shift]" = every(models.Shift, order=ShiftOrder, filter=ShiftFilter)
        me: "Person | None" = mine(models.Person.id)     # the row whose column names the viewer
        hour_totals: "list[HourTotal]" = rows(hour_totals)

    class Mutation:
        sign_up = command(commands.sign_up)              # input, union with Refusal and texts come from the command

    class Subscription:
        signup_changed: "Signup" = changes(models.Signup, of=[models.Signup.shift_id])

Rules of the language:

- A type belongs to one model; its name is the class's. A field's name becomes camelCase.
- `see=(RULES, verb)` gives the rows' rule and the scope that reading needs. A missing scope is null and an error at the
  exact path; a rule that does not hold is null or absent without a word.
- Where another scope could be missing, links, lists and roots are nullable in the schema, whatever is written here.
- A link whose target its own rule could hide must be `| None`; say `one(..., sure="why")` where whoever sees this row
  always sees that one.
- A guarded field must be `| None`. Guarded columns can be neither filtered nor ordered by.
- `rows(fn)` is called as `fn(viewer, *, since=<bound value or None>, ...)` and returns a Select whose columns carry the
  fields' names; on a type (not Query) as `fn(table, viewer, *, ...)`. Annotated list: its rows, in an order without
  ties, cut by an argument `first` (if left out `most`, else 100); annotated with a single type: the first row.
  `expression` functions may take keyword arguments in the same way. Arguments are described as in commands: `since:
  Annotated[date | None, "First day counted."] = None`. Values arrive as bound parameters (enums and booleans as
  themselves): use them in SQL only; what is null or left out is None. The function applies its own rules, as
  `RULES.sql(viewer, "see_hour_entry", entry)`; `@graph(see=...)` on its plain type demands the scope and a role.
- Filter operators by type: all: eq; ids, ints, strings, enums: in; ints, moments, days, decimals: gte, gt, lte, lt;
  nullable columns: isNull; `contains("name")` adds contains (ignoring case), in a Text over all its languages. In a
  filter null is as if left out.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from domain.access import Rules
from domain.columns import Row
from domain.states import Machine
from domain.work import Command

Rule = tuple[Rules, str]
"""A room's table and the verb in it."""

T = TypeVar("T")


class Connection(Generic[T]):
    """A Relay connection: edges, nodes, pageInfo, totalCount; arguments first, after, last, before, orderBy, filter."""


class Node:
    """An object with an id that lasts and is the same in URLs, events and exports."""

    if TYPE_CHECKING:
        id: UUID


# -- sources: where a field comes from ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """Where a field comes from."""


@dataclass(frozen=True)
class Column(Source):
    name: str | None = None
    guard: Rule | None = None


@dataclass(frozen=True)
class MoneyColumns(Source):
    amount: str
    currency: str


@dataclass(frozen=True)
class Expression(Source):
    fn: Callable[..., Any]
    guard: Rule | None = None


@dataclass(frozen=True)
class Moves(Source):
    machine: Machine
    rules: Rules


@dataclass(frozen=True)
class One(Source):
    link: str
    sure: str | None = None
    guard: Rule | None = None


@dataclass(frozen=True)
class Either(Source):
    links: tuple[str, ...]


@dataclass(frozen=True)
class Many(Source):
    link: str
    order: "Orders | None" = None
    filter: "Filters | None" = None
    where: Callable[[Any], Any] | None = None
    guard: Rule | None = None


@dataclass(frozen=True)
class By(Source):
    column: str


@dataclass(frozen=True)
class Mine(Source):
    column: str


@dataclass(frozen=True)
class Every(Source):
    order: "Orders | None" = None
    filter: "Filters | None" = None
    where: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class RowsOf(Source):
    fn: Callable[..., Any]
    adds_up: bool
    most: int | None


@dataclass(frozen=True)
class Do(Source):
    command: Command[Any]
    rules: Rules


@dataclass(frozen=True)
class Changes(Source):
    model: type[Row]
    of: tuple[str, ...]


# -- the words ---------------------------------------------------------------------------------------------------------


def column(name: str | None = None, *, guard: Rule | None = None) -> Any:
    """A column under another name, or one that only some may see."""
    return Column(name, guard)


def money(amount: Any, currency: Any) -> Any:
    """Two columns that are one amount."""
    return MoneyColumns(amount.key, currency.key)


def expression(fn: Callable[..., Any], *, guard: Rule | None = None) -> Any:
    """`fn(table, viewer, **arguments)` gives a SQLAlchemy expression over this row's table."""
    return Expression(fn, guard)


def moves(machine: Machine, rules: Rules) -> Any:
    """The moves that the state allows and the rules grant to this person with this token."""
    return Moves(machine, rules)


def one(link: Any, *, sure: str | None = None, guard: Rule | None = None) -> Any:
    """The row that a foreign key names. `sure`: why whoever sees this row always sees that one."""
    return One(link if isinstance(link, str) else link.key, sure, guard)


def either(*links: Any) -> Any:
    """The first row to be seen that one of several foreign keys names: a union, in the order of the annotation."""
    return Either(tuple(link.key for link in links))


def many(
    link: Any,
    *,
    order: "Orders | None" = None,
    filter: "Filters | None" = None,
    where: Callable[[Any], Any] | None = None,
    guard: Rule | None = None,
) -> Any:
    """The rows whose foreign key names this one; `where(table)` narrows them."""
    return Many(link.key, order, filter, where, guard)


def by(column: Any) -> Any:
    """The one row that a unique column names; the argument carries the column's name."""
    return By(column.key)


def by_id(model: type[Row]) -> Any:
    """`by(Model.id)`."""
    del model  # as in `every`
    return By("id")


def mine(column: Any) -> Any:
    """The one row whose column names the viewer."""
    return Mine(column.key)


def every(
    model: type[Row],
    *,
    order: "Orders | None" = None,
    filter: "Filters | None" = None,
    where: Callable[[Any], Any] | None = None,
) -> Any:
    """All rows of a model that the viewer may see."""
    del model  # it stands in the declaration for the reader; the annotation's type knows its model
    return Every(order, filter, where)


def rows(fn: Callable[..., Any], *, adds_up: bool = True, most: int | None = None) -> Any:
    """What a SQLAlchemy Select built by `fn` finds, as objects of a plain type.

    `adds_up`: from many rows; `most`: how many there can be, where that is known to be few.
    """
    return RowsOf(fn, adds_up, most)


def command(fn: Command[Any], *, rules: Rules | None = None) -> Any:
    """A mutation: a command of the domain, whose rule is the one of its name in its room's table."""
    found = rules or fn.__globals__.get("RULES")
    if not isinstance(found, Rules) or fn.__name__ not in found:
        raise TypeError(f"No rule is called {fn.__name__}: add it to the room's access.py.")
    return Do(fn, found)


def changes(model: type[Row], *, of: Sequence[Any] = ()) -> Any:
    """A subscription: the row after each deed about it, narrowed by arguments named after foreign keys of it."""
    return Changes(model, tuple(link.key for link in of))


# -- lists: filters and orders -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contains:
    name: str


@dataclass(frozen=True)
class Related:
    """Rows at the other end of a link: the parent if the link is this model's own, else at least one child."""

    owner: type[Row]
    link: str
    filter: str


@dataclass(frozen=True)
class Filters:
    model: type[Row]
    name: str
    columns: tuple[str, ...]
    contains: frozenset[str]
    related: dict[str, Related] = field(hash=False)


def contains(name: str) -> Any:
    """A text column that can also be searched."""
    return Contains(name)


def related(link: Any, filter: str) -> Any:
    """A filter on what a link leads to, by the name of that type's filter."""
    return Related(link.class_, link.key, filter)


def filters(model: type[Row], *columns: Any, name: str | None = None, **related: Any) -> Filters:
    """The filter input of a list: named after the model (`ShiftFilter`) unless told."""
    names = tuple(c if isinstance(c, str) else c.name for c in columns)
    searched = frozenset(c.name for c in columns if isinstance(c, Contains))
    return Filters(model, name or f"{model.__name__}Filter", names, searched, related)


@dataclass(frozen=True)
class Orders:
    model: type[Row]
    name: str
    columns: tuple[str, ...]
    default: tuple[str, bool]
    """The column, and whether it descends."""


def orders(model: type[Row], *columns: str, name: str | None = None) -> Orders:
    """The order enum of a list (`ShiftOrder`: STARTS_AT_ASC, STARTS_AT_DESC …). The first column is the default."""
    names = tuple(c.removeprefix("-") for c in columns)
    return Orders(model, name or f"{model.__name__}Order", names, (names[0], columns[0].startswith("-")))


# -- types -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Graph:
    """A type of the schema: its model (None for a plain one), and who sees its rows."""

    cls: type
    name: str
    model: type[Row] | None
    see: Rule | None


def graph(
    model: type[Row] | None = None, *, see: Rule | None = None, name: str | None = None
) -> Callable[[type[T]], type[T]]:
    """This class declares a type of the schema."""

    def declare(cls: type[T]) -> type[T]:
        cls.__graph__ = Graph(cls, name or cls.__name__, model, see)  # type: ignore[attr-defined]
        return cls

    return declare


def sentences(cls: type) -> dict[str, str]:
    """The strings below a class's attributes."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    except (OSError, TypeError):
        return {}
    found = {}
    statements = getattr(body, "body", [])
    for before, after in pairwise(statements):
        target: Any = before.target if isinstance(before, ast.AnnAssign) else None
        target = before.targets[0] if isinstance(before, ast.Assign) else target
        said = after.value if isinstance(after, ast.Expr) else None
        if isinstance(target, ast.Name) and isinstance(said, ast.Constant) and isinstance(said.value, str):
            found[target.id] = inspect.cleandoc(said.value)
    return found
