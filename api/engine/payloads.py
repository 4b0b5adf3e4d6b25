"""How does a mutation become a command, and a no of the domain an object of the schema?"""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID

from graphql import FieldNode

from api.engine.compile import Selection
from api.engine.kinds import Argument
from domain import columns
from domain.columns import untyped
from domain.errors import Invalid, Refusal

MONEY_DIGITS, MONEY_DECIMALS = 12, 2
CURRENCY = re.compile(r"[A-Z]{3}")


def command_input(arguments: Mapping[str, Argument], given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The keyword arguments of a command from a mutation's input. Raises Invalid, naming the field."""
    found: dict[str, Any] = {}
    for argument in arguments.values():
        if argument.name not in given:
            continue
        value = given[argument.name]
        if value is not None:
            found[argument.python] = _converted(argument, value, language)
        elif argument.kind.nullable:
            found[argument.python] = None
        elif argument.may_be_absent:
            raise Invalid("null", "This cannot be emptied.", "此项不能清空。", path=argument.name)
    return found


def _converted(argument: Argument, value: Any, language: str) -> Any:
    if argument.kind.many:
        return [_one(argument, v, language) for v in value if v is not None]
    return _one(argument, value, language)


def _one(argument: Argument, value: Any, language: str) -> Any:
    of = argument.kind.of
    if of is UUID:
        return _id(argument, value)
    if of is columns.Text:
        return _text(value)
    if of is columns.Money:
        return _money(argument, value)
    return of[value] if isinstance(of, type) and issubclass(of, Enum) else value


def _id(argument: Argument, value: str) -> UUID:
    model = cast(type[columns.Row], argument.model)  # the schema is not built without it
    if (id := untyped(model.prefix, value)) is None:
        noun = columns.snake(model.__name__).replace("_", " ")
        raise Invalid(
            "wrong_id",
            f"This is no id of a {noun}: those begin with {model.prefix}_.",
            f"这不是{noun}的标识，应以 {model.prefix}_ 开头。",
            path=argument.name,
        )
    return id


def _text(value: Mapping[str, Any]) -> columns.Text:
    translations = {
        t["language"]: columns.Translation(text=t["text"], status=columns.TranslationStatus.CHECKED.value)
        for t in value.get("translations") or ()
    }
    made = columns.Text(language=value["language"] or "zh-Hans", text=value["text"])
    return columns.Text(**made, translations=translations) if translations else made


def _money(argument: Argument, value: Mapping[str, Any]) -> columns.Money:
    amount: Decimal = value["amount"]
    if abs(amount) >= 10**MONEY_DIGITS or amount != round(amount, MONEY_DECIMALS):
        raise Invalid(
            "no_amount", "An amount has two decimals at most.", "金额最多两位小数。", path=f"{argument.name}.amount"
        )
    currency = value["currency"] or "CNY"
    if not CURRENCY.fullmatch(currency):
        raise Invalid(
            "no_currency",
            "A currency has three capital letters (ISO 4217), as CNY.",
            "币种为三个大写字母（ISO 4217），如 CNY。",
            path=f"{argument.name}.currency",
        )
    return columns.Money(amount, currency)


# -- refusals ----------------------------------------------------------------------------------------------------------


def refusal(no: Refusal, language: str, selection: Selection, rule: Mapping[str, list[FieldNode]]) -> dict[str, Any]:
    """What was asked of a Refusal, in the reader's language; `rule` is what was asked of its rule."""
    said: dict[str, Any] = {
        "__typename": "Refusal",
        "kind": no.kind,
        "code": no.code,
        "message": no.say(language),
        "path": no.path,
        "remedy": no.advise(language),
        "rule": None,
    }
    if no.grounds:
        grounds = {
            "__typename": "Grounds",
            "says": no.grounds.rule,
            "source": no.grounds.source,
            "version": no.grounds.version,
        }
        said["rule"] = {answer: grounds[nodes[0].name.value] for answer, nodes in rule.items()}
    return {answer: said[nodes[0].name.value] for answer, nodes in selection.items()}
