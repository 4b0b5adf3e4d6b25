"""Which days are working days in China, with the days made up for holidays (调休)?"""

from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar

SATURDAY = 5


class Deadline(NamedTuple):
    """A day counted in working days; provisional if it rests on a year whose holidays are not announced yet."""

    day: date
    provisional: bool


def is_announced(year: int) -> bool:
    """Whether the State Council's holidays of the year are known here; it announces them late in the year before."""
    try:
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def is_working_day(day: date) -> bool:
    """By the announced holidays; by the week alone while they are not announced."""
    return bool(chinese_calendar.is_workday(day)) if is_announced(day.year) else day.weekday() < SATURDAY


def is_public_holiday(day: date) -> bool:
    """Whether it is a day of an announced public holiday, a weekend's day within it included."""
    return (
        is_announced(day.year) and chinese_calendar.get_holiday_detail(day)[1] is not None and not is_working_day(day)
    )


def working_days_before(day: date, count: int) -> date:
    """The first of so many working days, the last of which is the last working day before the day itself."""
    reached = day
    while count:
        reached -= timedelta(days=1)
        count -= is_working_day(reached)
    return reached


def working_days_after(day: date, count: int) -> Deadline:
    """The last of so many working days, the first of which is the first working day after the day itself."""
    reached = day
    while count:
        reached += timedelta(days=1)
        count -= is_working_day(reached)
    return Deadline(reached, not is_announced(reached.year))
