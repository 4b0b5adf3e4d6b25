"""The law's numbers: rows with jurisdiction, dates of effect, source and a mark whether the source was read in full.

Code names a rule and asks what it says on a day; the number itself is never in the code. A deed stores the versions of
the rules it applied, so that a decision can be replayed. The rows come from `domain/rules.csv`, which `migrate` loads;
an operator's later correction is a new version, never an edit.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint

from domain.columns import Row, Text, words
from domain.errors import Grounds
from domain.postgres import Run

PACK = Path(__file__).with_name("rules.csv")


class Rule(Row, table=True):
    """One number of law or of practice, in force somewhere from a day on. 规则"""

    prefix: ClassVar = "rul"

    name: str
    """What it rules, in one word."""
    jurisdiction: str
    """Where it holds: ISO 3166, as CN or CN-BJ."""
    since: date
    """The first day it is in force."""
    until: date | None = None
    """The first day it is no longer in force."""
    value: Decimal
    """The number."""
    unit: str
    """What the number counts."""
    says: Text = words()
    """The rule in a sentence."""
    source: str
    """Law and article, or whose practice it is."""
    verified: bool
    """Whether the source's full text was read."""

    __table_args__ = (UniqueConstraint("name", "jurisdiction", "since", "version"),)


@dataclass(frozen=True, eq=False)
class Book:
    """All rules, as of one reading; small enough to be kept in memory."""

    rules: Sequence[Rule]

    @lru_cache(maxsize=1000)  # noqa: B019 a house has one book for as long as it is open
    def find(self, name: str, on: date, jurisdiction: str = "CN") -> Rule:
        """The rule in force on a day in a place; the nearest jurisdiction wins, then the newest version."""
        near = [jurisdiction]
        while "-" in near[-1]:
            near.append(near[-1].rpartition("-")[0])
        for place in near:
            held = [r for r in self.rules if r.name == name and r.jurisdiction == place and _in_force(r, on)]
            if held:
                return max(held, key=lambda r: (r.since, r.version))
        raise LookupError(f"No rule {name} is in force in {jurisdiction} on {on}.")


def _in_force(rule: Rule, on: date) -> bool:
    return rule.since <= on and (rule.until is None or on < rule.until)


def grounds(rule: Rule, language: str) -> Grounds:
    """The rule as a refusal cites it."""
    source = rule.source if rule.verified else f"{rule.source} (unverified 未核实)"
    says = rule.says.get("translations", {}).get(language.partition("-")[0])
    return Grounds(says["text"] if says else rule.says["text"], source, rule.version)


def pack() -> Iterable[dict[str, Any]]:
    """The rows that the project ships."""
    with PACK.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {
                "name": row["name"],
                "jurisdiction": row["jurisdiction"],
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


async def read_book(run: Run) -> Book:
    return Book([Rule.read(dict(r)) for r in await run(f"SELECT {', '.join(Rule.model_fields)} FROM rule", ())])
