"""What does a field weigh? Two directives say it in the schema, and the engine charges by what they say.

They are those of the cost directives specification (https://ibm.github.io/graphql-specs/cost-spec.html). The unit is
one object found and printed, mostly a row: about a microsecond. Its columns weigh nothing, nor do the small objects
made of them; what is more work than a row says so. The figures were measured: see DECISIONS.md.
"""

from typing import Any

import strawberry
from strawberry.schema_directive import Location

from api.engine.declare import Do, Every, Expression, Many, Moves, RowsOf, Source
from api.engine.kinds import PAGE, Kind, usual

COMPUTED = 2
"""What is worked out for a row: an expression, or the moves open to somebody."""
SEARCHED = 20
"""Going past rows that are not shown: in a list of everything, for a filter on texts or on other rows."""
COUNTED = 20
"""Going through all rows of a list."""
ADDED_UP = 1000
"""Going through all rows of several lists."""
DONE = 100
"""A transaction, with its rule, its locks, its deed, and the answer that is kept."""


@strawberry.schema_directive(
    locations=[
        Location.ARGUMENT_DEFINITION,
        Location.FIELD_DEFINITION,
        Location.INPUT_FIELD_DEFINITION,
        Location.OBJECT,
    ],
    description="What this adds to an operation's cost, each time it is asked for or given, or for each such object. "
    "Where nothing is said, an object weighs 1 and everything else 0. 成本",
)
class Cost:
    weight: str


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="How many objects a list counts as: what a slicing argument says, else the assumed size. 列表大小",
)
class ListSize:  # in the alphabet's order, as Requires
    assumed_size: int | None = strawberry.UNSET
    require_one_slicing_argument: bool | None = True
    sized_fields: list[str] | None = strawberry.UNSET
    slicing_arguments: list[str] | None = strawberry.UNSET


def cost(weight: int) -> Cost:
    return Cost(weight=str(weight))


FREE = cost(0)
PAGED = ListSize(
    assumed_size=PAGE,
    require_one_slicing_argument=False,
    sized_fields=["edges", "nodes"],
    slicing_arguments=["first", "last"],
)
BY_IDS = ListSize(slicing_arguments=["ids"])


def shortened(most: int) -> ListSize:
    """A list that is no connection."""
    return ListSize(assumed_size=most, require_one_slicing_argument=False, slicing_arguments=["first"])


def directives(source: Source, kind: Kind) -> list[Cost | ListSize]:
    """What is said of a field from this source."""
    match source:
        case Many():
            return [PAGED]
        case Every():
            return [cost(SEARCHED), PAGED]
        case Expression() | Moves():
            return [cost(COMPUTED)]
        case RowsOf():
            added_up = [cost(ADDED_UP)] if source.adds_up else []
            return [*added_up, *([shortened(usual(source))] if kind.many else [])]
        case Do():
            return [cost(DONE)]
    return []


# -- as the engine reads them ------------------------------------------------------------------------------------------


def weight(thing: Any, default: int) -> int:
    """The weight of a field, an argument or a type of the schema."""
    return next((int(d.weight) for d in _said(thing) if isinstance(d, Cost)), default)


def list_size(field: Any) -> ListSize | None:
    return next((d for d in _said(field) if isinstance(d, ListSize)), None)


def _said(thing: Any) -> Any:
    return getattr(thing.extensions.get("strawberry-definition"), "directives", ())
