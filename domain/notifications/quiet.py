"""Until when does a letter wait that comes at night, and can? Nobody's telephone rings for what is no worse by day."""

from datetime import datetime, time, timedelta
from uuid import UUID

from domain.columns import SHANGHAI, day_of
from domain.rules import Book


def morning(book: Book, at: UUID, now: datetime) -> datetime | None:
    """When the quiet hours end that this moment falls into, by the rules where the thing lies; by day None."""
    place, day, clock = book.place_of(at), day_of(now), now.astimezone(SHANGHAI).time()
    begin = time(int(book.find("quiet_from", day, place).value))
    end = time(int(book.find("quiet_until", day, place).value))
    quiet = begin <= clock < end if begin <= end else begin <= clock or clock < end
    return datetime.combine(day + timedelta(days=end <= clock), end, SHANGHAI) if quiet else None


def last_morning(book: Book, now: datetime) -> datetime:
    """When the day's mail that tells of many things at once was due most lately: as the nation's quiet hours end."""
    due = datetime.combine(day_of(now), time(int(book.find("quiet_until", day_of(now)).value)), SHANGHAI)
    return due if due <= now else due - timedelta(days=1)
