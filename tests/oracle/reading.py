"""How does a value look to a reader? Ids, moments, amounts and texts in several languages, as the schema shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from graphql import GraphQLScalarType, GraphQLSchema, build_schema

from api.engine.kinds import Schema


def executable(schema: Schema) -> GraphQLSchema:
    """The published schema, as graphql-core reads it from its text: it knows nothing of the engine."""
    made = build_schema(schema.print())
    readers: dict[str, Callable[[str], Any]] = {"DateTime": _moment, "Date": date.fromisoformat, "Decimal": Decimal}
    for name, read in readers.items():
        scalar = made.type_map.get(name)
        if isinstance(scalar, GraphQLScalarType):
            scalar.coerce_input_value = read
    return made


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def shown(value: Any) -> Any:
    """A plain value of a column."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        whole, _, fraction = value.astimezone(UTC).replace(tzinfo=None).isoformat().partition(".")
        return f"{whole}.{fraction.rstrip('0')}Z" if fraction else f"{whole}Z"
    return value.isoformat() if isinstance(value, date) else value


def money(amount: Decimal | None, currency: str) -> Any:
    return None if amount is None else {"amount": shown(amount), "currency": currency}


def text(words: Any, language: str) -> Any:
    """A text as a reader of this language gets it: written so or translated, in the language or its main language."""
    if words is None:
        return None
    translations = words.get("translations") or {}
    main = language.partition("-")[0]
    source = {"language": words["language"], "text": words["text"], "status": "SOURCE"}

    def translated(into: str) -> Any:
        found = translations.get(into)
        return found and {"language": into, "text": found["text"], "status": found["status"].upper()}

    written = words["language"]
    best = source if written == language else translated(language)
    best = best or (source if written.partition("-")[0] == main else translated(main))
    return {**(best or source), "translations": [translated(into) for into in sorted(translations)]}
