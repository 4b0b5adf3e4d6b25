"""How do people sign in with an issuer elsewhere? As its client, with code, PKCE, state and nonce.

OpenID Connect Core 1.0, 3.1. The answers of each come to an address of its own here, so that none passes for another's
(RFC 9700, 4.4.2).
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError

from api.oauth.issuers.guests import Guests, is_name, kind_of
from api.oauth.issuers.outside import Away
from api.oauth.second_factor import Box, opened
from api.oauth.tokens import LEEWAY
from domain.accounts.models import Issuer
from domain.columns import typed
from domain.wording import LONGEST_LINE

SCOPE = "openid profile"
"""Who it is, and what they are called, for the person to recognize."""
LONGEST_ID_TOKEN = 16_384


class WrongAnswer(Exception):
    """What came back proves nothing; the sentence says why, for the log."""


@dataclass(frozen=True)
class Question:
    """What one browser takes along to the issuer, and only this one may bring back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Question":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    def says(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Citizen:
    """Somebody at the issuer."""

    subject: str
    called: str


class Portal:
    """An issuer with which people sign in."""

    def __init__(self, issuer: Issuer, guests: Guests, box: Box) -> None:
        self.issuer, self.box, self.outside = issuer, box, guests.outside
        self.provider = guests.provider(issuer)
        self.redirect_uri = f"{guests.settings.issuer}{place_of(issuer)}/back"

    async def address(self, question: Question, language: str) -> str:
        """Where the browser goes with the question. The person signs in there anew: another may have been there before.

        Raises Away.
        """
        endpoint = (await self.provider.published()).metadata.get("authorization_endpoint")
        if not self.outside.may_be_asked(endpoint):
            raise Away("its authorization endpoint is not https")
        address: str = prepare_grant_uri(
            endpoint,
            self.issuer.client_id,
            "code",
            self.redirect_uri,
            SCOPE,
            question.state,
            nonce=question.nonce,
            code_challenge=create_s256_code_challenge(question.verifier),
            code_challenge_method="S256",
            prompt="login",
            ui_locales=language,
        )
        return address

    async def came(self, query: Mapping[str, str], question: Question, now: datetime) -> Citizen:
        """Who came back from there with this answer to the question. Raises Away and WrongAnswer."""
        metadata = (await self.provider.published()).metadata
        promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if query.get("iss", None if promised else self.issuer.url) != self.issuer.url:  # RFC 9207, 2.4
            raise WrongAnswer("it is not from the issuer that was asked")
        if "code" not in query:
            raise WrongAnswer("it brings no code")
        answer = await self._redeemed(query["code"], question.verifier, metadata)
        said = await self._believed(answer, question.nonce, now)
        return Citizen(said["sub"], called(said))

    async def _redeemed(self, code: str, verifier: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """The issuer's answer to the code (RFC 6749, 4.1.3)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        client_id, basic = str(self.issuer.client_id), None
        if self.issuer.secret is None:
            form["client_id"] = client_id
        else:
            secret = opened(self.box, self.issuer.secret, self.issuer.encrypted)
            if "client_secret_basic" in metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
                basic = quote_plus(client_id), quote_plus(secret)
            else:
                form |= {"client_id": client_id, "client_secret": secret}
        return await self.outside.post(str(metadata.get("token_endpoint")), form, basic)

    async def _believed(self, answer: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        """What the id token says, if the issuer made it for us and for this sign-in (OpenID Connect Core, 3.1.3.7)."""
        token = answer.get("id_token")
        if not isinstance(token, str) or len(token) > LONGEST_ID_TOKEN:
            raise WrongAnswer("there is no id token")
        try:
            header = jws.extract_compact(token.encode()).headers()
            key = await self.provider.key(header.get("kid"))
            if key is None or kind_of(header) not in {"", "jwt"}:
                raise WrongAnswer("the id token is signed by nobody, or none")
            header, said = key.read(token)
            CodeIDToken(
                said,
                header,
                {
                    "iss": {"essential": True, "value": self.issuer.url},
                    "aud": {"essential": True, "value": self.issuer.client_id},
                },
                {"nonce": nonce, "client_id": self.issuer.client_id, "access_token": answer.get("access_token")},
            ).validate(int(now.timestamp()), LEEWAY)
        except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as wrong:
            raise WrongAnswer(type(wrong).__name__) from wrong
        if not is_name(said["sub"]):
            raise WrongAnswer("its subject is no name")
        return said


def place_of(issuer: Issuer) -> str:
    """Where people leave for it; they come back to `/back` below."""
    return f"/login/portal/{typed(Issuer.prefix, issuer.id)}"


def called(said: Mapping[str, Any]) -> str:
    """What somebody is called there, as far as it can be shown."""
    for claim in ("name", "preferred_username", "sub"):
        words = " ".join(str(said.get(claim, "")).split())
        if words and words.isprintable():
            return words[:LONGEST_LINE]
    return ""
