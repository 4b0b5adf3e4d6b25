"""Whom are passkeys for, and which script does a page need to ask for one?"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from api.settings import Settings

SCRIPT = "passkeys.js"
HOUSE = "三社 Sanshe"


class WrongAnswer(Exception):
    """The answer is none to our challenge, or not by a passkey that we know."""


@dataclass(frozen=True)
class Party:
    """Whom passkeys are for: this house, at this origin."""

    id: str
    origin: str


def party(settings: Settings) -> Party | None:
    """None, when the issuer is an address in numbers: passkeys belong to names (WebAuthn 3, 5.1.2)."""
    host = urlsplit(settings.issuer).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Party(host, settings.issuer)
    return None


def script(settings: Settings) -> str | None:
    """What a page needs where passkeys are possible; nothing else of ours has a script."""
    return SCRIPT if party(settings) else None
