"""Which scalars and small objects do all rooms share, and what do they accept?"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NewType, cast

import strawberry
from graphql import GraphQLError, StringValueNode, ValueNode, print_ast
from strawberry.schema_directive import Location

from api.engine.weights import FREE

#: Numbers and columns of the database end here, so nothing it is given can overflow.
WHOLE_DIGITS, DECIMALS = 12, 6

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(rf"-?\d{{1,{WHOLE_DIGITS}}}(\.\d{{1,{DECIMALS}}})?", re.ASCII)


def bad(said: str, value: Any) -> GraphQLError:
    shown = value if isinstance(value, str) else type(value).__name__
    return GraphQLError(f"{said}: {shown[:40]!r} is not.", extensions={"code": "BAD_USER_INPUT"})


def read_moment(value: Any) -> datetime:
    try:
        if isinstance(value, str) and MOMENT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise bad("DateTime is a moment with its zone, as 2026-11-22T04:00:00Z", value)


def read_day(value: Any) -> date:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise bad("Date is a day, as 2026-11-22", value)


def read_decimal(value: Any) -> Decimal:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return Decimal(value)
    raise bad(f'Decimal is a string of up to {WHOLE_DIGITS} digits and {DECIMALS} decimals, as "12.50"', value)


def _scalar(name: str, description: str, read: Callable[[Any], Any], url: str | None = None) -> Any:
    def literal(node: ValueNode, _variables: Any = None) -> Any:
        return read(node.value if isinstance(node, StringValueNode) else print_ast(node) and None)

    return strawberry.scalar(
        name=name, description=description, serialize=str, parse_value=read, parse_literal=literal, specified_by_url=url
    )


DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
DecimalString = NewType("DecimalString", Decimal)
SCALARS: dict[object, Any] = {
    DateTime: _scalar(
        "DateTime",
        "A moment in UTC, RFC 3339: `2026-11-22T04:00:00Z`. Other zones are accepted and converted.",
        read_moment,
        "https://scalars.graphql.org/andimarek/date-time",
    ),
    Date: _scalar(
        "Date",
        "A calendar day: `2026-11-22`; in Asia/Shanghai where the law counts days.",
        read_day,
        "https://scalars.graphql.org/andimarek/local-date",
    ),
    DecimalString: _scalar("Decimal", 'An exact number, as a string: `"12.50"`. Never a float.', read_decimal),
}


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    description="What this needs: the token's scopes, and who one must be. Printed from the enforcing rule.",
)
class Requires:  # in the alphabet's order: a sorted schema would print another order as a second directive
    roles: str
    scopes: list[str]


@strawberry.type(description="An amount of money. 金额", directives=[FREE])
class Money:
    amount: DecimalString = strawberry.field(description="The exact amount, two decimals.")
    currency: str = strawberry.field(description="ISO 4217, as CNY.")


@strawberry.input(description="An amount of money. 金额")
class MoneyInput:
    amount: DecimalString = strawberry.field(description="The exact amount, at most two decimals.")
    currency: str = strawberry.field(description="ISO 4217.", default="CNY")


def enum(name: str, members: Mapping[str, tuple[str, str]], description: str) -> Any:
    """An enum of the schema, from its members' values and descriptions."""
    made = {member: strawberry.enum_value(value, description=said) for member, (value, said) in members.items()}
    kind: Any = cast(Any, Enum)(name, made)
    return strawberry.enum(kind, name=name, description=description)


TranslationState: Any = enum(
    "TranslationStatus",
    {
        "SOURCE": ("source", "As its author wrote it. 原文"),
        "MACHINE": ("machine", "Made by a machine, read by nobody. 机器翻译"),
        "CHECKED": ("checked", "Checked by a person. 已校对"),
        "STALE": ("stale", "The source has changed since. 已过期"),
    },
    "How far a translation can be trusted. 译文状态",
)


@strawberry.type(description="A translation of a text. 译文", directives=[FREE])
class Translation:
    language: str = strawberry.field(description="BCP 47, as en or zh-Hans.")
    text: str = strawberry.field(description="The translated text.")
    status: TranslationState = strawberry.field(description="How far it can be trusted.")


@strawberry.type(
    description="Text for people, in the language asked for if there is a translation, else as written. 文本",
    directives=[FREE],
)
class Text:
    language: str = strawberry.field(description="The language of `text`, BCP 47.")
    text: str = strawberry.field(description="The text in that language.")
    status: TranslationState = strawberry.field(description="How far it can be trusted.")
    translations: list[Translation] = strawberry.field(description="All translations, by language.")


@strawberry.input(description="A translation of a text.")
class TranslationInput:
    language: str = strawberry.field(description="BCP 47, as en or zh-Hans.")
    text: str = strawberry.field(description="The translated text.")


@strawberry.input(description="Text for people, and its checked translations.")
class TextInput:
    text: str = strawberry.field(description="The text as its author writes it.")
    language: str = strawberry.field(description="Its language, BCP 47.", default="zh-Hans")
    translations: list[TranslationInput] | None = strawberry.field(description="Checked translations.", default=None)


@strawberry.type(description="Where a page stands in its list.", directives=[FREE])
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow.")
    has_previous_page: bool = strawberry.field(description="Whether some go before.")
    start_cursor: str | None = strawberry.field(description="The first edge's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last edge's cursor; null on an empty page.")


RefusalKind: Any = enum(
    "RefusalKind",
    {
        "NOT_ALLOWED": ("NOT_ALLOWED", "Wrong person, or a scope is missing. 无权"),
        "NOT_NOW": ("NOT_NOW", "Right person, wrong moment. 时机不符"),
        "INVALID": ("INVALID", "Wrong content: see `path`. 内容有误"),
        "NOT_FOUND": ("NOT_FOUND", "No such thing, or not for your eyes. 未找到"),
        "CONFLICT": ("CONFLICT", "Somebody was there first. 冲突"),
    },
    "The ways to say no. 拒绝的类别",
)


@strawberry.type(description="The rule a refusal rests on. 依据")
class Grounds:
    says: str = strawberry.field(description="The rule in a sentence, in the reader's language.")
    source: str = strawberry.field(description="Law and article, or whose practice it is.")
    version: int = strawberry.field(description="Which version of the rule was applied.")


@strawberry.type(description="An expected no: nothing was done. 拒绝")
class Refusal:
    kind: RefusalKind = strawberry.field(description="Which kind of no.")
    code: str = strawberry.field(description="For programs: stable, lower snake case.")
    message: str = strawberry.field(description="For people, in the reader's language.")
    path: str | None = strawberry.field(description="The input field it is about.")
    rule: Grounds | None = strawberry.field(description="The rule it rests on, where there is one.")
    remedy: str | None = strawberry.field(description="What the person can do.")
