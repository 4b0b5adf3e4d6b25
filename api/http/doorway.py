"""What every visit gets: a request id when it comes, the headers of a careful house when it goes, a line in the log."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import metrics
from api.http.problems import Headers, answer, problem_of
from api.http.visit import VISIT, Visit

CAREFUL = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"cross-origin-opener-policy": b"same-origin",
}
HTTPS_ONLY = b"max-age=31536000"
QUIET = {"/healthz", "/readyz", "/metrics"}
STARTS = {"http.response.start", "websocket.accept", "websocket.http.response.start"}


class Doorway:
    """The outermost middleware. A page that needs other headers than `CAREFUL` sets them itself.

    `straight` leads to what stands at exactly these paths, past everything `inside`, and sets none of `CAREFUL`;
    `tell` writes a line of the log.
    """

    def __init__(
        self, inside: ASGIApp, straight: Mapping[str, ASGIApp], *, https: bool, tell: Callable[[Visit], None]
    ) -> None:
        self.inside, self.straight, self.tell = inside, straight, tell
        headers = CAREFUL | ({b"strict-transport-security": HTTPS_ONLY} if https else {})
        self.headers, self.names = list(headers.items()), headers.keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.inside(scope, receive, send)
        visit = scope["visit"] = Visit(scope)
        VISIT.set(visit)
        there = self.straight.get(scope["path"])

        def send_carefully(message: Message) -> Awaitable[None]:
            if message["type"] in STARTS:
                visit.status = message.get("status", 101)
                given = message.get("headers", ())
                careful = self.headers if there else self._lacking(given)
                message["headers"] = [*given, (b"x-request-id", visit.request_id.encode()), *careful]
            return send(message)

        try:
            await (there or self.inside)(scope, receive, send_carefully)
        except Exception as error:
            problem = problem_of(error)
            if not visit.status and scope["type"] == "http":
                await answer(problem, send_carefully)
        finally:
            # A path that leads nowhere is the caller's own words, and a path below a door may carry some.
            if there or "endpoint" in scope:
                visit.route = scope["path"] if there else f"/{scope['path'].split('/')[1]}"
            visit.end()
            metrics.count(visit.route, visit.status, visit.seconds)
            if visit.route not in QUIET:
                self.tell(visit)
        return None

    def _lacking(self, given: Headers) -> list[tuple[bytes, bytes]]:
        own = self.names & {name for name, _ in given}
        return [header for header in self.headers if header[0] not in own]
