"""How people stop letters: by the link in each, without signing in, or by their mail program's button (RFC 8058)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.letters.stopping import ROUTE, is_ours
from api.oauth.pages.visit import FORM, Pages
from domain.notifications.stopping import stop, told_by


class Letters(Pages):
    def routes(self) -> list[Route]:
        return [Route(ROUTE, self.stop, methods=FORM)]

    async def stop(self, request: Request) -> Response:
        """Asks first, as mail programs open links by themselves. The link is all it needs, no form token."""
        browser = await self.browser(request)
        letter, proof = request.path_params["letter"], request.path_params["proof"]
        if not is_ours(self.house.seal, letter, proof) or not await told_by(self.run, letter):
            return browser.show("letters", 404, done=False, found=False)
        if request.method == "POST":
            await stop(self.house, letter)
        return browser.show("letters", done=request.method == "POST", found=True)
