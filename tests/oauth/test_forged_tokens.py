"""No token but our own access tokens opens the gate, however it is dressed up."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from api.context import Gate, Unauthorized
from api.oauth.keys import ACCESS_TOKENS, ID_TOKENS, Key
from api.oauth.tokens import issue_for
from api.settings import Settings
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.house import House
from tests.conftest import Clock

ISSUER = "http://127.0.0.1:8000"
SETTINGS = Settings(issuer=ISSUER)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def good(house: House) -> str:
    await house.do(Actor(), register_person, name="Alice", email="alice@example.com")
    return await issue_for(house, SETTINGS, "alice@example.com")


async def opens(gate: Gate, token: str) -> bool:
    try:
        await gate.actor(b"Bearer " + token.encode("latin-1", "replace"))
    except Unauthorized as no:
        return 'error="invalid_token"' not in no.www_authenticate
    return True


async def test_only_our_own_access_tokens_open_the_gate(house: House) -> None:
    token = await good(house)
    gate = Gate(house, SETTINGS)
    assert await opens(gate, token)

    active = (await gate.keys.ring()).active
    ours, of_id_tokens = active[ACCESS_TOKENS], active[ID_TOKENS]
    unbound = RSAKey.import_key(of_id_tokens.as_pem(private=True))  # good for any algorithm
    theirs = ECKey.generate_key("P-256", {"kid": str(ours.kid), "use": "sig", "alg": "ES256"}, private=True)
    head, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    typ = {"alg": "ES256", "typ": "at+jwt", "kid": ours.kid}

    def signed(header: dict[str, Any] = typ, claims: dict[str, Any] = said, key: Key = ours) -> str:
        return jwt.encode(header, claims, key, algorithms=["ES256", "RS256", "PS256"], default_type=None)

    def hmac_with(secret: bytes) -> str:
        text = f"{part({**typ, 'alg': 'HS256'})}.{body}"
        digest = hmac.digest(secret, text.encode(), hashlib.sha256)
        return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    public = theirs.as_dict(private=False)
    less = [name for name in said if name not in {"jti", "auth_time"}]
    forged = {
        "no signature": f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': ours.kid})}.{body}.",
        "no signature, other case": f"{part({'alg': 'NONE', 'typ': 'at+jwt', 'kid': ours.kid})}.{body}.",
        "signature cut": f"{head}.{body}.",
        "signature of another": f"{head}.{part({**said, 'sub': 'usr_' + '0' * 32})}.{signature}",
        "HS256 with the public key": hmac_with(ours.as_pem(private=False)),
        "HS256 with the key's JSON": hmac_with(json.dumps(ours.as_dict(private=False)).encode()),
        "HS256 with nothing": hmac_with(b""),
        "another's key, our kid": signed(key=theirs),
        "another's key in the header": signed({**typ, "jwk": public}, key=theirs),
        "another's key by address": signed({**typ, "jku": "https://evil.example/jwks"}, key=theirs),
        "another's certificate by address": signed({**typ, "x5u": "https://evil.example/c"}, key=theirs),
        "a kid of theirs": signed({**typ, "kid": "../../etc/passwd"}, key=theirs),
        "no kid": signed({"alg": "ES256", "typ": "at+jwt"}),
        "a kid that is no string": f"{part({**typ, 'kid': 7})}.{body}.{signature}",
        "our key for id tokens": signed({**typ, "alg": "RS256", "kid": of_id_tokens.kid}, key=of_id_tokens),
        "our key for id tokens, otherwise used": signed({**typ, "alg": "PS256", "kid": of_id_tokens.kid}, key=unbound),
        "our key for id tokens, the right kid": signed({**typ, "alg": "RS256"}, key=unbound),
        "the right algorithm, the kid of another": f"{part({**typ, 'kid': of_id_tokens.kid})}.{body}.{signature}",
        "typ JWT, as an id token": signed({**typ, "typ": "JWT"}),
        "no typ": signed({"alg": "ES256", "kid": ours.kid}),
        "critical header": f"{part({**typ, 'crit': ['x'], 'x': 1})}.{body}.{signature}",
        "expired": signed(claims={**said, "exp": said["iat"] - 60}),
        "exp no number": signed(claims={**said, "exp": "soon"}),
        "from tomorrow": signed(claims={**said, "iat": said["iat"] + 86400}),
        "not before tomorrow": signed(claims={**said, "nbf": said["iat"] + 86400}),
        "another issuer": signed(claims={**said, "iss": "https://evil.example"}),
        "an issuer with a slash": signed(claims={**said, "iss": ISSUER + "/"}),
        "another audience": signed(claims={**said, "aud": "https://evil.example/graphql"}),
        "the client as audience": signed(claims={**said, "aud": said["client_id"]}),
        "a family that is none": signed(claims={**said, "fam": "x"}),
        "a family of nobody": signed(claims={**said, "fam": "0" * 32}),
        "claims no object": f"{head}.{part([1])}.{signature}",
        "encrypted": jwt.encode({"alg": "dir", "enc": "A256GCM"}, said, OctKey.generate_key(256), registry=_jwe()),
        "not a token": "x",
        "dots": "..",
        "nothing": "",
        "a long one": "a" * 100_000,
        "letters of elsewhere": "é.ü.ß",
        **{f"without {name}": signed(claims={k: v for k, v in said.items() if k != name}) for name in less},
    }
    opened = [name for name, token in forged.items() if await opens(gate, token)]
    assert opened == []
    assert await opens(gate, signed())


def _jwe() -> Any:
    from joserfc.jwe import JWERegistry

    return JWERegistry()


async def test_a_token_is_good_until_it_expires_though_it_was_seen_before(house: House, clock: Clock) -> None:
    token, gate = await good(house), Gate(house, SETTINGS)
    assert await opens(gate, token)
    clock.wait(minutes=9, seconds=59)
    assert await opens(gate, token)
    clock.wait(seconds=1)
    assert not await opens(gate, token)


async def test_without_a_token_one_is_told_where_to_get_it(house: House) -> None:
    gate = Gate(house, SETTINGS)
    for nothing in (None, b"", b"Basic eDp5"):
        with pytest.raises(Unauthorized) as no:
            await gate.actor(nothing)
        metadata = f"{ISSUER}/.well-known/oauth-protected-resource/graphql"
        assert no.value.www_authenticate == (
            f'Bearer resource_metadata="{metadata}", '
            f'DPoP resource_metadata="{metadata}", algs="ES256 Ed25519 PS256 RS256"'
        )


async def test_a_retired_key_still_opens_and_the_next_signs_after_it(house: House, clock: Clock) -> None:
    gate = Gate(house, SETTINGS)
    first = (await gate.keys.ring()).active
    clock.wait(minutes=10)
    token = await good(house)
    await gate.keys.rotate()
    later = Gate(house, SETTINGS)
    new = await issue_for(house, SETTINGS, "alice@example.com")
    assert await opens(later, token)
    assert await opens(later, new)
    assert await opens(gate, new)
    ring = await later.keys.ring()
    assert {key.kid for key in ring.active.values()}.isdisjoint(key.kid for key in first.values())
    assert all("d" not in key for key in ring.public()["keys"])
