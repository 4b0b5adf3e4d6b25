"""How the pages for people look and are kept safe: templates, languages, headers, cookies, form tokens."""

import hmac
import secrets
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.context import language_of
from api.oauth.asked import MOST_PARAMETERS
from api.oauth.server import NO_STORE
from api.oauth.texts import TEXTS
from api.settings import Settings
from domain.accounts.authenticators import KNOWN_FOR

HERE = Path(__file__).parent
HOME = "/account"


@cache
def templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Browser:
    """One visit of a browser to one of the pages."""

    def __init__(self, request: Request, settings: Settings, form: Mapping[str, str]) -> None:
        self.request, self.settings, self.form = request, settings, form
        self.path: str = request.scope["path"]
        self.query = query_of(request)
        self.secure = settings.issuer.startswith("https://")
        self.visitor = request.cookies.get(self._name("visitor")) or secrets.token_urlsafe(32)
        self.language = self._language()

    # languages
    def _language(self) -> str:
        """Chinese or English: as the address asks, else as the browser does."""
        wished = (self.query.get("ui_locales") or "").replace(" ", ",")
        header = self.request.headers.get("accept-language", "")
        return "en" if (language_of(wished) or language_of(header)) == "en" else "zh-Hans"

    def say(self, name: str) -> str:
        return TEXTS[name][self.language != "en"]

    # cookies and form tokens
    def _name(self, cookie: str) -> str:
        """With https a cookie is bound to this very host."""
        return f"__Host-{cookie}" if self.secure else cookie

    @property
    def session(self) -> str | None:
        return self.request.cookies.get(self._name("session"))

    @property
    def device(self) -> str | None:
        """What a browser keeps for long, so that we know it again."""
        return self.request.cookies.get(self._name("device"))

    def token(self) -> str:
        """What a form of ours carries and a form of others cannot: drawn from cookies they cannot read."""
        return sha256(f"form\n{self.visitor}\n{self.session or ''}".encode()).hexdigest()

    @property
    def sincere(self) -> bool:
        """Whether the form that came is our own."""
        origin = self.request.headers.get("origin")
        return hmac.compare_digest(self.form.get("form_token", "").encode(), self.token().encode()) and origin in {
            None,
            "null",
            self.settings.issuer,
        }

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else ""

    @property
    def agent(self) -> str:
        """What the browser calls itself, as far as it is worth keeping."""
        return self.request.headers.get("user-agent", "")[:200]

    # where to go on
    @property
    def next(self) -> str:
        """Where to go on after signing in: a place of ours, never another's."""
        place = self.query.get("next", HOME)
        ours = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isascii() and place.isprintable()
        return place if ours and " " not in place and "\\" not in place else HOME

    def link(self, path: str, **query: str | None) -> str:
        kept = {**{k: v for k, v in self.query.items() if k in {"next", "ui_locales"}}, **query}
        said = urlencode({k: v for k, v in kept.items() if v is not None})
        return f"{path}?{said}" if said else path

    # answers
    def show(
        self,
        template: str,
        status: int = 200,
        *,
        form_goes_to: str | None = None,
        script: str | None = None,
        here: tuple[str, dict[str, str]] | None = None,
        **values: Any,
    ) -> Response:
        """The page. `form_goes_to`: where its form may lead besides here (CSP form-action); `here`: its address.

        `script`: one of ours, without which the page does all but what only a script can.
        """
        path, query = here or (self.path, self.query)
        page = templates().get_template(f"{template}.html")
        text = page.render(
            t=self.say,
            language=self.language,
            form_token=self.token(),
            link=self.link,
            path=path,
            script=script,
            switch={tag: f"{path}?{urlencode({**query, 'ui_locales': tag})}" for tag in ("zh-Hans", "en")},
            status=status,
            **{"errors": {}, "typed": self.form, **values},
        )
        response = HTMLResponse(
            text, status, headers={**headers(form_goes_to, script), "Content-Language": self.language}
        )
        self._set(response, "visitor", self.visitor, None)
        return response

    def go(
        self, place: str, session: str | None = None, *, visitor: str | None = None, device: str | None = None
    ) -> Response:
        """On to another page; with a new session, which makes a new visitor as well. `device`: kept for long."""
        response = RedirectResponse(place, 303, headers=NO_STORE)
        if session is not None:
            self._set(response, "session", session, None if session else 0)
            visitor = secrets.token_urlsafe(32)
        if visitor:
            self._set(response, "visitor", visitor, None)
        if device:
            self._set(response, "device", device, int(KNOWN_FOR.total_seconds()))
        return response

    def _set(self, response: Response, cookie: str, value: str, max_age: int | None) -> None:
        response.set_cookie(
            self._name(cookie), value, max_age=max_age, path="/", secure=self.secure, httponly=True, samesite="lax"
        )


def query_of(request: Request) -> dict[str, str]:
    """The query as far as it can be read: a page is shown even when its address was mangled."""
    raw: bytes = request.scope["query_string"]
    try:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS))
    except ValueError:
        return {}


def headers(form_goes_to: str | None, script: str | None = None) -> dict[str, str]:
    """Nothing from elsewhere, in nobody's frame, kept nowhere; a script only where there is one of ours."""
    target = origin_of(form_goes_to) if form_goes_to else ""
    scripts = " script-src 'self'; connect-src 'self';" if script else ""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'self';{scripts} form-action 'self'{target}; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        **NO_STORE,
    }


def origin_of(uri: str) -> str:
    """The origin as a CSP source, with a space before it; nothing for what has none that is safe to print."""
    try:
        parts = urlsplit(uri)
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return ""
    safe = parts.scheme in {"http", "https"} and parts.netloc and all(c.isalnum() or c in ".:-[]" for c in parts.netloc)
    return f" {origin}" if safe and origin.isascii() else ""


def question_in(place: str) -> dict[str, str]:
    """The application's question inside an address of /oauth/authorize."""
    try:
        return dict(parse_qsl(urlsplit(place).query))
    except ValueError:
        return {}
