"""What is a rule?"""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import UniqueConstraint

from domain.columns import Row, Text, words


class Rule(Row, table=True):
    """One number of law or of practice, in force somewhere from a day on. 规则"""

    prefix: ClassVar = "rul"

    name: str
    """What it rules, in one word."""
    jurisdiction: str
    """Where it holds: CN, CN-BJ, or below a province by codes of GB/T 2260, as CN-ZJ-330200 for Ningbo."""
    jurisdiction_name: Text = words()
    """What that place is called."""
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

    __table_args__ = (
        UniqueConstraint(
            "name",
            "jurisdiction",
            "since",
            "version",
            name="rule_name_jurisdiction_since_version_key",
            info={
                "code": "rule_exists",
                "en": "This rule stands there already, or was amended before you: amend its newest version.",
                "zh": "该规则已存在，或已被他人更正，请就其最新版本更正。",
            },
        ),
    )

    @property
    def citation(self) -> str:
        """What a deed calls it, beside its version: record_due@CN/2021-02-01."""
        return f"{self.name}@{self.jurisdiction}/{self.since}"
