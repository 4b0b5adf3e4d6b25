"""When can somebody usually come? Weekdays and times of day in China, as "SA 09:00-12:30", written and compared."""

import re
from typing import Any

from sqlalchemy import Date, Integer, String, and_, case, cast, func, literal_column, select

from domain.errors import Invalid

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As calendars abbreviate them (RFC 5545, 3.3.10)."""
MOST = 30
MIDNIGHT = "24:00"
OF_DAY = r"(?:[01]\d|2[0-3]):[0-5]\d"
TIMES = re.compile(rf"({'|'.join(WEEKDAYS)}) ({OF_DAY})-({OF_DAY}|{MIDNIGHT})")


def weekly_times(typed: list[str]) -> list[str]:
    """Each once, from Monday to Sunday."""
    if len(typed) > MOST:
        raise Invalid("too_many_times", f"No more than {MOST} times.", f"至多 {MOST} 个时段。", path="available")
    said = {_one(" ".join(one.upper().split()), n) for n, one in enumerate(typed)}
    return sorted(said, key=lambda times: (WEEKDAYS.index(times[:2]), times))


def time_of_day(typed: str, path: str) -> str:
    if not re.fullmatch(OF_DAY, said := typed.strip()):
        raise Invalid(
            "no_time_of_day", "This is no time of day such as 20:00.", "应为一天中的时刻，如 20:00。", path=path
        )
    return said


def _one(times: str, n: int) -> str:
    found = TIMES.fullmatch(times)
    if not found or found[2] >= found[3]:
        raise Invalid(
            "no_weekly_time",
            "Here belongs a weekday with a time of day from and until, such as SA 09:00-12:30.",
            "应为星期与起止时刻，如 SA 09:00-12:30（星期代码为 MO、TU、WE、TH、FR、SA、SU）。",
            path=f"available[{n}]",
        )
    return times


def points(volunteer: Any, shift: Any, fitting: int) -> Any:
    """So many where the shift lies within a time they named, as many less where it lies in none; 0 if none is named."""
    begins, ends = (func.timezone(literal_column("'Asia/Shanghai'"), at) for at in (shift.c.starts_at, shift.c.ends_at))
    weekday = cast(func.split_part(literal_column(f"'{','.join(WEEKDAYS)}'"), ",", _iso(begins)), String)
    last = case(
        (cast(ends, Date) == cast(begins, Date), func.to_char(ends, "HH24:MI")),
        (ends == func.date_trunc("day", begins) + literal_column("interval '1 day'"), MIDNIGHT),
    )
    one = func.jsonb_array_elements_text(volunteer.c.available).table_valued("times").render_derived(name="one")
    first, until = (func.substr(one.c.times, *place) for place in ((4, 5), (10, 5)))
    within = and_(func.substr(one.c.times, 1, 2) == weekday, first <= func.to_char(begins, "HH24:MI"), last <= until)
    fits = select(func.bool_or(func.coalesce(within, False))).select_from(one).correlate(volunteer, shift)
    found = fits.scalar_subquery()
    return case((found.is_(None), 0), (found, fitting), else_=-fitting)


def _iso(day: Any) -> Any:
    return cast(func.date_part("isodow", day), Integer)
