"""Days by a rule: what RFC 5545 means is followed, what would never end is refused."""

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.programmes.recurrence import days, recurrence

TUESDAY = date(2026, 2, 3)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def first(rule: str, count: int = 4, since: date = TUESDAY) -> list[str]:
    recurs = recurrence(rule)
    return [day.isoformat() for day in islice(days(recurs.rule, since, min(recurs.until, date(2030, 1, 1))), count)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=10", ["2026-02-03", "2026-02-13", "2026-02-23", "2026-03-05"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH", ["2026-02-03", "2026-02-05", "2026-02-10", "2026-02-12"]),
        ("freq=weekly;count=2", ["2026-02-03", "2026-02-10"]),
        ("FREQ=MONTHLY;BYDAY=1TU", ["2026-02-03", "2026-03-03", "2026-04-07", "2026-05-05"]),
        ("FREQ=MONTHLY;BYDAY=-1SA", ["2026-02-28", "2026-03-28", "2026-04-25", "2026-05-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2026-03-31", "2026-05-31", "2026-07-31", "2026-08-31"]),
        ("FREQ=WEEKLY;UNTIL=20260217", ["2026-02-03", "2026-02-10", "2026-02-17"]),
        # midnight in China is 16:00 UTC of the day before
        ("FREQ=WEEKLY;UNTIL=20260216T155959Z", ["2026-02-03", "2026-02-10"]),
        ("FREQ=WEEKLY;UNTIL=20260216T160000Z", ["2026-02-03", "2026-02-10", "2026-02-17"]),
    ],
)
def test_days_are_those_that_the_rule_names(rule: str, expected: list[str]) -> None:
    assert first(rule) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every tuesday",
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYHOUR=9",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20261231",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=٣",
        "FREQ=WEEKLY;UNTIL=20260230",
        "FREQ=WEEKLY;UNTIL=20260203T250000Z",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;;",
        "FREQ=WEEKLY;EXDATE=20260210",
        "RRULE:FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 100),
        "FREQ=WEEKLY\nDTSTART:20200101",
    ],
)
def test_what_nobody_would_agree_upon_is_refused_with_an_example(rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        recurrence(rule)
    assert (refused.value.code, refused.value.path) == ("wrong_recurrence", "rrule")
    assert refused.value.remedy
    assert "FREQ=WEEKLY;BYDAY=TU,TH" in refused.value.remedy[0]


@given(
    on=st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True),
    every=st.integers(1, 5),
    since=st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    count=st.integers(1, 60),
)
def test_weekdays_every_few_weeks_are_counted_as_by_hand(on: list[str], every: int, since: date, count: int) -> None:
    rule = f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(on)};COUNT={count}"
    monday = since - timedelta(days=since.weekday())
    every_day = (since + timedelta(days=n) for n in range(60 * 7 * 5 + 7))
    by_hand = [d for d in every_day if WEEKDAYS[d.weekday()] in on and (d - monday).days // 7 % every == 0]
    assert list(days(recurrence(rule).rule, since, date.max)) == by_hand[:count]


PARTS = ("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "INTERVAL=99", "INTERVAL=12", "COUNT=999", "UNTIL=20991231")
ON = ("BYDAY=MO", "BYDAY=5MO", "BYDAY=-5SU,+5TU", "BYMONTHDAY=31", "BYMONTHDAY=-31,30")


@given(st.permutations([*PARTS, *ON]), st.integers(1, 5))
def test_whatever_is_put_together_is_refused_or_soon_followed(parts: list[str], count: int) -> None:
    """Hypothesis gives each a fifth of a second."""
    try:
        recurs = recurrence(";".join(parts[:count]))
    except Invalid:
        return
    assert len(list(islice(days(recurs.rule, TUESDAY, recurs.until), 400))) <= 400
