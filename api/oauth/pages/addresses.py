"""How people change the addresses they sign in with: by their password, and a code to the new one."""

from starlette.responses import Response

from api.oauth import throttle
from api.oauth.known import SignedIn
from api.oauth.pages.browser import HOME, Browser
from api.oauth.pages.codes import Codes, Complaint
from domain.access import Actor
from domain.accounts.commands import change_email, change_phone
from domain.accounts.passwords import matches
from domain.accounts.proofs import Purpose
from domain.letters import Channel

PASSWORD = "SELECT password FROM person WHERE id = $1"  # noqa: S105 a statement, not a secret


class Addresses(Codes):
    purpose = Purpose.CHANGE
    path = "/account/address"
    title = "addresses"
    for_owners = True

    async def send(self, browser: Browser, person: SignedIn | None) -> None:
        """The password first: whoever comes upon an open browser does not take the account along."""
        await self.receive(browser, "current_password")
        owner: SignedIn = person  # type: ignore[assignment]  # the page is for owners
        kept = (await self.run(PASSWORD, (owner.id,)))[0]["password"]
        account = owner.subject
        if not await throttle.may_try(self.run, account, browser.address, self.house.clock()):
            raise Complaint(429, "current_password", browser.say("too_often"))
        if not await matches(kept, browser.form.get("current_password", "")):
            raise Complaint(401, "current_password", browser.say("wrong_password"))
        await throttle.forgive(self.run, account, browser.address)
        await super().send(browser, person)

    async def finish(self, browser: Browser, _address: str, person: SignedIn | None) -> Response:
        """The account is used with the new address; the one before is told."""
        proven = await self.proven(browser)
        command = change_email if proven.channel is Channel.EMAIL else change_phone
        owner: SignedIn = person  # type: ignore[assignment]  # the page is for owners
        await self.house.do(Actor(owner.id), command, person_id=owner.id, proof=proven.id)
        return browser.go(browser.link(HOME))
