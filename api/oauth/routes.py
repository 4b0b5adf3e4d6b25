"""Where everything of the authorization server is found."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.context import Gate
from api.oauth.authorize import Authorize
from api.oauth.endpoints import Endpoints, for_browsers
from api.oauth.pages import STYLE


def routes(gate: Gate) -> list[Route]:
    """For the application to include. Pages and the authorization endpoint are closed to scripts of other origins."""
    ends, pages = Endpoints(gate), Authorize(gate)
    form = ["GET", "POST"]
    post = ["POST", "OPTIONS"]
    read = ["GET", "OPTIONS"]
    known = "/.well-known"
    return [
        Route("/oauth/authorize", pages.authorize, methods=form),
        Route("/oauth/consent", pages.consent, methods=["POST"]),
        Route("/oauth/token", for_browsers(ends.token), methods=post),
        Route("/oauth/revoke", for_browsers(ends.revoke), methods=post),
        Route("/oauth/introspect", ends.introspect, methods=["POST"]),
        Route("/oauth/userinfo", for_browsers(ends.userinfo), methods=[*form, "OPTIONS"]),
        Route("/oauth/jwks.json", for_browsers(ends.jwks), methods=read),
        Route("/oauth/logout", pages.oauth_logout, methods=form),
        Route("/login", pages.login, methods=form),
        Route("/logout", pages.logout, methods=form),
        Route("/register", pages.register, methods=form),
        Route("/account", pages.account, methods=form),
        Route("/account/withdraw", pages.withdraw, methods=["POST"]),
        Route("/static/pages.css", style),
        Route(f"{known}/oauth-authorization-server", for_browsers(ends.discovery), methods=read),
        Route(f"{known}/openid-configuration", for_browsers(ends.discovery), methods=read),
        Route(f"{known}/oauth-protected-resource", for_browsers(ends.protected_resource), methods=read),
        Route(f"{known}/oauth-protected-resource/graphql", for_browsers(ends.protected_resource), methods=read),
    ]


async def style(_request: Request) -> Response:
    return FileResponse(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})
