"""How people sign in with an issuer elsewhere, and say which accounts there are theirs: by consent alone."""

import secrets
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import throttle
from api.oauth.issuers.outside import Away
from api.oauth.issuers.portal import Portal, Question, WrongAnswer, place_of
from api.oauth.known import SignedIn
from api.oauth.pages.browser import HOME, Browser
from api.oauth.pages.visit import FORM, Pages
from domain.access import Actor
from domain.accounts import ceremonies
from domain.accounts.ceremonies import Ceremony
from domain.accounts.issuers import FEDERATED, link_subject, unlink_subject
from domain.accounts.models import Issuer, LinkedSubject
from domain.columns import minute_of, typed, untyped
from domain.errors import Refusal
from domain.postgres import Run
from domain.wording import in_language

PORTALS = "/account/portals"
NEW_LINK = "/account/portals/link"

OFFERED = "SELECT * FROM issuer WHERE state = 'trusted' AND client_id IS NOT NULL ORDER BY id"
LINKED = """
SELECT l.id, l.person_id, p.state FROM linked_subject l JOIN person p ON p.id = l.person_id
WHERE l.issuer_id = $1 AND l.subject = $2 AND l.unlinked_at IS NULL"""
OF_PERSON = """
SELECT l.id, l.called, l.linked_at, i.name FROM linked_subject l JOIN issuer i ON i.id = l.issuer_id
WHERE l.person_id = $1 AND l.unlinked_at IS NULL AND i.state = 'trusted' ORDER BY l.linked_at"""

log = structlog.get_logger()


async def offered(run: Run, language: str) -> list[dict[str, str]]:
    """The issuers with which people may sign in, for a page to link to."""
    issuers = [Issuer.read(dict(row)) for row in await run(OFFERED, ())]
    return [{"place": place_of(issuer), "name": in_language(issuer.name, language)} for issuer in issuers]


class Linking(Pages):
    def routes(self) -> list[Route]:
        return [
            Route("/login/portal/{issuer}", self.leave, methods=["GET"]),
            Route("/login/portal/{issuer}/back", self.back, methods=["GET"]),
            Route(PORTALS, self.portals, methods=["GET"]),
            Route(NEW_LINK, self.link, methods=FORM),
            Route("/account/portals/unlink", self.unlink, methods=["POST"]),
        ]

    async def leave(self, request: Request) -> Response:
        """Off to the issuer, with a question that only this browser can bring back."""
        browser, now, portal = await self.browser(request), self.house.clock(), await self._portal(request)
        if portal is None:
            return self._problem(browser, 404, "portal_unknown")
        if not await throttle.flows(self.run, browser.address, now):
            return self._problem(browser, 429, "too_often")
        question, secret = Question.new(), browser.device or secrets.token_urlsafe(32)
        try:
            address = await portal.address(question, browser.language)
        except Away as away:
            return self._trouble(browser, portal, 502, "portal_away", away)
        await ceremonies.begin(
            self.run,
            Ceremony.AT_ISSUER,
            f"{secret}\n{question.state}",
            now,
            issuer=str(portal.issuer.id),
            query={name: value for name, value in browser.query.items() if name in {"next", "ui_locales"}},
            question=question.says(),
        )
        return browser.go(address, device=secret)

    async def back(self, request: Request) -> Response:
        """Back from the issuer: a session for the person who is linked; for somebody new, the question who they are."""
        browser, now, portal = await self.browser(request), self.house.clock(), await self._portal(request)
        answer = browser.query
        secret = f"{browser.device}\n{answer.get('state')}"
        sent = await ceremonies.end(self.run, Ceremony.AT_ISSUER, secret, now) if browser.device else None
        if portal is None or sent is None or sent["says"]["issuer"] != str(portal.issuer.id):
            return self._problem(browser, 400, "portal_over")
        browser.query = sent["says"]["query"]
        if "error" in answer:
            return self._trouble(browser, portal, 403, "portal_said_no", answer["error"][:100])
        try:
            citizen = await portal.came(answer, Question(**sent["says"]["question"]), now)
        except Away as away:
            return self._trouble(browser, portal, 502, "portal_away", away)
        except WrongAnswer as wrong:
            return self._trouble(browser, portal, 400, "portal_unclear", wrong)
        found = await self.run(LINKED, (portal.issuer.id, citizen.subject))
        if found and found[0]["state"] != "active":
            return self._problem(browser, 403, "portal_closed")
        if found:
            return await self.welcome(browser, found[0]["person_id"], [FEDERATED], found[0]["id"])
        await ceremonies.begin(
            self.run,
            Ceremony.NEW_LINK,
            str(browser.device),
            now,
            issuer=str(portal.issuer.id),
            subject=citizen.subject,
            called=citizen.called,
            next=browser.next,
        )
        return browser.go(browser.link(NEW_LINK, next=None))

    async def link(self, request: Request) -> Response:
        """Who is it here? Whoever has signed in says that it is they, or that it is not."""
        browser, now = await self.browser(request), self.house.clock()
        new = await ceremonies.look(self.run, Ceremony.NEW_LINK, browser.device, now) if browser.device else None
        issuer = await self._issuer(new["says"]["issuer"]) if new else None
        if new is None or issuer is None:
            return self._problem(browser, 400, "portal_over")
        portal, person = in_language(issuer.name, browser.language), await self.who(browser)
        shown = {"portal": portal, "called": new["says"]["called"]}
        if person is None:
            return browser.show("link_first", here_after=NEW_LINK, **shown)
        if not self.recently(person):
            return self.to_sign_in(browser, NEW_LINK)
        if request.method != "POST":
            return browser.show("link", person=person.name, **shown)
        if not browser.sincere:
            errors = {"allow": browser.say("stale")}
            return browser.show("link", 403, person=person.name, errors=errors, **shown)
        if await ceremonies.end(self.run, Ceremony.NEW_LINK, str(browser.device), now) is None:
            return self._problem(browser, 400, "portal_over")
        if browser.form.get("decision") != "allow":
            return browser.go(browser.link(HOME))
        says = {name: new["says"][name] for name in ("subject", "called")}
        try:
            await self.house.do(Actor(person.id), link_subject, issuer_id=issuer.id, **says)
        except Refusal as no:
            return browser.show("portal_problem", 409, sentence=no.say(browser.language))
        return browser.go(new["says"]["next"])

    async def portals(self, request: Request) -> Response:
        """Which accounts elsewhere are one's own, and where more could be linked."""
        browser = await self.browser(request)
        person = await self.who(browser)
        return await self._list(browser, person) if person else self.to_sign_in(browser, PORTALS)

    async def _list(self, browser: Browser, person: SignedIn) -> Response:
        links = [
            {
                "id": typed(LinkedSubject.prefix, row["id"]),
                "portal": in_language(row["name"], browser.language),
                "called": row["called"],
                "since": minute_of(row["linked_at"]),
            }
            for row in await self.run(OF_PERSON, (person.id,))
        ]
        return browser.show("portals", links=links, portals=await offered(self.run, browser.language), back=PORTALS)

    async def unlink(self, request: Request) -> Response:
        """Say of one of them that it is one's own no longer."""
        browser = await self.browser(request)
        person, linked = await self.who(browser), untyped(LinkedSubject.prefix, browser.form.get("link", ""))
        if person and linked and browser.sincere:
            try:
                await self.house.do(Actor(person.id), unlink_subject, linked_subject_id=linked)
            except Refusal as no:
                return browser.show("portal_problem", 409, sentence=no.say(browser.language))
        return browser.go(browser.link(PORTALS, next=None))

    # what they share
    async def _portal(self, request: Request) -> Portal | None:
        id = untyped(Issuer.prefix, request.path_params["issuer"])
        issuer = await self._issuer(id) if id else None
        return Portal(issuer, self.gate.guests, self.gate.keys.box) if issuer else None

    async def _issuer(self, id: Any) -> Issuer | None:
        found = (Issuer.read(dict(row)) for row in await self.run(OFFERED, ()))
        return next((issuer for issuer in found if str(issuer.id) == str(id)), None)

    def _trouble(self, browser: Browser, portal: Portal, status: int, name: str, why: object) -> Response:
        log.warning("sign-in elsewhere failed", issuer=portal.issuer.url, trouble=str(why))
        return self._problem(browser, status, name)

    def _problem(self, browser: Browser, status: int, name: str) -> Response:
        return browser.show("portal_problem", status, sentence=browser.say(name))
