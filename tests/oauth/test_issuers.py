"""Access tokens of issuers elsewhere are believed as far as their profile goes, and end when it, or the link, ends."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from api.context import Gate, Unauthorized
from api.oauth.dpop import Proof
from api.oauth.issuers import published
from api.oauth.issuers.outside import Away, Outside
from api.oauth.issuers.published import BY_KIND, keys_in
from api.oauth.tokens import issue_for
from api.settings import Settings
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.accounts.issuers import trust_issuer, unlink_subject
from domain.columns import typed
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from tests.conftest import Clock
from tests.oauth.conftest import until
from tests.oauth.holding import Holder
from tests.oauth.issuer import AUDIENCE, CLIENT_ID, WORD, Issuer, elsewhere, profile, rsa

SETTINGS = Settings(issuer="http://127.0.0.1:8000")


@pytest.fixture
async def issuer(house: House) -> AsyncIterator[Issuer]:
    async with elsewhere(house) as issuer:
        yield issuer


@pytest.fixture
async def gate(house: House) -> AsyncIterator[Gate]:
    gate = Gate(house, SETTINGS)
    watching = asyncio.create_task(gate.watchman.watch())
    yield gate
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


@pytest.fixture
async def alice(house: House) -> UUID:
    return await person(house, "alice@example.com")


async def person(house: House, email: str) -> UUID:
    done = await house.do(Actor(), register_person, name="Alice", email=email)
    assert done.row
    return done.row.id


async def asked(gate: Gate, token: str) -> Actor | str:
    """Who comes in, or the header they are turned away with."""
    try:
        return await gate.actor(b"Bearer " + token.encode("latin-1", "replace"))
    except Unauthorized as no:
        return no.www_authenticate


async def opens(gate: Gate, token: str) -> bool:
    return isinstance(await asked(gate, token), Actor)


async def read_again(gate: Gate, issuer: Issuer) -> bool:
    return "first" not in (await gate.guests.provider(issuer).published()).keys  # type: ignore[arg-type]


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


# -- what a token may do ----------------------------------------------------------------------------------------------


async def test_a_linked_person_comes_in_with_their_roles_and_the_mapped_ones_within_the_scopes(
    house: House, gate: Gate, issuer: Issuer, alice: UUID
) -> None:
    token = await issuer.token_for(alice, {"auditor": []}, ["hours:read", "openid", "no:such"])
    actor = await asked(gate, token)
    assert isinstance(actor, Actor)
    assert actor.id == alice
    assert dict(actor.roles) == {"auditor": frozenset()}
    assert actor.scopes == frozenset({"hours:read"})
    assert actor.client_id == f"{typed('iss', issuer.id or alice)}:portal-app"


async def test_no_word_gives_more_than_the_profile_says(gate: Gate, issuer: Issuer, alice: UUID) -> None:
    await issuer.link(alice)
    await issuer.amend(roles={"auditors": {"auditor": []}}, scopes=["hours:read"])
    words: list[Any] = ["operator", ["operator"], {"auditors": 1}, 7, None, [["auditors"], {"a": 1}], "auditors "]
    for word in words:
        actor = await asked(gate, issuer.token(f"subject of {alice}", **{WORD: word}))
        assert isinstance(actor, Actor)
        assert not actor.roles, word
        assert actor.scopes == frozenset({"hours:read"})
    assert await opens(gate, issuer.token(f"subject of {alice}", scope=["hours:read"]))


async def test_a_profile_like_keycloaks(house: House, gate: Gate, issuer: Issuer, alice: UUID) -> None:
    await issuer.link(alice)
    await issuer.amend(
        token_types=["jwt"],
        client_claim="azp",
        role_claim="/realm_access/roles",
        roles={"sanshe-auditor": {"auditor": []}},
    )
    claims = issuer.claims(
        f"subject of {alice}",
        client_id=None,
        azp="portal-app",
        typ="Bearer",
        aud=[AUDIENCE, "account"],
        realm_access={"roles": ["offline_access", "sanshe-auditor"]},
        email_verified=True,
    )
    actor = await asked(gate, issuer.signed({"typ": "JWT"}, claims))
    assert isinstance(actor, Actor)
    assert dict(actor.roles) == {"auditor": frozenset()}
    assert not await opens(gate, issuer.signed({"typ": "at+jwt"}, claims))
    id_token = {**claims, "typ": "ID", "nonce": "n", "at_hash": "h"}
    assert not await opens(gate, issuer.signed({"typ": "JWT"}, id_token))
    assert not await opens(gate, issuer.signed({"typ": "JWT"}, {**claims, "typ": "ID"}))
    assert not await opens(gate, issuer.signed({"typ": "JWT"}, {k: v for k, v in claims.items() if k != "scope"}))


async def test_a_token_that_is_bound_to_a_key_opens_with_its_proof_alone(
    house: House, issuer: Issuer, alice: UUID
) -> None:
    gate, holder, url = Gate(house, SETTINGS), Holder(), f"{SETTINGS.issuer}/graphql"
    await issuer.link(alice)
    token = issuer.token(f"subject of {alice}", cnf={"jkt": holder.jkt})
    now = int(house.clock().timestamp())

    async def shows(proof: str | None, scheme: str = "DPoP") -> bool:
        texts = [proof] if proof else []
        try:
            await gate.actor(f"{scheme} {token}".encode(), proof=Proof(texts, "POST", "/graphql"))
        except Unauthorized:
            return False
        return True

    good = holder.proof("POST", url, token, iat=now)
    assert await shows(good)
    assert not await shows(good)
    assert not await shows(None)
    assert not await shows(holder.proof("POST", url, token, iat=now), "Bearer")
    assert not await shows(Holder().proof("POST", url, token, iat=now))


async def test_somebody_who_links_takes_nothing_from_those_who_are_known(
    house: House, gate: Gate, issuer: Issuer, alice: UUID
) -> None:
    before = await house.lanes.run("SELECT version FROM issuer")
    await issuer.link(alice)
    assert await house.lanes.run("SELECT version FROM issuer") == before


async def test_whom_nobody_is_linked_to_is_nobody_and_told_where_to_link(gate: Gate, issuer: Issuer) -> None:
    no = await asked(gate, issuer.token("somebody"))
    assert isinstance(no, str)
    assert 'error="invalid_token"' in no
    assert "http://127.0.0.1:8000/account/portals" in no


async def test_equal_subjects_of_two_issuers_are_two(house: House, gate: Gate, issuer: Issuer, alice: UUID) -> None:
    async with elsewhere(house) as other:
        bob = await person(house, "bob@example.com")
        await issuer.link(alice, "1")
        await other.link(bob, "1")
        first, second = await asked(gate, issuer.token("1")), await asked(gate, other.token("1"))
        assert isinstance(first, Actor)
        assert isinstance(second, Actor)
        assert (first.id, second.id) == (alice, bob)


# -- what is no good token --------------------------------------------------------------------------------------------


async def test_only_what_the_issuer_signed_for_us_opens(house: House, gate: Gate, issuer: Issuer, alice: UUID) -> None:
    subject, key = f"subject of {alice}", issuer.keys[0]
    await issuer.link(alice)
    typ = {"typ": "at+jwt"}
    said = issuer.claims(subject)
    good = issuer.signed(typ, said)
    head, body, signature = good.split(".")
    now = int(house.clock().timestamp())
    stranger = rsa("first")
    any_algorithm = RSAKey.import_key(key.as_pem(private=True), {"kid": "first"})

    def hs256(secret: bytes) -> str:
        text = f"{part({**typ, 'alg': 'HS256', 'kid': 'first'})}.{body}"
        digest = hmac.digest(secret, text.encode(), hashlib.sha256)
        return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    ours = await issue_for(house, SETTINGS, "alice@example.com")
    public = stranger.as_dict(private=False)
    async with elsewhere(house) as other:
        await other.link(alice, subject)
        of_another = {
            "another issuer's token with our kid": other.signed(typ, said),
            "a token in another's name": issuer.signed(typ, {**said, "iss": other.url}),
            "one of ours in its name": issuer.signed(typ, {**said, "iss": SETTINGS.issuer}),
        }
        forged = {
            **of_another,
            "no signature": f"{part({'alg': 'none', **typ, 'kid': 'first'})}.{body}.",
            "signature cut": f"{head}.{body}.",
            "other words": f"{head}.{part({**said, 'sub': 'x'})}.{signature}",
            "HS256 with the public key": hs256(key.as_pem(private=False)),
            "HS256 with the key's JSON": hs256(json.dumps(key.as_dict(private=False)).encode()),
            "a stranger's key": issuer.signed(typ, said, stranger),
            "a key in the header": issuer.signed({**typ, "jwk": public}, said, stranger),
            "a key by address": issuer.signed({**typ, "jku": f"{other.url}/jwks"}, said, stranger),
            "a certificate by address": issuer.signed({**typ, "x5u": f"{other.url}/jwks"}, said, stranger),
            "another algorithm of its key": issuer.signed({**typ, "alg": "RS384"}, said, any_algorithm),
            "PS256 of its key": issuer.signed({**typ, "alg": "PS256"}, said, any_algorithm),
            "no kid": issuer.signed({**typ, "kid": None}, said),
            "a kid of nobody": issuer.signed({**typ, "kid": "../first"}, said),
            "a kid that is no string": f"{part({**typ, 'alg': 'RS256', 'kid': ['first']})}.{body}.{signature}",
            "typ JWT": issuer.signed({"typ": "JWT"}, said),
            "no typ": issuer.signed({}, said),
            "a critical header": f"{part({**typ, 'alg': 'RS256', 'kid': 'first', 'crit': ['x'], 'x': 1})}.{body}.x",
            "expired": issuer.signed(typ, {**said, "exp": now - 60}),
            "no end": issuer.signed(typ, {k: v for k, v in said.items() if k != "exp"}),
            "an end that never comes": issuer.signed(typ, {**said, "exp": float("nan")}),
            "an endless end": issuer.signed(typ, {**said, "exp": float("inf")}),
            "an end beyond all numbers": issuer.signed(typ, {**said, "exp": 10**400}),
            "an end that is no number": issuer.signed(typ, {**said, "exp": "9999999999"}),
            "from tomorrow": issuer.signed(typ, {**said, "iat": now + 86400}),
            "not before tomorrow": issuer.signed(typ, {**said, "nbf": now + 86400}),
            "an issuer with a slash": issuer.signed(typ, {**said, "iss": f"{issuer.url}/"}),
            "an issuer that is no string": issuer.signed(typ, {**said, "iss": [issuer.url]}),
            "another audience": issuer.signed(typ, {**said, "aud": "https://elsewhere.example"}),
            "the client as audience": issuer.signed(typ, {**said, "aud": CLIENT_ID}),
            "an id token": issuer.signed(typ, {**said, "nonce": "n"}),
            "a subject that is no string": issuer.signed(typ, {**said, "sub": {"x": subject}}),
            "a client that is no string": issuer.signed(typ, {**said, "client_id": ["x"]}),
            "a client without end": issuer.signed(typ, {**said, "client_id": "x" * 300}),
            "bound to a certificate": issuer.signed(typ, {**said, "cnf": {"x5t#S256": "x"}}),
            "bound to a key, as a bearer's": issuer.signed(typ, {**said, "cnf": {"jkt": "x"}}),
            "claims no object": f"{head}.{part([1])}.{signature}",
            "too long": issuer.signed(typ, {**said, "x": "x" * 9000}),
            "encrypted": jwt.encode({"alg": "dir", "enc": "A256GCM"}, said, OctKey.generate_key(256), registry=_jwe()),
            **{f"without {name}": issuer.signed(typ, {k: v for k, v in said.items() if k != name}) for name in said}
            | {"without jti": "x"},
        }
        opened = [name for name, token in forged.items() if await opens(gate, token)]
    assert opened == []
    assert await opens(gate, good)
    assert await opens(gate, ours)


def _jwe() -> Any:
    from joserfc.jwe import JWERegistry

    return JWERegistry()


async def test_an_issuer_that_nobody_trusts_is_asked_nothing(house: House, gate: Gate) -> None:
    async with elsewhere(house, trusted=False) as issuer:
        assert not await opens(gate, issuer.token("x"))
        await issuer.trust(audience=None)
        assert not await opens(gate, issuer.token("x"))
        assert not issuer.asked


# -- its keys ---------------------------------------------------------------------------------------------------------


async def test_a_crowd_asks_for_the_keys_once_and_made_up_names_once_a_minute(
    gate: Gate, issuer: Issuer, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [await issuer.token_for(alice) for _ in range(20)]
    issuer.seconds = 0.05
    assert all(await asyncio.gather(*(opens(gate, token) for token in tokens)))
    flood = [issuer.signed({"typ": "at+jwt", "kid": f"k{n}"}, issuer.claims("x")) for n in range(50)]
    assert not any(await asyncio.gather(*(opens(gate, token) for token in flood)))
    assert issuer.asked["jwks"] == 1
    monkeypatch.setattr(published, "SOONEST", 0.0)
    gate.guests.provider(issuer)._again = 0.0  # type: ignore[arg-type]  # as a minute later
    assert not any(await asyncio.gather(*(opens(gate, token) for token in flood)))
    assert issuer.asked["jwks"] == 2


async def test_a_new_key_is_found_and_one_that_was_withdrawn_opens_nothing_after_a_while(
    house: House, gate: Gate, issuer: Issuer, alice: UUID, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "SOONEST", 0.0)
    await issuer.link(alice)
    old = issuer.token(f"subject of {alice}", exp=int(clock().timestamp()) + 900)
    assert await opens(gate, old)
    issuer.keys.append(rsa("second"))
    new = await issuer.token_for(alice)
    assert await opens(gate, new)
    assert await opens(gate, old)
    del issuer.keys[0]
    monkeypatch.setattr(published, "FRESH", 0.0)
    assert not await opens(gate, issuer.token("x"))  # the keys are read again, while nobody waits for them
    await until(lambda: read_again(gate, issuer))
    clock.wait(minutes=5)
    assert not await opens(gate, old)
    assert await opens(gate, await issuer.token_for(alice))


async def test_while_the_issuer_is_away_its_last_good_keys_serve_for_a_day(
    gate: Gate, issuer: Issuer, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "SOONEST", 0.0)
    monkeypatch.setattr(published, "SOONEST_AFTER_TROUBLE", 0.0)
    assert await opens(gate, await issuer.token_for(alice))
    monkeypatch.setattr(published, "FRESH", 0.0)
    issuer.answer = PlainTextResponse("down", 503)
    for _ in range(3):
        assert await opens(gate, await issuer.token_for(alice))
    monkeypatch.setattr(published, "KEPT", 0.0)
    assert not await opens(gate, await issuer.token_for(alice))
    issuer.answer = None
    monkeypatch.setattr(published, "KEPT", 60.0)
    assert await opens(gate, await issuer.token_for(alice))


async def test_nobody_waits_for_an_issuer_that_hangs_but_those_who_need_it_and_they_not_for_long(
    house: House, gate: Gate, issuer: Issuer, alice: UUID
) -> None:
    async with elsewhere(house) as slow:
        slow.seconds = 60
        ours = await issue_for(house, SETTINGS, "alice@example.com")
        token, other = await issuer.token_for(alice), await slow.token_for(alice)
        waiting = [asyncio.create_task(opens(gate, other)) for _ in range(30)]
        begun = time.monotonic()
        assert await opens(gate, token)
        assert await opens(gate, ours)
        assert not any(task.done() for task in waiting)
        waiting[0].cancel()  # whoever hangs up takes nothing from the others
        assert not any(await asyncio.gather(*waiting[1:]))
        assert time.monotonic() - begun < 30
        assert slow.asked["discovery"] == 1


@pytest.mark.parametrize(
    "answer",
    [
        RedirectResponse("http://127.0.0.1:1/elsewhere"),
        PlainTextResponse("[" * 60_000),
        PlainTextResponse("no JSON"),
        JSONResponse([1]),
        JSONResponse({"keys": "x" * 70_000}),
        Response(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}),
        JSONResponse({}, 500),
    ],
)
async def test_an_issuer_that_answers_otherwise_is_not_believed(
    gate: Gate, issuer: Issuer, alice: UUID, answer: Response
) -> None:
    token = await issuer.token_for(alice)
    issuer.answer = answer
    assert not await opens(gate, token)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"jwks_uri": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://169.254.169.254/jwks"},
        {"jwks_uri": "http://[::1"},
        {"jwks_uri": ["https://evil.example"]},
    ],
)
async def test_a_discovery_that_leads_elsewhere_is_not_followed(
    gate: Gate, issuer: Issuer, alice: UUID, metadata: dict[str, Any]
) -> None:
    issuer.metadata |= metadata
    assert not await opens(gate, await issuer.token_for(alice))
    assert not issuer.asked["jwks"]


async def test_what_runs_elsewhere_asks_over_https_alone() -> None:
    there, here = Outside(Settings(host="0.0.0.0", issuer="https://sanshe.example")), Outside(SETTINGS)  # noqa: S104
    for url in ("http://127.0.0.1/jwks", "http://sanshe.example/jwks", "https://a@b.example/", "ftp://a", "https://"):
        with pytest.raises(Away):
            await there.get(url)
    assert here.may_be_asked("http://127.0.0.1/jwks")
    assert not here.may_be_asked("http://10.0.0.1/jwks")


def modulus(bits: int) -> str:
    return base64.urlsafe_b64encode(b"\xff" * (bits // 8)).rstrip(b"=").decode()


def test_a_key_signs_with_its_own_algorithm_and_weak_or_secret_ones_are_no_keys() -> None:
    rsa_key, ec, okp = rsa("r"), ECKey.generate_key("P-256", {"kid": "e"}), OKPKey.generate_key("Ed25519", {"kid": "o"})
    public = [dict(key.as_dict(private=False)) for key in (rsa_key, ec, okp)]
    said = [
        *public,
        *({**public[0], "kid": f"{bits} bits", "n": modulus(bits)} for bits in (8, 1024, 2040, 16_384)),
        {**public[0], "kid": "r"},  # the first counts
        {**public[0], "kid": "for encrypting", "use": "enc"},
        {**public[0], "kid": "hs", "alg": "HS256"},
        {**public[0], "kid": "none", "alg": "none"},
        {**public[1], "kid": "crossed", "alg": "RS256"},
        {"kty": "oct", "k": "AAAA", "kid": "secret"},
        {"kty": "RSA", "kid": "empty"},
        {**public[0], "kid": 7},
        {**public[1], "kid": "off the curve", "x": public[1]["y"]},
        "no key",
    ]
    found = keys_in({"keys": said})
    assert {kid: key.algorithm for kid, key in found.items()} == {"r": "RS256", "e": "ES256", "o": "Ed25519"}
    assert keys_in({"keys": "x"}) == keys_in({}) == {}
    assert not any(name.startswith("HS") or name == "none" for names in BY_KIND.values() for name in names)


# -- what ends it -----------------------------------------------------------------------------------------------------


async def test_access_ends_with_the_trust_the_link_the_profile_and_the_account(
    house: House, gate: Gate, issuer: Issuer, alice: UUID
) -> None:
    async def gone(token: str) -> None:
        await until(lambda: closed(token))

    async def closed(token: str) -> bool:
        return not await opens(gate, token)

    token = await issuer.token_for(alice, {"auditor": []})
    assert await opens(gate, token)
    await issuer.amend(roles={})

    async def without_roles() -> bool:
        actor = await asked(gate, token)
        return isinstance(actor, Actor) and not actor.roles

    await until(without_roles)
    await issuer.amend(audience="another")
    await gone(token)
    await issuer.amend(audience=AUDIENCE)
    assert await opens(gate, token)
    linked = await house.lanes.run("SELECT id FROM linked_subject")
    await house.do(Actor(alice), unlink_subject, linked_subject_id=linked[0]["id"])
    await gone(token)
    await issuer.link(alice)
    assert await opens(gate, token)
    await house.lanes.run("UPDATE person SET state = 'suspended' WHERE id = $1", (alice,))
    await gone(token)
    await house.lanes.run("UPDATE person SET state = 'active' WHERE id = $1", (alice,))
    assert await opens(gate, token)
    await issuer.distrust()
    await gone(token)
    await issuer.trust()
    assert not await opens(gate, token)  # it begins anew, without its links


async def test_a_token_is_good_until_it_expires_though_it_was_seen_before(
    gate: Gate, issuer: Issuer, alice: UUID, clock: Clock
) -> None:
    token = await issuer.token_for(alice)
    assert await opens(gate, token)
    clock.wait(minutes=5, seconds=6)
    assert not await opens(gate, token)


# -- who may trust, and what ------------------------------------------------------------------------------------------


async def test_operators_alone_trust_issuers_and_each_once(house: House, issuer: Issuer) -> None:
    operator = Actor(roles={"operator": frozenset()})
    with pytest.raises(NotAllowed):
        await house.do(Actor(roles={"auditor": frozenset()}), trust_issuer, url="https://a.example", profile=profile())
    with pytest.raises(Conflict):
        await house.do(operator, trust_issuer, url=issuer.url, profile=profile())
    for url in ("http://a.example", "https://a.example/?x", "https://a@b.example", "https://", "https://爱.example"):
        with pytest.raises(Invalid):
            await house.do(operator, trust_issuer, url=url, profile=profile())


async def test_a_profile_makes_sense(house: House) -> None:
    operator = Actor(roles={"operator": frozenset()})
    nowhere = typed("str", UUID(int=7))
    for roles, error in (
        ({"x": {"emperor": []}}, Invalid),
        ({"x": {"auditor": [nowhere]}}, Invalid),
        ({"x": {"street officer": []}}, Invalid),
        ({"x": {"street officer": [typed("com", UUID(int=7))]}}, Invalid),
        ({"x": {"street officer": ["nonsense"]}}, Invalid),
        ({"x": {"street officer": [nowhere]}}, NotFound),
    ):
        with pytest.raises(error):
            await house.do(operator, trust_issuer, url="https://a.example", profile=profile(roles=roles))
    with pytest.raises(Invalid):
        await house.do(operator, trust_issuer, url="https://a.example", profile=profile(audience=CLIENT_ID))


async def test_nobody_takes_back_anothers_link_nor_twice(house: House, issuer: Issuer, alice: UUID) -> None:
    linked = await issuer.link(alice)
    bob = await person(house, "bob@example.com")
    with pytest.raises(NotFound):
        await house.do(Actor(bob), unlink_subject, linked_subject_id=linked)
    await house.do(Actor(alice), unlink_subject, linked_subject_id=linked)
    with pytest.raises(NotNow):
        await house.do(Actor(alice), unlink_subject, linked_subject_id=linked)
    await issuer.distrust()
    with pytest.raises(NotNow):
        await issuer.link(alice)
