"""How people choose what else their account asks for: codes of an app, recovery codes, passkeys."""

from typing import Any

import pyotp
import segno
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.oauth import second_factor, throttle
from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import FORM, Pages, id_in
from api.oauth.passkey_party import HOUSE, WrongAnswer, party, script
from api.oauth.server import NO_STORE
from domain.access import Actor
from domain.accounts import authenticators, ceremonies, factors
from domain.accounts.ceremonies import Ceremony
from domain.columns import minute_of
from domain.errors import Refusal

ENABLED = "SELECT enabled_at FROM totp WHERE person_id = $1"
FACTORS, TOTP, CODES, PASSKEYS = "/account/factors", "/account/totp", "/account/codes", "/account/passkeys"


class Factors(Pages):
    """All of it only for who signed in recently: each would let somebody else in, or keep the owner out."""

    def routes(self) -> list[Route]:
        post = ["POST"]
        return [
            Route(FACTORS, self.factors, methods=["GET"]),
            Route(TOTP, self.totp, methods=FORM),
            Route(f"{TOTP}/begin", self.begin_totp, methods=post),
            Route(f"{TOTP}/disable", self.disable_totp, methods=post),
            Route(CODES, self.renew_codes, methods=post),
            Route(PASSKEYS, self.add_passkey, methods=post),
            Route(f"{PASSKEYS}/options", self.challenge, methods=post),
            Route(f"{PASSKEYS}/remove", self.remove_passkey, methods=post),
        ]

    async def _owner(self, request: Request) -> tuple[Browser, SignedIn] | Response:
        """Whoever signed in recently, with a form of ours if one was sent; else the answer they get instead."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None or not self.recently(person):
            return self.to_sign_in(browser, FACTORS)
        if request.method == "POST" and not browser.sincere:
            return await self._show(browser, person, 403, factors=browser.say("stale"))
        return browser, person

    async def factors(self, request: Request) -> Response:
        """What the account asks for, and what else it knows its owner by."""
        came = await self._owner(request)
        return came if isinstance(came, Response) else await self._show(*came)

    async def _show(self, browser: Browser, person: SignedIn, status: int = 200, **errors: str) -> Response:
        enabled = next(iter(await self.run(ENABLED, (person.id,))), None)
        left = (await self.run(authenticators.LEFT, (person.id,)))[0]["left"]
        passkeys = [
            {
                "id": key["id"],
                "name": key["name"],
                "added": minute_of(key["added_at"]),
                "used": key["used_at"] and minute_of(key["used_at"]),
            }
            for key in await authenticators.passkeys(self.run, person.id)
        ]
        return browser.show(
            "factors",
            status,
            here=(FACTORS, {}),
            script=script(self.settings),
            since=enabled and minute_of(enabled["enabled_at"]),
            left=left,
            passkeys=passkeys,
            errors=errors,
        )

    # codes of an app
    async def begin_totp(self, request: Request) -> Response:
        """A new secret for the app, which counts when a code of it was shown."""
        came = await self._owner(request)
        if isinstance(came, Response):
            return came
        browser, person = came
        secret, encrypted = second_factor.sealed(self.gate.keys.box, pyotp.random_base32())
        said: dict[str, Any] = {"secret": secret, "encrypted": encrypted}
        now = self.house.clock()
        await ceremonies.begin(self.run, Ceremony.NEW_TOTP, browser.visitor, now, person=person.id, **said)
        return browser.go(browser.link(TOTP))

    async def totp(self, request: Request) -> Response:
        """The secret, to be read by the app; and what comes of its first code: the recovery codes, once."""
        came = await self._owner(request)
        if isinstance(came, Response):
            return came
        (browser, person), now = came, self.house.clock()
        begun = await ceremonies.look(self.run, Ceremony.NEW_TOTP, browser.visitor, now)
        if begun is None or begun["person_id"] != person.id:
            return browser.go(browser.link(FACTORS))
        kept, encrypted = begun["says"]["secret"], begun["says"]["encrypted"]
        secret = second_factor.opened(self.gate.keys.box, kept, encrypted)
        if request.method != "POST":
            return self._show_secret(browser, person, secret)
        if not await throttle.flows(self.run, browser.address, now):
            return self._show_secret(browser, person, secret, 429, code=browser.say("too_often"))
        digits = second_factor.is_of_app(browser.form.get("code", ""))
        step = authenticators.step_of(secret, digits, now, after=0) if digits else None
        if step is None:
            return self._show_secret(browser, person, secret, 422, code=browser.say("wrong_first_code"))
        codes = authenticators.fresh_codes()
        digests = [authenticators.code_digest(person.id, code) for code in codes]
        said: dict[str, Any] = {"secret": kept, "encrypted": encrypted, "step": step, "codes": digests}
        try:
            await self.house.do(Actor(person.id), factors.enable_totp, person_id=person.id, **said)
        except Refusal as no:
            return await self._show(browser, person, 409, factors=no.say(browser.language))
        await ceremonies.end(self.run, Ceremony.NEW_TOTP, browser.visitor, now)
        return browser.show("recovery_codes", here=(FACTORS, {}), codes=codes)

    def _show_secret(
        self, browser: Browser, person: SignedIn, secret: str, status: int = 200, **errors: str
    ) -> Response:
        uri = pyotp.TOTP(secret).provisioning_uri(name=person.email or person.phone, issuer_name=HOUSE)
        picture = segno.make(uri, error="m").svg_inline(dark="#000", light="#fff", border=4, omitsize=True)
        grouped = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        return browser.show("totp", status, uri=uri, picture=picture, secret=grouped, errors=errors, typed={})

    async def disable_totp(self, request: Request) -> Response:
        """The password alone is enough again."""
        came = await self._owner(request)
        if isinstance(came, Response):
            return came
        return await self._do(*came, factors.disable_totp)

    async def renew_codes(self, request: Request) -> Response:
        """New recovery codes, shown once; those before end."""
        came = await self._owner(request)
        if isinstance(came, Response):
            return came
        browser, person = came
        codes = authenticators.fresh_codes()
        digests = [authenticators.code_digest(person.id, code) for code in codes]
        try:
            await self.house.do(Actor(person.id), factors.renew_recovery_codes, person_id=person.id, codes=digests)
        except Refusal as no:
            return await self._show(browser, person, 409, factors=no.say(browser.language))
        return browser.show("recovery_codes", here=(FACTORS, {}), codes=codes)

    # passkeys
    async def challenge(self, request: Request) -> Response:
        """A challenge for the device that is to make a passkey."""
        from api.oauth import passkeys

        came, here = await self._owner(request), party(self.settings)
        if isinstance(came, Response) or here is None:
            return Response(status_code=403, headers=NO_STORE)
        browser, person = came
        options = await passkeys.ask_for_new(self.run, here, browser.visitor, person, self.house.clock())
        return Response(options, media_type=JSONResponse.media_type, headers=NO_STORE)

    async def add_passkey(self, request: Request) -> Response:
        """The passkey that was made."""
        from api.oauth import passkeys

        came, here = await self._owner(request), party(self.settings)
        if isinstance(came, Response):
            return came
        browser, person = came
        answer, now = browser.form.get("credential", ""), self.house.clock()
        try:
            made = await passkeys.new(self.run, here, browser.visitor, person, answer, now)
        except WrongAnswer:
            return await self._show(browser, person, 422, passkey_name=browser.say("wrong_passkey"))
        return await self._do(browser, person, factors.add_passkey, name=browser.form.get("passkey_name", ""), **made)

    async def remove_passkey(self, request: Request) -> Response:
        """It opens nothing any more."""
        came = await self._owner(request)
        if isinstance(came, Response):
            return came
        browser, person = came
        return await self._do(browser, person, factors.remove_passkey, passkey_id=id_in(browser.form.get("passkey")))

    async def _do(self, browser: Browser, person: SignedIn, command: Any, **said: Any) -> Response:
        try:
            await self.house.do(Actor(person.id), command, person_id=person.id, **said)
        except Refusal as no:
            return await self._show(browser, person, 409, **{no.path or "factors": no.say(browser.language)})
        return browser.go(browser.link(FACTORS))
