"""What rows are made of: typed ids, UTC moments, money, text in several languages."""

import os
import re
from calendar import isleap
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from time import time_ns
from typing import Any, ClassVar, NamedTuple, NotRequired, Self, TypeVar, Union
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint, DateTime, Numeric
from sqlalchemy import Text as PlainText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import configure_mappers, declared_attr
from sqlmodel import Field, SQLModel
from typing_extensions import TypedDict

SHANGHAI = ZoneInfo("Asia/Shanghai")
STREET_BITS = 18
LUCK_BITS = 62 - STREET_BITS


# -- ids --------------------------------------------------------------------------------------------------------------


def new_id(street: int = 0) -> UUID:
    """A UUIDv7 (RFC 9562) that carries its street's number in 18 of its random bits; 0 is nobody's street."""
    milliseconds, rest = divmod(time_ns(), 1_000_000)
    luck = int.from_bytes(os.urandom(8)) >> (64 - LUCK_BITS)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | street << LUCK_BITS | luck)


def first_id(moment: datetime) -> UUID:
    """What no id that `new_id` made before this moment reaches, and none that it makes from then on is below."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def made_at(id: UUID) -> datetime:
    """When `new_id` made it, to the millisecond."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def street_number(id: UUID) -> int:
    """The number of the street an id belongs to, read from the id alone."""
    return (id.int >> LUCK_BITS) & ((1 << STREET_BITS) - 1)


def typed(prefix: str, id: UUID) -> str:
    """The id as the world sees it: `shf_0192…`, the same in URLs, events and exports."""
    return f"{prefix}_{id.hex}"


def untyped(prefix: str, text: str) -> UUID | None:
    """The id inside `shf_0192…`, or None when it is not one of that type."""
    head, _, digits = text.partition("_")
    return UUID(hex=digits) if head == prefix and re.fullmatch(r"[0-9a-f]{32}", digits) else None


# -- values -----------------------------------------------------------------------------------------------------------


def moment(**options: Any) -> Any:
    """A column for a point in time: stored and compared in UTC, never without its zone."""
    return Field(sa_type=DateTime(timezone=True), **options)


def day_of(moment: datetime) -> date:
    """The calendar day in China, where the law counts days."""
    return moment.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """The first moment in China after a day."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def minute_of(moment: datetime) -> str:
    """The moment as people read it: in China, to the minute."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def comes_of(born: date, age: int) -> datetime:
    """The first moment, in China, at which somebody is so many years old; for 29 February that may be 1 March."""
    year = born.year + age
    no_such_day = (born.month, born.day) == (2, 29) and not isleap(year)
    month, day = (3, 1) if no_such_day else (born.month, born.day)
    return datetime(year, month, day, tzinfo=SHANGHAI)


def end_of_day(moment: datetime) -> datetime:
    """When that day is over in China."""
    return datetime.combine(day_of(moment) + timedelta(days=1), time(), SHANGHAI)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Money(NamedTuple):
    """An amount in a currency (ISO 4217); two decimals, never a float."""

    amount: Decimal
    currency: str = "CNY"


def amount(**options: Any) -> Any:
    return Field(sa_type=Numeric(14, 2), **options)


def degrees(**options: Any) -> Any:
    """A latitude or a longitude, to a metre."""
    return Field(sa_type=Numeric(8, 5), **options)


class Translation(TypedDict):
    text: str
    status: str


class Text(TypedDict):
    """Text for people: the source, its language (BCP 47), and translations with their status."""

    language: str
    text: str
    translations: NotRequired[dict[str, Translation]]


class Absent(Enum):
    """What an update was not told, as against null."""

    ABSENT = "absent"


T = TypeVar("T")
ABSENT = Absent.ABSENT
Given = Union[T, Absent]  # noqa: UP007 a generic alias
"""A parameter of an update command that may be left out: `note: Given[str | None] = ABSENT`."""


class TranslationStatus(StrEnum):
    MACHINE = "machine"
    CHECKED = "checked"
    STALE = "stale"


def words(**options: Any) -> Any:
    """A column for text in several languages."""
    return Field(sa_type=JSONB, **options)


def data(**options: Any) -> Any:
    """A column for structured data that the database does not look into."""
    return Field(sa_type=JSONB, **options)


def one_of(column: str, kind: type[Enum], **options: Any) -> Any:
    """A text column, named again here, that holds one of an enum's values."""
    allowed = ", ".join(f"'{member.value}'" for member in kind)
    check = CheckConstraint(f"{column} IN ({allowed})", name=f"known_{column}")
    return Field(sa_type=PlainText, sa_column_args=[check], **options)


# -- rows -------------------------------------------------------------------------------------------------------------


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Table(SQLModel):
    """A table named after its class; the sentence below an attribute is that column's public description."""

    model_config = ConfigDict(use_attribute_docstrings=True)  # type: ignore[assignment]

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805
        return snake(cls.__name__)

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """A row from the database, made without SQLModel's constructor: 1 µs instead of 45."""
        row: Self = cls.__new__(cls)
        row.__dict__.update(values)
        for name, member in _choices(cls):
            if row.__dict__[name] is not None:
                row.__dict__[name] = member[row.__dict__[name]]
        return row

    def values(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in type(self).model_fields}

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"Rows do not change by themselves: work.change(row, {name}=...).")


class Row(Table):
    """A thing with an id that lasts. `version` counts its changes and guards against lost updates."""

    prefix: ClassVar[str]

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1

    @classmethod
    def new(cls, **values: Any) -> Self:
        """A new row; what is not given takes its default. Street-owned rows get an id of their street."""
        if "id" not in values and "street_id" in cls.model_fields and values.get("street_id"):
            values["id"] = new_id(street_number(values["street_id"]))
        for name, make in _defaults(cls):
            if name not in values:
                values[name] = make()
        return cls.read({name: values[name] for name in cls.model_fields})


@cache
def _defaults(model: type[Table]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    return tuple(
        (name, f.default_factory or (lambda d=f.default: d))  # type: ignore[misc]
        for name, f in model.model_fields.items()
        if not f.is_required()
    )


@cache
def _choices(model: type[Table]) -> tuple[tuple[str, dict[Any, Any]], ...]:
    """Columns that hold an enum's value, which come back as its member."""
    configure_mappers()  # attributes of a row made without SQLModel's constructor cannot be read before
    return tuple(
        (name, {m: m for m in kind} | {m.value: m for m in kind})
        for name, f in model.model_fields.items()
        if (kind := _enum(f.annotation)) is not None
    )


def _enum(annotation: Any) -> type[Enum] | None:
    """The enum in `State` or `State | None`."""
    for kind in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind
    return None
