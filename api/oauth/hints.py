"""Whom an id token of ours speaks of, when an application shows it as a hint."""

from joserfc import jwt
from joserfc.errors import JoseError

from api.context import Gate
from api.oauth.keys import ID_TOKENS


async def hinted(gate: Gate, id_token: str | None) -> tuple[str, str] | None:
    """Subject and client of an id token of ours, even one whose time is over."""
    try:
        said = jwt.decode(id_token or "", (await gate.keys.ring()).all, algorithms=[ID_TOKENS]).claims
    except (JoseError, ValueError, TypeError):
        return None
    if said.get("iss") != gate.settings.issuer or "at_hash" not in said:
        return None
    return str(said["sub"]), str(said["aud"])
