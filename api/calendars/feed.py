"""How do calendars read a person's shifts? By the link alone; whoever asks again for what they have is told so."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.settings import Settings
from domain.accounts.calendar_feeds import reader
from domain.house import House
from domain.programmes.appointments import Appointment, appointments


def link(settings: Settings, secret: str) -> str:
    """The address that a calendar is given."""
    return f"{settings.issuer}/calendars/{secret}.ics"


def routes(house: House, settings: Settings) -> list[Route]:
    async def feed(request: Request) -> Response:
        """The calendar (200), nothing new (304, RFC 9110, 13.1.2), or nothing at all (404), whyever that is."""
        run, now = house.lanes.run, house.clock()
        whose = await reader(run, request.path_params["secret"], now)
        if whose is None:
            return Response(status_code=404, headers={"Cache-Control": "no-store"})
        found = await appointments(run, whose["person_id"], now)
        calendar = await asyncio.to_thread(_written, found, whose["locale"], settings.issuer)  # a millisecond for each
        etag = f'"{sha256(calendar).hexdigest()}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Language": whose["locale"]}
        if has(etag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(calendar, headers=headers, media_type="text/calendar")

    return [Route("/calendars/{secret}.ics", feed)]


def _written(found: Sequence[Appointment], locale: str, issuer: str) -> bytes:
    from api.calendars.icalendar import written  # 7 MB, for those processes alone that calendars ask

    return written(found, locale, issuer)


def has(etag: str, asked: str) -> bool:
    """Whether the reader holds this already; the comparison is weak, as proxies that compress make it so."""
    return asked.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")}
