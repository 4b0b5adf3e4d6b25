"""How guardians look after the accounts they consented to, without one of their own: by a code, for ten minutes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.codes import Codes
from api.oauth.pages.visit import FORM, id_in
from domain.access import Actor
from domain.accounts import ceremonies
from domain.accounts.ceremonies import Ceremony
from domain.accounts.erasure import withdraw_account_consent
from domain.accounts.guarded import in_care_of
from domain.accounts.proofs import Purpose
from domain.columns import day_of, minute_of
from domain.errors import Refusal

IN_CARE = "/guardian/accounts"


class Care(Codes):
    purpose = Purpose.CARE
    path = "/guardian"
    title = "guardian"

    def routes(self) -> list[Route]:
        return [*super().routes(), Route(IN_CARE, self.accounts, methods=FORM)]

    async def finish(self, browser: Browser, _address: str, _person: SignedIn | None) -> Response:
        """On to the accounts, as whoever reads what is sent to this address."""
        proven, now = await self.proven(browser), self.house.clock()
        await ceremonies.begin(self.run, Ceremony.CARE, browser.visitor, now, address=proven.address)
        return browser.go(browser.link(IN_CARE))

    async def accounts(self, request: Request) -> Response:
        """The accounts in care; and the end of one, whose consent is taken back."""
        browser, now = await self.browser(request), self.house.clock()
        care = await ceremonies.look(self.run, Ceremony.CARE, browser.visitor, now)
        if care is None:
            return browser.go(browser.link(self.path))
        address = care["says"]["address"]
        if request.method != "POST":
            return await self._show(browser, address)
        if not browser.sincere:
            return await self._show(browser, address, 403, accounts=browser.say("stale"))
        child = id_in(browser.form.get("account"))
        try:
            await self.house.do(Actor(), withdraw_account_consent, person_id=child, address=address)
        except Refusal as no:
            return await self._show(browser, address, 409, accounts=no.say(browser.language))
        return browser.go(browser.link(IN_CARE))

    async def _show(self, browser: Browser, address: str, status: int = 200, **errors: str) -> Response:
        accounts: list[dict[str, Any]] = [
            {
                "id": child["id"],
                "name": child["display_name"],
                "since": minute_of(child["consented_at"]),
                "until": day_of(child["expires_at"]),
            }
            for child in await in_care_of(self.run, address, self.house.clock())
        ]
        return browser.show("care", status, address=address, accounts=accounts, errors=errors)
