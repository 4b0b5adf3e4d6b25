"""The second reading: what stands between a volunteer and a shift, said again in Python."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.columns import SHANGHAI, day_of
from domain.programmes.models import Shift
from domain.programmes.requirements import REQUIREMENTS, RequirementCode
from domain.programmes.states import ShiftState
from domain.rules import Book
from domain.volunteers.models import Volunteer

Code = RequirementCode


def met_by_hand(
    volunteer: Volunteer, shift: Shift, elsewhere: Iterable[Shift], book: Book, place: str, now: datetime
) -> dict[Code, bool]:
    """Of each requirement, whether it is met; `elsewhere`: the other shifts in which the volunteer has a seat."""
    day, others = day_of(shift.starts_at), list(elsewhere)
    numbers = {code: book.find(told.rule, day, place).value for code, told in REQUIREMENTS.items() if told.rule}
    age, until = volunteer.age_on(day), volunteer.guardian_consent_until
    gaps = [max(s.starts_at - shift.ends_at, shift.starts_at - s.ends_at) for s in others]
    apart = [gap for gap in gaps if gap >= timedelta(0)]
    rest = timedelta(minutes=int(numbers[Code.REST_BETWEEN]))
    that_day = [s.minutes for s in [*others, shift] if day_of(s.starts_at) == day]
    that_week = [s.minutes for s in [*others, shift] if week_of(s.starts_at) == week_of(shift.starts_at)]
    ahead = [s for s in others if s.state == ShiftState.SCHEDULED and s.starts_at > now]
    return {
        Code.BEGUN: shift.state == ShiftState.SCHEDULED and now < shift.starts_at,
        Code.TOO_YOUNG: age >= numbers[Code.TOO_YOUNG],
        Code.GUARDIAN_CONSENT_MISSING: (until is not None and shift.starts_at < until)
        or age >= numbers[Code.GUARDIAN_CONSENT_MISSING],
        Code.OVERLAP: len(apart) == len(gaps),
        Code.REST_BETWEEN: len(apart) < len(gaps) or all(gap >= rest for gap in gaps),
        Code.DAY_MOST: sum(that_day) <= numbers[Code.DAY_MOST],
        Code.WEEK_MOST: sum(that_week) <= numbers[Code.WEEK_MOST],
        Code.SEATS_AHEAD: len(ahead) < numbers[Code.SEATS_AHEAD],
    }


def week_of(moment: datetime) -> tuple[int, int]:
    """The week from Monday to Sunday, as ISO 8601 counts it, in China."""
    return moment.astimezone(SHANGHAI).isocalendar()[:2]
