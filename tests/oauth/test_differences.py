"""Where do we answer otherwise than a certified server, and why? The same questions to us and to oidc-provider.

Each difference that remains is a line of POLICY; a line without a difference fails. docs/oauth-differences.md is the
table for people.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey

from api.oauth.clients import invite
from domain.accounts.models import AuthMethod
from tests.oauth.conftest import Door
from tests.oauth.others import NODE, TOOLS
from tests.oauth.probes import PROBES, gets
from tests.oauth.sides import CALLBACK, DEVICE, OTHER, SCOPE, Seen, Side

pytestmark = pytest.mark.node

SCOPES = [*SCOPE.split(), "hours:read"]
PAPER = Path(__file__).parents[2] / "docs" / "oauth-differences.md"

#: Name, redirect addresses, grants, proof.
CLIENTS: list[tuple[str, list[str], list[str], AuthMethod]] = [
    ("spa", [CALLBACK, OTHER], ["authorization_code", "refresh_token"], AuthMethod.NONE),
    ("native", ["http://127.0.0.1/cb"], ["authorization_code", "refresh_token"], AuthMethod.NONE),
    ("twin", [CALLBACK], ["authorization_code", "refresh_token"], AuthMethod.NONE),
    ("service", [], ["client_credentials"], AuthMethod.BASIC),
    ("signs", [], ["client_credentials"], AuthMethod.PRIVATE_KEY_JWT),
    ("resource", [], [], AuthMethod.BASIC),
    ("kiosk", [], [DEVICE, "refresh_token"], AuthMethod.NONE),
]


# -- the two servers --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def sides(shared_door: Door) -> AsyncIterator[tuple[Side, Side]]:
    """Ours, and the certified one, with the same applications."""
    door, key = shared_door, ECKey.generate_key("P-256", {"kid": "one"})
    public = {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "ES256"}]}
    theirs = []
    for name, addresses, grants, proof in CLIENTS:
        signs, secret = proof is AuthMethod.PRIVATE_KEY_JWT, f"{name}-secret" if proof is AuthMethod.BASIC else None
        allowed = ["hours:read"] if "client_credentials" in grants else SCOPE.split()
        how: dict[str, Any] = {"grant_types": grants, "scopes": allowed, "may_introspect": name == "resource"}
        how |= {"redirect_uris": addresses, "auth_method": proof, "secret": secret, "jwks": public if signs else None}
        id = await door.register(name, **how)
        theirs.append(
            {
                "client_id": id,
                "client_name": name,
                "application_type": "native" if name == "native" else "web",
                "redirect_uris": addresses,
                "response_types": ["code"] if addresses else [],
                "grant_types": grants,
                "scope": " ".join(allowed),
                "token_endpoint_auth_method": proof.value,
                **({"client_secret": secret} if secret else {}),
                **({"jwks": public} if signs else {}),
            }
        )
    _, ours = await invite(door.house, partner="Partner", scopes=SCOPE.split(), uses=100, days=1)
    process = await asyncio.create_subprocess_exec(
        NODE,
        TOOLS.parent / "certified.mjs",
        env={
            "PATH": os.environ["PATH"],
            "CLIENTS": json.dumps(theirs),
            "SCOPES": " ".join(SCOPES),
            "INITIAL_TOKEN": "initial",
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    url = (await process.stdout.readline()).decode().strip()
    assert url, (await process.stderr.read()).decode()
    async with door.browser() as a, door.browser() as b, httpx2.AsyncClient() as c, httpx2.AsyncClient() as d:
        await door.sign_in(a)
        both = (
            Side(door.url, door.clients, a, b, key, ours),
            Side(url, door.clients, c, d, key, "initial"),
        )
        for side in both:
            side.said = (await gets("/.well-known/openid-configuration")(side)).json()
            await side.code()
        yield both
    process.stdin.close()
    await process.communicate()


# -- what remains -----------------------------------------------------------------------------------------------------

NO_BODY = "RFC 6750 (3) tells errors in the header; without a body there is nothing to disagree with it."
ONE_NO = "Every wrong proof of an application has one answer, so that nobody learns which exist."
STRICT = "All or nothing: an application that is given less than it asked for finds out too late."
NOT_KEPT = "Nothing about tokens is kept by anybody on the way."

POLICY = {
    "a question by POST": "OpenID Connect Core (3.1.2.1) demands it; oidc-provider has it when it is switched on.",
    "no response_type": "RFC 6749 (4.1.2.1) has both words; certification takes either.",
    "an unknown response_mode": "RFC 6749 (4.1.2.1) knows no error of that name.",
    "response_mode fragment": "OAuth 2.1 has no use for codes in fragments: query is the only mode that is published.",
    "no scope": "A person is asked about something: no scope is no question.",
    "an unknown scope": STRICT,
    "a repeated parameter": "A question that is not in order is believed in nothing, not even in whom to tell.",
    "an id_token_hint that is none": "It is only a hint: whoever is signed in decides.",
    "another resource": "RFC 8707: refused by name; oidc-provider overlooks it until it is switched on.",
    "no verifier": "RFC 7636 (4.5) demands the parameter: the request is what is wrong.",
    "no address with the code": "RFC 6749 (4.1.3): what the code is good for is not what was shown.",
    "a grant that is not its own": "Whether the application may is looked at before what it brings.",
    "a secret in the form": "An application proves itself in the one way it is registered with (RFC 7591, 2).",
    "an unreadable proof": ONE_NO,
    "nobody at all": ONE_NO,
    "the token endpoint by GET": "RFC 9110 (15.5.6): the place is there, the method is not.",
    "an assertion, twice": ONE_NO,
    "an expired assertion": ONE_NO,
    "an assertion for the token endpoint": "Only our issuer is believed as aud (draft-ietf-oauth-rfc7523bis): another "
    "server may name our endpoint as its own.",
    "an assertion for others": ONE_NO,
    "an assertion of another": ONE_NO,
    "a proof of possession, twice": "RFC 9449 (5) has a word for wrong proofs.",
    "a bound access token as a bearer's": f"A bearer is answered as one. {NO_BODY}",
    "userinfo, token in the address": "A token in an address is not seen at all (RFC 9700, 4.3.2).",
    "userinfo, token twice": NO_BODY,
    "userinfo without openid": NO_BODY,
    "userinfo without a token": NO_BODY,
    "userinfo with garbage": NO_BODY,
    "userinfo with Basic": "Another scheme is no token: the answer says what is missing.",
    "a revocation": NOT_KEPT,
    "a revocation with an unknown hint": NOT_KEPT,
    "a revocation of another's token": "RFC 7009 (2.1): it is refused, and the application is told.",
    "a revocation by nobody": ONE_NO,
    "a revocation of nothing": NOT_KEPT,
    "an introspection by nobody": ONE_NO,
    "a device without a name": ONE_NO,
    "a device asks for an unknown scope": STRICT,
    "a device of an application that has none": "RFC 6749 (5.2) has a word for it: unauthorized_client.",
    "a device is impatient": "RFC 8628 (3.5): whoever asks too soon is told to slow down.",
    "a registration without a token": NO_BODY,
    "a registration with a wrong token": NO_BODY,
    "a registration without addresses": "RFC 7591 (3.2.2): no address is wrong; there is none.",
}


async def differences(sides: tuple[Side, Side]) -> dict[str, tuple[Seen, Seen]]:
    """What was seen of us and of them, where it is not the same."""
    found = {}
    for name, probe in PROBES.items():
        ours, theirs = [side.seen(await probe(side)) for side in sides]
        if ours != theirs:
            found[name] = ours, theirs
    return found


HEAD = f"""# Where we answer otherwise than oidc-provider

The same {len(PROBES)} questions go to our authorization server and to oidc-provider, which is certified, in
`tests/oauth/test_differences.py`. These are all the differences in status, error, WWW-Authenticate and Cache-Control.

| question | we | oidc-provider | why |
| --- | --- | --- | --- |
"""


def paper(found: dict[str, tuple[Seen, Seen]]) -> str:
    lines = []
    for name, (ours, theirs) in found.items():
        apart = [(a or "nothing", b or "nothing") for a, b in zip(ours, theirs, strict=True) if a != b]
        us, them = (", ".join(words) for words in zip(*apart, strict=True))
        lines.append(f"| {name} | {us} | {them} | {POLICY[name]} |\n")
    return HEAD + "".join(lines)


async def test_every_difference_to_a_certified_server_has_a_reason_and_every_reason_a_difference(
    sides: tuple[Side, Side],
) -> None:
    """WRITE=1 prints docs/oauth-differences.md anew."""
    found = await differences(sides)
    assert sorted(found) == sorted(POLICY), {name: found.get(name) for name in found.keys() ^ POLICY.keys()}
    if os.environ.get("WRITE"):
        PAPER.write_text(paper(found), encoding="utf-8")
    assert PAPER.read_text(encoding="utf-8") == paper(found)
