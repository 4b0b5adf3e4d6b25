"""How people look after their account: what they allowed, and their password."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import throttle
from api.oauth.known import SignedIn
from api.oauth.pages.browser import HOME, Browser
from api.oauth.pages.visit import FORM, Pages
from api.oauth.scopes import CATALOGUE, ordered
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.issuers import FEDERATED
from domain.accounts.models import Consent
from domain.accounts.passwords import chosen, matches
from domain.columns import made_at, minute_of, typed, untyped
from domain.errors import Invalid, Refusal
from domain.wording import in_language

CHANGE = "/account/password"
PASSWORD = "SELECT password FROM person WHERE id = $1"  # noqa: S105 a statement, not a secret
CONSENTS = """
SELECT c.id, c.scopes, c.given_at, a.name, used.*
FROM consent c JOIN client a ON a.id = c.client_id CROSS JOIN LATERAL (
    SELECT max(f.id::text) AS family, max(r.used_at) AS renewed_at
    FROM token_family f LEFT JOIN refresh_token r ON r.family_id = f.id
    WHERE f.person_id = c.person_id AND f.client_id = c.client_id) used
WHERE c.person_id = $1 AND c.withdrawn_at IS NULL ORDER BY c.given_at DESC"""


class Account(Pages):
    def routes(self) -> list[Route]:
        return [
            Route(HOME, self.account, methods=["GET"]),
            Route("/account/withdraw", self.withdraw, methods=["POST"]),
            Route(CHANGE, self.password, methods=FORM),
        ]

    async def account(self, request: Request) -> Response:
        """Who is signed in, and what they allowed."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser)
        consents = [
            {
                "id": typed(Consent.prefix, c["id"]),
                "client": in_language(c["name"], browser.language),
                "says": " · ".join(CATALOGUE[s][browser.language != "en"] for s in ordered(set(c["scopes"]))),
                "given": minute_of(c["given_at"]),
                "used": last_used(c),
            }
            for c in await self.run(CONSENTS, (person.id,))
        ]
        return browser.show("account", person=person.name, consents=consents)

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

    async def password(self, request: Request) -> Response:
        """A new password, for whoever knows the one before and signed in recently."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None or not self.recently(person):
            return self.to_sign_in(browser, CHANGE)
        if request.method != "POST":
            return browser.show("password")
        if not browser.sincere:
            return self._again(browser, 403, current_password=browser.say("stale"))
        return await self._change(browser, person)

    async def _change(self, browser: Browser, person: SignedIn) -> Response:
        now = self.house.clock()
        flows = await throttle.flows(self.run, browser.address, now)
        if not flows or not await throttle.may_try(self.run, person.subject, browser.address, now):
            return self._again(browser, 429, current_password=browser.say("too_often"))
        kept = (await self.run(PASSWORD, (person.id,)))[0]["password"]
        if not await matches(kept, browser.form.get("current_password", "")):
            return self._again(browser, 401, current_password=browser.say("wrong_password"))
        await throttle.forgive(self.run, person.subject, browser.address)
        try:
            await self.house.do(
                Actor(person.id),
                commands.change_password,
                person_id=person.id,
                password=await chosen(browser.form.get("password", ""), (person.name, person.email, person.phone)),
            )
        except Invalid as no:
            return self._again(browser, 422, password=no.say(browser.language))
        amr = ["pwd", *(shown for shown in person.amr if shown not in {"pwd", FEDERATED})]
        return await self.welcome(browser, person.id, amr)

    def _again(self, browser: Browser, status: int, **errors: str) -> Response:
        return browser.show("password", status, errors=errors)


def last_used(consent: Any) -> str | None:
    """When the application last got tokens, as far as that is still known."""
    begun = made_at(UUID(consent["family"])) if consent["family"] else None
    moments = [moment for moment in (begun, consent["renewed_at"]) if moment]
    return minute_of(max(moments)) if moments else None
