"""What applications ask of the authorization server: tokens, their end, what they say, and whom they speak for."""

from collections.abc import Awaitable, Callable
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError, UnauthorizedClientError
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.context import Gate, Unauthorized, is_dpop
from api.oauth import device, dpop, store
from api.oauth.asked import Asked, Here, asked_of, demand_our_resource, is_form, question_of
from api.oauth.id_tokens import about
from api.oauth.known import Found, Subject
from api.oauth.metadata import of_the_resource, of_the_server
from api.oauth.server import AUTH_METHODS, NO_STORE, SERVER, refused
from api.oauth.tokens import WrongToken, believed
from domain.accounts.credentials import fingerprint
from domain.columns import typed
from domain.postgres import Run

CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, DPoP"),
    (b"access-control-expose-headers", b"WWW-Authenticate"),
    (b"access-control-max-age", b"7200"),
]
CACHED = {"Cache-Control": "public, max-age=300"}

Handler = Callable[[Request], Awaitable[Response]]


def for_browsers(handler: Handler) -> Handler:
    """Open to scripts of any origin: nothing here is given for a cookie."""

    async def answer(request: Request) -> Response:
        response = Response(status_code=204) if request.method == "OPTIONS" else await handler(request)
        response.raw_headers.extend(CORS)
        return response

    return answer


class Endpoints:
    """The endpoints of one house."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.house, self.settings = gate, gate.house, gate.settings
        self._machines = store.families_of_machines()

    def routes(self) -> list[Route]:
        post, read, known = ["POST", "OPTIONS"], ["GET", "OPTIONS"], "/.well-known"
        return [
            Route("/oauth/token", for_browsers(self.token), methods=post),
            Route("/oauth/device_authorization", for_browsers(self.device_authorization), methods=post),
            Route("/oauth/revoke", for_browsers(self.revoke), methods=post),
            Route("/oauth/introspect", self.introspect, methods=["POST"]),
            Route("/oauth/userinfo", for_browsers(self.userinfo), methods=["GET", *post]),
            Route("/oauth/jwks.json", for_browsers(self.jwks), methods=read),
            Route(f"{known}/oauth-authorization-server", for_browsers(self.discovery), methods=read),
            Route(f"{known}/openid-configuration", for_browsers(self.discovery), methods=read),
            Route(f"{known}/oauth-protected-resource", for_browsers(self.protected_resource), methods=read),
            Route(f"{known}/oauth-protected-resource/graphql", for_browsers(self.protected_resource), methods=read),
        ]

    async def here(self) -> Here:
        return Here(self.settings, await self.gate.keys.ring(), self.house.clock())

    # tokens
    async def device_authorization(self, request: Request) -> Response:
        """RFC 8628, 3.1."""
        address = request.client.host if request.client else ""
        try:
            asked = await asked_of(request, await question_of(request), await self.here(), self.gate.applications)
            client = SERVER.authenticate_client(asked, AUTH_METHODS)
            demand_our_resource(asked)
            if not client.check_grant_type(DEVICE_CODE_GRANT_TYPE):
                raise UnauthorizedClientError
            scope = client.get_allowed_scope(asked.form.get("scope"))
            if scope is None:
                raise InvalidScopeError
            told = await device.ask(self.house.lanes.run, client, scope, address, asked.here)
        except OAuth2Error as error:
            return refused(error)
        return JSONResponse(told, headers=NO_STORE)

    async def token(self, request: Request) -> Response:
        """RFC 6749, 3.2. What is used up is used up in the transaction that keeps what was made of it."""
        try:
            asked = await asked_of(request, await question_of(request), await self.here(), self.gate.applications)
            SERVER.authenticate_client(asked, AUTH_METHODS)
            demand_our_resource(asked)
            if "grant_type" not in asked.form:
                raise InvalidRequestError("Missing 'grant_type'")
            await self._bind(asked, dpop.Proof.of(request.scope))
        except OAuth2Error as error:
            return refused(error)
        if asked.form["grant_type"] == "client_credentials":
            return await self._for_itself(asked)
        async with self.house.lanes.hold() as lane:
            await self._use_up(lane.run, asked)
            response: Response = SERVER.create_token_response(asked)
            if asked.issued and asked.grant:
                await store.begin_family(lane.run, asked.client, asked.grant, asked.jkt)
                if refresh := asked.issued.get("refresh_token"):
                    await store.keep_refresh(lane.run, refresh, asked.grant, asked.here.now)
        return response

    async def _for_itself(self, asked: Asked) -> Response:
        """RFC 6749, 4.4. Nothing is used up: those who come at once have their families written by one statement."""
        response: Response = SERVER.create_token_response(asked)
        if asked.issued and asked.grant:
            await self.house.writes.ask(self._machines, store.of_machine(asked.client, asked.grant))
        return response

    async def _bind(self, asked: Asked, proof: dpop.Proof | None) -> None:
        """RFC 9449, 5: tokens for whoever shows a key are good only with it. Raises OAuth2Error."""
        asked.jkt = await dpop.key_shown(self.house.lanes.run, proof, self.settings.issuer, asked.here.now)
        if asked.client.row.require_dpop and asked.jkt is None:
            raise dpop.WrongProof

    async def _use_up(self, run: Run, asked: Asked) -> None:
        form, client, jkt, now = asked.form, asked.client, asked.jkt, asked.here.now
        kind = form["grant_type"]
        if not client.check_grant_type(kind):
            return
        if kind == "authorization_code" and "code" in form:
            asked.grant = await store.redeem(run, form["code"], client, jkt, now)
        if kind == "refresh_token" and "refresh_token" in form:
            asked.grant = await store.rotate(run, form["refresh_token"], client, form.get("scope", ""), jkt, now)
        if kind == DEVICE_CODE_GRANT_TYPE and "device_code" in form:
            asked.waiting, asked.grant = await device.poll(run, form["device_code"], client, now)

    async def revoke(self, request: Request) -> Response:
        """RFC 7009: the whole family of the token ends."""
        try:
            asked = await self._about_a_token(request)
        except OAuth2Error as error:
            return refused(error)
        response: Response = SERVER.create_endpoint_response("revocation", asked)
        if asked.revoked:
            await store.revoke(self.house.lanes.run, asked.revoked.family_id, "revoked_by_client", asked.here.now)
        return response

    async def introspect(self, request: Request) -> Response:
        """RFC 7662, for registered resource servers."""
        try:
            asked = await self._about_a_token(request)
        except OAuth2Error as error:
            return refused(error)
        response: Response = SERVER.create_endpoint_response("introspection", asked)
        return response

    async def _about_a_token(self, request: Request) -> Asked:
        asked = await asked_of(request, await question_of(request), await self.here(), self.gate.applications)
        if token := asked.form.get("token"):
            asked.found = await self._find(token, asked.here)
        return asked

    async def _find(self, token: str, here: Here) -> Found | None:
        run = self.house.lanes.run
        try:
            claims = await believed(self.gate.keys, self.settings, token, here.now)
        except WrongToken:
            if not (found := await run(store.BY_REFRESH, (fingerprint(token), here.now))):
                return None
            family, live = found[0]["family_id"], found[0]["live"]
            says: dict[str, Any] = {"exp": int(found[0]["expires_at"].timestamp())}
            if found[0]["jkt"]:
                says["cnf"] = {"jkt": found[0]["jkt"]}
        else:
            family, live = claims.family, True
            says = {**claims.raw, "token_type": "DPoP" if claims.jkt else "Bearer"}
        if not (found := await run(store.FAMILY, (family,))):
            return None
        f = found[0]
        client_id = typed("cli", f["client_id"])
        subject = typed("usr", f["person_id"]) if f["person_id"] else client_id
        says = {"iss": self.settings.issuer, "client_id": client_id, "sub": subject, "scope": f["scope"], **says}
        return Found(family, client_id, live and f["live"], says)

    # whom it is about
    async def userinfo(self, request: Request) -> Response:
        """OpenID Connect Core 5.3."""
        try:
            authorization = await shown(request)
            actor = await self.gate.actor(authorization, proof=dpop.Proof.of(request.scope))
        except OAuth2Error:
            unclear = 'Bearer error="invalid_request"'
            return Response(status_code=400, headers={"WWW-Authenticate": unclear, **NO_STORE})
        except Unauthorized as wrong:
            return Response(status_code=401, headers={"WWW-Authenticate": wrong.www_authenticate, **NO_STORE})
        found = await self.house.lanes.run(PERSON, (actor.id,)) if actor.may_use("openid") else []
        if not found:
            scheme = "DPoP" if is_dpop(authorization) else "Bearer"
            lacking = f'{scheme} error="insufficient_scope", scope="openid"'
            return Response(status_code=403, headers={"WWW-Authenticate": lacking, **NO_STORE})
        return JSONResponse(about(Subject(**found[0]), set(actor.scopes or ())), headers=NO_STORE)

    # what the world may know
    async def jwks(self, _request: Request) -> Response:
        return JSONResponse((await self.gate.keys.ring()).public(), headers=CACHED)

    async def discovery(self, _request: Request) -> Response:
        """RFC 8414 and OpenID Connect Discovery say the same here."""
        return JSONResponse(of_the_server(self.settings), headers=CACHED)

    async def protected_resource(self, _request: Request) -> Response:
        """RFC 9728."""
        return JSONResponse(of_the_resource(self.settings), headers=CACHED)


async def shown(request: Request) -> bytes:
    """The access token as in an Authorization header: from there, or from a form (RFC 6750, 2.2), which is taken here
    only. Raises OAuth2Error for both at once. One in the query is not seen."""
    authorization = request.headers.get("authorization", "").encode("latin-1")
    form = dict(await question_of(request)) if request.method == "POST" and is_form(request) else {}
    if "access_token" in form:
        if authorization:
            raise InvalidRequestError("More than one access token")
        return f"Bearer {form['access_token']}".encode()
    return authorization


PERSON = f"SELECT {store.SUBJECT} FROM person p WHERE p.id = $1"  # noqa: S608 our own columns
