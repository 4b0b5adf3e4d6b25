"""The law's numbers: rows with jurisdiction, dates of effect, source and a mark whether the source was read in full.

Code names a rule and asks what it says on a day in a place; the number itself is never in the code. A deed cites the
rules it applied with their versions, so that a decision can be replayed. The rows come from `domain/rules.csv`, which
`migrate` loads; a later correction is a new version, never an edit.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.columns import Row, street_number
from domain.errors import Grounds
from domain.places import NATION, called, chain, jurisdiction
from domain.postgres import Run
from domain.regulations.models import Rule
from domain.wording import in_language

PACK = Path(__file__).with_name("rules.csv")


class StaleBook(Exception):
    """A street was registered, or a rule added, after the book was read: read it again."""

    def __init__(self, street: int = 0) -> None:
        super().__init__(street)
        self.street = street


@dataclass(frozen=True, eq=False)
class Book:
    """All rules, as of one reading, and which jurisdiction each street lies in; small enough to be kept in memory."""

    rules: Sequence[Rule]
    places: Mapping[int, str] = field(default_factory=dict)
    """The jurisdiction of a street, by the number that its ids carry."""

    def find(self, name: str, on: date, place: str = NATION) -> Rule:
        """The rule in force on a day in a place; the nearest jurisdiction wins, then the newest version."""
        for near in chain(place):
            for rule in self._newest_first.get((name, near), ()):
                if rule.since <= on and (rule.until is None or on < rule.until):
                    return rule
        raise LookupError(f"No rule {name} is in force in {place} on {on}.")

    def cited(self, citation: str, version: int) -> Rule:
        """The rule that a deed applied."""
        return next(r for r in self.rules if (r.citation, r.version) == (citation, version))

    def numbered(self, id: UUID) -> Rule:
        """The rule with this id."""
        if (rule := self._by_id.get(id)) is None:
            raise StaleBook
        return rule

    def place_of(self, at: Row | UUID | None) -> str:
        """The jurisdiction in which something lies, read from its id alone; the nation's, if it is of no street."""
        street = street_number(at.__dict__["id"] if isinstance(at, Row) else at) if at else 0
        if street == 0:
            return NATION
        if (place := self.places.get(street)) is None:
            raise StaleBook(street)
        return place

    @cached_property
    def _by_id(self) -> Mapping[UUID, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def _newest_first(self) -> Mapping[tuple[str, str], list[Rule]]:
        found = defaultdict(list)
        for rule in sorted(self.rules, key=lambda r: (r.since, r.version), reverse=True):
            found[rule.name, rule.jurisdiction].append(rule)
        return found


def grounds(rule: Rule, language: str) -> Grounds:
    """The rule as a refusal cites it."""
    source = rule.source if rule.verified else f"{rule.source} (unverified 未核实)"
    return Grounds(in_language(rule.says, language), source, rule.version)


def pack() -> Iterable[dict[str, Any]]:
    """The rows that the project ships."""
    with PACK.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {
                "name": row["name"],
                "jurisdiction": row["jurisdiction"],
                "jurisdiction_name": called(row["jurisdiction"]),
                "since": date.fromisoformat(row["since"]),
                "until": date.fromisoformat(row["until"]) if row["until"] else None,
                "value": Decimal(row["value"]),
                "unit": row["unit"],
                "says": {
                    "language": "zh-Hans",
                    "text": row["zh"],
                    "translations": {"en": {"text": row["en"], "status": "checked"}},
                },
                "source": row["source"],
                "verified": row["verified"] == "yes",
                "version": int(row["version"]),
            }


async def load_pack(run: Run) -> int:
    """Add the shipped rows that are not there yet; what is there stays as it is."""
    added = 0
    for values in pack():
        row = Rule.new(**values)
        names = list(Rule.model_fields)
        places = ", ".join(f"${i}" for i in range(1, len(names) + 1))
        sql = f"INSERT INTO rule ({', '.join(names)}) VALUES ({places}) ON CONFLICT DO NOTHING RETURNING id"
        added += len(await run(sql, [row.__dict__[name] for name in names]))
    return added


async def read_book(run: Run, *unknown: int) -> Book:
    """The book as it is now. An unknown street that is still none is taken to lie just in the country."""
    rules = [Rule.read(dict(r)) for r in await run(f"SELECT {', '.join(Rule.model_fields)} FROM rule", ())]
    streets = await run("SELECT number, district FROM street_office", ())
    places = dict.fromkeys(unknown, NATION) | {s["number"]: jurisdiction(s["district"]) for s in streets}
    return Book(rules, places)
