"""How people see in which browsers they are signed in, and sign out elsewhere."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.oauth import store
from api.oauth.pages.visit import FORM, Pages, id_in
from domain.columns import minute_of

SESSIONS = "/account/sessions"
LIVE = """
SELECT id, auth_time, address, agent FROM login_session
WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY auth_time DESC"""

#: What a User-Agent header mentions, and what people call that; the first that is found counts, as most claim several.
BROWSERS = {
    "MicroMessenger/": "微信 WeChat",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "HuaweiBrowser/": "Huawei Browser",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "OpenHarmony": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


class Sessions(Pages):
    def routes(self) -> list[Route]:
        return [Route(SESSIONS, self.sessions, methods=FORM)]

    async def sessions(self, request: Request) -> Response:
        """The list; and the end of one of them, or of all others."""
        browser, now = await self.browser(request), self.house.clock()
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser, SESSIONS)
        if request.method == "POST" and browser.sincere:
            said = browser.form.get("session")
            if said == "others":
                await store.end_other_sessions(self.house.lanes, person, now)
            else:
                await store.end_session_of(self.house.lanes, person, id_in(said), now)
            return browser.go(browser.link(SESSIONS))
        listed = [
            {
                "id": s["id"],
                "browser": called(s["agent"]),
                "address": s["address"],
                "since": minute_of(s["auth_time"]),
                "here": s["id"] == person.session_id,
            }
            for s in await self.run(LIVE, (person.id, now))
        ]
        listed.sort(key=lambda session: not session["here"])
        stale = request.method == "POST"
        errors = {"sessions": browser.say("stale")} if stale else {}
        return browser.show("sessions", 403 if stale else 200, sessions=listed, errors=errors)


def called(agent: str) -> str:
    """What people call this browser and its system, as far as the header tells."""
    found = (next((name for mark, name in names.items() if mark in agent), None) for names in (BROWSERS, SYSTEMS))
    return " · ".join(name for name in found if name)
