"""How people sign out: by their own wish, or sent by an application (OpenID Connect RP-Initiated Logout)."""

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import store
from api.oauth.asked import question_of
from api.oauth.hints import hinted
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import FORM, Pages


class SignOut(Pages):
    def routes(self) -> list[Route]:
        return [
            Route("/logout", self.logout, methods=FORM),
            Route("/oauth/logout", self.oauth_logout, methods=FORM),
        ]

    async def logout(self, request: Request) -> Response:
        """The question; and after it the end of the session."""
        browser = await self.browser(request)
        if request.method == "POST" and browser.sincere:
            return await self._farewell(browser, browser.link("/logout"))
        return browser.show("logout", signed_in=await self.who(browser) is not None)

    async def oauth_logout(self, request: Request) -> Response:
        """At once for whoever shows this person's id token, else the question."""
        browser = Browser(request, self.settings, {})
        try:
            asked = dict(await question_of(request))
        except OAuth2Error as wrong:
            return browser.show("error", 400, code=wrong.error, detail=wrong.description)
        person = await self.who(browser)
        hint = await hinted(self.gate, asked.get("id_token_hint"))
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
            await store.end_session(self.house.lanes, browser.session, self.house.clock())
        return browser.go(place, session="")
