"""How people open an account."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import throttle
from api.oauth.pages.browser import question_in
from api.oauth.pages.visit import FORM, Pages
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.accounts.passwords import chosen
from domain.errors import Refusal


class SignUp(Pages):
    def routes(self) -> list[Route]:
        return [Route("/register", self.register, methods=FORM)]

    async def register(self, request: Request) -> Response:
        """The form; and what comes of it: a person who is signed in, or the form again."""
        browser = await self.browser(request)
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
                register_person,
                name=form.get("name", ""),
                email=form.get("email") or None,
                phone=form.get("phone") or None,
                password=await chosen(form.get("password", ""), map(form.get, ("name", "email", "phone"))),
                locale=browser.language,
            )
        except Refusal as no:
            field = no.path or ("phone" if no.code == "phone_taken" else "email")
            return browser.show("register", 422, form_goes_to=target, errors={field: no.say(browser.language)})
        return await self.welcome(browser, done.row.id, ["pwd"])  # type: ignore[union-attr]
