"""What every visit gets: a request id when it comes, the headers of a careful house when it goes, a line in the log."""

from collections.abc import Callable, Mapping
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import metrics
from api.http.problems import answer, problem_of
from api.http.visit import VISIT, Visit, request_id

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

    `straight` leads to what stands at exactly these paths, past everything `inside`; `tell` writes a line of the log.
    """

    def __init__(
        self, inside: ASGIApp, straight: Mapping[str, ASGIApp], *, https: bool, tell: Callable[..., None]
    ) -> None:
        self.inside, self.straight, self.tell = inside, straight, tell
        headers = CAREFUL | ({b"strict-transport-security": HTTPS_ONLY} if https else {})
        self.headers, self.names = list(headers.items()), headers.keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.inside(scope, receive, send)
        told = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        visit = scope["visit"] = Visit(request_id(told))
        VISIT.set(visit)
        there = self.straight.get(scope["path"])
        if there:
            scope["endpoint"] = there

        async def send_carefully(message: Message) -> None:
            if message["type"] in STARTS:
                given, careful = message.get("headers", ()), self.headers
                if own := self.names & {name for name, _ in given}:
                    careful = [header for header in careful if header[0] not in own]
                message["headers"] = [*given, (b"x-request-id", visit.request_id.encode()), *careful]
                visit.status = message.get("status", 101)
            await send(message)

        try:
            await (there or self.inside)(scope, receive, send_carefully)
        except Exception as error:
            problem = problem_of(error)
            if not visit.status and scope["type"] == "http":
                await answer(problem, send_carefully)
        finally:
            self._note(scope, visit)
        return None

    def _note(self, scope: Scope, visit: Visit) -> None:
        # A path that leads nowhere is the caller's own words, and a path below a door may carry some.
        route = f"/{scope['path'].split('/')[1]}" if "endpoint" in scope else "elsewhere"
        seconds = perf_counter() - visit.started
        metrics.count(route, visit.status, seconds)
        if route not in QUIET:
            self.tell(
                method=scope.get("method", "WEBSOCKET"),
                route=route,
                status=visit.status,
                ms=round(seconds * 1000, 1),
                client=visit.client,
                operation=visit.operation,
            )
