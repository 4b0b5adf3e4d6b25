"""Trusted partners register their applications by themselves, with an initial token and within it (RFC 7591)."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.oauth import clients, registration, store
from domain.access import Actor
from domain.accounts.credentials import fingerprint
from domain.accounts.registration import use_initial_token
from domain.columns import typed, untyped
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from tests.oauth.conftest import Door
from tests.oauth.others import checks
from tests.platform.test_command_line import sanshe

URI = "https://partner.example/cb"
GOOD = {"client_name": "Partner's portal", "redirect_uris": [URI]}
SCOPES = ["openid", "profile", "hours:read"]
SIGNS = {"token_endpoint_auth_method": "private_key_jwt"}
KEY = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "first",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


async def invited(door: Door, uses: int = 3, days: int = 7) -> str:
    _, token = await clients.invite(door.house, partner="Hutong Aid 胡同互助", scopes=SCOPES, uses=uses, days=days)
    return token


async def register(door: Door, token: str | None, **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with door.browser() as partner:
        return await partner.post("/oauth/register", headers={**headers, **options.pop("headers", {})}, **options)


async def row(door: Door, client_id: str) -> dict[str, Any]:
    return dict((await door.house.lanes.run("SELECT * FROM client WHERE id = $1", (untyped("cli", client_id),)))[0])


# -- what is registered -----------------------------------------------------------------------------------------------


async def test_a_partner_registers_an_application_that_then_works(door: Door) -> None:
    said = {
        "client_name": "Portal",
        "client_name#zh-Hans": "门户",
        "redirect_uris": [URI],
        "post_logout_redirect_uris": ["https://partner.example/bye"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "client_secret_post",
        "scope": "openid hours:read",
        "contacts": ["ops@partner.example"],
        "software_id": "not understood, and ignored",
    }
    answer = await register(door, await invited(door), json=said)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    told = answer.json()
    del said["software_id"]
    assert {name: told[name] for name in said} == said
    assert told["response_types"] == ["code"]
    assert told["client_secret_expires_at"] == 0
    assert "software_id" not in told
    assert "registration_access_token" not in told, "there is no RFC 7592"
    kept = await row(door, told["client_id"])
    assert kept["secret"] == fingerprint(told["client_secret"])
    assert [kept[name] for name in ("first_party", "may_introspect", "roles")] == [False, False, {}]
    assert kept["require_pkce"]
    door.clients["partner"] = told["client_id"]
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser, "partner", redirect_uri=URI, scope="openid hours:read")
        tokens = await browser.post("/oauth/token", data=code.form(client_secret=told["client_secret"]))
        assert (await door.graphql(browser, tokens.json()["access_token"])).status_code == 200


async def test_what_is_left_out_is_what_the_standard_says(door: Door) -> None:
    told = (await register(door, await invited(door), json=GOOD)).json()
    assert told["grant_types"] == ["authorization_code"]
    assert told["response_types"] == ["code"]
    assert told["token_endpoint_auth_method"] == "client_secret_basic"
    assert told["scope"] == " ".join(SCOPES)
    assert told["client_name"] == "Partner's portal"


async def test_people_read_the_name_in_their_language(door: Door) -> None:
    said = {**GOOD, "client_name": "Portal", "client_name#zh-Hans": "门户", "token_endpoint_auth_method": "none"}
    told = (await register(door, await invited(door), json=said)).json()
    assert "client_secret" not in told
    assert "client_secret_expires_at" not in told
    asked = {"client_id": told["client_id"], "redirect_uri": URI, "response_type": "code", "scope": "openid"}
    asked |= {"code_challenge": "a" * 43, "code_challenge_method": "S256"}
    async with door.browser() as browser:
        await door.sign_in(browser)
        for language, name in (("zh-Hans", "门户"), ("en", "Portal")):
            page = await browser.get("/oauth/authorize", params={**asked, "ui_locales": language})
            assert name in page.text


@pytest.mark.parametrize(
    "said",
    [
        {"grant_types": [DEVICE, "refresh_token"], "token_endpoint_auth_method": "none"},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["client_credentials"], "response_types": []},
    ],
    ids=["a kiosk", "a machine", "a machine that says all"],
)
async def test_an_application_that_no_sign_in_returns_to_needs_no_address(door: Door, said: dict[str, Any]) -> None:
    told = (await register(door, await invited(door), json={"client_name": "Kiosk", **said})).json()
    assert (told["redirect_uris"], told["response_types"]) == ([], [])


# -- the token --------------------------------------------------------------------------------------------------------


async def test_a_token_is_good_for_so_many_applications_however_many_come_at_once(door: Door) -> None:
    token = await invited(door, uses=3)
    answers = await asyncio.gather(*(register(door, token, json=GOOD) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [401] * 7
    assert len(await door.house.lanes.run("SELECT 1 FROM client WHERE initial_token_id IS NOT NULL")) == 3
    assert (await register(door, token, json=GOOD)).status_code == 401


async def test_what_is_refused_uses_nothing_up(door: Door) -> None:
    token = await invited(door, uses=1)
    assert (await register(door, token, json={**GOOD, "redirect_uris": ["http://a.example"]})).status_code == 400
    assert (await register(door, token, json=GOOD)).status_code == 201


async def test_a_token_that_is_over_or_taken_back_is_as_good_as_none(door: Door) -> None:
    id, taken_back = await clients.invite(door.house, partner="P", scopes=SCOPES, uses=1, days=1)
    over = await invited(door, days=1)
    await clients.disinvite(door.house, id)
    with pytest.raises(NotNow):
        await clients.disinvite(door.house, id)
    clock = door.house.clock
    assert (await register(door, taken_back, json=GOOD)).status_code == 401
    door.house.clock = lambda: clock() + timedelta(days=1)
    assert (await register(door, over, json=GOOD)).status_code == 401


@pytest.mark.parametrize("what", ["over", "used up", "taken back", "made up"])
async def test_the_rule_does_not_rest_on_the_endpoint(house: House, what: str) -> None:
    id, token = await clients.invite(house, partner="P", scopes=SCOPES, uses=1, days=1)
    said: dict[str, Any] = {
        "digest": fingerprint("made up" if what == "made up" else token),
        "client_name": {"language": "en", "text": "Kiosk"},
        "scopes": SCOPES,
        "contacts": [],
        "redirect_uris": [],
        "grant_types": [DEVICE],
    }
    if what == "taken back":
        await clients.disinvite(house, id)
    elif what == "used up":
        await house.do(Actor(), use_initial_token, **said)
    elif what == "over":
        clock = house.clock
        house.clock = lambda: clock() + timedelta(days=1)
    with pytest.raises(NotAllowed):
        await house.do(Actor(), use_initial_token, **said)


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, "Bearer"),
        ({"Authorization": "Basic eDp5"}, "Bearer"),
        ({"Authorization": "Bearer"}, 'Bearer error="invalid_token"'),
        ({"Authorization": "Bearer made-up"}, 'Bearer error="invalid_token"'),
        ({"Authorization": b"Bearer \xff\xfe"}, 'Bearer error="invalid_token"'),
        ({"Authorization": "Bearer " + "x" * 20_000}, 'Bearer error="invalid_token"'),
    ],
)
async def test_strangers_learn_nothing(door: Door, headers: dict[str, Any], challenge: str) -> None:
    for body in ({"json": GOOD}, {"content": b"nonsense"}):
        answer = await register(door, None, headers=headers, **body)
        assert (answer.status_code, answer.headers["www-authenticate"], answer.text) == (401, challenge, "")


async def test_an_access_token_is_no_initial_token_and_the_other_way_round(door: Door) -> None:
    token = await invited(door)
    async with door.browser() as browser:
        await door.sign_in(browser)
        access = (await door.tokens(browser))["access_token"]
        assert (await register(door, access, json=GOOD)).status_code == 401
        assert (await door.graphql(browser, token)).status_code == 401


async def test_an_application_that_signs_registers_its_keys_and_gets_no_secret(door: Door) -> None:
    told = (await register(door, await invited(door), json={**GOOD, **SIGNS, "jwks": {"keys": [KEY]}})).json()
    assert told["jwks"] == {"keys": [KEY]}
    assert "client_secret" not in told
    kept = await row(door, told["client_id"])
    assert (kept["auth_method"], kept["secret"], kept["jwks"]) == ("private_key_jwt", None, {"keys": [KEY]})


# -- what is refused --------------------------------------------------------------------------------------------------

REDIRECT, METADATA = "invalid_redirect_uri", "invalid_client_metadata"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"redirect_uris": ["http://partner.example/cb"]}, REDIRECT),
        ({"redirect_uris": ["https://partner.example/cb#x"]}, REDIRECT),
        ({"redirect_uris": ["https://u@partner.example/cb"]}, REDIRECT),
        ({"redirect_uris": ["javascript:alert(1)"]}, REDIRECT),
        ({"redirect_uris": ["https://partner.example/\x00"]}, REDIRECT),
        ({"redirect_uris": ["https://[partner/"]}, REDIRECT),
        ({"redirect_uris": ["https://partner.example:port/"]}, REDIRECT),
        ({"redirect_uris": [URI, ""]}, REDIRECT),
        ({"redirect_uris": URI}, REDIRECT),
        ({"redirect_uris": [5]}, REDIRECT),
        ({"redirect_uris": [f"https://{'a' * 2000}.example"]}, REDIRECT),
        ({"redirect_uris": [URI] * 21}, REDIRECT),
        ({"post_logout_redirect_uris": ["http://partner.example/bye"]}, REDIRECT),
        ({"redirect_uris": []}, METADATA),
        ({"grant_types": ["password"]}, METADATA),
        ({"grant_types": ["implicit"], "response_types": ["token"]}, METADATA),
        ({"grant_types": "authorization_code"}, METADATA),
        ({"response_types": ["id_token"]}, METADATA),
        ({"response_types": []}, METADATA),
        ({"grant_types": ["client_credentials"], "response_types": ["code"]}, METADATA),
        ({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"}, METADATA),
        ({"token_endpoint_auth_method": "tls_client_auth"}, METADATA),
        ({"token_endpoint_auth_method": None}, METADATA),
        ({"scope": "openid hours:write"}, METADATA),
        ({"scope": ["openid"]}, METADATA),
        ({"subject_type": "pairwise"}, METADATA),
        ({"id_token_signed_response_alg": "none"}, METADATA),
        ({"jwks_uri": "https://partner.example/jwks"}, METADATA),
        ({"logo_uri": "http://169.254.169.254/latest/meta-data"}, METADATA),
        ({"sector_identifier_uri": "https://partner.example/sector"}, METADATA),
        ({"client_name": None}, METADATA),
        ({"client_name": ""}, METADATA),
        ({"client_name": "a\u0000b"}, METADATA),
        ({"client_name": "x" * 101}, METADATA),
        ({"client_name": "evil\u202ename"}, METADATA),
        ({"client_name#": "x", "client_name#not a language": "y"}, METADATA),
        ({"contacts": ["a\x00b"]}, METADATA),
        ({"contacts": [""]}, METADATA),
        ({"contacts": "ops@partner.example"}, METADATA),
        ({"token_endpoint_auth_method": "private_key_jwt"}, METADATA),
        ({"jwks": {"keys": [KEY]}}, METADATA),
        ({**SIGNS, "jwks": {"keys": []}}, METADATA),
        ({**SIGNS, "jwks": {"keys": [{**KEY, "d": "AAAA"}]}}, METADATA),
        ({**SIGNS, "jwks": {"keys": [{**KEY, "kid": "a\x00b"}]}}, METADATA),
        ({**SIGNS, "jwks": "https://partner.example/jwks"}, METADATA),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_what_cannot_be_registered_is_refused_with_a_reason(door: Door, said: dict[str, Any], error: str) -> None:
    answer = await register(door, await invited(door), json={**GOOD, **said})
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"].isascii()
    assert not await door.house.lanes.run("SELECT 1 FROM client WHERE initial_token_id IS NOT NULL")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b'"text"'),
        ("application/json", b"\xff\xfe"),
        ("application/json", b"[" * 50_000),
        ("application/json", b'{"client_name": "' + b"x" * 70_000 + b'"}'),
        ("application/x-www-form-urlencoded", b"client_name=x"),
        ("text/plain", b"{}"),
        ("", b"{}"),
    ],
    ids=["empty", "cut short", "list", "text", "not UTF-8", "deep", "long", "form", "plain", "no type"],
)
async def test_what_is_no_json_object_is_refused(door: Door, kind: str, body: bytes) -> None:
    answer = await register(door, await invited(door), headers={"Content-Type": kind}, content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, METADATA)


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([URI, "none", "code"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = [
    *registration.Metadata.model_fields,
    "client_name",
    "client_name#zh-Hans",
    "client_name#",
    "jwks_uri",
    "software",
]


async def test_whatever_an_application_says_of_itself_is_no_fault_of_ours(door: Door) -> None:
    loop, token = asyncio.get_running_loop(), await invited(door, uses=100)

    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(MEMBERS), ANY, max_size=4), st.booleans())
    def say(said: dict[str, Any], besides: bool) -> None:
        body = json.dumps({**GOOD, **said} if besides else said, ensure_ascii=True)
        sent = register(door, token, headers={"Content-Type": "application/json"}, content=body)
        answer = asyncio.run_coroutine_threadsafe(sent, loop).result(30)
        assert answer.status_code in {201, 400, 401}, said

    check: Any = say
    await asyncio.to_thread(check)


# -- others' clients --------------------------------------------------------------------------------------------------


@pytest.mark.node
async def test_openid_client_registers_a_kiosk_which_then_acts_for_whoever_allows_it(
    door: Door, tmp_path: Path
) -> None:
    alice = door.people["alice@example.com"]
    _, token = await clients.invite(
        door.house, partner="P", scopes=["openid", "profile", "offline_access"], uses=3, days=1
    )
    session = await store.begin_session(door.house.lanes.run, alice, door.house.clock(), amr=["pwd"])
    lines = await checks(
        "partner.mjs", tmp_path, ISSUER=door.url, INITIAL_TOKEN=token, SESSION=session, SUBJECT=typed("usr", alice)
    )
    assert len(lines) == 9


# -- operators --------------------------------------------------------------------------------------------------------


async def test_operators_see_who_registered_what_and_each_step_is_a_deed(door: Door) -> None:
    told = (await register(door, await invited(door), json=GOOD)).json()
    by = {client.client_id: client.registered_by for client in await clients.listed(door.house)}
    assert by[told["client_id"]] == "Hutong Aid 胡同互助"
    assert by[door.clients["spa"]] == "operator"
    [invitation] = await clients.invitations(door.house)
    assert (invitation.partner, invitation.state, invitation.uses_left) == ("Hutong Aid 胡同互助", "active", "2")
    deeds = await door.house.lanes.run("SELECT verb, noun, actor_id FROM deed ORDER BY id DESC LIMIT 3")
    assert [(deed["verb"], deed["noun"]) for deed in reversed(deeds)] == [
        ("issue_initial_token", "initial_token"),
        ("use_initial_token", "initial_token"),
        ("register_client", "client"),
    ]
    await clients.revoke(door.house, told["client_id"])
    assert "revoked" in [c.state for c in await clients.listed(door.house) if c.client_id == told["client_id"]]


@pytest.mark.parametrize(
    "wrong",
    [{"uses": 0}, {"uses": 101}, {"days": 0}, {"days": 367}, {"scopes": ["everything"]}, {"partner": ""}],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_an_invitation_has_its_measure(house: House, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await clients.invite(house, **{"partner": "P", "scopes": SCOPES, "uses": 1, "days": 1, **wrong})
    with pytest.raises(NotFound):
        await clients.disinvite(house, "cli_" + "0" * 32)


async def test_the_command_line_invites_shows_the_token_once_and_takes_it_back(database: str, tmp_path: Path) -> None:
    async def client(*words: str) -> str:
        done = await asyncio.to_thread(sanshe, "client", *words, folder=tmp_path, DATABASE_URL=database)
        assert done.returncode == 0, done.stderr
        return done.stdout

    said = await client("invite", "Hutong Aid", "--scope", "openid hours:read", "--uses", "2")
    told = dict(line.split(": ", 1) for line in said.splitlines() if ": " in line)
    assert told["registration_endpoint"].endswith("/oauth/register")
    listed = await client("invitations")
    assert listed.startswith(f"{told['id']}  Hutong Aid  active  2  ")
    assert told["initial_access_token"] not in listed
    await client("disinvite", told["id"])
    assert "  revoked  " in await client("invitations")
