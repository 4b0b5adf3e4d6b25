"""An application that signs proves itself by that, once each time, and by nothing else (RFC 7523, OpenID Connect 9)."""

import asyncio
import json
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from api.oauth.assertions import KIND
from api.oauth.clients import OPERATOR, add, rotate
from domain.accounts.models import AuthMethod
from domain.accounts.public_keys import ALGORITHMS
from domain.columns import untyped
from domain.errors import Invalid
from domain.house import House
from tests.oauth.conftest import Door
from tests.oauth.others import checks
from tests.platform.test_command_line import sanshe

PSS = RSAKey.generate_key(2048, {"kid": "pss", "alg": "PS256"})
KEYS: dict[str, Key] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "PS256": PSS,
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
}
ANY = ["RS256", "PS256", "ES256", "Ed25519", "ES384", "RS512", "HS256"]


def public(*keys: Key) -> dict[str, Any]:
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


class Signer:
    """An application with four keys that may act in its own name, and what it signs."""

    def __init__(self, door: Door, client_id: str) -> None:
        self.door, self.id = door, client_id

    def claims(self, **other: Any) -> dict[str, Any]:
        now = int(self.door.house.clock().timestamp())
        said = {
            "iss": self.id,
            "sub": self.id,
            "aud": self.door.url,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_hex(8),
            **other,
        }
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, alg: str = "ES256", key: Key | None = None, header: Any = None, **claims: Any) -> str:
        key = key or KEYS[alg]
        head = {"alg": alg, "kid": key.kid, **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(head, self.claims(**claims), key, algorithms=ANY, default_type=None)

    async def ask(self, browser: Any, assertion: str, path: str = "token", **other: str | None) -> Any:
        form = {
            "grant_type": "client_credentials",
            "client_assertion": assertion,
            "client_assertion_type": KIND,
            **other,
        }
        return await browser.post(f"/oauth/{path}", data={k: v for k, v in form.items() if v is not None})


DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
async def signer(door: Door) -> Signer:
    machine = {"grant_types": ["client_credentials"], "scopes": ["hours:read"]}
    keys = {"auth_method": AuthMethod.PRIVATE_KEY_JWT, "jwks": public(*KEYS.values()), "may_introspect": True}
    return Signer(door, await door.register("signer", **machine, **keys))


async def test_each_algorithm_that_is_published_opens(door: Door, signer: Signer) -> None:
    async with door.browser() as browser:
        offered = (await browser.get("/.well-known/oauth-authorization-server")).json()
        assert "private_key_jwt" in offered["token_endpoint_auth_methods_supported"]
        assert offered["token_endpoint_auth_signing_alg_values_supported"] == ALGORITHMS == sorted(KEYS)
        for alg in ALGORITHMS:
            answer = await signer.ask(browser, signer.sign(alg))
            assert (alg, answer.status_code) == (alg, 200), answer.text
            assert (await door.graphql(browser, answer.json()["access_token"])).status_code == 200


async def test_it_opens_wherever_an_application_must_prove_itself(door: Door, signer: Signer) -> None:
    async with door.browser() as browser:
        token = (await signer.ask(browser, signer.sign(), client_id=signer.id)).json()["access_token"]
        seen = await signer.ask(browser, signer.sign(), "introspect", token=token, grant_type=None)
        assert seen.json()["active"] is True
        ended = await signer.ask(browser, signer.sign(), "revoke", token=token, grant_type=None)
        assert ended.status_code == 200
        seen = await signer.ask(browser, signer.sign(), "introspect", token=token, grant_type=None)
        assert seen.json() == {"active": False}


async def test_a_kiosk_that_signs_waits_for_its_person(door: Door) -> None:
    keys = {"auth_method": AuthMethod.PRIVATE_KEY_JWT, "jwks": public(KEYS["ES256"])}
    kiosk = Signer(door, await door.register("kiosk", grant_types=[DEVICE], **keys))
    async with door.browser() as browser:
        told = await kiosk.ask(browser, kiosk.sign(), "device_authorization", grant_type=None, scope="hours:read")
        waits = {"grant_type": DEVICE, "device_code": told.json()["device_code"]}
        assert (await kiosk.ask(browser, kiosk.sign(), **waits)).json()["error"] == "authorization_pending"
        assert (await kiosk.ask(browser, kiosk.sign(jti=""), **waits)).json()["error"] == "invalid_client"


async def test_nothing_else_opens_and_every_no_is_the_same(door: Door, signer: Signer) -> None:
    now = int(door.house.clock().timestamp())
    stranger, other = ECKey.generate_key("P-256", {"kid": "ec"}), door.clients["service"]
    head, body, signature = signer.sign().split(".")
    secret = OctKey.import_key(json.dumps(public(KEYS["ES256"])["keys"][0]), {"kid": "ec"})
    forged = {
        "another's key": signer.sign(key=stranger),
        "another's key in the header": signer.sign(key=stranger, header={"jwk": public(stranger)["keys"][0]}),
        "another's key by address": signer.sign(key=stranger, header={"jku": "https://evil.example/jwks"}),
        "no signature": f"{head}.{body}.",
        "what another said": f"{head}.{signer.sign().split('.')[1]}.{signature}",
        "alg none": f"eyJhbGciOiJub25lIiwia2lkIjoiZWMifQ.{body}.",
        "the public key as a secret": signer.sign("HS256", key=secret),
        "an algorithm that is not offered": signer.sign("RS512", key=KEYS["RS256"]),
        "an algorithm that the key is not for": signer.sign(
            "RS256", key=RSAKey.import_key(PSS.as_pem(private=True), {"kid": "pss"})
        ),
        "an algorithm of another kind of key": signer.sign("RS256", header={"kid": "ec"}),
        "no kid among several keys": signer.sign("RS256", header={"kid": None}),
        "a kid that is unknown": signer.sign(header={"kid": "../../etc/passwd"}),
        "critical header": signer.sign(header={"crit": ["b64"], "b64": True}),
        "an access token": signer.sign(header={"typ": "at+jwt"}),
        "a proof": signer.sign(header={"typ": "dpop+jwt"}),
        "from another": signer.sign(iss=other),
        "about another": signer.sign(sub=other),
        "for the token endpoint": signer.sign(aud=f"{door.url}/oauth/token"),
        "for several": signer.sign(aud=[door.url, "https://evil.example"]),
        "for us in a list": signer.sign(aud=[door.url]),
        "for another": signer.sign(aud="https://evil.example"),
        "for us with a slash": signer.sign(aud=door.url + "/"),
        "over": signer.sign(exp=now - 30),
        "good for a day": signer.sign(exp=now + 86400),
        "good for ever": signer.sign(exp=2**60),
        "exp no number": signer.sign(exp="soon"),
        "exp true": signer.sign(exp=True),
        "exp negative": signer.sign(exp=-1),
        "from tomorrow": signer.sign(iat=now + 86400),
        "not before tomorrow": signer.sign(nbf=now + 86400),
        "iat no number": signer.sign(iat="now"),
        "jti empty": signer.sign(jti=""),
        "jti no word": signer.sign(jti={"a": 1}),
        "jti too long": signer.sign(jti="a" * 257),
        "a long one": signer.sign(more="a" * 4096),
        "not a token": "x",
        "dots": "..",
        **{
            f"without {name}": signer.sign("ES256", None, None, **{name: None})
            for name in ("iss", "sub", "aud", "exp", "jti")
        },
    }
    async with door.browser() as browser:
        answers = {name: await signer.ask(browser, assertion) for name, assertion in forged.items()}
        answers["by a secret"] = await signer.ask(
            browser, "", client_assertion_type=None, client_id=signer.id, client_secret="x"
        )
        answers["by its id alone"] = await signer.ask(browser, "", client_assertion_type=None, client_id=signer.id)
        answers["about another, as itself"] = await signer.ask(browser, signer.sign(sub=other), client_id=signer.id)
        answers["as another"] = await signer.ask(browser, signer.sign(), client_id=other)
        answers["as nobody"] = await signer.ask(browser, signer.sign(sub="cli_" + "0" * 32))
        opened = {name: (a.status_code, a.text) for name, a in answers.items() if a.status_code != 401}
        assert opened == {}
        assert {answer.text for answer in answers.values()} == {answers["not a token"].text}
        assert (await signer.ask(browser, signer.sign())).status_code == 200


async def test_of_twenty_who_show_one_at_once_one_is_believed(door: Door, signer: Signer) -> None:
    assertion = signer.sign()
    async with door.browser() as browser:
        answers = await asyncio.gather(*(signer.ask(browser, assertion) for _ in range(20)))
        assert sorted(a.status_code for a in answers) == [200] + [401] * 19
        again = signer.sign(jti="the same")
        assert (await signer.ask(browser, again)).status_code == 200
        other = signer.sign("RS256", jti="the same")
        assert (await signer.ask(browser, other)).status_code == 401


async def test_one_that_was_shown_with_a_wrong_request_is_used_up(door: Door, signer: Signer) -> None:
    assertion = signer.sign()
    async with door.browser() as browser:
        assert (await signer.ask(browser, assertion, scope="accounts:write")).json()["error"] == "invalid_scope"
        assert (await signer.ask(browser, assertion)).json()["error"] == "invalid_client"


async def test_two_ways_at_once_are_none(door: Door, signer: Signer) -> None:
    async with door.browser() as browser:
        for two in (
            await signer.ask(browser, signer.sign(), client_secret="x"),
            await signer.ask(browser, signer.sign(), client_assertion_type="urn:else"),
            await signer.ask(browser, signer.sign(), client_assertion_type=None),
            await browser.post(
                "/oauth/token",
                data={"grant_type": "client_credentials", "client_assertion": "x", "client_assertion_type": KIND},
                headers={"Authorization": "Basic eDp5"},
            ),
        ):
            assert (two.status_code, two.json()["error"]) == (400, "invalid_request")


async def test_what_was_shown_is_forgotten_when_its_time_is_over(door: Door, signer: Signer) -> None:
    from api.oauth.store import sweep

    run = door.house.lanes.run
    async with door.browser() as browser:
        await signer.ask(browser, signer.sign())
        await sweep(run, door.house.clock())
        assert len(await run("SELECT 1 FROM seen_once")) == 1
        await run("UPDATE seen_once SET expires_at = now() - interval '1 s'")
        await sweep(run, door.house.clock())
        assert await run("SELECT 1 FROM seen_once") == []


# -- its keys ---------------------------------------------------------------------------------------------------------

EC = public(KEYS["ES256"])["keys"][0]
WRONG: dict[str, Any] = {
    "nothing": {"keys": []},
    "no set": EC,
    "no object": [EC],
    "an address": {"jwks_uri": "https://app.example/jwks"},
    "a private key": {"keys": [dict(KEYS["ES256"].as_dict(private=True))]},
    "a secret": {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "s"}]},
    "a small one": {"keys": [{"kty": "RSA", "n": "AQAB" * 32, "e": "AQAB"}]},
    "a huge one": {"keys": [{"kty": "RSA", "n": "AQAB" * 1000, "e": "AQAB"}]},
    "a small one with noughts": {"keys": [{"kty": "RSA", "n": "A" * 172 + "AQAB" * 43, "e": "AQAB"}]},
    "a slow one": {"keys": [{**public(KEYS["RS256"])["keys"][0], "e": "AQAAAAAAAAAB"}]},
    "another curve": public(ECKey.generate_key("P-521")),
    "for secrets": {"keys": [{**EC, "use": "enc"}]},
    "for another algorithm": {"keys": [{**EC, "alg": "RS256"}]},
    "a point elsewhere": {"keys": [{**EC, "x": "AAAA"}]},
    "no kid among two": {"keys": [EC, {k: v for k, v in EC.items() if k != "kid"}]},
    "one kid for two": {"keys": [EC, EC]},
    "too many": {"keys": [{**EC, "kid": str(n)} for n in range(11)]},
    "a number": 7,
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_keys_are_public_strong_and_told_apart(house: House, wrong: str) -> None:
    with pytest.raises(Invalid) as no:
        await add(house, name="X", redirect_uris=[], scopes=[], confidential=False, jwks=WRONG[wrong])
    assert no.value.code == "wrong_jwks"


async def test_new_keys_end_the_old_and_are_no_secret(door: Door, signer: Signer) -> None:
    new = ECKey.generate_key("P-256")
    await rotate(door.house, signer.id, public(new))
    async with door.browser() as browser:
        assert (await signer.ask(browser, signer.sign())).status_code == 401
        assert (await signer.ask(browser, signer.sign(key=new))).status_code == 200
    with pytest.raises(Invalid) as no:
        await rotate(door.house, signer.id)
    assert no.value.code == "wrong_proof"
    with pytest.raises(Invalid):
        await rotate(door.house, door.clients["service"], public(new))


async def test_the_command_line_takes_keys_from_a_file(door: Door, tmp_path: Path, database: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(public(KEYS["ES256"])))
    words = ("client", "add", "Importer", "--scope", "hours:read", "--jwks")
    done = await asyncio.to_thread(sanshe, *words, str(file), folder=tmp_path, DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    assert "secret" not in done.stdout
    signer = Signer(door, done.stdout.split()[1])
    async with door.browser() as browser:
        assert (await signer.ask(browser, signer.sign())).status_code == 200
    file.write_text("no JSON")
    done = await asyncio.to_thread(sanshe, *words, str(file), folder=tmp_path, DATABASE_URL=database)
    assert (done.returncode, "no key set" in done.stderr) == (1, True)


@pytest.mark.node
async def test_openid_client_proves_itself_by_what_it_signs(door: Door, signer: Signer, tmp_path: Path) -> None:
    lines = await checks(
        "private_key_jwt.mjs",
        tmp_path,
        ISSUER=door.url,
        CLIENT=signer.id,
        KEYS=json.dumps({alg: dict(key.as_dict(private=True)) for alg, key in KEYS.items()}),
    )
    assert len(lines) == 9


async def test_the_client_of_authlib_signs_as_the_documents_say_and_by_itself_in_vain(
    door: Door, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    documents = (Path(__file__).parent.parent.parent / "docs" / "api.md").read_text()
    (example,) = (it for it in re.findall(r"```python\n(.*?)```", documents, re.DOTALL) if "PrivateKeyJWT" in it)
    said: dict[str, Any] = {"ISSUER": door.url, "KID": "rsa", "CLIENT_ID": signer.id, "key": KEYS["RS256"]}
    exec(example, said)  # noqa: S102 what everybody reads
    app, alone = said["app"], PrivateKeyJWT(headers={"kid": "rsa"})
    ask = {"url": f"{door.url}/oauth/token", "grant_type": "client_credentials"}
    async with app, AsyncOAuth2Client(signer.id, KEYS["RS256"], token_endpoint_auth_method=alone) as unasked:
        for _ in range(2):
            assert (await app.fetch_token(**ask))["scope"] == "hours:read"
        with pytest.raises(OAuthError, match="invalid_client"):
            await unasked.fetch_token(**ask)


async def test_a_withdrawn_application_signs_in_vain(door: Door, signer: Signer) -> None:
    from domain.accounts.clients import revoke_client

    await door.house.do(OPERATOR, revoke_client, client_id=untyped("cli", signer.id))
    async with door.browser() as browser:
        assert (await signer.ask(browser, signer.sign())).status_code == 401
