"""The page on which people try the API in their browser: GraphiQL from our own files, signed in by our own server."""

from pathlib import Path
from secrets import token_urlsafe

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from api.oauth.clients import GRAPHIQL
from api.oauth.scopes import CATALOGUE
from api.settings import Settings
from domain.accounts.models import Client
from domain.columns import typed

API = Path(__file__).parent.parent
OPERATIONS = API.parent / "frontend-contract" / "operations"
SHARED = OPERATIONS / "refusal.graphql"

# The style of the editor and of its dialogs is written by scripts, which carry the nonce.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def routes(settings: Settings) -> list[BaseRoute]:
    """The page, where the sign-in comes back to, and its files."""
    pages = Environment(loader=FileSystemLoader(API / "graphiql"), autoescape=True)
    page = pages.get_template("page.html")
    known = {
        "issuer": settings.issuer,
        "client": typed(Client.prefix, GRAPHIQL),
        "scope": " ".join(CATALOGUE),
        "examples": examples(),
    }
    socket = settings.issuer.replace("http", "ws", 1)

    async def graphiql(_: Request) -> Response:
        nonce = token_urlsafe(16)
        policy = POLICY.format(nonce=nonce, socket=socket)
        return HTMLResponse(page.render(nonce=nonce, **known), headers={"Content-Security-Policy": policy})

    async def index(_: Request) -> Response:
        return RedirectResponse("/graphiql", 303)

    return [
        Route("/", index),
        Route("/graphiql", graphiql),
        Route("/graphiql/callback", graphiql),
        Mount("/static", StaticFiles(directory=API / "static")),
    ]


def examples() -> list[dict[str, str]]:
    """A tab for each room: the operations of the frontend contract, with the fragment they share."""
    shared = SHARED.read_text(encoding="utf-8")
    rooms = [file.read_text(encoding="utf-8") for file in sorted(OPERATIONS.glob("*.graphql")) if file != SHARED]
    return [{"query": f"{room}\n{shared}"} for room in rooms]
