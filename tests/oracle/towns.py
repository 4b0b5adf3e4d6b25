"""What could stand in the tables? Random rows in all of them, with nulls, ties, several streets and every state.

A town depends on nothing but its models and its number: the higher, the more rows. Rows that a unique index forbids are
left out; what a CHECK demands is mended before.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any, cast
from uuid import UUID

from api.engine.kinds import bare
from domain.accounts.models import Person, RoleGrant
from domain.columns import Row
from domain.communities.models import PopulationFigure, PopulationTable, StreetOffice
from domain.communities.sums import SUMS, Figure
from domain.hours.models import AuditDraw, HourEntry, Kinship
from domain.hours.states import AuditState
from domain.organizations.models import Organization, OrganizationCategory
from domain.postgres import Run
from domain.programmes.models import Agreement, Booking, Break, Opportunity, Series, ServicePlan, Shift
from domain.training.models import Course, Training
from domain.volunteers.models import Competence, IdentityDocument, Insurance, Volunteer
from domain.workers.models import SocialWorker, Supervision
from domain.workers.states import SocialWorkerState
from tests.conftest import NOON
from tests.engine.library import Patron, Shelf, Tome, Visit
from tests.oracle.rows import Rows, target_of

SIZES = (1, 4, 9)
"""Rows in each table of a town, by its number; about half of them alike in some column."""
MANY = {RoleGrant, PopulationFigure, HourEntry, Tome, Visit}
"""Tables with three times as many."""

WORDS = ("North", "north gate", "李明", 'O\'Neil "x" \\', "", "100%_", "Süd ÄÖ", "\n", "NULL", "z\u200d😀")
DISTRICTS = ("110105", "330203", "330106", "310115", "99", "１１０１０５")
LANGUAGES = ("zh-Hans", "en", "zh", "en-GB", "fr", "zh-Hant", "")
LINKS: dict[str, type[Row]] = {"donor_id": Patron, "from_shelf_id": Shelf}
"""Where columns of the library lead, which names do not tell."""

Values = dict[str, Any]


class Planner:
    """Makes up values, and knows the rows that are there already."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 any numbers will do
        self.ids: dict[type[Row], list[UUID]] = {}

    def row(self, model: type[Row]) -> Values:
        made = {name: self.value(model, name) for name in model.model_fields}
        return {**made, **MENDED.get(model, _as_is)(self, made)}

    def value(self, model: type[Row], name: str) -> Any:
        column = cast(Any, model).__table__.c[name]
        of = bare(model.model_fields[name].annotation)
        if column.nullable and self.random.random() < 0.3:
            return None
        if of is UUID:
            return self.id_for(model, name, bool(column.nullable))
        if isinstance(of, type) and issubclass(of, Enum):
            return self.random.choice(list(of))
        return MADE_UP[typing.get_origin(of) or getattr(of, "__name__", of)](self.random)

    def id_for(self, model: type[Row], name: str, nullable: bool) -> UUID | None:
        if name == "id":
            return UUID(int=self.random.getrandbits(128))
        there = self.ids.get(LINKS.get(name) or target_of(model, name) or model)
        dangling = not cast(Any, model).__table__.c[name].foreign_keys and self.random.random() < 0.05
        if there and not dangling:
            return self.random.choice(there)
        return None if nullable else UUID(int=self.random.getrandbits(128))


def _text(random: Random) -> dict[str, Any]:
    said = {"language": random.choice(LANGUAGES[:-1]), "text": random.choice(WORDS)}
    others = {
        language: {"text": random.choice(WORDS), "status": random.choice(["machine", "checked", "stale"])}
        for language in random.sample(LANGUAGES[:-1], random.randrange(4))
    }
    return said | ({"translations": others} if others or random.random() < 0.5 else {})


MADE_UP: dict[Any, Callable[[Random], Any]] = {
    "int": lambda r: r.choice([0, 1, 1, 2, 3, 60, 90]),
    "str": lambda r: r.choice(WORDS),
    "bool": lambda r: r.random() < 0.5,
    "bytes": lambda r: r.randbytes(4),
    "date": lambda r: NOON.date() + timedelta(days=r.choice([-400, -31, -1, 0, 0, 1, 30])),
    "datetime": lambda r: NOON + timedelta(hours=r.choice([-9000, -1, 0, 0, 1, 48]), microseconds=r.choice([0, 120])),
    "Decimal": lambda r: r.choice([Decimal(0), Decimal("12.50"), Decimal(100), Decimal("4.12")]),
    "Text": _text,
    list: lambda r: r.sample(["first_aid", "en", "zh-Hans", 'a "b"\\'], r.randrange(3)),
    dict: lambda _: {},
}


# -- what the tables' CHECKs demand ------------------------------------------------------------------------------------


def _as_is(_: Planner, made: Values) -> Values:
    return {}


def _in_order(first: str, last: str) -> Callable[[Planner, Values], Values]:
    """The two moments or days, if both are there, in their order."""

    def mended(_: Planner, made: Values) -> Values:
        ends = None if made[last] is None else max(made[first], made[last])
        return {last: ends + timedelta(hours=1) if isinstance(ends, datetime) else ends}

    return mended


def _one_place(planner: Planner, made: Values) -> Values:
    """At most one street, community or organization."""
    kept = planner.random.choice(["street_id", "community_id", "organization_id"])
    places = {name: made[name] if name == kept else None for name in ("street_id", "community_id", "organization_id")}
    return {**places, **_in_order("since", "until")(planner, made)}


def _of_one(planner: Planner, made: Values) -> Values:
    """A community or a volunteer."""
    of = planner.random.choice(["community_id", "volunteer_id"])
    chosen = made[of] or planner.random.choice(planner.ids[cast(Any, target_of(Supervision, of))])
    return {"community_id": None, "volunteer_id": None, of: chosen, **_in_order("since", "until")(planner, made)}


def _that_adds_up(planner: Planner, made: Values) -> Values:
    """Every other row of figures is the sum it should be."""
    if planner.random.random() < 0.5:
        return {}
    for figure, parts in SUMS.items():
        made[figure] = sum(made[part] for part in parts)
    return made


MENDED: dict[type[Row], Callable[[Planner, Values], Values]] = {
    Person: lambda p, made: {"email": f"{made['id'].hex}@example.org", "phone": None},
    RoleGrant: _one_place,
    StreetOffice: lambda p, made: {
        "street_id": made["id"],
        "number": 1 + len(p.ids.get(StreetOffice, [])),
        "district": p.random.choice(DISTRICTS),
    },
    PopulationTable: lambda p, _: {
        "printed_total": p.random.choice([None, {figure.value: p.random.choice([0, 60, 120]) for figure in Figure}])
    },
    PopulationFigure: _that_adds_up,
    Competence: lambda p, made: {
        **p.random.choice(
            [{"skill": "first_aid", "language": None, "level": "basic"}, {"skill": None, "language": "en"}]
        ),
        **_in_order("since", "until")(p, made),
    },
    Volunteer: lambda p, made: {
        "available": p.random.sample(["MO 00:00-24:00", "SU 08:00-20:30", "SA 14:00-16:00"], p.random.randrange(3)),
        "guardian_consent_latest": p.random.choice([None, "14:00", "20:30"]),
    },
    Insurance: _in_order("since", "until"),
    Agreement: _in_order("since", "until"),
    Opportunity: lambda _, made: {"term_months": made["term_months"] or None},
    IdentityDocument: lambda _, made: {
        "country": made["country"] or "DE",
        "expires_on": made["expires_on"] or NOON.date(),
    },
    Organization: lambda p, made: {
        "unified_code": None if made["category"] == OrganizationCategory.FILED else made["id"].hex[:18],
        "certificate_number": made["certificate_number"] or "",
    },
    SocialWorker: lambda p, made: {
        "verified_by": p.random.choice(p.ids[Person])
        if made["state"] == SocialWorkerState.QUALIFIED
        else made["verified_by"]
    },
    Supervision: _of_one,
    ServicePlan: _in_order("since", "until"),
    Series: lambda p, made: {
        "capacity": max(made["capacity"], 1),
        **_in_order("starts_at", "ends_at")(p, made),
    },
    Shift: lambda p, made: {
        "capacity": made["capacity"] + SIZES[-1],
        "taken": min(made["taken"], made["capacity"]) + SIZES[-1],  # at least as many as sign up
        "everyone_from": made["everyone_from"] or NOON,
        "occurrence": made["series_id"] and (made["occurrence"] or NOON.date()),
        **_in_order("starts_at", "ends_at")(p, made),
    },
    Course: lambda p, made: {
        "minutes": made["minutes"] + 1,
        "valid_months": made["valid_months"] or None,
        "level": p.random.choice(["basic", "proficient"]),
    },
    Training: lambda p, made: {
        "capacity": made["capacity"] + SIZES[-1],
        "taken": min(made["taken"], made["capacity"]),
        **_in_order("starts_at", "ends_at")(p, made),
    },
    Booking: lambda _, made: {"named": made["seats"]},  # what has no name is taken in the shift, too
    Break: _in_order("began_at", "ended_at"),
    AuditDraw: lambda _, made: {
        **_in_order("since", "until")(_, made),
        "seed": "seed" if made["state"] == AuditState.DRAWN else None,
    },
    Kinship: lambda _, made: {"relative_id": None if made["relative_id"] == made["person_id"] else made["relative_id"]},
    HourEntry: lambda p, made: {"minutes": made["minutes"] + 1},
}


async def settle(run: Run, models: Iterable[type[Row]], number: int) -> Rows:
    """Fill the tables, parents first, and say what stands there now."""
    planner, kept = Planner(number), list(models)
    for model in kept:
        names = list(model.model_fields)
        places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
        into = f"{model.__tablename__} ({', '.join(names)})"
        sql = f"INSERT INTO {into} VALUES ({places}) ON CONFLICT DO NOTHING RETURNING id"
        for _ in range(SIZES[number] * (3 if model in MANY else 1)):
            row = planner.row(model)
            if await run(sql, [row[name] for name in names]):
                planner.ids.setdefault(model, []).append(row["id"])
    return await Rows.load(run, kept)


def in_order(models: Iterable[type[Row]]) -> list[type[Row]]:
    """Parents before their children."""
    by_table = {cast(Any, m).__table__: m for m in models}
    metadata = next(iter(by_table)).metadata
    return [by_table[t] for t in metadata.sorted_tables if t in by_table]
