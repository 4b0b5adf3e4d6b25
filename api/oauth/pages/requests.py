"""How people ask about their data what they cannot do by themselves, and read the answers (PIPL 44 to 50)."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import FORM, Pages, id_in
from domain.access import Actor
from domain.accounts.rights import file_rights_request, withdraw_rights_request
from domain.accounts.rights_requests import DataRight, RightsRequest
from domain.columns import day_of, minute_of, snake
from domain.errors import Refusal
from domain.rules import grounds
from domain.wording import with_its_language
from domain.work import Command

REQUESTS, WITHDRAW = "/account/data/requests", "/account/data/requests/withdraw"
ASKED = "SELECT * FROM rights_request WHERE person_id = $1 ORDER BY filed_at DESC, id DESC LIMIT 50"
SERVES = "SELECT FROM volunteer WHERE person_id = $1"


class Requests(Pages):
    def routes(self) -> list[Route]:
        return [Route(REQUESTS, self.requests, methods=FORM), Route(WITHDRAW, self.withdraw, methods=["POST"])]

    async def requests(self, request: Request) -> Response:
        """What one asked, with the answers; and a new request."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser, REQUESTS)
        if request.method != "POST":
            return await self._show(browser, person)
        asked: dict[str, Any] = {
            "says": browser.form.get("says", ""),
            "legal_name": browser.form.get("legal_name"),
        }
        try:
            asked["asks_for"] = DataRight(browser.form.get("asks_for", ""))
        except ValueError:
            return await self._show(browser, person, 422, asks_for=browser.say("choose_right"))
        try:
            asked["birth_date"] = date.fromisoformat(day) if (day := browser.form.get("birth_date")) else None
        except ValueError:
            return await self._show(browser, person, 422, birth_date=browser.say("wrong_day"))
        return await self._do(browser, person, file_rights_request, **asked)

    async def withdraw(self, request: Request) -> Response:
        """Take one back that is not answered yet."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser, REQUESTS)
        return await self._do(
            browser, person, withdraw_rights_request, rights_request_id=id_in(browser.form.get("request"))
        )

    async def _do(self, browser: Browser, person: SignedIn, command: Command[Any], **input: Any) -> Response:
        if not browser.sincere:
            return await self._show(browser, person, 403, asks_for=browser.say("stale"))
        try:
            await self.house.do(Actor(person.id), command, **input)
        except Refusal as no:
            field = snake(no.path) if no.path else "asks_for"
            return await self._show(browser, person, 422, **{field: no.say(browser.language)})
        return browser.go(browser.link(REQUESTS))

    async def _show(self, browser: Browser, person: SignedIn, status: int = 200, **errors: str) -> Response:
        language = browser.language
        rule = grounds(self.house.book.find("rights_answer", day_of(self.house.clock())), language)
        return browser.show(
            "requests",
            status,
            here=(REQUESTS, browser.query),
            rights=list(DataRight),
            volunteer=bool(await self.run(SERVES, (person.id,))),
            asked=[_shown(RightsRequest.read(dict(row)), language) for row in await self.run(ASKED, (person.id,))],
            rule=rule,
            errors=errors,
        )


def _shown(request: RightsRequest, language: str) -> dict[str, Any]:
    return {
        "id": str(request.id),
        "asks_for": request.asks_for.value,
        "state": request.state.value,
        "says": request.says,
        "corrected": [str(value) for value in (request.legal_name, request.birth_date) if value],
        "filed": minute_of(request.filed_at),
        "due": str(request.due_on),
        "answered": request.answered_at and minute_of(request.answered_at),
        "told": [with_its_language(text, language) for text in (request.answer, request.court_route) if text],
        "withdrawable": "withdraw_rights_request" in RightsRequest.machine.open_to(request.state),
    }
