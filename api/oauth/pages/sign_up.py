"""How people sign up: an address, the code sent there, then a name and a password. Before the code there is nothing.

Who is under 14 needs a guardian's code as well (PIPL 31); by the button of the first page one says that one is older.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from starlette.responses import Response

from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.codes import Codes, Complaint
from domain.access import Actor
from domain.accounts import proofs
from domain.accounts.addresses import READ_HERE
from domain.accounts.commands import register_person
from domain.accounts.guarded import OWN_CONSENT, own_guardian
from domain.accounts.passwords import chosen
from domain.accounts.proofs import Proven, Purpose
from domain.columns import day_of
from domain.letters import Channel


class SignUp(Codes):
    purpose = Purpose.SIGN_UP
    path = "/register"
    title = "register"
    asks: ClassVar[tuple[str, ...]] = ("name", "password")

    async def finish(self, browser: Browser, address: str, _person: SignedIn | None) -> Response:
        """A person who is signed in."""
        password = await chosen(browser.form.get("password", ""), (browser.form.get("name", ""), address))
        return await self.open(browser, await self.proven(browser), password)

    async def open(
        self, browser: Browser, proven: Proven, password: str, guardian: tuple[UUID, date] | None = None
    ) -> Response:
        """Open the account at the address, and sign in."""
        done = await self.house.do(
            Actor(),
            register_person,
            name=browser.form.get("name", ""),
            email=proven.address if proven.channel is Channel.EMAIL else None,
            phone=proven.address if proven.channel is Channel.SMS else None,
            password=password,
            locale=browser.language,
            proof=proven.id,
            guardian=guardian,
        )
        return await self.welcome(browser, done.row.id, ["pwd"])  # type: ignore[union-attr]

    def ask_address(self, browser: Browser, person: SignedIn | None, status: int = 200, **values: Any) -> Response:
        """With the age from which one consents for oneself."""
        age = self.house.book.find(OWN_CONSENT, day_of(self.house.clock())).value
        return super().ask_address(browser, person, status, age=int(age), **values)


class ChildSignUp(SignUp):
    """Together with a guardian, who gets a code of their own and by passing it on consents."""

    purpose = Purpose.CHILD
    path = "/register/child"
    title = "child"
    asks = ("name", "password", "birth_date", "guardian_code")

    async def send(self, browser: Browser, _person: SignedIn | None) -> None:
        """Write to both, or to nobody."""
        await self.receive(browser, "identifier")
        own, guardian = self.address_in(browser, "identifier"), self.address_in(browser, "guardian")
        if own[1].lower() == guardian[1].lower():
            raise Complaint(422, "guardian", own_guardian().say(browser.language))
        await self.require_pace(browser, "identifier", own[1])
        await self.require_pace(browser, "guardian", guardian[1])
        wished = browser.form.get("guardian_language", "")
        language = wished if wished in READ_HERE else browser.language
        async with self.house.lanes.hold() as lane:
            await self.begin(lane, browser, Purpose.CHILD, *own)
            await self.begin(lane, browser, Purpose.GUARDIAN, *guardian, language=language, child=own[1])

    async def pending(self, browser: Browser) -> dict[str, str] | None:
        """Both addresses."""
        own, now = await super().pending(browser), self.house.clock()
        guardian = await proofs.pending(self.run, browser.visitor, Purpose.GUARDIAN, now)
        return {**own, "guardian": guardian} if own and guardian else None

    async def finish(self, browser: Browser, address: str, _person: SignedIn | None) -> Response:
        """A person who is signed in, in a guardian's care."""
        password = await chosen(browser.form.get("password", ""), (browser.form.get("name", ""), address))
        try:
            born = date.fromisoformat(browser.form.get("birth_date", ""))
        except ValueError:
            raise Complaint(422, "birth_date", browser.say("wrong_day")) from None
        own = await self.proven(browser)
        guardian = await self.proven(browser, Purpose.GUARDIAN, "guardian_code")
        return await self.open(browser, own, password, (guardian.id, born))
