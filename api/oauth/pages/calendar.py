"""How people let their calendars read when they serve: a secret link, shown once, ended by them at any time."""

from contextlib import suppress
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calendars.feed import link
from api.oauth import throttle
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import FORM, Pages
from domain.access import Actor
from domain.accounts.calendar_feeds import close_calendar_feed, held, new_secret, open_calendar_feed
from domain.accounts.credentials import fingerprint
from domain.columns import minute_of
from domain.errors import NotNow

CALENDAR = "/account/calendar"


class Calendar(Pages):
    def routes(self) -> list[Route]:
        return [
            Route(CALENDAR, self.calendar, methods=FORM),
            Route(f"{CALENDAR}/end", self.end, methods=["POST"]),
        ]

    async def calendar(self, request: Request) -> Response:
        """Whether there is a link; and, when asked for, a new one, by whoever signed in recently: it lasts for long."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None or (request.method == "POST" and not self.recently(person)):
            return self.to_sign_in(browser, CALENDAR)
        if request.method != "POST":
            return await self._show(browser, person.id)
        if not browser.sincere:
            return await self._show(browser, person.id, 403, new=browser.say("stale"))
        if not await throttle.flows(self.run, browser.address, self.house.clock()):
            return await self._show(browser, person.id, 429, new=browser.say("too_often"))
        secret = new_secret()
        await self.house.do(Actor(person.id), open_calendar_feed, person_id=person.id, digest=fingerprint(secret))
        return browser.show("calendar_link", address=link(self.settings, secret))

    async def end(self, request: Request) -> Response:
        """No calendar reads it any more."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person and browser.sincere:
            with suppress(NotNow):  # ended already, in another window
                await self.house.do(Actor(person.id), close_calendar_feed, person_id=person.id)
        return browser.go(browser.link(CALENDAR))

    async def _show(self, browser: Browser, person: UUID, status: int = 200, **errors: str) -> Response:
        feed = await held(self.run, person)
        said = feed and {
            "made": minute_of(feed["made_at"]),
            "read": minute_of(feed["read_at"]) if feed["read_at"] else None,
        }
        return browser.show("calendar", status, feed=said, errors=errors)
