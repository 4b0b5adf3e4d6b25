"""Where everything of the authorization server is found."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.context import Gate
from api.oauth.authorize import Authorize
from api.oauth.endpoints import Endpoints
from api.oauth.pages.account import Account
from api.oauth.pages.addresses import Addresses
from api.oauth.pages.browser import HERE
from api.oauth.pages.calendar import Calendar
from api.oauth.pages.care import Care
from api.oauth.pages.device import Device
from api.oauth.pages.factors import Factors
from api.oauth.pages.introduction import Introduction
from api.oauth.pages.letters import Letters
from api.oauth.pages.linking import Linking
from api.oauth.pages.requests import Requests
from api.oauth.pages.reset import Reset
from api.oauth.pages.rights import Rights
from api.oauth.pages.second_step import SecondStep
from api.oauth.pages.sessions import Sessions
from api.oauth.pages.sign_in import SignIn
from api.oauth.pages.sign_out import SignOut
from api.oauth.pages.sign_up import ChildSignUp, SignUp
from api.oauth.passkey_party import SCRIPT
from api.oauth.registration import Registration

PARTS = (
    Endpoints,  # asked for most
    Authorize,
    Registration,
    SignIn,
    SecondStep,
    Linking,
    SignUp,
    ChildSignUp,
    Care,
    Reset,
    SignOut,
    Account,
    Factors,
    Sessions,
    Addresses,
    Introduction,
    Calendar,
    Letters,
    Rights,
    Requests,
    Device,
)

STATIC = {"pages.css": "text/css", SCRIPT: "text/javascript"}
KEPT = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


def routes(gate: Gate) -> list[Route]:
    """For the application to include. Pages and the authorization endpoint are closed to scripts of other origins."""
    return [
        *(route for part in PARTS for route in part(gate).routes()),
        *(Route(f"/static/{name}", static(name, kind)) for name, kind in STATIC.items()),
    ]


def static(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def file(_request: Request) -> Response:
        return FileResponse(HERE / "static" / name, media_type=kind, headers=KEPT)

    return file
