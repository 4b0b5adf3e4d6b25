"""Is an application who it says it is, by a statement it signed? private_key_jwt (OpenID Connect Core 9, RFC 7523).

Its keys were given to us when it was registered. We never fetch any: no address that others name is asked for anything.
"""

from datetime import UTC, datetime, timedelta

from api.oauth.known import Registered
from api.oauth.once import first_time
from api.oauth.signatures import Signed, WrongSignature, number, word
from domain.accounts.public_keys import WrongKey, chosen
from domain.postgres import Run

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TYPES = {"jwt", "client-authentication+jwt"}
NEAR = timedelta(minutes=5)
"""How far off its end may be: so long each `jti` has to be remembered."""
LEEWAY = timedelta(seconds=5)


def claimant(assertion: str) -> str | None:
    """Whom it claims to be from; nothing of that is believed yet."""
    try:
        return word(Signed(assertion).claims.get("sub"))
    except WrongSignature:
        return None


async def proves(run: Run, client: Registered, assertion: str, issuer: str, now: datetime) -> bool:
    """Whether the application signed it with a key of its own, for us alone and a short time, and shows it once.

    `aud` is our issuer as a string. Our token endpoint, which RFC 7523 allowed, is not taken: another server may
    name it as its own to collect what opens ours (draft-ietf-oauth-rfc7523bis).
    """
    try:
        signed = Signed(assertion)
        if str(signed.header.get("typ", "JWT")).lower() not in TYPES or client.row.jwks is None:
            return False
        said = signed.believed(chosen(client.row.jwks, signed.header.get("kid")))
        if said.get("iss") != client.client_id or said.get("sub") != client.client_id or said.get("aud") != issuer:
            return False
        ends = datetime.fromtimestamp(number(said.get("exp")), UTC)
        begins = max(number(said.get(name, 0)) for name in ("iat", "nbf"))
        if not now - LEEWAY < ends <= now + NEAR + LEEWAY or begins > (now + LEEWAY).timestamp():
            return False
        return await first_time(run, "assertion", client.client_id, word(said.get("jti")), until=ends + LEEWAY)
    except (WrongSignature, WrongKey, OverflowError):
        return False
