"""How people who forgot their password get a new one: by a code to an address of theirs."""

from starlette.responses import Response

from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.codes import Codes
from domain.access import Actor
from domain.accounts.commands import reset_password
from domain.accounts.passwords import chosen
from domain.accounts.proofs import Purpose, code_over


class Reset(Codes):
    purpose = Purpose.RESET
    path = "/reset"
    title = "reset"
    asks = ("password",)

    async def finish(self, browser: Browser, address: str, _person: SignedIn | None) -> Response:
        """Signed in with the new password; all that was signed in before is not."""
        password = await chosen(browser.form.get("password", ""), (address,))
        proven = await self.proven(browser)
        if proven.person_id is None:
            raise code_over()
        await self.house.do(
            Actor(proven.person_id),
            reset_password,
            person_id=proven.person_id,
            proof=proven.id,
            password=password,
        )
        return await self.welcome(browser, proven.person_id, ["pwd"])
