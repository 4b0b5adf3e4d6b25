"""Where everything of the authorization server is found."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.context import Gate
from api.oauth.authorize import Authorize
from api.oauth.endpoints import Endpoints
from api.oauth.pages.account import Account
from api.oauth.pages.addresses import Addresses
from api.oauth.pages.browser import STYLE
from api.oauth.pages.device import Device
from api.oauth.pages.reset import Reset
from api.oauth.pages.sign_in import SignIn
from api.oauth.pages.sign_out import SignOut
from api.oauth.pages.sign_up import SignUp
from api.oauth.registration import Registration

PARTS = (Authorize, Endpoints, Registration, SignIn, SignUp, Reset, SignOut, Account, Addresses, Device)


def routes(gate: Gate) -> list[Route]:
    """For the application to include. Pages and the authorization endpoint are closed to scripts of other origins."""
    return [*(route for part in PARTS for route in part(gate).routes()), Route("/static/pages.css", style)]


async def style(_request: Request) -> Response:
    return FileResponse(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})
