"""Which limits hold? They can be asked for like everything else, so that a program need not find them out by trying."""

from typing import Any

from sqlalchemy import Integer, Select, literal_column, select

from api.engine.declare import graph, rows
from api.engine.kinds import LARGEST_PAGE, PAGE
from api.engine.limits import COST, LIMITS, TOKENS
from api.http.conversation import MOST_OPERATIONS
from api.http.live import MOST_CONNECTIONS
from api.http.question import MOST_BYTES
from api.http.rates import WINDOW
from api.settings import load
from domain.access import Actor
from domain.postgres import SECONDS


def constants(**values: int) -> Select[Any]:
    columns: list[Any] = [literal_column(str(value), Integer()).label(name) for name, value in values.items()]
    return select(*columns)


def limits(viewer: Actor) -> Select[Any]:
    return constants(
        operation_cost=COST,
        depth=LIMITS.depth,
        fields=LIMITS.fields,
        aliases=LIMITS.aliases,
        tokens=TOKENS,
        body_bytes=MOST_BYTES,
        page_size=LARGEST_PAGE,
        default_page_size=PAGE,
        database_seconds=SECONDS,
        connections=MOST_CONNECTIONS,
        operations=MOST_OPERATIONS,
    )


def rate(table: Any, viewer: Actor) -> Select[Any]:
    return constants(cost=load().rate_limit, seconds=WINDOW)


@graph()
class Rate:
    """How much one person may spend in one application, at once or little by little: RateLimit-Policy. 速率限额"""

    cost: int
    """The cost that may be spent."""
    seconds: int
    """The seconds in which so much is given again."""


@graph()
class Limits:
    """What one request, one connection and one person may ask for, at most. 限额"""

    operation_cost: int
    """The cost of an operation, by the weights of @cost and @listSize; `extensions: {dryRun: true}` asks for it."""
    depth: int
    """Fields below one another."""
    fields: int
    """Fields of an operation, those of fragments counted each time."""
    aliases: int
    """Aliases of an operation, those of fragments counted each time."""
    tokens: int
    """Tokens of a document."""
    body_bytes: int
    """Bytes of a request's body, or of a message on a WebSocket."""
    page_size: int
    """Things on a page of a list, and ids of `nodes`."""
    default_page_size: int
    """Things on a page if neither first nor last is given."""
    database_seconds: int
    """Seconds that the database works on an operation."""
    connections: int
    """Long connections of one person, WebSockets and event streams, to one process."""
    operations: int
    """Operations at the same time on one WebSocket."""
    rate: Rate = rows(rate, adds_up=False)
    """How much may be spent over time."""


class Query:
    limits: Limits = rows(limits, adds_up=False)
    """The limits in force."""
