"""How people sign up: an address, the code sent there, then a name and a password. Before the code there is nothing."""

from starlette.responses import Response

from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.codes import Codes
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.accounts.passwords import chosen
from domain.accounts.proofs import Purpose
from domain.letters import Channel


class SignUp(Codes):
    purpose = Purpose.SIGN_UP
    path = "/register"
    title = "register"
    asks = ("name", "password")

    async def finish(self, browser: Browser, address: str, _person: SignedIn | None) -> Response:
        """A person who is signed in."""
        name = browser.form.get("name", "")
        password = await chosen(browser.form.get("password", ""), (name, address))
        proven = await self.proven(browser)
        done = await self.house.do(
            Actor(),
            register_person,
            name=name,
            email=proven.address if proven.channel is Channel.EMAIL else None,
            phone=proven.address if proven.channel is Channel.SMS else None,
            password=password,
            locale=browser.language,
            proof=proven.id,
        )
        return await self.welcome(browser, done.row.id, ["pwd"])  # type: ignore[union-attr]
