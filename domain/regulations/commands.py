"""Do: what operators do with rules. Nothing is edited: each writes a new row, which decides from then on."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from domain.columns import ABSENT, Given, Text, new_id
from domain.errors import Invalid
from domain.places import called, is_jurisdiction
from domain.regulations.access import RULES
from domain.regulations.models import Rule
from domain.wording import line, prose
from domain.work import Work

LARGEST = 100_000
LONGEST_SOURCE = 300


async def add_rule(
    work: Work,
    *,
    rule_id: Annotated[UUID, Rule, "The rule as it is elsewhere, or was until now: it lends its name and unit."],
    jurisdiction: Annotated[str, "Where it holds: CN, CN-BJ, or CN-ZJ-330200 for Ningbo (GB/T 2260)."],
    since: Annotated[date, "The first day it is in force."],
    value: Annotated[Decimal, "The number."],
    says: Annotated[Text, "The rule in a sentence."],
    source: Annotated[str, "Law and article, or whose practice it is."],
    verified: Annotated[bool, "Whether you read the source's full text."],
    reason: Annotated[str, "What was decided, or enacted."],
    until: Annotated[date | None, "The first day it is no longer in force."] = None,
) -> Rule:
    """Write down what a rule is in another place, or from another day on. 增加规则"""
    known = await work.get(Rule, rule_id)
    written = {"value": value, "until": until, "says": says, "source": source, "verified": verified}
    rule = _new(known, version=1, jurisdiction=jurisdiction, since=since, **written)
    work.ask(RULES, "add_rule", rule, reason=reason)
    return _checked(work, rule)


async def amend_rule(
    work: Work,
    *,
    rule_id: Annotated[UUID, Rule, "The newest version of the rule."],
    reason: Annotated[str, "What was wrong."],
    value: Annotated[Given[Decimal], "The number."] = ABSENT,
    until: Annotated[Given[date | None], "The first day it is no longer in force."] = ABSENT,
    says: Annotated[Given[Text], "The rule in a sentence."] = ABSENT,
    source: Annotated[Given[str], "Law and article, or whose practice it is."] = ABSENT,
    verified: Annotated[Given[bool], "Whether you read the source's full text."] = ABSENT,
) -> Rule:
    """Correct a rule by its next version; what was decided by this one stands. 更正规则"""
    known = await work.get(Rule, rule_id)
    given = {"value": value, "until": until, "says": says, "source": source, "verified": verified}
    written = {name: said for name, said in given.items() if said is not ABSENT}
    rule = _new(known, version=known.version + 1, **written)
    work.ask(RULES, "amend_rule", rule, reason=reason)
    return _checked(work, rule)


def _new(known: Rule, **values: object) -> Rule:
    return Rule.new(**{**known.values(), "id": new_id(), **values})


def _checked(work: Work, rule: Rule) -> Rule:
    if not is_jurisdiction(rule.jurisdiction):
        raise Invalid(
            "wrong_jurisdiction",
            "This is no place of ISO 3166-2:CN and GB/T 2260, such as CN-BJ or CN-ZJ-330200.",
            "该地域代码无效，应如CN-BJ或CN-ZJ-330200。",
            path="jurisdiction",
        )
    if not 0 <= rule.value <= LARGEST:
        raise Invalid("wrong_value", f"A rule's number is 0 to {LARGEST}.", f"数值应为0至{LARGEST}。", path="value")
    if rule.until is not None and rule.until <= rule.since:
        raise Invalid("ends_before_it_begins", "It ends before it begins.", "结束日期早于施行日期。", path="until")
    return work.change(
        work.insert(rule),
        jurisdiction_name=called(rule.jurisdiction),
        says=prose(rule.says, "says"),
        source=line(rule.source, "source", LONGEST_SOURCE),
    )
