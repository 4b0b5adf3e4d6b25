"""What can be read about the rules that everything here is decided by?"""

from datetime import date, datetime
from decimal import Decimal

from api.engine.declare import Connection, Node, by_id, contains, every, filters, graph, one, orders, rows
from domain.columns import Text
from domain.regulations import models
from domain.regulations.access import RULES
from domain.regulations.in_force import rules_in_force

RuleOrder = orders(models.Rule, "name", "jurisdiction", "since")
RuleFilter = filters(models.Rule, "name", "jurisdiction", "since", "until", "verified", contains("says"))


@graph(models.Rule, see=(RULES, "see_rule"))
class Rule(Node):
    """One number of law or of practice, in force somewhere from a day on. 规则"""

    name: str
    jurisdiction: str
    jurisdiction_name: Text
    since: date
    until: date | None
    value: Decimal
    unit: str
    says: Text
    source: str
    verified: bool
    version: int
    """Which version of the rule this is: a correction is the next one, and what was decided keeps the former."""


@graph(see=(RULES, "see_rule"))
class RuleInForce:
    """A rule where and when it holds. 现行规则"""

    rule: Rule = one("rule_id", sure="everybody sees every rule")
    """The rule, of the nearest jurisdiction that has one of this name."""


@graph(see=(RULES, "see_rule"))
class RuleApplied:
    """A rule that was looked at when something was done, in the version of then. 所适用的规则"""

    rule: Rule = one("rule_id", sure="everybody sees every rule")
    """The rule, also if it was amended since."""
    verb: str
    """What was done."""
    at: datetime
    """When."""


class Query:
    rule: Rule | None = by_id(models.Rule)
    """A rule."""
    rules: Connection[Rule] = every(models.Rule, order=RuleOrder, filter=RuleFilter)
    """All rules, also former ones and former versions."""
    rules_in_force: list[RuleInForce] = rows(rules_in_force, adds_up=False)
    """The rules that hold in a street on a day, by name, each of the nearest jurisdiction and the newest version."""
