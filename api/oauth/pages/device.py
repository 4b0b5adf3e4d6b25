"""How people let a device act for them that has no keyboard: by a code, for the access they see (RFC 8628, 3.3)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import throttle
from api.oauth.device import decide, who_asks
from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import FORM, Pages
from api.oauth.scopes import CATALOGUE, ordered
from domain.access import Actor
from domain.accounts.commands import give_consent
from domain.accounts.devices import shown, user_code
from domain.columns import SHANGHAI, typed
from domain.wording import in_language


class Device(Pages):
    def routes(self) -> list[Route]:
        return [
            Route("/device", self.code, methods=FORM),
            Route("/device/decide", self.decide, methods=["POST"]),
        ]

    async def code(self, request: Request) -> Response:
        """The form for the code; with it, and signed in, the question. A code in the address is filled in, no more."""
        browser = await self.browser(request)
        if request.method != "POST":
            return self._form(browser, browser.query.get("user_code", ""))
        asked = await self._asked(browser)
        return asked if isinstance(asked, Response) else self._ask(browser, *asked)

    async def decide(self, request: Request) -> Response:
        """The person's answer."""
        browser = await self.browser(request)
        asked = await self._asked(browser)
        if isinstance(asked, Response):
            return asked
        person, asks = asked
        allowed, now = browser.form.get("decision") == "allow", self.house.clock()
        if allowed:
            actor = Actor(person.id, client_id=typed("cli", asks["client_id"]))
            await self.house.do(actor, give_consent, client_id=asks["client_id"], scopes=asks["scope"].split())
        if not await decide(self.run, asks["user_code"], person, allowed=allowed, now=now):
            return self._form(browser, shown(asks["user_code"]), 409, "no_such_code")
        return browser.show("device_done", here=("/device", {}), allowed=allowed)

    async def _asked(self, browser: Browser) -> tuple[SignedIn, Any] | Response:
        """The person, and the question that waits under the code in the form; else the page that is shown instead."""
        spelled, now = browser.form.get("user_code", ""), self.house.clock()
        if not browser.sincere:
            return self._form(browser, spelled, 403, "stale")
        code = user_code(spelled)
        if code is None:
            return self._form(browser, spelled, 422, "no_such_code")
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser, f"/device?user_code={shown(code)}")
        tries = f"device {person.subject}"
        flows = await throttle.flows(self.run, browser.address, now)
        if not flows or not await throttle.may_try(self.run, tries, browser.address, now):
            return self._form(browser, spelled, 429, "too_often")
        asks = await who_asks(self.run, code, now)
        if asks is None:
            return self._form(browser, spelled, 404, "no_such_code")
        await throttle.forgive(self.run, tries, browser.address)
        return person, asks

    def _form(self, browser: Browser, spelled: str, status: int = 200, problem: str | None = None) -> Response:
        code = user_code(spelled)
        filled = {"user_code": shown(code) if code else spelled}
        errors = {"user_code": browser.say(problem)} if problem else {}
        return browser.show("device", status, here=("/device", filled), typed=filled, errors=errors)

    def _ask(self, browser: Browser, person: SignedIn, asks: Any) -> Response:
        chinese, code = browser.language != "en", shown(asks["user_code"])
        near = "asked_here" if asks["address"] == browser.address else "asked_elsewhere"
        return browser.show(
            "device_ask",
            here=("/device", {"user_code": code}),
            client=in_language(asks["name"], browser.language),
            person=person.name,
            code=code,
            when=browser.say("asked_when").format(time=asks["asked_at"].astimezone(SHANGHAI).strftime("%H:%M")),
            where=browser.say(near).format(address=asks["address"], own=browser.address),
            scopes=[(scope, CATALOGUE[scope][chinese]) for scope in ordered(set(asks["scope"].split()))],
        )
