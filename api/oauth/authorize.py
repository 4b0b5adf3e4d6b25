"""The authorization endpoint: from an application's question, by way of the person, to a code (RFC 6749, 3.1)."""

import re
from typing import NoReturn
from urllib.parse import urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import second_factor, store
from api.oauth.asked import Asked, Here, asked_of, demand_our_resource, question_of
from api.oauth.hints import hinted
from api.oauth.known import MFA, SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import FORM, Pages
from api.oauth.scopes import CATALOGUE, ordered
from api.oauth.server import SERVER, AuthorizationCode, refused, with_issuer
from domain.access import Actor
from domain.accounts.commands import give_consent
from domain.wording import in_language

#: Parts of OpenID Connect that are not here, and are refused by name instead of being overlooked.
NOT_HERE = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}
#: Prompts after which nobody is signed in any more: OpenID Connect Core 3.1.2.1, and Initiating User Registration.
SIGN_IN_ANEW = {"login", "select_account", "create"}
PROMPTS = {"none", "consent", *SIGN_IN_ANEW}
#: What our own form adds to the question.
OURS = {"form_token", "decision"}


class Authorize(Pages):
    """The endpoint of one house."""

    def routes(self) -> list[Route]:
        return [
            Route("/oauth/authorize", self.authorize, methods=FORM),
            Route("/oauth/consent", self.consent, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """A question: answered at once where nothing needs to be asked, else the person sees a page first."""
        browser = Browser(request, self.settings, {})
        try:
            asked, grant, person = await self._understood(request, browser)
            if person is None or await self._anew(asked, person):
                if "none" in prompts(asked):
                    raise LoginRequiredError(redirect_uri=grant.redirect_uri, state=asked.parameters.get("state"))
                return browser.go(self._login_for(asked))
            if await self._to_be_asked(asked, person):
                if "none" in prompts(asked):
                    raise ConsentRequiredError(redirect_uri=grant.redirect_uri, state=asked.parameters.get("state"))
                return self._ask(browser, asked, grant, person)
        except OAuth2Error as error:
            return self._no(browser, error)
        return await self._answer(asked, grant, person)

    async def consent(self, request: Request) -> Response:
        """The person's answer."""
        browser = Browser(request, self.settings, {})
        try:
            asked, grant, person = await self._understood(request, browser)
        except OAuth2Error as error:
            return self._no(browser, error)
        if person is None:
            return browser.go(self._login_for(asked))
        if not browser.sincere:
            return self._ask(browser, asked, grant, person, status=403)
        if asked.parameters.get("decision") != "allow":
            return await self._answer(asked, grant, None)
        await self.house.do(
            Actor(person.id, client_id=asked.client.client_id),
            give_consent,
            client_id=asked.client.row.id,
            scopes=asked.scope.split(),
        )
        return await self._answer(asked, grant, person)

    # understanding
    async def _understood(self, request: Request, browser: Browser) -> tuple[Asked, AuthorizationCode, SignedIn | None]:
        """The question, if it is in order. Raises OAuth2Error, with an address if that is known to be the client's."""
        here = Here(self.settings, await self.gate.keys.ring(), self.house.clock())
        pairs = await question_of(request)
        browser.form = dict(pairs)
        asked = await asked_of(request, pairs, here, self.gate.applications)
        person = await store.session(self.run, browser.session, here.now)
        try:
            grant = SERVER.knowing(asked.registered).get_consent_grant(asked, end_user=person)
            check_the_rest(asked, grant)
        except OAuth2Error as error:
            error.state = asked.parameters.get("state")
            raise
        return asked, grant, person

    async def _anew(self, asked: Asked, person: SignedIn) -> bool:
        """Whether the person must sign in although they are: it was asked for, is too long ago, or is somebody else."""
        if SIGN_IN_ANEW & prompts(asked):
            return True
        oldest = asked.parameters.get("max_age")
        if oldest is not None and (asked.here.now - person.auth_time).total_seconds() >= int(oldest):
            return True
        if await self._could_show_more(asked, person):
            return True
        hint = await hinted(self.gate, asked.parameters.get("id_token_hint"))
        return hint is not None and hint[0] != person.subject

    async def _could_show_more(self, asked: Asked, person: SignedIn) -> bool:
        """Whether two factors are wished for that the person has and has not shown. Nobody fails by it."""
        wished = MFA in asked.parameters.get("acr_values", "").split() and "none" not in prompts(asked)
        return wished and "mfa" not in person.amr and await second_factor.any_factor(self.run, person.id)

    async def _to_be_asked(self, asked: Asked, person: SignedIn) -> bool:
        if "consent" in prompts(asked):
            return True
        if asked.client.row.first_party:
            return False
        return not set(asked.scope.split()) <= await store.allowed(self.run, person, asked.client)

    # answering
    def _login_for(self, asked: Asked) -> str:
        """The page to sign in or up, and from there back here; what was to make the person do it has then been done."""
        done = {*OURS, "max_age", "id_token_hint", "acr_values"}
        said: dict[str, str] = {k: v for k, v in asked.parameters.items() if k not in done}
        said["prompt"] = " ".join(prompts(asked) - SIGN_IN_ANEW)
        back = f"/oauth/authorize?{urlencode({k: v for k, v in said.items() if v})}"
        about: dict[str, str] = {k: said[k] for k in ("login_hint", "ui_locales") if k in said}
        page = "/register" if "create" in prompts(asked) else "/login"
        return f"{page}?{urlencode({'next': back, **about})}"

    def _ask(
        self, browser: Browser, asked: Asked, grant: AuthorizationCode, person: SignedIn, status: int = 200
    ) -> Response:
        place = urlsplit(grant.redirect_uri)
        chinese = browser.language != "en"
        said: dict[str, str] = {k: v for k, v in asked.parameters.items() if k not in OURS}
        return browser.show(
            "consent",
            status,
            form_goes_to=grant.redirect_uri,
            here=("/oauth/authorize", said),
            client=in_language(asked.client.row.name, browser.language),
            person=person.name,
            place=f"{place.scheme}://{place.netloc}",
            scopes=[(scope, CATALOGUE[scope][chinese]) for scope in ordered(set(asked.scope.split()))],
            parameters=said,
            action="/oauth/consent",
            other=self._login_for(asked),
            errors={"allow": browser.say("stale")} if status == 403 else {},
        )

    async def _answer(self, asked: Asked, grant: AuthorizationCode, person: SignedIn | None) -> Response:
        """Back to the application: with a code, or without the person's leave."""
        response = SERVER.create_authorization_response(asked, grant_user=person, grant=grant)
        if asked.code and person:
            await store.keep_code(
                self.run,
                asked.code,
                client=asked.client,
                person=person,
                redirect_uri=grant.redirect_uri,
                scope=asked.scope,
                nonce=asked.parameters.get("nonce"),
                code_challenge=asked.parameters.get("code_challenge"),
                jkt=asked.parameters.get("dpop_jkt"),
                now=asked.here.now,
            )
        return with_issuer(response, asked.here.settings.issuer)

    def _no(self, browser: Browser, error: OAuth2Error) -> Response:
        """To the application if its address is known to be its own; else the person learns that this leads nowhere."""
        if error.redirect_uri:
            return refused(error, self.settings.issuer)
        return browser.show("error", 400, code=error.error, detail=error.get_error_description() or "")


def check_the_rest(asked: Asked, grant: AuthorizationCode) -> None:
    """What authlib's core overlooks."""
    said = asked.parameters
    demand_our_resource(asked, grant.redirect_uri)
    for name, code in NOT_HERE.items():
        if name in said:
            raise OAuth2Error(error=code, redirect_uri=grant.redirect_uri)
    if said.get("response_mode", "query") != "query":
        _refuse("Unsupported response_mode", grant)
    if not said.get("max_age", "0").isdecimal() or len(said.get("max_age", "0")) > 9:
        _refuse("Invalid max_age", grant)
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", said.get("dpop_jkt", "-" * 43)):
        _refuse("Invalid dpop_jkt", grant)
    if not prompts(asked) <= PROMPTS or ("none" in prompts(asked) and len(prompts(asked)) > 1):
        _refuse("Invalid prompt", grant)


def _refuse(why: str, grant: AuthorizationCode) -> NoReturn:
    raise InvalidRequestError(why, redirect_uri=grant.redirect_uri)


def prompts(asked: Asked) -> set[str]:
    return set(asked.parameters.get("prompt", "").split())
