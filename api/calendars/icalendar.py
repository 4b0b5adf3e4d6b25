"""How do a person's shifts read as iCalendar (RFC 5545, RFC 7986)?

One event for each shift, by a UID that never changes. What became of it is its STATUS; each act that changes it raises
SEQUENCE and moves LAST-MODIFIED, so that the same shifts always are the same bytes.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from urllib.parse import urlsplit

from icalendar import Calendar, Event, Timezone

from domain.columns import SHANGHAI, minute_of
from domain.programmes.appointments import Appointment
from domain.programmes.states import LIVE, SignupState
from domain.wording import called, in_language

EVERY = timedelta(hours=1)
"""How often calendars are asked to read again."""
ZONE_SINCE = date(2000, 1, 1)
"""From when on the zone is described; China had summer time until 1991."""

#: In English and Chinese.
WORDS = {
    "name": ("Voluntary service", "志愿服务"),
    "tentative": ("Not certain: {title}", "待定：{title}"),
    "cancelled": ("Cancelled: {title}", "已取消：{title}"),
    "offered": (
        "A seat is held for you until {until}, Beijing time. Accept or decline it.",
        "名额为您保留至北京时间 {until}，请确认或放弃。",
    ),
    "missing": (
        "Something is missing for your seat, which is held for a while: look at the shift's requirements.",
        "您的名额暂为保留，尚有事项需补办，请查看班次的报名条件。",
    ),
    "review": (
        "Your seat is held until whoever leads the service has decided about it.",
        "您的名额暂为保留，待服务负责人审核。",
    ),
    "waiting": ("You have no seat yet.", "您尚未获得名额。"),
    "risks": ("Risks: {risks}", "风险提示：{risks}"),
}


def written(appointments: Iterable[Appointment], locale: str, issuer: str) -> bytes:
    """The whole calendar, in the person's language as far as there are words in it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Sanshe//Shifts//EN")
    calendar.add("version", "2.0")
    calendar.add("name", _say("name", locale))
    calendar.add("x-wr-calname", _say("name", locale))
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add_component(_zone())
    for appointment in appointments:
        calendar.add_component(_event(appointment, locale, urlsplit(issuer).hostname or ""))
    return bytes(calendar.to_ical())


@cache
def _zone() -> Timezone:
    return Timezone.from_tzinfo(SHANGHAI, first_date=ZONE_SINCE)


def _event(appointment: Appointment, locale: str, host: str) -> Event:
    event, status = Event(), _status(appointment.state)
    title = called(appointment.title, appointment.position, locale)
    event.add("uid", f"{appointment.shift_id.hex}.{appointment.volunteer_id.hex}@{host}")
    event.add("sequence", appointment.acts)
    event.add("dtstamp", appointment.changed_at)  # without METHOD it is when this was last revised (RFC 5545, 3.8.7.2)
    event.add("last-modified", appointment.changed_at)
    event.add("dtstart", appointment.starts_at.astimezone(SHANGHAI))
    event.add("dtend", appointment.ends_at.astimezone(SHANGHAI))
    event.add("status", status)
    event.add("transp", "OPAQUE" if status == "CONFIRMED" else "TRANSPARENT")
    event.add("summary", title if status == "CONFIRMED" else _say(status.lower(), locale, title=title))
    event.add("location", in_language(appointment.place, locale))
    event.add("description", "\n\n".join(_description(appointment, locale)))
    return event


def _status(state: SignupState) -> str:
    if state is SignupState.CONFIRMED:
        return "CONFIRMED"
    return "TENTATIVE" if state in LIVE else "CANCELLED"


def _description(appointment: Appointment, locale: str) -> Iterable[str]:
    """What is to be done first, what volunteers do, and what may happen to them."""
    if appointment.state is SignupState.OFFERED and appointment.offer_expires_at:
        yield _say("offered", locale, until=minute_of(appointment.offer_expires_at))
    elif appointment.state is SignupState.NEEDS_ACTION:
        yield _say("missing", locale)
    elif appointment.state is SignupState.PENDING_REVIEW:
        yield _say("review", locale)
    elif _status(appointment.state) == "TENTATIVE":
        yield _say("waiting", locale)
    yield in_language(appointment.tasks, locale)
    yield _say("risks", locale, risks=in_language(appointment.risks, locale))


def _say(word: str, locale: str, **values: str) -> str:
    return WORDS[word][not locale.startswith("en")].format(**values)
