"""How people show what else they have, when a password is not enough: a code of their app, or a recovery code."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.oauth import second_factor, throttle
from api.oauth.pages.browser import Browser, question_in
from api.oauth.pages.sign_in import SignIn
from api.oauth.pages.visit import FORM, SECOND_STEP
from api.oauth.passkey_party import WrongAnswer, party, script
from api.oauth.server import NO_STORE
from domain.accounts import ceremonies
from domain.accounts.ceremonies import Ceremony
from domain.columns import typed


class SecondStep(SignIn):
    """Behind the password; and the passkey, which is both steps in one, from either page."""

    def routes(self) -> list[Route]:
        return [
            Route(SECOND_STEP, self.second, methods=FORM),
            Route("/login/passkey", self.passkey, methods=["POST"]),
            Route("/login/passkey/options", self.challenge, methods=["POST"]),
        ]

    async def second(self, request: Request) -> Response:
        """The form for a code; and what comes of it: a session, or the form again."""
        browser, now = await self.browser(request), self.house.clock()
        half = await ceremonies.look(self.run, Ceremony.SECOND_STEP, browser.visitor, now)
        if half is None:
            return browser.go(browser.link("/login"))
        if request.method != "POST":
            return self._ask(browser)
        if not browser.sincere:
            return self._ask(browser, 403, errors={"code": browser.say("stale")})
        person, code = half["person_id"], browser.form.get("code", "")
        account = f"code of {typed('usr', person)}"
        place, pace = await self.tries_from(browser, person, throttle.CODES)
        if second_factor.is_of_app(code) is None:  # nobody guesses a recovery code: an account under guesses takes one
            pace = None
        if not await throttle.flows(self.run, browser.address, now) or not await throttle.may_try(
            self.run, account, place, now, pace
        ):
            return self._ask(browser, 429, errors={"code": browser.say("code_too_often")})
        if not await second_factor.shown(self.run, self.gate.keys.box, person, code, now):
            return self._ask(browser, 401, errors={"code": browser.say("wrong_second_code")})
        await throttle.forgive(self.run, account, place, pace)
        if await ceremonies.end(self.run, Ceremony.SECOND_STEP, browser.visitor, now) is None:
            return browser.go(browser.link("/login"))
        says = half["says"]
        linked = says["linked"] and UUID(says["linked"])
        return await self.welcome(browser, person, [*says["amr"], "otp", "mfa"], linked, says["version"])

    def _ask(self, browser: Browser, status: int = 200, **values: Any) -> Response:
        target = question_in(browser.next).get("redirect_uri")
        page: dict[str, Any] = {"form_goes_to": target, "script": script(self.settings), "typed": {}, **values}
        return browser.show("second_step", status, **page)

    async def challenge(self, request: Request) -> Response:
        """A challenge for whatever passkey the browser's owner chooses."""
        from api.oauth import passkeys

        browser, here, now = await self.browser(request), party(self.settings), self.house.clock()
        if here is None or not browser.sincere or not await throttle.flows(self.run, browser.address, now):
            return Response(status_code=403, headers=NO_STORE)
        options = await passkeys.ask(self.run, here, browser.visitor, now)
        return Response(options, media_type=JSONResponse.media_type, headers=NO_STORE)

    async def passkey(self, request: Request) -> Response:
        """What a passkey answered: a session, or the form for signing in."""
        from api.oauth import passkeys

        browser, here, now = await self.browser(request), party(self.settings), self.house.clock()
        if not browser.sincere:
            return await self.form(browser, 403, errors={"identifier": browser.say("stale")})
        try:
            person, amr = await passkeys.shown(self.run, here, browser.visitor, browser.form.get("credential", ""), now)
        except WrongAnswer:
            return await self.form(browser, 401, errors={"identifier": browser.say("wrong_passkey")})
        await ceremonies.end(self.run, Ceremony.SECOND_STEP, browser.visitor, now)
        return await self.welcome(browser, person, amr)
