"""Working days as China counts them: holidays, days made up for them, and years not announced yet."""

from datetime import date

import pytest

from domain import calendar
from domain.calendar import is_working_day, working_days_after


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 6, 5), True),
        (date(2026, 6, 6), False),
        (date(2026, 6, 19), False),  # Dragon Boat Festival, a Friday
        (date(2026, 2, 17), False),  # Spring Festival, a Tuesday
        (date(2026, 2, 14), True),  # a Saturday made up for it
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday made up for National Day
    ],
)
def test_holidays_rest_and_made_up_days_work(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_ten_working_days_step_over_the_spring_festival() -> None:
    assert working_days_after(date(2026, 2, 12), 10) == (date(2026, 3, 4), False)


def test_the_day_itself_does_not_count() -> None:
    assert working_days_after(date(2026, 6, 1), 1).day == date(2026, 6, 2)
    assert working_days_after(date(2026, 6, 5), 1).day == date(2026, 6, 8)


def test_a_year_not_announced_yet_counts_by_the_week_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "is_announced", lambda year: year < 2026)
    assert working_days_after(date(2025, 12, 30), 5) == (date(2026, 1, 6), True)
    assert is_working_day(date(2026, 2, 17)) is True


def test_a_year_far_ahead_is_not_announced() -> None:
    assert working_days_after(date(2090, 1, 2), 10).provisional is True
