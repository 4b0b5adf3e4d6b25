"""How an address is proven on a page: first the address, then the six digits that were sent there.

Both pages say the same whoever has the address. What is pending belongs to the browser, by its visitor cookie.
"""

from abc import abstractmethod
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.letters.carriers import offered
from api.oauth import throttle
from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser, question_in
from api.oauth.pages.visit import FORM, Pages
from domain.accounts import proofs
from domain.accounts.addresses import written
from domain.accounts.proofs import Proven, Purpose
from domain.errors import Invalid, Refusal
from domain.letters import Channel
from domain.postgres import Lane

#: What the field for an address is called, by the ways in which somebody can be reached.
FIELDS = {
    frozenset(Channel): ("identifier", "text", "username"),
    frozenset({Channel.EMAIL}): ("email", "email", "email"),
    frozenset({Channel.SMS}): ("phone", "tel", "tel"),
}


class Complaint(Exception):
    """What is wrong with a form: the answer's status, and a sentence at a field."""

    def __init__(self, status: int, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.errors = status, {field: sentence}


class Codes(Pages):
    """Two pages, below each other."""

    purpose: ClassVar[Purpose]
    path: ClassVar[str]
    title: ClassVar[str]
    """The heading of both."""
    asks: ClassVar[tuple[str, ...]] = ()
    """What the second page asks for besides the code: name, password."""
    for_owners: ClassVar[bool] = False
    """Only for people who have signed in."""

    def routes(self) -> list[Route]:
        return [
            Route(self.path, self.address, methods=FORM),
            Route(f"{self.path}/code", self.code, methods=FORM),
        ]

    @abstractmethod
    async def finish(self, browser: Browser, address: str, person: SignedIn | None) -> Response:
        """Do it, with what was written. Raises Complaint, or Refusal, for what cannot be."""

    async def address(self, request: Request) -> Response:
        """The form for an address; and what comes of it: a letter on its way, or the form again."""
        browser = await self.browser(request)
        person = await self.who(browser) if self.for_owners else None
        if self.for_owners and (person is None or not self.recently(person)):
            return self.to_sign_in(browser, self.path)
        if request.method != "POST":
            return self.ask_address(browser, person, typed={"identifier": browser.query.get("login_hint", "")})
        try:
            await self.send(browser, person)
        except Complaint as no:
            return self.ask_address(browser, person, no.status, errors=no.errors)
        return browser.go(browser.link(f"{self.path}/code"))

    async def code(self, request: Request) -> Response:
        """The form for the code; and what comes of it: what the address was proven for, or the form again."""
        browser = await self.browser(request)
        person = await self.who(browser) if self.for_owners else None
        pending = await self.pending(browser)
        if pending is None or (self.for_owners and (person is None or not self.recently(person))):
            return browser.go(browser.link(self.path))
        if request.method != "POST":
            return self.ask_code(browser, pending)
        try:
            await self.receive(browser, "code")
            return await self.finish(browser, pending["address"], person)
        except Complaint as no:
            return self.ask_code(browser, pending, no.status, errors=no.errors)
        except Refusal as no:
            return self.ask_code(browser, pending, 422, errors={no.path or "code": no.say(browser.language)})

    async def pending(self, browser: Browser) -> dict[str, str] | None:
        """What this browser is proving, by the names that the second page has for it; None, if it is nothing."""
        address = await proofs.pending(self.run, browser.visitor, self.purpose, self.house.clock())
        return {"address": address} if address else None

    async def receive(self, browser: Browser, field: str) -> None:
        """A form that is our own, and not one of too many."""
        if not browser.sincere:
            raise Complaint(403, field, browser.say("stale"))
        if not await throttle.flows(self.run, browser.address, self.house.clock()):
            raise Complaint(429, field, browser.say("too_often"))

    async def send(self, browser: Browser, person: SignedIn | None) -> None:
        """Write to the address in the form. Raises Complaint."""
        await self.receive(browser, "identifier")
        channel, address = self.address_in(browser, "identifier")
        await self.require_pace(browser, "identifier", address)
        by = person.id if person else None
        async with self.house.lanes.hold() as lane:
            await self.begin(lane, browser, self.purpose, channel, address, by=by)

    def address_in(self, browser: Browser, field: str) -> tuple[Channel, str]:
        """The address that was typed, if letters get there. Raises Complaint."""
        try:
            channel, address = written(browser.form.get(field, "").strip())
        except Invalid as no:
            raise Complaint(422, field, no.say(browser.language)) from no
        if channel not in offered(self.settings):
            raise Complaint(422, field, browser.say("not_this_way"))
        return channel, address

    async def require_pace(self, browser: Browser, field: str, address: str) -> None:
        """Nobody is written to more often than they bear. Raises Complaint."""
        if not await throttle.may_write(self.run, address, browser.address, self.house.clock()):
            raise Complaint(429, field, browser.say("too_many_codes"))

    async def begin(
        self, lane: Lane, browser: Browser, purpose: Purpose, channel: Channel, address: str, **said: Any
    ) -> None:
        """Write to an address that may be written to, in the browser's language unless told otherwise."""
        said = {"language": browser.language, **said}
        await proofs.begin(lane.run, browser.visitor, purpose, channel, address, self.house.clock(), **said)

    async def proven(self, browser: Browser, purpose: Purpose | None = None, field: str = "code") -> Proven:
        """The address, if the code in the form is its own. Raises Complaint; so it does after five tries."""
        code = browser.form.get(field, "")
        found = await proofs.tried(self.run, browser.visitor, purpose or self.purpose, code, self.house.clock())
        if found is None:
            raise Complaint(422, field, browser.say("wrong_code"))
        return found

    def ask_address(self, browser: Browser, person: SignedIn | None, status: int = 200, **values: Any) -> Response:
        kind = FIELDS.get(frozenset(offered(self.settings)))
        page: dict[str, Any] = {"title": self.title, "page": self.path, "kind": kind, "person": person, "age": None}
        return browser.show("address", status, **{**page, **values})

    def ask_code(self, browser: Browser, pending: dict[str, str], status: int = 200, **values: Any) -> Response:
        return browser.show(
            "code",
            status,
            form_goes_to=question_in(browser.next).get("redirect_uri"),
            title=self.title,
            page=self.path,
            **{"asks": self.asks, "guardian": None, **pending, **values},
        )
