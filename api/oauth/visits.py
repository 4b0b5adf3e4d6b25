"""How people sign in, sign up, look after their account and sign out, on pages that need no script."""

from typing import Any
from uuid import UUID

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from joserfc import jwt
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from api.context import Gate
from api.oauth import store, throttle
from api.oauth.asked import pairs_of
from api.oauth.keys import ALGORITHM
from api.oauth.known import SignedIn
from api.oauth.pages import HOME, Browser, question_in
from api.oauth.scopes import CATALOGUE, ordered
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.addresses import email_address, phone_number
from domain.accounts.models import Consent
from domain.accounts.passwords import hashed, matches, outdated
from domain.columns import Text, typed, untyped
from domain.errors import Invalid, Refusal

#: What people write: names and passwords may hold any characters.
WRITTEN = {"name", "identifier", "email", "phone", "password", "current_password"}

ACCOUNT = "SELECT id, password FROM person WHERE (lower(email) = lower($1) OR phone = $2) AND state = 'active'"
REHASH = "UPDATE person SET password = $2 WHERE id = $1 AND password = $3"
PASSWORD = "SELECT password FROM person WHERE id = $1"  # noqa: S105 a statement, not a secret
CONSENTS = """
SELECT c.id, c.scopes, a.name FROM consent c JOIN client a ON a.id = c.client_id
WHERE c.person_id = $1 AND c.withdrawn_at IS NULL ORDER BY c.given_at DESC"""


class Visits:
    """The pages of one house."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.house, self.settings = gate, gate.house, gate.settings
        self.run = gate.house.lanes.run

    async def _browser(self, request: Request) -> Browser:
        return Browser(request, self.settings, await form_of(request))

    # signing in
    async def login(self, request: Request) -> Response:
        """The form; and what comes of it: a new session, or the form again."""
        browser = await self._browser(request)
        if request.method != "POST":
            return await self._login(browser, typed={"identifier": browser.query.get("login_hint", "")})
        if not browser.sincere:
            return await self._login(browser, 403, errors={"identifier": browser.say("stale")})
        now, identifier = self.house.clock(), browser.form.get("identifier", "").strip()
        flows = await throttle.flows(self.run, browser.address, now)
        if not flows or not await throttle.may_try(self.run, identifier, browser.address, now):
            return await self._login(browser, 429, errors={"identifier": browser.say("too_often")})
        person = await self._person_with(identifier, browser.form.get("password", ""))
        if person is None:
            return await self._login(browser, 401, errors={"identifier": browser.say("wrong_sign_in")})
        await throttle.forgive(self.run, identifier, browser.address)
        return await self._welcome(browser, person)

    async def _login(self, browser: Browser, status: int = 200, **values: Any) -> Response:
        question = question_in(browser.next)
        client = await store.client(self.run, question.get("client_id"))
        name = in_language(client.row.name, browser.language) if client else None
        return browser.show("login", status, form_goes_to=question.get("redirect_uri"), client=name, **values)

    async def _person_with(self, identifier: str, password: str) -> UUID | None:
        found = await self.run(ACCOUNT, addresses(identifier))
        kept = found[0]["password"] if found else None
        if not await matches(kept, password) or kept is None:
            return None
        if outdated(kept):
            await self.run(REHASH, (found[0]["id"], await hashed(password), kept))
        id: UUID = found[0]["id"]
        return id

    async def _welcome(self, browser: Browser, person: UUID) -> Response:
        """A session of its own for this sign-in; the browser's earlier one ends."""
        now = self.house.clock()
        if browser.session:
            await store.end_session(self.run, browser.session, now)
        return browser.go(browser.next, session=await store.begin_session(self.run, person, now))

    # signing up
    async def register(self, request: Request) -> Response:
        """The form; and what comes of it: a person who is signed in, or the form again."""
        browser = await self._browser(request)
        target = question_in(browser.next).get("redirect_uri")
        if request.method != "POST":
            return browser.show("register", form_goes_to=target)
        if not browser.sincere:
            return browser.show("register", 403, form_goes_to=target, errors={"name": browser.say("stale")})
        if not await throttle.flows(self.run, browser.address, self.house.clock()):
            return browser.show("register", 429, form_goes_to=target, errors={"name": browser.say("too_often")})
        form = browser.form
        try:
            done = await self.house.do(
                Actor(),
                commands.register_person,
                name=form.get("name", ""),
                email=form.get("email") or None,
                phone=form.get("phone") or None,
                password=await hashed(form.get("password", "")),
                locale=browser.language,
            )
        except Refusal as no:
            field = no.path or ("phone" if no.code == "phone_taken" else "email")
            return browser.show("register", 422, form_goes_to=target, errors={field: no.say(browser.language)})
        return await self._welcome(browser, done.row.id)  # type: ignore[union-attr]

    # one's account
    async def account(self, request: Request) -> Response:
        """Who is signed in, what they allowed, and a new password."""
        browser = await self._browser(request)
        person = await store.session(self.run, browser.session, self.house.clock())
        if person is None:
            return browser.go(browser.link("/login", next=HOME))
        if request.method != "POST":
            return await self._account(browser, person)
        if not browser.sincere:
            return await self._account(browser, person, 403, password=browser.say("stale"))
        if not await throttle.flows(self.run, browser.address, self.house.clock()):
            return await self._account(browser, person, 429, password=browser.say("too_often"))
        kept = (await self.run(PASSWORD, (person.id,)))[0]["password"]
        if not await matches(kept, browser.form.get("current_password", "")):
            return await self._account(browser, person, 401, current_password=browser.say("wrong_password"))
        try:
            await self.house.do(
                Actor(person.id),
                commands.change_password,
                person_id=person.id,
                password=await hashed(browser.form.get("password", "")),
            )
        except Invalid as no:
            return await self._account(browser, person, 422, password=no.say(browser.language))
        return await self._welcome(browser, person.id)

    async def _account(self, browser: Browser, person: SignedIn, status: int = 200, **errors: str) -> Response:
        consents = [
            {
                "id": typed(Consent.prefix, c["id"]),
                "client": in_language(c["name"], browser.language),
                "says": " · ".join(CATALOGUE[s][browser.language != "en"] for s in ordered(set(c["scopes"]))),
            }
            for c in await self.run(CONSENTS, (person.id,))
        ]
        return browser.show("account", status, person=person.name, consents=consents, errors=errors)

    async def withdraw(self, request: Request) -> Response:
        """Take back what an application was allowed."""
        browser = await self._browser(request)
        person = await store.session(self.run, browser.session, self.house.clock())
        consent = untyped(Consent.prefix, browser.form.get("consent", ""))
        if person and consent and browser.sincere:
            try:
                await self.house.do(Actor(person.id), commands.withdraw_consent, consent_id=consent)
            except Refusal as no:
                return browser.show("error", 409, code=no.code, detail=no.en)
        return browser.go(browser.link(HOME))

    # signing out
    async def logout(self, request: Request) -> Response:
        """The question; and after it the end of the session."""
        browser = await self._browser(request)
        if request.method == "POST" and browser.sincere:
            return await self._farewell(browser, browser.link("/logout"))
        person = await store.session(self.run, browser.session, self.house.clock())
        return browser.show("logout", signed_in=person is not None)

    async def oauth_logout(self, request: Request) -> Response:
        """OpenID Connect RP-Initiated Logout: at once for whoever shows this person's id token, else the question."""
        browser = Browser(request, self.settings, {})
        try:
            asked = dict(await pairs_of(request))
        except OAuth2Error as wrong:
            return browser.show("error", 400, code=wrong.error, detail=wrong.description)
        person = await store.session(self.run, browser.session, self.house.clock())
        hint = await self.hinted(asked.get("id_token_hint"))
        back = await self._back(asked, hint)
        if hint is None or (person and hint[0] != person.subject):
            return browser.go(browser.link("/logout"))
        return await self._farewell(browser, back or browser.link("/logout"))

    async def _back(self, asked: dict[str, str], hint: tuple[str, str] | None) -> str | None:
        """Where the application may have the browser return to."""
        client = await store.client(self.run, hint[1]) if hint else None
        uri = asked.get("post_logout_redirect_uri")
        if client is None or uri not in client.row.post_logout_redirect_uris:
            return None
        if asked.get("client_id") not in {None, client.client_id}:
            return None
        return add_params_to_uri(uri, [("state", asked["state"])]) if "state" in asked else uri

    async def _farewell(self, browser: Browser, place: str) -> Response:
        if browser.session:
            await store.end_session(self.run, browser.session, self.house.clock())
        return browser.go(place, session="")

    async def hinted(self, id_token: str | None) -> tuple[str, str] | None:
        """Subject and client of an id token of ours, even one whose time is over."""
        try:
            said = jwt.decode(id_token or "", (await self.gate.keys.ring()).all, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError):
            return None
        if said.get("iss") != self.settings.issuer or "at_hash" not in said:
            return None
        return str(said["sub"]), str(said["aud"])


async def form_of(request: Request) -> dict[str, str]:
    """What was written into the page; nothing, where it cannot be read."""
    if request.method != "POST":
        return {}
    try:
        return dict(await pairs_of(request, free=WRITTEN))
    except OAuth2Error:
        return {}


def addresses(identifier: str) -> tuple[str | None, str | None]:
    """The e-mail address or the telephone number that somebody typed."""
    try:
        return (email_address(identifier), None) if "@" in identifier else (None, phone_number(identifier))
    except Invalid:
        return None, None


def in_language(text: Text, language: str) -> str:
    translated = text.get("translations", {}).get(language)
    return translated["text"] if translated else text["text"]
