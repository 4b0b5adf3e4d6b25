"""How people sign in: by an address and a password."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import store, throttle
from api.oauth.pages.browser import Browser, question_in
from api.oauth.pages.visit import FORM, Pages, in_language
from domain.accounts.addresses import email_address, phone_number
from domain.accounts.passwords import hashed, matches, outdated
from domain.errors import Invalid

ACCOUNT = "SELECT id, password FROM person WHERE (lower(email) = lower($1) OR phone = $2) AND state = 'active'"
REHASH = "UPDATE person SET password = $2 WHERE id = $1 AND password = $3"


class SignIn(Pages):
    def routes(self) -> list[Route]:
        return [Route("/login", self.login, methods=FORM)]

    async def login(self, request: Request) -> Response:
        """The form; and what comes of it: a new session, or the form again."""
        browser = await self.browser(request)
        if request.method != "POST":
            return await self._form(browser, typed={"identifier": browser.query.get("login_hint", "")})
        if not browser.sincere:
            return await self._form(browser, 403, errors={"identifier": browser.say("stale")})
        now, identifier = self.house.clock(), browser.form.get("identifier", "").strip()
        flows = await throttle.flows(self.run, browser.address, now)
        if not flows or not await throttle.may_try(self.run, identifier, browser.address, now):
            return await self._form(browser, 429, errors={"identifier": browser.say("too_often")})
        person = await self._person_with(identifier, browser.form.get("password", ""))
        if person is None:
            return await self._form(browser, 401, errors={"identifier": browser.say("wrong_sign_in")})
        await throttle.forgive(self.run, identifier, browser.address)
        return await self.welcome(browser, person, ["pwd"])

    async def _form(self, browser: Browser, status: int = 200, **values: Any) -> Response:
        question = question_in(browser.next)
        client = await store.client(self.run, question.get("client_id"))
        name = in_language(client.row.name, browser.language) if client else None
        return browser.show("login", status, form_goes_to=question.get("redirect_uri"), client=name, **values)

    async def _person_with(self, identifier: str, password: str) -> UUID | None:
        found = await self.run(ACCOUNT, addresses(identifier))
        kept = found[0]["password"] if found else None
        if not await matches(kept, password) or kept is None:
            return None
        if outdated(kept):
            await self.run(REHASH, (found[0]["id"], await hashed(password), kept))
        id: UUID = found[0]["id"]
        return id


def addresses(identifier: str) -> tuple[str | None, str | None]:
    """The e-mail address or the telephone number that somebody typed."""
    try:
        return (email_address(identifier), None) if "@" in identifier else (None, phone_number(identifier))
    except Invalid:
        return None, None
