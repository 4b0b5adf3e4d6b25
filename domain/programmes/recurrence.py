"""On which days does a series take place? A rule of RFC 5545 (RRULE), of the kinds that people agree upon.

Only what surely leads to days is taken: the thirtieth of February each year would be looked for until the year 9999.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil.rrule import rrulestr

from domain.columns import day_of
from domain.errors import Invalid

DAY = "(MO|TU|WE|TH|FR|SA|SU)"
NUMBERED = f"([+-]?[1-5])?{DAY}"
OF_THE_MONTH = "-?([1-9]|[12][0-9]|3[01])"
ALWAYS = {"FREQ": "[A-Z]+", "INTERVAL": "[1-9][0-9]?", "COUNT": "[1-9][0-9]{0,2}", "UNTIL": r"20\d{6}(T\d{6}Z)?"}
KINDS = {
    "DAILY": ALWAYS,
    "WEEKLY": ALWAYS | {"BYDAY": f"{DAY}(,{DAY})*"},
    "MONTHLY": ALWAYS | {"BYDAY": f"{NUMBERED}(,{NUMBERED})*", "BYMONTHDAY": f"{OF_THE_MONTH}(,{OF_THE_MONTH})*"},
}
EITHER = ({"COUNT", "UNTIL"}, {"BYDAY", "BYMONTHDAY"})
"""Of these one at most."""
LONGEST = 200


class Recurrence(NamedTuple):
    """What the rule says, without the last day, which it may name by a moment."""

    rule: str
    until: date


def recurrence(text: str) -> Recurrence:
    """The rule as it is kept. Refuses what is no rule, and what no neighbourhood would agree upon."""
    parts = [part.partition("=") for part in text.strip().upper().split(";")]
    said = {name: value for name, _, value in parts}
    kind = KINDS.get(said.get("FREQ", ""), {})
    sound = len(text) <= LONGEST and len(said) == len(parts) and not any(either <= said.keys() for either in EITHER)
    if not kind or not sound or not all(_fits(kind, *part) for part in said.items()):
        raise _unclear()
    try:
        until = _day(said.pop("UNTIL", None))
    except ValueError as wrong:
        raise _unclear() from wrong
    return Recurrence(";".join("=".join(part) for part in said.items()), until)


def days(rule: str, since: date, until: date) -> Iterator[date]:
    """All of them in order, from the first to the last that there may be. `rule`: as `recurrence` leaves it."""
    for moment in rrulestr(rule, dtstart=datetime(since.year, since.month, since.day)):  # noqa: DTZ001 days, not moments
        if (day := moment.date()) > until:
            return
        yield day


def rest(rule: str, since: date, first: date) -> str:
    """The same days, from `first` on, which is one of them: a COUNT begins again with it (RFC 5545, 3.3.10)."""
    parts = dict(part.split("=") for part in rule.split(";"))
    if "COUNT" in parts:
        over = sum(1 for _ in days(rule, since, first - timedelta(days=1)))
        parts["COUNT"] = str(int(parts["COUNT"]) - over)
    return ";".join("=".join(part) for part in parts.items())


def _fits(kind: dict[str, str], name: str, value: str) -> bool:
    return name in kind and re.fullmatch(kind[name], value, re.ASCII) is not None


def _day(until: str | None) -> date:
    """The last day: named as it is, or by a moment in UTC (RFC 5545, 3.3.10), for which China's day is taken."""
    if until is None:
        return date.max
    if "T" in until:
        return day_of(datetime.strptime(f"{until}+0000", "%Y%m%dT%H%M%SZ%z"))
    return date(int(until[:4]), int(until[4:6]), int(until[6:]))


def _unclear() -> Invalid:
    return Invalid(
        "wrong_recurrence",
        "This is no rule that can be followed here: it recurs daily, on days of the week, or on days of the month.",
        "无法按此规则重复：可按天、按星期几或按每月几号重复。",
        path="rrule",
        remedy=(
            "Write it as in RFC 5545, such as FREQ=WEEKLY;BYDAY=TU,TH or FREQ=MONTHLY;BYDAY=-1SA;COUNT=6.",
            "请按 RFC 5545 书写，例如 FREQ=WEEKLY;BYDAY=TU,TH 或 FREQ=MONTHLY;BYDAY=-1SA;COUNT=6。",
        ),
    )
