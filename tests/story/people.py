"""The people of the story: each has a browser and an application, and does everything through HTTP."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx2
import icalendar

from api.oauth.clients import DEMO_APP
from api.oauth.scopes import CATALOGUE
from domain.accounts.models import Client
from domain.columns import typed
from tests.frontend_contract.frontend import operations
from tests.story.conftest import Town

PASSWORD = "芝麻开门 sesame 1"
APPLICATION = typed(Client.prefix, DEMO_APP)
CALLBACK = "http://127.0.0.1/callback"
EVERYTHING = " ".join(CATALOGUE)
CONTRACT = {name: document for room in operations().values() for name, document in room.items()}
"""What their application asks: the operations that every frontend can take over, by name."""

Self = TypeVar("Self", bound="Somebody")


class Refused(Exception):
    """What the service answered instead: the refusal, or the errors."""

    def __init__(self, answer: Any) -> None:
        super().__init__(str(answer))
        self.answer = answer


class Somebody:
    """A person with an account, as far as the service knows: an e-mail address and what their application may do."""

    def __init__(self, town: Town, name: str, language: str = "zh-Hans") -> None:
        self.town, self.name, self.language = town, name, language
        self.email = f"{name.lower().replace(' ', '.')}@example.org"
        self.tokens: dict[str, str] = {}

    @property
    def id(self) -> str:
        """Who they are, as the id token tells their application."""
        return str(_claims(self.tokens["id_token"])["sub"])

    # -- in the browser --------------------------------------------------------------------------------------------

    async def comes(self: Self) -> Self:
        """Open an account, and sign in."""
        await self.opens_an_account()
        return await self.signs_in()

    async def opens_an_account(self) -> None:
        async with self._browser() as browser:
            page = await browser.get("/register")
            sent = await _fill_in(browser, page, identifier=self.email)
            page = await browser.get(sent.headers["location"])
            letter = (await self.town.mail.letter_to(self.email)).get_content()
            [code] = re.findall(r"\b\d{6}\b", letter)
            done = await _fill_in(browser, page, code=code, name=self.name, password=PASSWORD)
            assert done.status_code == 303, done.text

    async def signs_in(self: Self, scope: str = EVERYTHING) -> Self:
        """Sign in by way of the application and allow it this much (RFC 6749, 4.1; PKCE of RFC 7636)."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(8)
        question = {
            "response_type": "code",
            "client_id": APPLICATION,
            "redirect_uri": CALLBACK,
            "scope": scope,
            "state": state,
            "code_challenge": _base64(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        async with self._browser() as browser:
            sent_to_sign_in = await browser.get("/oauth/authorize", params=question)
            page = await browser.get(sent_to_sign_in.headers["location"])
            assert page.url.path == "/login"
            sent_on = await _fill_in(browser, page, identifier=self.email, password=PASSWORD)
            page = await browser.get(sent_on.headers["location"])
            assert page.url.path == "/oauth/authorize"
            if page.status_code == 200:  # they have not allowed as much before
                page = await _fill_in(browser, page, decision="allow")
        assert page.headers["location"].startswith(f"{CALLBACK}?"), page.headers
        came = dict(parse_qsl(urlsplit(page.headers["location"]).query))
        assert (came["state"], came["iss"]) == (state, self.town.url)
        await self._token(
            grant_type="authorization_code", code=came["code"], redirect_uri=CALLBACK, code_verifier=verifier
        )
        return self

    async def makes_a_calendar_link(self) -> str:
        """On their account's page; whoever knows it reads their shifts."""
        async with self._browser() as browser:
            page = await browser.get("/login", params={"next": "/account/calendar"})
            sent_on = await _fill_in(browser, page, identifier=self.email, password=PASSWORD)
            page = await _fill_in(browser, await browser.get(sent_on.headers["location"]))
        [link] = re.findall(r'role="status" translate="no">(\S+?)</p>', page.text)
        return str(link)

    async def shows_their_code(self) -> str:
        """On their account's page, to whoever stands before them."""
        async with self._browser() as browser:
            page = await browser.get("/login", params={"next": "/account/introduction"})
            sent_on = await _fill_in(browser, page, identifier=self.email, password=PASSWORD)
            page = await _fill_in(browser, await browser.get(sent_on.headers["location"]))
        [code] = re.findall(r"\b[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}\b", page.text)
        return str(code)

    async def reads_in_a_letter(self, words: str) -> str:
        """The next letter to them that says so."""
        letter = ""
        while words not in letter:
            letter = " ".join((await self.town.mail.letter_to(self.email)).get_content().split())
        return letter

    async def reads_the_calendar(self, link: str) -> list[icalendar.Event]:
        """What their calendar program finds there; it knows nothing but the link."""
        async with httpx2.AsyncClient(timeout=30) as calendar:
            found = await calendar.get(link)
        return list(icalendar.Calendar.from_ical(found.text).walk("VEVENT"))  # type: ignore[arg-type]

    @asynccontextmanager
    async def _browser(self) -> AsyncIterator[httpx2.AsyncClient]:
        """A window of its own, with no cookies in it."""
        language = {"Accept-Language": self.language}
        async with httpx2.AsyncClient(base_url=self.town.url, headers=language, timeout=30) as browser:
            yield browser

    # -- in the application ----------------------------------------------------------------------------------------

    async def _token(self, **form: str) -> None:
        async with httpx2.AsyncClient(base_url=self.town.url, timeout=30) as application:
            answer = await application.post("/oauth/token", data={**form, "client_id": APPLICATION})
        assert answer.status_code == 200, answer.text
        self.tokens |= answer.json()

    async def answer(self, document: str, **variables: Any) -> httpx2.Response:
        """What comes back from GraphQL, as it is; a token whose time is over is renewed."""
        while True:
            async with httpx2.AsyncClient(base_url=self.town.url, timeout=30) as application:
                answer = await application.post(
                    "/graphql",
                    json={"query": document, "variables": variables},
                    headers={"Authorization": f"Bearer {self.tokens['access_token']}"},
                )
            if answer.status_code != 401 or "refresh_token" not in self.tokens:
                return answer
            await self._token(grant_type="refresh_token", refresh_token=self.tokens.pop("refresh_token"))

    async def asks(self, document: str, **variables: Any) -> Any:
        """The data of the answer, its fields as attributes. Raises Refused with the errors."""
        answer = await self.answer(document, **variables)
        said = json.loads(answer.text, object_hook=lambda fields: SimpleNamespace(**fields))
        if answer.status_code != 200 or hasattr(said, "errors"):
            raise Refused(said)
        return said.data

    async def does(self, verb: str, **input: Any) -> Any:
        """What came of a mutation. Raises Refused with the refusal."""
        data = await self.asks(CONTRACT[verb], input={**input, "idempotencyKey": secrets.token_hex(8)})
        (came,) = vars(data).values()
        if vars(came)["__typename"] == "Refusal":
            raise Refused(came)
        return came


class Operator(Somebody):
    async def makes_a_street_officer(self, person: Somebody, street: str) -> None:
        await self.does("GrantRole", personId=person.id, role="STREET_OFFICER", streetId=street)


class StreetOfficer(Somebody):
    async def registers_a_community(self, street: str, zh: str, en: str) -> Any:
        return await self.does("RegisterCommunity", streetId=street, name=both(zh, en))

    async def registers_an_organization(self, street: str, zh: str, en: str, **papers: Any) -> Any:
        return await self.does("RegisterOrganization", streetId=street, name=both(zh, en), **papers)

    async def confirms(self, organization: Any) -> Any:
        return await self.does("ConfirmOrganization", organizationId=organization.id)

    async def appoints_a_manager(self, organization: Any, person: Somebody) -> None:
        await self.does(
            "AppointManager",
            organizationId=organization.id,
            personId=person.id,
            position="中心主任 director",
        )

    async def verifies(self, social_worker: Any) -> Any:
        return await self.does("VerifyQualification", socialWorkerId=social_worker.id)

    async def puts_in_charge(self, social_worker: Any, community: Any) -> None:
        await self.does("AssignSupervision", socialWorkerId=social_worker.id, communityId=community.id)


class Manager(Somebody):
    async def registers_a_social_worker(self, organization: Any, person: Somebody, **papers: Any) -> Any:
        return await self.does(
            "RegisterSocialWorker",
            agencyId=organization.id,
            personId=person.id,
            **papers,
        )

    async def holds_a_course(self, street: str, organization: Any, when: dict[str, str], **course: Any) -> Any:
        drafted = await self.does("CreateCourse", streetId=street, organizationId=organization.id, **course)
        published = await self.does("PublishCourse", courseId=drafted.id)
        return await self.does(
            "OpenTraining", courseId=published.id, capacity=8, place=both("图书室", "Library"), **when
        )


class SocialWorker(Somebody):
    async def plans(self, **plan: Any) -> Any:
        return await self.does("PlanService", **plan)

    async def publishes_the_plan(self, plan: Any) -> Any:
        return await self.does("PublishPlan", planId=plan.id)

    async def creates_an_opportunity(self, plan: Any, **texts: Any) -> Any:
        return await self.does("CreateOpportunity", planId=plan.id, **texts)

    async def publishes(self, opportunity: Any) -> Any:
        return await self.does("PublishOpportunity", opportunityId=opportunity.id)

    async def opens_a_shift(self, opportunity: Any, **times_and_seats: Any) -> Any:
        return await self.does("OpenShift", opportunityId=opportunity.id, **times_and_seats)

    async def shows_the_code(self, shift: Any) -> Any:
        return await self.does("ShowCheckInCode", shiftId=shift.id)

    async def verifies_hours(self, entry: Any) -> Any:
        return await self.does("VerifyHours", hourEntryId=entry.id)

    async def confirms_what_they_can(self, competence: Any) -> Any:
        return await self.does("ConfirmCompetence", competenceId=competence.id)

    async def looks_for_people(self, shift: Any) -> list[Any]:
        return list((await self.asks(CONTRACT["ShiftCandidates"], id=shift.id)).shift.candidates)


class Volunteer(Somebody):
    async def becomes_a_volunteer(self, **profile: Any) -> Any:
        """They read their rights and duties in their language, and accept them with the form."""
        read = (await self.asks(CONTRACT["CharterClauses"])).charterClauses
        accepted = {"charterEdition": read[0].edition, "charterLanguage": self.language}
        return await self.does("RegisterVolunteer", **accepted, **profile)

    async def is_told_what_it_takes(self, shift: Any) -> dict[str, Any]:
        """Everything that is asked of them for this shift, by its code."""
        told = (await self.asks(CONTRACT["ShiftRequirements"], id=shift.id)).shift.requirements
        return {requirement.code: requirement for requirement in told}

    async def shows_what_they_can(self, **competence: Any) -> Any:
        me = (await self.asks(CONTRACT["MyVolunteer"])).myVolunteer
        return await self.does("RecordCompetence", volunteerId=me.id, **competence)

    async def is_suggested(self) -> list[Any]:
        """The shifts that suit them, the best first."""
        return list((await self.asks(CONTRACT["MySuggestions"])).myVolunteer.suggestions)

    async def signs_up(self, shift: Any) -> Any:
        return await self.does("SignUp", shiftId=shift.id)

    async def looks_at(self, signup: Any) -> Any:
        """One of their own, as it is now."""
        mine = (await self.asks(CONTRACT["MySignups"])).myVolunteer.signups.nodes
        return next(found for found in mine if found.id == signup.id)

    async def withdraws(self, signup: Any) -> Any:
        return await self.does("Withdraw", signupId=signup.id)

    async def accepts(self, signup: Any) -> Any:
        return await self.does("AcceptOffer", signupId=signup.id)

    async def checks_in(self, signup: Any, code: str) -> Any:
        return await self.does("CheckIn", signupId=signup.id, code=code)

    async def checks_out(self, signup: Any) -> Any:
        return await self.does("CheckOut", signupId=signup.id)

    async def logs_hours(self, signup: Any, minutes: int) -> Any:
        return await self.does("LogHours", signupId=signup.id, minutes=minutes)


def both(zh: str, en: str) -> dict[str, Any]:
    """A text in Chinese with its English translation."""
    return {"text": zh, "translations": [{"language": "en", "text": en}]}


async def _fill_in(browser: httpx2.AsyncClient, page: httpx2.Response, **written: str) -> httpx2.Response:
    """Send the page's form, with what it holds already and what was written into it."""
    assert page.status_code == 200, page.text
    action = re.search(r'<form [^>]*method="post" action="([^"]+)"', page.text)
    assert action, page.text
    held = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    form = {name: unescape(value) for name, value in held}
    return await browser.post(unescape(action[1]), data=form | written)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _claims(token: str) -> Any:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
