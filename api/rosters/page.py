"""Where does whoever runs a shift find its roster? At the shift's address, signed in, to read, print or take away."""

import asyncio
from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.context import Gate
from api.engine.run import Engine
from api.exports.sheets import MEDIA, WRITERS, Format
from api.http.rates import Rates
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import Pages
from api.oauth.server import NO_STORE
from api.rosters.seats import Seat, seats
from domain.accounts.actors import actor_for
from domain.columns import minute_of, untyped
from domain.programmes.access import RULES
from domain.programmes.models import Opportunity, Position, Shift
from domain.wording import called, in_language
from domain.work import by_id

ROSTER = "/shifts/{shift}/roster"
COLUMNS = ("roster_seat", "roster_name", "roster_phone", "roster_came", "roster_left")


class Roster(NamedTuple):
    """What is on the sheet."""

    shift: Shift
    opportunity: Opportunity
    position: Position | None
    seats: Sequence[Seat]


class Rosters(Pages):
    """The page and its files."""

    def __init__(self, gate: Gate, engine: Engine, rates: Rates) -> None:
        super().__init__(gate)
        self.engine, self.rates = engine, rates

    def routes(self) -> list[Route]:
        return [
            Route(ROSTER, self.page),
            *(Route(f"{ROSTER}.{form}", self.file, name=form) for form in Format),
        ]

    async def page(self, request: Request) -> Response:
        """The roster (200); the way to sign in (303); nothing, to whoever does not run the shift (404)."""
        browser = await self.browser(request)
        found = await self._found(browser, request.path_params["shift"])
        if isinstance(found, Response):
            return found
        shift, opportunity, position, seats = found
        return browser.show(
            "roster",
            about={
                "title": called(opportunity.title, position.title if position else None, browser.language),
                "place": in_language((position and position.place) or opportunity.place, browser.language),
                "starts": minute_of(shift.starts_at),
                "ends": minute_of(shift.ends_at),
                "capacity": shift.capacity,
            },
            seats=[seat.beside(shift) for seat in seats],
            came=sum(bool(seat.came) for seat in seats),
            printed=minute_of(self.house.clock()),
            files={form: f"{browser.path}.{form}" for form in Format},
        )

    async def file(self, request: Request) -> Response:
        """The same as a file, in the reader's language."""
        browser, form = await self.browser(request), Format(request.url.path.rpartition(".")[2])
        found = await self._found(browser, request.path_params["shift"])
        if isinstance(found, Response):
            return found
        rows = [
            [browser.say(column) for column in COLUMNS],
            *([str(number), *seat] for number, seat in enumerate(found.seats, 1)),
        ]
        with SpooledTemporaryFile() as file:
            await asyncio.to_thread(WRITERS[form], file, rows)
            file.seek(0)
            content = file.read()
        name = f'attachment; filename="roster.{form}"'
        return Response(content, headers={**NO_STORE, "Content-Disposition": name}, media_type=MEDIA[form])

    async def _found(self, browser: Browser, shift_id: str) -> Roster | Response:
        person, now = await self.who(browser), self.house.clock()
        if person is None:
            return self.to_sign_in(browser, browser.path)
        actor = await actor_for(self.run, person.id, now=now, language=browser.language)
        rows = await self.run(by_id(Shift), (untyped(Shift.prefix, shift_id),))
        shift = Shift.read(dict(rows[0])) if rows else None
        if actor is None or shift is None or not RULES.may(actor, "see_roster", shift):
            return browser.show("roster_none", 404)
        [opportunity] = await self.run(by_id(Opportunity), (shift.opportunity_id,))
        position = [Position.read(dict(row)) for row in await self.run(by_id(Position), (shift.position_id,))]
        known = await seats(self.engine, shift, actor, self.rates.admit(actor))
        return Roster(shift, Opportunity.read(dict(opportunity)), next(iter(position), None), known)
