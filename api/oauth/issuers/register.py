"""Which issuers elsewhere are trusted: what `sanshe issuer` does. None is trusted that does not answer as it should."""

from typing import NamedTuple

from api.oauth.clients import OPERATOR, called
from api.oauth.issuers.outside import Away, Outside
from api.oauth.issuers.portal import place_of
from api.oauth.issuers.published import discovered, keys_in
from api.oauth.keys import box
from api.oauth.scopes import ROOMS
from api.oauth.second_factor import sealed
from api.settings import Settings
from domain.accounts.issuers import Profile, amend_issuer, distrust_issuer, trust_issuer
from domain.accounts.models import Issuer
from domain.columns import typed, untyped
from domain.errors import Invalid, NotFound, NotNow
from domain.house import House

TRUSTED = "SELECT * FROM issuer WHERE url = $1 AND state = 'trusted'"
ALL = "SELECT * FROM issuer ORDER BY id"


class Listed(NamedTuple):
    """An issuer, as the command line shows it."""

    id: str
    url: str
    state: str
    uses: str

    def __str__(self) -> str:
        return "  ".join(self)


class Trusted(NamedTuple):
    """What whoever trusts an issuer has to know."""

    id: str
    redirect_uri: str
    keys: int


def profile_of(
    settings: Settings,
    *,
    name: str,
    name_zh: str | None,
    client_id: str | None,
    secret: str | None,
    audience: str | None,
    token_types: list[str],
    client_claim: str,
    scope_claim: str,
    scopes: list[str],
    role_claim: str | None,
    roles: list[str],
) -> Profile:
    """The profile that the options of the command line describe; each role is `their word=our role[@place,place]`.

    Raises Invalid.
    """
    if unknown := set(scopes) - set(ROOMS):
        listed = ", ".join(sorted(unknown))
        raise Invalid("unknown_scope", f"No issuer may give {listed}.", f"签发方不能授予 {listed}。", path="scopes")
    if role_claim is not None and not role_claim.startswith("/"):
        raise Invalid(
            "no_pointer",
            "Where roles are found is a JSON pointer, such as /realm_access/roles.",
            "角色位置须为 JSON 指针，形如 /realm_access/roles。",
            path="roleClaim",
        )
    meant: dict[str, dict[str, list[str]]] = {}
    for said in roles:
        word, _, what = said.partition("=")
        role, _, places = what.partition("@")
        if not word or not role:
            raise Invalid(
                "no_role",
                "A role is given as 'their word=our role' or 'their word=our role@place,place'.",
                "角色须写作“对方的值=本平台角色”或“对方的值=本平台角色@地点,地点”。",
                path="roles",
            )
        meant.setdefault(word, {}).setdefault(role, []).extend(filter(None, places.split(",")))
    kept, encrypted = sealed(box(settings), secret) if secret else (None, False)
    return {
        "name": called(name, name_zh or name),
        "client_id": client_id,
        "secret": kept,
        "encrypted": encrypted,
        "audience": audience,
        "token_types": [kind.lower().removeprefix("application/") for kind in token_types],
        "client_claim": client_claim,
        "scope_claim": scope_claim,
        "scopes": scopes,
        "role_claim": role_claim,
        "roles": meant,
    }


async def trust(house: House, settings: Settings, url: str, profile: Profile) -> Trusted:
    """Trust an issuer within this profile, from now on instead of the one before. Raises NotNow if it is not itself."""
    outside = Outside(settings)
    try:
        metadata = await discovered(outside, url)
        keys = keys_in(await outside.get(str(metadata.get("jwks_uri"))))
    except Away as away:
        raise _not_itself(url, str(away)) from away
    if not keys:
        raise _not_itself(url, "it publishes no key that can be used")
    found = await house.lanes.run(TRUSTED, (url,))
    if found:
        done = await house.do(OPERATOR, amend_issuer, issuer_id=found[0]["id"], profile=profile)
    else:
        done = await house.do(OPERATOR, trust_issuer, url=url, profile=profile)
    issuer: Issuer = done.row  # type: ignore[assignment]
    return Trusted(typed(Issuer.prefix, issuer.id), f"{settings.issuer}{place_of(issuer)}/back", len(keys))


def _not_itself(url: str, why: str) -> NotNow:
    return NotNow(
        "issuer_away",
        f"Nothing was changed. {url} does not answer as an issuer does: {why}.",
        f"未作更改：{url} 未按签发方规范应答（{why}）。",
    )


async def listed(house: House) -> list[Listed]:
    """All issuers, oldest first."""
    issuers = [Issuer.read(dict(row)) for row in await house.lanes.run(ALL)]
    return [Listed(typed(Issuer.prefix, issuer.id), issuer.url, issuer.state.value, uses(issuer)) for issuer in issuers]


def uses(issuer: Issuer) -> str:
    """What it is good for."""
    return (
        " and ".join(use for use, given in (("sign-in", issuer.client_id), ("tokens", issuer.audience)) if given)
        or "nothing yet"
    )


async def distrust(house: House, id: str) -> None:
    """Believe it no longer."""
    issuer = untyped(Issuer.prefix, id)
    if issuer is None:
        raise NotFound("not_found", "An issuer's id looks like iss_0192….", "签发方编号形如 iss_0192…。")
    await house.do(OPERATOR, distrust_issuer, issuer_id=issuer)
