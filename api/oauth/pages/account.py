"""How people look after their account: what they allowed, and their password."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import throttle
from api.oauth.known import SignedIn
from api.oauth.pages.browser import HOME, Browser
from api.oauth.pages.visit import FORM, Pages, in_language
from api.oauth.scopes import CATALOGUE, ordered
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.models import Consent
from domain.accounts.passwords import chosen, matches
from domain.columns import typed, untyped
from domain.errors import Invalid, Refusal

PASSWORD = "SELECT password FROM person WHERE id = $1"  # noqa: S105 a statement, not a secret
CONSENTS = """
SELECT c.id, c.scopes, a.name FROM consent c JOIN client a ON a.id = c.client_id
WHERE c.person_id = $1 AND c.withdrawn_at IS NULL ORDER BY c.given_at DESC"""


class Account(Pages):
    def routes(self) -> list[Route]:
        return [
            Route("/account", self.account, methods=FORM),
            Route("/account/withdraw", self.withdraw, methods=["POST"]),
        ]

    async def account(self, request: Request) -> Response:
        """Who is signed in, what they allowed, and a new password."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser)
        if request.method != "POST":
            return await self._show(browser, person)
        if not browser.sincere:
            return await self._show(browser, person, 403, password=browser.say("stale"))
        if not await throttle.flows(self.run, browser.address, self.house.clock()):
            return await self._show(browser, person, 429, password=browser.say("too_often"))
        kept = (await self.run(PASSWORD, (person.id,)))[0]["password"]
        if not await matches(kept, browser.form.get("current_password", "")):
            return await self._show(browser, person, 401, current_password=browser.say("wrong_password"))
        try:
            await self.house.do(
                Actor(person.id),
                commands.change_password,
                person_id=person.id,
                password=await chosen(browser.form.get("password", ""), (person.name, person.email, person.phone)),
            )
        except Invalid as no:
            return await self._show(browser, person, 422, password=no.say(browser.language))
        return await self.welcome(browser, person.id, ["pwd"])

    async def _show(self, browser: Browser, person: SignedIn, status: int = 200, **errors: str) -> Response:
        consents = [
            {
                "id": typed(Consent.prefix, c["id"]),
                "client": in_language(c["name"], browser.language),
                "says": " · ".join(CATALOGUE[s][browser.language != "en"] for s in ordered(set(c["scopes"]))),
            }
            for c in await self.run(CONSENTS, (person.id,))
        ]
        return browser.show("account", status, person=person.name, consents=consents, errors=errors)

    async def withdraw(self, request: Request) -> Response:
        """Take back what an application was allowed."""
        browser = await self.browser(request)
        person = await self.who(browser)
        consent = untyped(Consent.prefix, browser.form.get("consent", ""))
        if person and consent and browser.sincere:
            try:
                await self.house.do(Actor(person.id), commands.withdraw_consent, consent_id=consent)
            except Refusal as no:
                return browser.show("error", 409, code=no.code, detail=no.en)
        return browser.go(browser.link(HOME))
