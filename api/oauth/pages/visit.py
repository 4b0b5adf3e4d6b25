"""What every page of one house needs: who is there, what they wrote, and the way on once it is known who they are."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from starlette.requests import Request
from starlette.responses import Response

from api.context import Gate
from api.oauth import second_factor, store
from api.oauth.asked import checked, pairs_of
from api.oauth.known import SignedIn
from api.oauth.pages.browser import HOME, Browser
from api.oauth.throttle import Pace
from domain.accounts import authenticators, ceremonies
from domain.accounts.ceremonies import Ceremony

#: What people write: names and passwords may hold any characters.
WRITTEN = {
    "name",
    "display_name",
    "identifier",
    "guardian",
    "guardian_code",
    "password",
    "current_password",
    "passkey_name",
    "credential",
    "user_code",
    "code",
    "says",
    "legal_name",
    "birth_date",
}
FORM = ["GET", "POST"]
RECENT = timedelta(minutes=10)
SECOND_STEP = "/login/second"


class Pages:
    """Pages of one house."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.house, self.settings = gate, gate.house, gate.settings
        self.run = gate.house.lanes.run

    async def browser(self, request: Request) -> Browser:
        return Browser(request, self.settings, await form_of(request))

    async def who(self, browser: Browser) -> SignedIn | None:
        """The person who is signed in in this browser."""
        return await store.session(self.run, browser.session, self.house.clock())

    def recently(self, person: SignedIn) -> bool:
        """Whether the person showed within ten minutes who they are, so that nobody else sits at their browser.

        Asked, for the form and for what comes of it, by every page where somebody could take the account over or end
        it; when it is not so: `return self.to_sign_in(browser, then=browser.path)`.
        """
        return self.house.clock() - person.auth_time < RECENT

    async def tries_from(self, browser: Browser, person: UUID | None, pace: Pace) -> tuple[str, Pace | None]:
        """For `throttle`: where tries come from, and the pace that they are held to in a browser we do not know."""
        now, device = self.house.clock(), browser.device
        if person and device and await authenticators.known(self.run, device, person, now):
            return f"browser {device}", None
        return browser.address, pace

    def to_sign_in(self, browser: Browser, then: str = HOME) -> Response:
        return browser.go(browser.link("/login", next=then))

    async def welcome(
        self, browser: Browser, person: UUID, amr: list[str], linked: UUID | None = None, version: int | None = None
    ) -> Response:
        """A session of its own for this sign-in, with how they showed who they are; the browser's earlier one ends.

        Whoever showed one thing, while their account asks for two, goes on to the second step instead. `amr`: RFC 8176;
        `linked`: by which link to an issuer elsewhere they came in; `version`: of the person whose password it was.
        """
        now = self.house.clock()
        if "mfa" not in amr and await second_factor.enabled(self.run, person):
            secret = secrets.token_urlsafe(32)
            says = {"amr": amr, "linked": linked and str(linked), "version": version}
            await ceremonies.begin(self.run, Ceremony.SECOND_STEP, secret, now, person=person, **says)
            return browser.go(browser.link(SECOND_STEP), visitor=secret)
        if browser.session:
            await store.end_session(self.house.lanes, browser.session, now)
        about: dict[str, Any] = {"amr": amr, "linked": linked, "address": browser.address, "agent": browser.agent}
        try:
            session = await store.begin_session(self.run, person, now, version=version, **about)
        except store.NobodyThere:
            return self.to_sign_in(browser, browser.next)
        device = browser.device or secrets.token_urlsafe(32)
        await authenticators.know(self.run, device, person, session, now)
        return browser.go(browser.next, session, device=device)


async def form_of(request: Request) -> dict[str, str]:
    """What was written into the page; nothing, where it cannot be read."""
    if request.method != "POST":
        return {}
    try:
        return dict(checked(await pairs_of(request), WRITTEN))
    except OAuth2Error:
        return {}


def id_in(typed: str | None) -> UUID:
    """The id in a form; where there is none, one that nothing has."""
    try:
        return UUID(typed)
    except (TypeError, ValueError):
        return UUID(int=0)
