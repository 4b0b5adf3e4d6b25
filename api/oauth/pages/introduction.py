"""How people show who they are to whoever is to give them a role: by a code for a quarter of an hour."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import throttle
from api.oauth.pages.visit import FORM, Pages
from domain.accounts.devices import shown
from domain.accounts.introductions import introduce

PATH = "/account/introduction"


class Introduction(Pages):
    def routes(self) -> list[Route]:
        return [Route(PATH, self.introduction, methods=FORM)]

    async def introduction(self, request: Request) -> Response:
        """What it is for; and, when asked for, a code."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser, PATH)
        if request.method != "POST":
            return browser.show("introduction", code=None)
        if not browser.sincere:
            return browser.show("introduction", 403, code=None, errors={"show": browser.say("stale")})
        now = self.house.clock()
        if not await throttle.flows(self.run, browser.address, now):
            return browser.show("introduction", 429, code=None, errors={"show": browser.say("too_often")})
        return browser.show("introduction", code=shown(await introduce(self.run, person.id, now)))
