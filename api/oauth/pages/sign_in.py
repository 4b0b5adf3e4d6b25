"""How people sign in: by an address and a password, a passkey, or elsewhere; then by what else the account wants."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import store, throttle
from api.oauth.pages.browser import Browser, question_in
from api.oauth.pages.linking import offered
from api.oauth.pages.visit import FORM, Pages
from api.oauth.passkey_party import script
from domain.accounts.addresses import email_address, phone_number
from domain.accounts.passwords import hashed, matches, outdated
from domain.errors import Invalid
from domain.wording import in_language

ACCOUNT = "SELECT id, password, version FROM person WHERE (lower(email) = lower($1) OR phone = $2) AND state = 'active'"
REHASH = "UPDATE person SET password = $2 WHERE id = $1 AND password = $3"


class SignIn(Pages):
    def routes(self) -> list[Route]:
        return [Route("/login", self.login, methods=FORM)]

    async def login(self, request: Request) -> Response:
        """The form; and what comes of it: a new session, a second step, or the form again."""
        browser = await self.browser(request)
        if request.method != "POST":
            return await self.form(browser, typed={"identifier": browser.query.get("login_hint", "")})
        if not browser.sincere:
            return await self.form(browser, 403, errors={"identifier": browser.say("stale")})
        now, identifier = self.house.clock(), browser.form.get("identifier", "").strip()
        email, phone = addresses(identifier)
        found = next(iter(await self.run(ACCOUNT, (email, phone))), None)
        # However it was typed it is one account; that its e-mail and its telephone are one too is nobody's to find out.
        account = email or phone or identifier
        place, pace = await self.tries_from(browser, found and found["id"], throttle.PASSWORDS)
        if not await throttle.flows(self.run, browser.address, now) or not await throttle.may_try(
            self.run, account, place, now, pace
        ):
            return await self.form(browser, 429, errors={"identifier": browser.say("too_often")})
        right = await self._is_password(found, browser.form.get("password", ""))
        if found is None or not right:
            return await self.form(browser, 401, errors={"identifier": browser.say("wrong_sign_in")})
        await throttle.forgive(self.run, account, place, pace)
        return await self.welcome(browser, found["id"], ["pwd"], version=found["version"])

    async def form(self, browser: Browser, status: int = 200, **values: Any) -> Response:
        question = question_in(browser.next)
        client = await store.client(self.run, question.get("client_id"))
        return browser.show(
            "login",
            status,
            form_goes_to=question.get("redirect_uri"),
            script=script(self.settings),
            client=in_language(client.row.name, browser.language) if client else None,
            portals=await offered(self.run, browser.language),
            **values,
        )

    async def _is_password(self, found: Any, password: str) -> bool:
        kept = found["password"] if found else None
        if not await matches(kept, password) or kept is None:
            return False
        if outdated(kept):
            await self.run(REHASH, (found["id"], await hashed(password), kept))
        return True


def addresses(identifier: str) -> tuple[str | None, str | None]:
    """The e-mail address or the telephone number that somebody typed."""
    try:
        return (email_address(identifier), None) if "@" in identifier else (None, phone_number(identifier))
    except Invalid:
        return None, None
